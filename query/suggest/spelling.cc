#include "query/suggest/spelling.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "indexer/text/normalizer.h"

namespace factline::query {
namespace {

constexpr size_t kMinForOneEdit = 3;
constexpr size_t kMinForTwoEdits = 6;

}  // namespace

PrefixSpelling::PrefixSpelling(std::u32string_view text, uint32_t max_edits)
    : text_(text),
      max_edits_(max_edits),
      before_last_(text.size() + 1),
      last_(text.size() + 1),
      row_(text.size() + 1) {}

PrefixSpelling::Distance PrefixSpelling::To(std::u32string_view name) {
  std::iota(row_.begin(), row_.end(), 0U);
  uint32_t best = row_.back();
  for (size_t i = 1; i <= name.size(); ++i) {
    std::swap(before_last_, last_);
    std::swap(last_, row_);
    row_[0] = static_cast<uint32_t>(i);
    for (size_t j = 1; j <= text_.size(); ++j) {
      const uint32_t changed = last_[j - 1] + (name[i - 1] == text_[j - 1] ? 0 : 1);
      row_[j] = std::min({changed, last_[j] + 1, row_[j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && name[i - 1] == text_[j - 2] && name[i - 2] == text_[j - 1];
      if (swapped) row_[j] = std::min(row_[j], before_last_[j - 2] + 1);
    }
    best = std::min(best, row_.back());
    // No later row gets below the least of this one.
    if (best > max_edits_ && *std::min_element(row_.begin(), row_.end()) > max_edits_) return {best, i};
  }
  return {best, 0};
}

uint32_t EditsAllowed(std::u32string_view text) {
  if (text.size() < kMinForOneEdit) return 0;
  const bool has_han =
      std::any_of(text.begin(), text.end(), [](char32_t c) { return text::ClassOfChar(c) == text::CharClass::kHan; });
  return has_han || text.size() < kMinForTwoEdits ? 1 : 2;
}

}  // namespace factline::query
