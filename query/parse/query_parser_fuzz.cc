#include <cstddef>
#include <cstdint>
#include <string_view>

#include "indexer/text/analyzer.h"
#include "query/parse/filter_parser.h"
#include "query/parse/query_parser.h"

// Any bytes are a query or an error of the caller, for each of the three languages that requests speak.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto* const analyzer = new factline::text::Analyzer();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto query = factline::query::ParseQuery(text, *analyzer);
  if (query.ok() && query->has_value()) factline::query::ToString(**query);
  (void)factline::query::ParseFactFilter(text);
  (void)factline::query::ParseEntityFilter(text);
  return 0;
}
