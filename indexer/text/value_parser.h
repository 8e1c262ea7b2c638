#ifndef FACTLINE_INDEXER_TEXT_VALUE_PARSER_H_
#define FACTLINE_INDEXER_TEXT_VALUE_PARSER_H_

#include <optional>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "indexer/text/normalizer.h"
#include "indexer/text/value.h"

namespace factline::text {

// The dates, sums of money, percentages and quantities of a text, in text order, not overlapping. Linear in the text.
// `chars` must be what Normalize made of `text`. `published` resolves relative dates; without it their norm is "".
//
// A number is a value only with something that says what it counts: a unit, a currency, a calendar word. Ordinals
// (第三届), idioms (一旦), and 一 before a mere classifier (一个) are none.
std::vector<Value> FindValues(std::string_view text, const std::vector<NormalChar>& chars,
                              std::optional<absl::CivilDay> published = std::nullopt);

}  // namespace factline::text

#endif  // FACTLINE_INDEXER_TEXT_VALUE_PARSER_H_
