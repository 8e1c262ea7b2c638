#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "indexer/text/analyzer.h"
#include "query/parse/filter_parser.h"
#include "query/parse/query_parser.h"

namespace {

size_t TermsOf(const factline::query::Expression& expression) {
  size_t terms = expression.children.empty() ? std::max<size_t>(1, expression.grams.size()) : 0;
  for (const factline::query::Expression& child : expression.children) terms += TermsOf(child);
  return terms;
}

}  // namespace

// Any bytes are a query or an error of the caller, for each of the three languages that requests speak.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto* const analyzer = new factline::text::Analyzer();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const factline::query::Joining joining : {factline::query::Joining::kAll, factline::query::Joining::kAny}) {
    const auto query = factline::query::ParseQuery(text, *analyzer, joining);
    if (!query.ok() || !query->has_value()) continue;
    factline::query::ToString(**query);
    if (TermsOf(**query) > factline::query::kMaxQueryTerms) std::abort();
  }
  (void)factline::query::ParseFactFilter(text);
  (void)factline::query::ParseEntityFilter(text);
  return 0;
}
