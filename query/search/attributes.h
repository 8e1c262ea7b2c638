#ifndef FACTLINE_QUERY_SEARCH_ATTRIBUTES_H_
#define FACTLINE_QUERY_SEARCH_ATTRIBUTES_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "indexer/store/fact_reader.h"
#include "query/parse/expression.h"
#include "query/search/search_plan.h"

namespace factline::query {

// The terms under which the index may know an attribute's value, at most 101; none finds no article. An entity is given
// by hex id, name or alias. INVALID_ARGUMENT on `field` for a value that is empty or has no normal form.
absl::StatusOr<std::vector<std::string>> TermsOf(Attribute attribute, const std::string& value, std::string_view field,
                                                 const store::FactReader& facts);

// Gives each attribute of a query its terms, then takes what every match must be, attributes and times that stand under
// no OR and no NOT, out of `expression` and into `filter`, where they cost less. Nothing may be left of `expression`.
absl::Status SettleAttributes(const store::FactReader& facts, std::optional<Expression>* expression,
                              DocumentFilter* filter);

}  // namespace factline::query

#endif  // FACTLINE_QUERY_SEARCH_ATTRIBUTES_H_
