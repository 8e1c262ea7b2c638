#include "deploy/cli/load/query_sender.h"

#include <grpcpp/client_context.h>
#include <grpcpp/support/client_callback.h>

#include <memory>

#include "absl/time/clock.h"
#include "protos/vocab/grpc_status.h"

namespace factline::load {
namespace {

using Async = v1::QueryService::Stub::async_interface;

template <typename Request>
struct Method;
template <>
struct Method<v1::SearchRequest> {
  using Response = v1::SearchResponse;
  static constexpr auto kAsk = [](Async* async, auto... rest) { async->Search(rest...); };
};
template <>
struct Method<v1::ListFactsRequest> {
  using Response = v1::ListFactsResponse;
  static constexpr auto kAsk = [](Async* async, auto... rest) { async->ListFacts(rest...); };
};
template <>
struct Method<v1::GetArticleRequest> {
  using Response = v1::GetArticleResponse;
  static constexpr auto kAsk = [](Async* async, auto... rest) { async->GetArticle(rest...); };
};
template <>
struct Method<v1::FacetSearchRequest> {
  using Response = v1::FacetSearchResponse;
  static constexpr auto kAsk = [](Async* async, auto... rest) { async->FacetSearch(rest...); };
};

void NoteArticles(const v1::SearchResponse& response, QueryMix& mix) {
  if (response.results_size() > 0) mix.Saw(response.results(0).article_id());
}
template <typename Response>
void NoteArticles(const Response&, QueryMix&) {}

}  // namespace

void SendQueries(v1::QueryService::Stub& stub, QueryMix& mix, Turnstile& turnstile, const StopWatch& watch,
                 const QueryTallies& tallies, absl::Duration timeout) {
  while (const std::optional<absl::Duration> intended = turnstile.Enter()) {
    QueryRequest drawn = mix.Next();
    Tally& tally = *tallies[drawn.index()];
    std::visit(
        [&]<typename Request>(Request& request) {
          struct Call {
            grpc::ClientContext context;
            Request request;
            typename Method<Request>::Response response;
          };
          const auto call = std::make_shared<Call>();
          call->request = std::move(request);
          call->context.set_deadline(absl::ToChronoTime(absl::Now() + timeout));
          tally.Sent(*intended, watch.elapsed());
          const auto done = [&mix, &turnstile, &watch, &tally, call, at = *intended](const grpc::Status& status) {
            tally.Settled(at, watch.elapsed(), FromGrpc(status).code());
            if (status.ok()) NoteArticles(call->response, mix);
            turnstile.Leave();
          };
          Method<Request>::kAsk(stub.async(), &call->context, &call->request, &call->response, done);
        },
        drawn);
  }
  turnstile.AwaitEmpty();
}

}  // namespace factline::load
