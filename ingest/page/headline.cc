#include "ingest/page/headline.h"

#include <cstddef>
#include <cstdint>

#include "ingest/page/code_points.h"

namespace factline::page {
namespace {

constexpr size_t kMinKickerCodePoints = 11;  // of either half of a heading that is kicker and headline in one
constexpr double kMineShare = 0.35;          // of an article's own headline is said again in its text
constexpr double kClearlyMore = 0.25;

// The pairs of neighbouring code points of the article, by hash.
class Pairs {
 public:
  void Add(std::string_view text) {
    ForEach(text, [&](uint32_t hash) { bits_[hash / 64] |= uint64_t{1} << (hash % 64); });
  }
  double Share(std::string_view text) const {
    size_t all = 0, common = 0;
    ForEach(text, [&](uint32_t hash) {
      ++all;
      common += (bits_[hash / 64] >> (hash % 64)) & 1;
    });
    return all == 0 ? 0 : static_cast<double>(common) / static_cast<double>(all);
  }

 private:
  static constexpr uint32_t kBits = 1 << 16;

  template <typename Use>
  static void ForEach(std::string_view text, Use use) {
    char32_t before = 0;
    for (size_t pos = 0; pos < text.size();) {
      const CodePoint c = DecodeAt(text, pos);
      pos += c.size_bytes;
      if (IsWordLike(c.value) && IsWordLike(before)) {
        use(static_cast<uint32_t>(((uint64_t{before} << 21 | c.value) * 0x9E3779B97F4A7C15u) >> 48) % kBits);
      }
      before = c.value;
    }
  }

  std::vector<uint64_t> bits_ = std::vector<uint64_t>(kBits / 64);
};

Title SplitInTwo(const SourceText& heading) {
  const std::string_view text = heading.view();
  for (std::string_view blank : {" ", "　"}) {
    const size_t at = text.find(blank);
    if (at == std::string_view::npos || text.find(blank, at + blank.size()) != std::string_view::npos) continue;
    if (IsAsciiLetter(DecodeBefore(text, at).value) || IsAsciiLetter(DecodeAt(text, at + blank.size()).value)) continue;
    if (CountCodePoints(text.substr(0, at)) < kMinKickerCodePoints) continue;
    if (CountCodePoints(text.substr(at + blank.size())) < kMinKickerCodePoints) continue;
    return {heading.Sub(0, at), heading.From(at + blank.size()).Trimmed()};
  }
  return {{}, heading};
}

}  // namespace

Title ChooseTitle(const std::vector<SourceText>& headings, const std::vector<SourceText>& paragraphs) {
  if (headings.empty()) return {};
  if (headings.size() == 1) return SplitInTwo(headings[0]);
  const size_t last = headings.size() - 1;
  if (headings[last].view().starts_with("——")) return {headings[last], headings[last - 1]};
  if (headings.size() == 2) return {headings[0], headings[1]};
  Pairs pairs;
  for (const SourceText& paragraph : paragraphs) pairs.Add(paragraph.view());
  size_t best = last;
  for (size_t i = 0; i < headings.size(); ++i) {
    if (pairs.Share(headings[i].view()) > pairs.Share(headings[best].view())) best = i;
  }
  const double last_share = pairs.Share(headings[last].view());
  if (last_share >= kMineShare || pairs.Share(headings[best].view()) < last_share + kClearlyMore) best = last;
  Title title = SplitInTwo(headings[best]);
  if (best == last && pairs.Share(headings[last - 1].view()) >= kMineShare) return {headings[last - 1], headings[last]};
  return title;
}

}  // namespace factline::page
