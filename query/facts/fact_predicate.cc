#include "query/facts/fact_predicate.h"

#include "indexer/text/analyzer.h"
#include "protos/vocab/event_days.h"
#include "protos/vocab/status.h"

namespace factline::query {
namespace {

std::string QualifierOf(const v1::Fact& fact, const char* name) {
  const auto found = fact.qualifiers().find(name);
  return found == fact.qualifiers().end() ? std::string() : found->second;
}

// Confidences are floats: 0.9 in a filter means the nearest of them.
NumberRange AsFloats(NumberRange range) {
  range.min = static_cast<float>(range.min);
  range.max = static_cast<float>(range.max);
  return range;
}

}  // namespace

FactPredicate::FactPredicate(const FactFilter& filter, EntityCache* entities) : filter_(filter), entities_(*entities) {
  if (filter.subject.has_value()) subject_.emplace(*filter.subject);
  if (filter.object.has_value()) object_.emplace(*filter.object);
  for (const NameMatch& entity : filter.entities) either_.emplace_back(entity);
  if (filter.indicator.has_value()) indicator_ = text::NormalForm(*filter.indicator);
  if (filter.unit.has_value()) unit_ = text::NormalForm(*filter.unit);
}

absl::StatusOr<bool> FactPredicate::Passes(const v1::Fact& fact) const {
  if (!PassesScalars(fact) || !PassesQualifiers(fact)) return false;
  return PassesNames(fact);
}

bool FactPredicate::PassesScalars(const v1::Fact& fact) const {
  if (filter_.predicate.has_value() && fact.predicate() != *filter_.predicate) return false;
  if (filter_.modality.has_value() && fact.modality() != *filter_.modality) return false;
  if (filter_.value.has_value() && !(fact.has_value() && filter_.value->Contains(fact.value().number()))) return false;
  if (unit_.has_value() && !(fact.has_value() && text::NormalForm(fact.value().unit()) == *unit_)) return false;
  if (filter_.confidence.has_value() && !AsFloats(*filter_.confidence).Contains(fact.confidence())) return false;
  const int64_t published = fact.last_published_time().seconds();
  if (filter_.published_first.has_value() && published < *filter_.published_first) return false;
  return !filter_.published_last.has_value() || published <= *filter_.published_last;
}

bool FactPredicate::PassesQualifiers(const v1::Fact& fact) const {
  if (indicator_.has_value() && text::NormalForm(QualifierOf(fact, "indicator")) != *indicator_) return false;
  if (!filter_.event_first.has_value() && !filter_.event_last.has_value()) return true;
  const std::optional<DayRange> days = DaysOf(QualifierOf(fact, "date"));
  if (!days.has_value()) return false;
  if (filter_.event_first.has_value() && days->first < *filter_.event_first) return false;
  return !filter_.event_last.has_value() || days->last <= *filter_.event_last;
}

bool FactPredicate::PassesEvidence(const v1::Evidence& evidence) const {
  return (!filter_.source.has_value() || evidence.source() == *filter_.source) &&
         (!filter_.article_id.has_value() || evidence.article_id() == *filter_.article_id);
}

absl::StatusOr<bool> FactPredicate::PassesNames(const v1::Fact& fact) const {
  if (subject_.has_value()) {
    FL_ASSIGN_OR_RETURN(const bool matches, MatchesArgument(*subject_, fact.subject(), &entities_));
    if (!matches) return false;
  }
  if (object_.has_value()) {
    FL_ASSIGN_OR_RETURN(const bool matches, MatchesArgument(*object_, fact.object(), &entities_));
    if (!matches) return false;
  }
  for (const NameTest& name : either_) {
    FL_ASSIGN_OR_RETURN(const bool subject_matches, MatchesArgument(name, fact.subject(), &entities_));
    if (subject_matches) continue;
    FL_ASSIGN_OR_RETURN(const bool object_matches, MatchesArgument(name, fact.object(), &entities_));
    if (!object_matches) return false;
  }
  return true;
}

}  // namespace factline::query
