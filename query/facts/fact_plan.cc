#include "query/facts/fact_plan.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
namespace factline::query {
namespace {

using Index = store::FactScan::Index;

store::FactScan ByName(Index index, const NameMatch& match) {
  const NameTest name(match);
  store::FactScan scan;
  scan.index = index;
  scan.name = name.scan_name();
  scan.name_is_prefix = match.is_prefix;
  return scan;
}

store::FactScan ByTime(Index index, const FactFilter& filter) {
  store::FactScan scan;
  scan.index = index;
  scan.published_from = filter.published_first;
  if (filter.published_last.has_value() && *filter.published_last < std::numeric_limits<int64_t>::max()) {
    scan.published_before = *filter.published_last + 1;
  }
  return scan;
}

store::FactScan ByValue(const FactFilter& filter) {
  store::FactScan scan;
  scan.index = Index::kPredicateValue;
  scan.predicate = *filter.predicate;
  if (std::isfinite(filter.value->min)) scan.value_min = filter.value->min;
  if (std::isfinite(filter.value->max)) scan.value_max = filter.value->max;
  return scan;
}

// A plan by names, whole ones or prefixes; without scans if the filter has no such name.
FactPlan ByNames(const FactFilter& filter, bool prefixes) {
  FactPlan plan;
  if (filter.subject.has_value() && filter.subject->is_prefix == prefixes) {
    plan.scans = {ByName(Index::kSubject, *filter.subject)};
    return plan;
  }
  if (filter.object.has_value() && filter.object->is_prefix == prefixes) {
    plan.scans = {ByName(Index::kObject, *filter.object)};
    return plan;
  }
  for (const NameMatch& entity : filter.entities) {
    if (entity.is_prefix != prefixes) continue;
    plan.scans = {ByName(Index::kSubject, entity), ByName(Index::kObject, entity)};
    plan.either.emplace(entity);
    return plan;
  }
  return plan;
}

store::FactScan ByArticle(const std::string& article_id) {
  store::FactScan scan;
  scan.index = Index::kArticle;
  scan.name = article_id;
  return scan;
}

store::FactScan ByPredicate(const FactFilter& filter) {
  if (filter.value.has_value()) return ByValue(filter);
  store::FactScan scan = ByTime(Index::kPredicateTime, filter);
  scan.predicate = *filter.predicate;
  return scan;
}

}  // namespace

FactPlan PlanFacts(const FactFilter& filter) {
  if (filter.article_id.has_value()) return {{ByArticle(*filter.article_id)}, std::nullopt};
  FactPlan by_names = ByNames(filter, /*prefixes=*/false);
  if (!by_names.scans.empty()) return by_names;
  if (filter.predicate.has_value()) return {{ByPredicate(filter)}, std::nullopt};
  by_names = ByNames(filter, /*prefixes=*/true);
  if (!by_names.scans.empty()) return by_names;
  return {{ByTime(Index::kTime, filter)}, std::nullopt};
}

}  // namespace factline::query
