#ifndef FACTLINE_QUERY_SERVICE_QUERY_SERVICE_H_
#define FACTLINE_QUERY_SERVICE_QUERY_SERVICE_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "factline/v1/query_service.grpc.pb.h"
#include "indexer/store/reader.h"
#include "indexer/text/analyzer.h"
#include "query/facets/facet_columns.h"
#include "query/search/interrupt.h"
#include "query/service/index_follower.h"
#include "query/service/worker_pool.h"

namespace factline::query {

struct QueryServiceOptions {
  size_t worker_count = 4;                              // requests answered at the same time; at least 1
  size_t max_waiting = 256;                             // requests that wait for a worker; more are refused
  absl::Duration retry_delay = absl::Milliseconds(50);  // what refused callers are told to wait
  size_t facet_cache_bytes = 64 << 20;                  // of columns that facets are counted by; 0: none are kept
};

// factline.v1.QueryService over an index that a follower keeps fresh. Translates and nothing else: each request takes
// one view and is answered on a worker, never on gRPC's own threads. What a caller no longer waits for is dropped
// before it starts, or stopped on the way. The server must have ended all calls before this is destroyed.
class QueryService final : public v1::QueryService::CallbackService {
 public:
  // Follower and analyser must outlive the service.
  QueryService(const IndexFollower* follower, const text::Analyzer* analyzer, QueryServiceOptions options);

  WorkerPool::Load load() const { return workers_.load(); }
  size_t facet_cache_bytes() const { return facet_columns_.size_bytes(); }

  grpc::ServerUnaryReactor* Search(grpc::CallbackServerContext* context, const v1::SearchRequest* request,
                                   v1::SearchResponse* response) override;
  grpc::ServerUnaryReactor* FacetSearch(grpc::CallbackServerContext* context, const v1::FacetSearchRequest* request,
                                        v1::FacetSearchResponse* response) override;
  grpc::ServerUnaryReactor* FindSignificantTerms(grpc::CallbackServerContext* context,
                                                 const v1::FindSignificantTermsRequest* request,
                                                 v1::FindSignificantTermsResponse* response) override;
  grpc::ServerUnaryReactor* FindSimilarArticles(grpc::CallbackServerContext* context,
                                                const v1::FindSimilarArticlesRequest* request,
                                                v1::FindSimilarArticlesResponse* response) override;
  grpc::ServerUnaryReactor* GetArticle(grpc::CallbackServerContext* context, const v1::GetArticleRequest* request,
                                       v1::GetArticleResponse* response) override;
  grpc::ServerUnaryReactor* ListEntities(grpc::CallbackServerContext* context, const v1::ListEntitiesRequest* request,
                                         v1::ListEntitiesResponse* response) override;
  grpc::ServerUnaryReactor* GetEntity(grpc::CallbackServerContext* context, const v1::GetEntityRequest* request,
                                      v1::GetEntityResponse* response) override;
  grpc::ServerUnaryReactor* SuggestEntities(grpc::CallbackServerContext* context,
                                            const v1::SuggestEntitiesRequest* request,
                                            v1::SuggestEntitiesResponse* response) override;
  grpc::ServerUnaryReactor* ListFacts(grpc::CallbackServerContext* context, const v1::ListFactsRequest* request,
                                      v1::ListFactsResponse* response) override;
  grpc::ServerUnaryReactor* GetFact(grpc::CallbackServerContext* context, const v1::GetFactRequest* request,
                                    v1::GetFactResponse* response) override;
  grpc::ServerUnaryReactor* GetServerInfo(grpc::CallbackServerContext* context, const v1::GetServerInfoRequest* request,
                                          v1::GetServerInfoResponse* response) override;

 private:
  // Answers on a worker: answer(view, check) gives the response or an error.
  template <typename Response, typename Answer>
  grpc::ServerUnaryReactor* Run(grpc::CallbackServerContext* context, Response* response, Answer answer);

  // FAILED_PRECONDITION, reason INDEX_ANALYZER_MISMATCH: words would be looked up as other terms than the index holds.
  absl::Status CheckAnalyzer() const;

  v1::GetServerInfoResponse ServerInfo(const store::IndexView& view) const;

  const IndexFollower& follower_;
  const text::Analyzer& analyzer_;
  const QueryServiceOptions options_;
  FacetColumns facet_columns_;
  WorkerPool workers_;
};

}  // namespace factline::query

#endif  // FACTLINE_QUERY_SERVICE_QUERY_SERVICE_H_
