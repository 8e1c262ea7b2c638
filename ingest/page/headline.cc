#include "ingest/page/headline.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ingest/page/bigrams.h"
#include "ingest/page/code_points.h"

namespace factline::page {
namespace {

constexpr size_t kMinKickerCodePoints = 11;  // of either half of a heading that is kicker and headline in one
constexpr uint32_t kLog2PairBits = 16;
constexpr double kMineShare = 0.35;  // of an article's own headline is said again in its text
constexpr double kClearlyMore = 0.25;
constexpr ptrdiff_t kMinEnglishHeadlineWords = 3;

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
    return {.kicker = heading.Sub(0, at), .headline = heading.From(at + blank.size()).Trimmed()};
  }
  return {.headline = heading};
}

bool HasHan(std::string_view text) {
  for (size_t pos = 0; pos < text.size();) {
    const CodePoint c = DecodeUtf8(text, pos);
    if (IsHan(c.value)) return true;
    pos += c.size_bytes;
  }
  return false;
}

bool HasDigit(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// 总投资12亿元 全长3公里: a figure in each of its parts.
bool IsFigures(std::string_view text) {
  size_t parts = 0;
  for (size_t begin = 0; begin < text.size(); ++parts) {
    const size_t end = std::min(text.find(' ', begin), text.size());
    if (!HasDigit(text.substr(begin, end - begin))) return false;
    begin = end + 1;
  }
  return parts >= 2;
}

// Of an English page's headings the first that is no kicker of a word or two.
size_t FirstEnglishHeadline(const std::vector<SourceText>& headings) {
  for (size_t i = 0; i < headings.size(); ++i) {
    const std::string_view text = headings[i].view();
    if (std::count(text.begin(), text.end(), ' ') + 1 >= kMinEnglishHeadlineWords) return i;
  }
  return headings.size() - 1;
}

// The heading whose words the text repeats most, if that is clearly more than `usual` does.
size_t BestHeading(const std::vector<SourceText>& headings, const std::vector<SourceText>& paragraphs, size_t usual,
                   BigramSet* pairs) {
  for (const SourceText& paragraph : paragraphs) pairs->Add(paragraph.view());
  size_t best = usual;
  for (size_t i = 0; i < headings.size(); ++i) {
    if (pairs->Share(headings[i].view()) > pairs->Share(headings[best].view())) best = i;
  }
  const double usual_share = pairs->Share(headings[usual].view());
  return usual_share >= kMineShare || pairs->Share(headings[best].view()) < usual_share + kClearlyMore ? usual : best;
}

// `kicker` and `headline` are places in `headings`; equal where there is no kicker.
Title Choose(const std::vector<SourceText>& headings, size_t kicker, size_t headline) {
  Title title = kicker == headline ? SplitInTwo(headings[headline])
                                   : Title{.kicker = headings[kicker], .headline = headings[headline]};
  for (size_t i = 0; i < headings.size(); ++i) {
    if (i != kicker && i != headline) title.others.push_back(headings[i]);
  }
  return title;
}

}  // namespace

Title ChooseTitle(const std::vector<SourceText>& headings, const std::vector<SourceText>& paragraphs) {
  if (headings.empty()) return {};
  if (headings.size() == 1) return SplitInTwo(headings[0]);
  const size_t last = headings.size() - 1;
  if (headings[last].view().starts_with("——")) return Choose(headings, last, last - 1);
  const bool english = std::none_of(headings.begin(), headings.end(), [](const auto& h) { return HasHan(h.view()); });
  BigramSet pairs(kLog2PairBits);
  if (english) {
    const size_t first = FirstEnglishHeadline(headings);
    const size_t best = headings.size() == 2 ? first : BestHeading(headings, paragraphs, first, &pairs);
    return Choose(headings, best > 0 ? best - 1 : 0, best);
  }
  if (headings.size() == 2) {
    const bool figures_below = IsFigures(headings[1].view()) && !HasDigit(headings[0].view());
    return figures_below ? Choose(headings, 1, 0) : Choose(headings, 0, 1);
  }
  const size_t best = BestHeading(headings, paragraphs, last, &pairs);
  const bool leads_over = headings[last - 1].view().ends_with("——");
  const bool kicker_above = best == last && (leads_over || pairs.Share(headings[last - 1].view()) >= kMineShare);
  return Choose(headings, kicker_above ? last - 1 : best, best);
}

}  // namespace factline::page
