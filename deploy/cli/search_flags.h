#ifndef FACTLINE_DEPLOY_CLI_SEARCH_FLAGS_H_
#define FACTLINE_DEPLOY_CLI_SEARCH_FLAGS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "deploy/cli/arguments.h"
#include "factline/v1/query_service.pb.h"

namespace factline::cli {

// --from, --before, --source, --language, --entity, --predicate, --has: what restricts a search.
std::vector<FlagSpec> FilterFlags();
absl::Status SetFilter(const Arguments& arguments, v1::SearchFilter* filter);

// --any: SearchRequest.match.
FlagSpec AnyFlag();
v1::SearchRequest::Match MatchOf(const Arguments& arguments);

// The words of the command line, as one query.
std::string QueryOf(const Arguments& arguments);

}  // namespace factline::cli

#endif  // FACTLINE_DEPLOY_CLI_SEARCH_FLAGS_H_
