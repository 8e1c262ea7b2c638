#ifndef FACTLINE_QUERY_FACTS_FACT_PLAN_H_
#define FACTLINE_QUERY_FACTS_FACT_PLAN_H_

#include <optional>
#include <vector>

#include "indexer/store/fact_reader.h"
#include "query/facts/names.h"
#include "query/parse/filter_parser.h"

namespace factline::query {

// The way to the facts of a filter: scans one after the other. Together they give every fact that passes, in an order
// that does not change; some facts that do not pass too, and facts of an earlier scan again.
//
// Which index: the one that most likely leaves least to look at. An article has few facts, a name some, a predicate
// many; times are last, and give the newest first.
//
//   article_id > subject > object > entity (as subject, then as object) > predicate and value > predicate
//   > prefix of subject > of object > of entity > everything by time
struct FactPlan {
  std::vector<store::FactScan> scans;  // one or two
  // Of the two scans of an entity: what it is, so that facts which have it on both sides are shown once.
  std::optional<NameTest> either;
};
FactPlan PlanFacts(const FactFilter& filter);

}  // namespace factline::query

#endif  // FACTLINE_QUERY_FACTS_FACT_PLAN_H_
