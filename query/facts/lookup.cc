#include "query/facts/lookup.h"

#include <optional>
#include <string>
#include <utility>

#include "protos/vocab/hash.h"
#include "protos/vocab/status.h"
#include "query/facts/list_facts.h"

namespace factline::query {
namespace {

constexpr size_t kIdBytes = 16;
constexpr size_t kMaxArticleIdBytes = 256;

absl::StatusOr<std::string> ReadHexId(const std::string& id) {
  std::string bytes = FromHex(id);
  if (bytes.size() != kIdBytes) return FieldError("id", Cat("is not ", 2 * kIdBytes, " hexadecimal digits"));
  return bytes;
}

// A statement as this article alone has it.
v1::Fact FactOfArticle(const storage::v1::ExtractedFact& extracted, const v1::StoredArticle& article) {
  v1::Fact fact = extracted.meaning();
  fact.set_id(ToHex(extracted.fact_id()));
  v1::Evidence& evidence = *fact.add_evidences();
  evidence = extracted.evidence();
  const v1::Span& span = evidence.span();
  if (span.begin() <= span.end() && span.end() <= article.body().size()) {
    evidence.set_text(article.body().substr(span.begin(), span.end() - span.begin()));
  }
  fact.set_confidence(evidence.confidence());
  fact.set_evidence_count(1);
  *fact.mutable_first_published_time() = article.published_time();
  *fact.mutable_last_published_time() = article.published_time();
  return fact;
}

}  // namespace

absl::StatusOr<v1::GetArticleResponse> GetArticle(const store::IndexView& view, const v1::GetArticleRequest& request) {
  if (request.id().empty() || request.id().size() > kMaxArticleIdBytes) {
    return FieldError("id", Cat("has ", request.id().size(), " bytes; 1 to ", kMaxArticleIdBytes, " are allowed"));
  }
  const absl::Status not_found = absl::NotFoundError(Cat("there is no article '", request.id(), "'"));
  FL_ASSIGN_OR_RETURN(const std::optional<uint32_t> doc, view.FindArticle(request.id()));
  if (!doc.has_value()) return not_found;
  FL_ASSIGN_OR_RETURN(std::optional<storage::v1::DocRecord> record, view.Document(*doc));
  if (!record.has_value()) return not_found;
  v1::GetArticleResponse response;
  if (request.include_extraction()) {
    response.mutable_entities()->Swap(record->mutable_entities());
    for (const storage::v1::ExtractedFact& fact : record->facts()) {
      *response.add_facts() = FactOfArticle(fact, record->article());
    }
  }
  response.mutable_article()->Swap(record->mutable_article());
  return response;
}

absl::StatusOr<v1::GetEntityResponse> GetEntity(const store::IndexView& view, const v1::GetEntityRequest& request) {
  FL_ASSIGN_OR_RETURN(std::string id, ReadHexId(request.id()));
  FL_ASSIGN_OR_RETURN(std::optional<v1::Entity> entity, view.facts().GetEntity(EntityId(std::move(id))));
  if (!entity.has_value()) return absl::NotFoundError(Cat("there is no entity '", request.id(), "'"));
  v1::GetEntityResponse response;
  *response.mutable_entity() = *std::move(entity);
  return response;
}

absl::StatusOr<v1::GetFactResponse> GetFact(const store::IndexView& view, const v1::GetFactRequest& request) {
  FL_ASSIGN_OR_RETURN(std::string id, ReadHexId(request.id()));
  FL_ASSIGN_OR_RETURN(std::optional<v1::Fact> fact, view.facts().Get(FactId(std::move(id)), kMaxEvidencesShown));
  if (!fact.has_value()) return absl::NotFoundError(Cat("there is no fact '", request.id(), "'"));
  v1::GetFactResponse response;
  *response.mutable_fact() = *std::move(fact);
  return response;
}

}  // namespace factline::query
