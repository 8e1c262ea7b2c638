#ifndef FACTLINE_DEPLOY_CLI_LISTING_H_
#define FACTLINE_DEPLOY_CLI_LISTING_H_

#include <algorithm>
#include <string>
#include <vector>

#include "deploy/cli/client.h"
#include "factline/v1/query_service.grpc.pb.h"
#include "protos/vocab/status.h"

namespace factline::cli {

// --limit, --filter, --page_token: what every list takes.
std::vector<FlagSpec> ListFlags();

// "a AND b", leaving empty ones out.
std::string And(const std::vector<std::string>& terms);

struct ListBounds {
  int64_t max_items = 1'000'000;  // of --limit
  int page_size = 500;
};

// Pages of a list method, from --page_token until --limit items or the end; `size_of(response)` counts items. The
// response given back holds all items, and the token with which a later call goes on.
template <typename Request, typename Response, typename SizeOf>
absl::StatusOr<Response> ListAll(grpc::Status (v1::QueryService::Stub::*method)(grpc::ClientContext*, const Request&,
                                                                                Response*),
                                 Request request, const Arguments& arguments, SizeOf size_of,
                                 const ListBounds& bounds = {}) {
  FL_ASSIGN_OR_RETURN(int64_t limit, arguments.Integer("limit", 1, bounds.max_items));
  FL_ASSIGN_OR_RETURN(auto connection, Connection<v1::QueryService>::Open(Role::kQuery, arguments));
  request.set_page_token(std::string(arguments.Get("page_token")));
  Response all;
  do {
    request.set_page_size(static_cast<int32_t>(std::min<int64_t>(bounds.page_size, limit - size_of(all))));
    Response page;
    FL_RETURN_IF_ERROR(connection.Call(method, request, &page));
    all.MergeFrom(page);
    all.set_next_page_token(page.next_page_token());
    request.set_page_token(page.next_page_token());
  } while (size_of(all) < limit && !request.page_token().empty());
  return all;
}

}  // namespace factline::cli

#endif  // FACTLINE_DEPLOY_CLI_LISTING_H_
