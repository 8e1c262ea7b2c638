#include "ingest/page/headline.h"

#include <cstddef>
#include <cstdint>

#include "ingest/page/bigrams.h"
#include "ingest/page/code_points.h"

namespace factline::page {
namespace {

constexpr size_t kMinKickerCodePoints = 11;  // of either half of a heading that is kicker and headline in one
constexpr uint32_t kLog2PairBits = 16;
constexpr double kMineShare = 0.35;  // of an article's own headline is said again in its text
constexpr double kClearlyMore = 0.25;

Title SplitInTwo(const SourceText& heading) {
  const std::string_view text = heading.view();
  for (std::string_view blank : {" ", "　"}) {
    const size_t at = text.find(blank);
    if (at == std::string_view::npos || text.find(blank, at + blank.size()) != std::string_view::npos) continue;
    if (text.find("，") != std::string_view::npos) continue;
    if (IsAsciiLetter(DecodeUtf8Before(text, at).value) || IsAsciiLetter(DecodeUtf8(text, at + blank.size()).value))
      continue;
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
  BigramSet pairs(kLog2PairBits);
  for (const SourceText& paragraph : paragraphs) pairs.Add(paragraph.view());
  size_t best = last;
  for (size_t i = 0; i < headings.size(); ++i) {
    if (pairs.Share(headings[i].view()) > pairs.Share(headings[best].view())) best = i;
  }
  const double last_share = pairs.Share(headings[last].view());
  if (last_share >= kMineShare || pairs.Share(headings[best].view()) < last_share + kClearlyMore) best = last;
  Title title = SplitInTwo(headings[best]);
  const bool leads_over = headings[last - 1].view().ends_with("——");
  if (best == last && (leads_over || pairs.Share(headings[last - 1].view()) >= kMineShare))
    return {headings[last - 1], headings[last]};
  return title;
}

}  // namespace factline::page
