#ifndef FACTLINE_QUERY_FACTS_FACT_PREDICATE_H_
#define FACTLINE_QUERY_FACTS_FACT_PREDICATE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "factline/v1/fact.pb.h"
#include "query/facts/names.h"
#include "query/parse/filter_parser.h"

namespace factline::query {

// Whether a fact passes a filter, all of it, however the fact was found: Passes() says so of the fact itself, without
// evidences; if it asks for a source or an article, one evidence must pass too. For one request. Not thread-safe.
//
// A value is compared by its number; of a range, by the lower end. An event date passes if all its days do.
class FactPredicate {
 public:
  // `entities` must outlive it.
  FactPredicate(const FactFilter& filter, EntityCache* entities);

  absl::StatusOr<bool> Passes(const v1::Fact& fact) const;

  bool asks_for_evidence() const { return filter_.source.has_value() || filter_.article_id.has_value(); }
  bool PassesEvidence(const v1::Evidence& evidence) const;
  const std::optional<std::string>& article_id() const { return filter_.article_id; }

 private:
  bool PassesScalars(const v1::Fact& fact) const;
  bool PassesQualifiers(const v1::Fact& fact) const;
  absl::StatusOr<bool> PassesNames(const v1::Fact& fact) const;

  const FactFilter filter_;
  EntityCache& entities_;
  std::optional<NameTest> subject_;
  std::optional<NameTest> object_;
  std::vector<NameTest> either_;
  std::optional<std::string> indicator_;  // in normal form
  std::optional<std::string> unit_;
};

}  // namespace factline::query

#endif  // FACTLINE_QUERY_FACTS_FACT_PREDICATE_H_
