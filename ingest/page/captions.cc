#include "ingest/page/captions.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "ingest/page/code_points.h"
#include "ingest/page/credits.h"
#include "ingest/page/word_set.h"

namespace factline::page {
namespace {

constexpr size_t kMaxCaptionCodePoints = 160;
constexpr size_t kMaxCreditCodePoints = 24;
constexpr size_t kMaxPhraseCodePoints = 24;
constexpr size_t kMaxInlineCaptions = 64;
constexpr size_t kMinInlineParagraphBytes = 120;

constexpr std::array<std::string_view, 15> kOpenings = {"▲",    "△",    "▼",    "▽",    "◀",    "▶",    "◄",       "►",
                                                        "图为", "上图", "下图", "左图", "右图", "题图", "图片说明"};
constexpr std::array<std::string_view, 6> kGivers = {"供图", "资料图", "资料图片", "资料照片", "提供图片", "图片"};

// The last word of a credit to a photographer: 王一 摄, 记者 王一摄, 王一 摄/某某图片.
bool EndsWithPhotoCredit(std::string_view line) {
  const std::string_view end = line.substr(PositionFromEnd(line, kMaxCreditCodePoints));
  size_t from = 0;
  for (std::string_view mark : {"。", "，", "”"}) {
    const size_t at = FindLast(end, mark);
    if (at != std::string_view::npos && at + mark.size() < end.size()) from = std::max(from, at + mark.size());
  }
  const std::string_view credit = TrimBlank(end.substr(from));
  if (std::any_of(kGivers.begin(), kGivers.end(), [&](auto word) { return credit.ends_with(word); })) return true;
  if (credit.find("摄") == std::string_view::npos && credit.find("图") == std::string_view::npos) return false;
  const auto credits = ParseByline(credit);
  return credits.has_value() && credits->photo;
}

bool HasClause(std::string_view text) { return text.find("。") != std::string_view::npos; }

// Where the sentence that holds `pos` begins, at most `max_code_points` back.
size_t SentenceBegin(std::string_view text, size_t pos, size_t max_code_points) {
  for (size_t count = 0; pos > 0 && count < max_code_points; ++count) {
    const CodePoint c = DecodeUtf8Before(text, pos);
    if (c.value == U'。' || c.value == U'！' || c.value == U'？' || c.value == '\n') break;
    if (IsCloser(c.value) && pos > 3 && IsSentenceEnd(DecodeUtf8Before(text, pos - c.size_bytes).value)) break;
    pos -= c.size_bytes;
  }
  return pos;
}

// From a credit that begins at `credit` back over the caption it belongs to.
size_t CaptionBegin(std::string_view text, size_t credit) {
  size_t sentence = credit;
  while (sentence > 0 && IsBlank(DecodeUtf8Before(text, sentence).value))
    sentence -= DecodeUtf8Before(text, sentence).size_bytes;
  const CodePoint mark = DecodeUtf8Before(text, sentence);
  if (mark.value != U'。') return credit;
  const size_t begin = SentenceBegin(text, sentence - mark.size_bytes, kMaxCaptionCodePoints);
  const std::string_view phrase = text.substr(begin, sentence - begin);
  if (phrase.starts_with("图为")) return begin;
  return CountCodePoints(phrase) <= kMaxPhraseCodePoints && phrase.find("，") == std::string_view::npos ? begin
                                                                                                        : credit;
}

std::optional<Span> AtGiver(std::string_view text, size_t word, size_t word_bytes) {
  const size_t begin = SentenceBegin(text, word, kMaxCreditCodePoints);
  const std::string_view giver = text.substr(begin, word - begin);
  if (giver.empty() || CountCodePoints(giver) >= kMaxCreditCodePoints || giver.find("，") != std::string_view::npos) {
    return std::nullopt;
  }
  return Span{static_cast<uint32_t>(CaptionBegin(text, begin)), static_cast<uint32_t>(word + word_bytes)};
}

std::optional<Span> AtPhotographer(std::string_view text, size_t word, size_t word_bytes) {
  const size_t begin = SentenceBegin(text, word, kMaxCreditCodePoints);
  const std::string_view credit = text.substr(begin, word - begin);
  const bool credits_somebody = credit.find("记者") != std::string_view::npos || credit.ends_with(" ");
  if (!credits_somebody || credit.find("，") != std::string_view::npos) return std::nullopt;
  const auto credits = ParseByline(text.substr(begin, word + word_bytes - begin));
  if (!credits.has_value() || !credits->photo) return std::nullopt;
  return Span{static_cast<uint32_t>(CaptionBegin(text, begin)), static_cast<uint32_t>(word + word_bytes)};
}

// 图片来源：X, where X ends at a blank, at a mark, or where Latin letters meet Han.
std::optional<Span> AtSource(std::string_view text, size_t word, size_t word_bytes) {
  const size_t begin = word + word_bytes;
  size_t end = begin;
  const bool han = IsHan(DecodeUtf8(text, begin).value);
  for (size_t count = 0; count < kMaxCreditCodePoints; ++count) {
    const CodePoint c = DecodeUtf8(text, end);
    if (c.size_bytes == 0 || !IsWordLike(c.value) || IsHan(c.value) != han) {
      return Span{static_cast<uint32_t>(word), static_cast<uint32_t>(end)};
    }
    end += c.size_bytes;
  }
  return std::nullopt;
}

constexpr WordSet<3> kInlineCues(std::array<std::string_view, 3>{"供图", "摄", "图片来源："});

std::optional<Span> ReadInline(std::string_view text, size_t at, size_t cue) {
  switch (cue) {
    case 0:
      return AtGiver(text, at, kInlineCues[cue].size());
    case 1:
      return AtPhotographer(text, at, kInlineCues[cue].size());
    default:
      return AtSource(text, at, kInlineCues[cue].size());
  }
}

}  // namespace

bool IsCaptionLine(std::string_view line) {
  if (line.size() > kMaxCaptionCodePoints * 4 || CountCodePoints(line) > kMaxCaptionCodePoints) return false;
  if (std::any_of(kOpenings.begin(), kOpenings.end(), [&](auto word) { return line.starts_with(word); })) return true;
  return EndsWithPhotoCredit(line) && (HasClause(line) || CountCodePoints(line) <= 40);
}

std::vector<Span> FindInlineCaptions(std::string_view paragraph) {
  std::vector<Span> found;
  if (paragraph.size() < kMinInlineParagraphBytes) return found;
  for (auto match = kInlineCues.Find(paragraph); match.found() && found.size() < kMaxInlineCaptions;) {
    if (std::optional<Span> span = ReadInline(paragraph, match.position, match.word)) found.push_back(*span);
    match = kInlineCues.Find(paragraph, match.position + kInlineCues[match.word].size());
  }
  std::sort(found.begin(), found.end());
  std::vector<Span> apart;
  for (Span span : found) {
    if (apart.empty() || !apart.back().Overlaps(span)) apart.push_back(span);
  }
  return apart;
}

}  // namespace factline::page
