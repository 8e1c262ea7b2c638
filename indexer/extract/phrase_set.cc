#include "indexer/extract/phrase_set.h"

#include <algorithm>

namespace factline::extract {

void PhraseSet::Build() {
  std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
    const int order = a.phrase.compare(b.phrase);
    return order != 0 ? order < 0 : a.id < b.id;
  });
  for (uint32_t i = 0; i < entries_.size(); ++i) {
    const std::string_view phrase = entries_[i].phrase;
    if (phrase.size() >= kLong) {
      long_.Set(BytesAt(phrase, 0, kLong));
    } else if (phrase.size() >= kShort) {
      short_.Set(BytesAt(phrase, 0, kShort));
      has_short_ = true;
    } else {
      tiny_[static_cast<uint8_t>(phrase.front())] = true;
      has_tiny_ = true;
    }
    // What this one begins with sorts before it, and begins all that stands between.
    uint32_t prefix = i == 0 ? kNone : i - 1;
    while (prefix != kNone && !phrase.starts_with(entries_[prefix].phrase)) prefix = entries_[prefix].prefix;
    entries_[i].prefix = prefix;
  }
}

uint32_t PhraseSet::LongestAt(std::string_view rest) const {
  const auto behind = std::upper_bound(entries_.begin(), entries_.end(), rest,
                                       [](std::string_view text, const Entry& entry) { return text < entry.phrase; });
  if (behind == entries_.begin()) return kNone;
  auto i = static_cast<uint32_t>(behind - entries_.begin() - 1);
  const std::string_view nearest = entries_[i].phrase;
  const size_t shared = std::mismatch(nearest.begin(), nearest.end(), rest.begin(), rest.end()).first - nearest.begin();
  while (i != kNone && entries_[i].phrase.size() > shared) i = entries_[i].prefix;
  return i;
}

}  // namespace factline::extract
