// Any bytes: the analysis must not crash, and its values must lie in the text, in order, with numbers in order.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "indexer/text/normalizer.h"
#include "indexer/text/value_parser.h"

namespace factline::text {
namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

// A byte that continues a valid character of `text` is no edge; stray bytes are characters of their own.
void CheckValue(std::string_view text, const Value& value, uint32_t not_before) {
  Require(value.span.begin >= not_before && value.span.begin < value.span.end_exclusive);
  Require(value.context.Contains(value.span) && value.context.end_exclusive <= text.size());
  Require(std::isfinite(value.number) && (!value.number_to || value.number < *value.number_to));
  Require((value.kind == ValueKind::kDate) == value.unit.empty());
  Require(value.kind == ValueKind::kDate || !value.norm.empty());
}

}  // namespace
}  // namespace factline::text

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using factline::text::Value;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<factline::text::NormalChar> chars;
  factline::text::Normalize(text, chars);
  for (const bool dated : {false, true}) {
    const auto published = dated ? std::optional(absl::CivilDay(2024, 2, 29)) : std::nullopt;
    uint32_t not_before = 0;
    for (const Value& value : factline::text::FindValues(text, chars, published)) {
      factline::text::CheckValue(text, value, not_before);
      not_before = value.span.end_exclusive;
    }
  }
  return 0;
}
