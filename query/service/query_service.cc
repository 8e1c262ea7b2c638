#include "query/service/query_service.h"

#include <chrono>
#include <memory>
#include <utility>

#include "absl/time/clock.h"
#include "protos/vocab/grpc_status.h"
#include "protos/vocab/status.h"
#include "protos/vocab/timestamp.h"
#include "protos/vocab/version.h"
#include "query/facets/facet_search.h"
#include "query/facts/list_entities.h"
#include "query/facts/list_facts.h"
#include "query/facts/lookup.h"
#include "query/related/significant_terms.h"
#include "query/related/similar_articles.h"
#include "query/search/searcher.h"
#include "query/suggest/suggest_entities.h"

namespace factline::query {
namespace {

// Whether the caller still waits. The context lives until the reactor is finished.
InterruptCheck CheckOf(const grpc::CallbackServerContext* context) {
  return [context, deadline = context->deadline()]() -> absl::Status {
    if (std::chrono::system_clock::now() >= deadline) {
      return absl::DeadlineExceededError("the deadline passed before the answer was complete");
    }
    if (context->IsCancelled()) return absl::CancelledError("the caller left");
    return absl::OkStatus();
  };
}

}  // namespace

QueryService::QueryService(const IndexFollower* follower, const text::Analyzer* analyzer, QueryServiceOptions options)
    : follower_(*follower),
      analyzer_(*analyzer),
      options_(std::move(options)),
      facet_columns_(options_.facet_cache_bytes),
      workers_(options_.worker_count, options_.max_waiting) {}

template <typename Response, typename Answer>
grpc::ServerUnaryReactor* QueryService::Run(grpc::CallbackServerContext* context, Response* response, Answer answer) {
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  const auto work = [this, context, response, answer]() -> absl::Status {
    const InterruptCheck check = CheckOf(context);
    FL_RETURN_IF_ERROR(check());
    FL_ASSIGN_OR_RETURN(const std::shared_ptr<const store::IndexView> view, follower_.View());
    FL_RETURN_IF_ERROR(CheckAnalyzer());
    FL_ASSIGN_OR_RETURN(*response, answer(*view, check));
    return absl::OkStatus();
  };
  if (!workers_.TrySubmit([reactor, work] { reactor->Finish(ToGrpc(work())); })) {
    const absl::Status full = absl::ResourceExhaustedError("too many requests wait for an answer");
    reactor->Finish(ToGrpc(WithRetryDelay(WithReason(full, "TOO_MANY_REQUESTS"), options_.retry_delay)));
  }
  return reactor;
}

grpc::ServerUnaryReactor* QueryService::Search(grpc::CallbackServerContext* context, const v1::SearchRequest* request,
                                               v1::SearchResponse* response) {
  return Run(context, response, [this, request](const store::IndexView& view, const InterruptCheck& check) {
    return query::Search(view, *request, analyzer_, absl::Now(), check);
  });
}

grpc::ServerUnaryReactor* QueryService::FacetSearch(grpc::CallbackServerContext* context,
                                                    const v1::FacetSearchRequest* request,
                                                    v1::FacetSearchResponse* response) {
  return Run(context, response, [this, request](const store::IndexView& view, const InterruptCheck& check) {
    return query::FacetSearch(view, *request, analyzer_, &facet_columns_, check);
  });
}

grpc::ServerUnaryReactor* QueryService::FindSignificantTerms(grpc::CallbackServerContext* context,
                                                             const v1::FindSignificantTermsRequest* request,
                                                             v1::FindSignificantTermsResponse* response) {
  return Run(context, response, [this, request](const store::IndexView& view, const InterruptCheck& check) {
    return query::FindSignificantTerms(view, *request, analyzer_, check);
  });
}

grpc::ServerUnaryReactor* QueryService::FindSimilarArticles(grpc::CallbackServerContext* context,
                                                            const v1::FindSimilarArticlesRequest* request,
                                                            v1::FindSimilarArticlesResponse* response) {
  return Run(context, response, [this, request](const store::IndexView& view, const InterruptCheck& check) {
    return query::FindSimilarArticles(view, *request, analyzer_, check);
  });
}

grpc::ServerUnaryReactor* QueryService::GetArticle(grpc::CallbackServerContext* context,
                                                   const v1::GetArticleRequest* request,
                                                   v1::GetArticleResponse* response) {
  return Run(context, response, [request](const store::IndexView& view, const InterruptCheck&) {
    return query::GetArticle(view, *request);
  });
}

grpc::ServerUnaryReactor* QueryService::ListEntities(grpc::CallbackServerContext* context,
                                                     const v1::ListEntitiesRequest* request,
                                                     v1::ListEntitiesResponse* response) {
  return Run(context, response, [request](const store::IndexView& view, const InterruptCheck& check) {
    return query::ListEntities(view, *request, check);
  });
}

grpc::ServerUnaryReactor* QueryService::GetEntity(grpc::CallbackServerContext* context,
                                                  const v1::GetEntityRequest* request,
                                                  v1::GetEntityResponse* response) {
  return Run(context, response, [request](const store::IndexView& view, const InterruptCheck&) {
    return query::GetEntity(view, *request);
  });
}

grpc::ServerUnaryReactor* QueryService::SuggestEntities(grpc::CallbackServerContext* context,
                                                        const v1::SuggestEntitiesRequest* request,
                                                        v1::SuggestEntitiesResponse* response) {
  return Run(context, response, [request](const store::IndexView& view, const InterruptCheck& check) {
    return query::SuggestEntities(view.facts(), *request, check);
  });
}

grpc::ServerUnaryReactor* QueryService::ListFacts(grpc::CallbackServerContext* context,
                                                  const v1::ListFactsRequest* request,
                                                  v1::ListFactsResponse* response) {
  return Run(context, response, [request](const store::IndexView& view, const InterruptCheck& check) {
    return query::ListFacts(view.facts(), *request, check);
  });
}

grpc::ServerUnaryReactor* QueryService::GetFact(grpc::CallbackServerContext* context, const v1::GetFactRequest* request,
                                                v1::GetFactResponse* response) {
  return Run(context, response,
             [request](const store::IndexView& view, const InterruptCheck&) { return query::GetFact(view, *request); });
}

grpc::ServerUnaryReactor* QueryService::GetServerInfo(grpc::CallbackServerContext* context,
                                                      const v1::GetServerInfoRequest*,
                                                      v1::GetServerInfoResponse* response) {
  return Run(context, response,
             [this](const store::IndexView& view, const InterruptCheck&) -> absl::StatusOr<v1::GetServerInfoResponse> {
               return ServerInfo(view);
             });
}

absl::Status QueryService::CheckAnalyzer() const {
  const std::optional<store::IndexVersions> versions = follower_.versions();
  if (!versions.has_value() || versions->analyzer_version == text::Analyzer::Version()) return absl::OkStatus();
  return WithReason(absl::FailedPreconditionError(Cat("the index was made with analyser ", versions->analyzer_version,
                                                      ", this server has ", text::Analyzer::Version(),
                                                      ": their terms differ; rebuild the index or change the server")),
                    "INDEX_ANALYZER_MISMATCH");
}

v1::GetServerInfoResponse QueryService::ServerInfo(const store::IndexView& view) const {
  v1::GetServerInfoResponse info;
  info.set_version(std::string(kVersion));
  if (const std::optional<store::IndexVersions> versions = follower_.versions()) {
    info.set_index_format_version(versions->format_version);
    info.set_analyzer_version(versions->analyzer_version);
    info.set_extractor_version(versions->extractor_version);
  }
  info.set_generation(view.generation());
  info.set_article_count(view.stats().live_docs);
  info.set_fact_count(view.facts().fact_count());
  info.set_entity_count(view.facts().entity_count());
  info.set_visible_offset(view.visible_offset().value());
  if (const std::optional<absl::Time> time = follower_.caught_up_time()) {
    *info.mutable_caught_up_time() = ToTimestamp(*time);
  }
  return info;
}

}  // namespace factline::query
