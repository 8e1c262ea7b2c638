#include "ingest/chunk/sentences.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "ingest/page/code_points.h"
#include "protos/vocab/limits.h"

namespace factline::chunk {
namespace {

using page::IsBlank;

constexpr size_t kLongestAbbreviation = 6;

// Words that a full stop abbreviates; a sentence never ends with the first kind, and ends with the second only
// before a word that begins one.
constexpr std::array<std::string_view, 42> kTitles = {
    "Mr",  "Mrs", "Ms",  "Dr",  "Prof", "St",  "Gen", "Sen", "Rep", "Gov", "Lt",  "Col",  "Sgt", "Capt",
    "Maj", "Rev", "Hon", "Fig", "No",   "Nos", "Vol", "vs",  "e.g", "i.e", "Jan", "Feb",  "Mar", "Apr",
    "Jun", "Jul", "Aug", "Sep", "Oct",  "Nov", "Dec", "pp",  "cf",  "ca",  "al",  "Sept", "Mt",  "approx"};
constexpr std::array<std::string_view, 12> kTails = {"Inc", "Ltd", "Co",  "Corp", "Jr",  "Sr",
                                                     "U.S", "U.K", "a.m", "p.m",  "etc", "Bros"};
constexpr std::array<std::string_view, 22> kStarters = {"The", "A",   "An",  "In",   "It",   "He",    "She", "They",
                                                        "We",  "But", "And", "This", "That", "These", "On",  "At",
                                                        "For", "By",  "Its", "As",   "When", "Since"};

template <size_t n>
bool Has(const std::array<std::string_view, n>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool IsTokenByte(char c) { return page::IsAsciiLetter(static_cast<unsigned char>(c)) || c == '.'; }

// The letters (and inner full stops) that end at `end`, no more than one abbreviation could have.
std::string_view WordBefore(std::string_view text, size_t end) {
  size_t begin = end;
  while (begin > 0 && end - begin <= kLongestAbbreviation && IsTokenByte(text[begin - 1])) --begin;
  return text.substr(begin, end - begin);
}

std::string_view WordAfter(std::string_view text, size_t begin) {
  size_t end = begin;
  while (end < text.size() && end - begin <= kLongestAbbreviation && IsTokenByte(text[end])) ++end;
  return text.substr(begin, end - begin);
}

// Whether the Latin mark at `pos` (closers end at `after`) ends a sentence.
bool LatinEnd(std::string_view text, size_t pos, size_t after) {
  if (after >= text.size()) return true;
  if (!IsBlank(DecodeUtf8(text, after).value)) return false;
  size_t next = after;
  while (next < text.size() && next < after + 8 && IsBlank(DecodeUtf8(text, next).value)) {
    next += DecodeUtf8(text, next).size_bytes;
  }
  const char32_t first = DecodeUtf8(text, next).value;
  if (first >= 'a' && first <= 'z') return false;
  if (text[pos] != '.') return true;
  const std::string_view word = WordBefore(text, pos);
  if (word.size() == 1 && word[0] >= 'A' && word[0] <= 'Z') return false;
  if (Has(kTitles, word)) return false;
  if (Has(kTails, word)) return Has(kStarters, WordAfter(text, next));
  return true;
}

// Marks and particles that a sentence goes on with after a quotation.
bool GoesOn(char32_t c) {
  return c == U'，' || c == U'、' || c == U'；' || c == U'：' || c == U'的' || c == U'等' || c == U'与' || c == U'和' ||
         c == U'之' || c == ',' || c == ';' || c == ':';
}

bool IsWideEnd(char32_t c) { return c == U'。' || c == U'！' || c == U'？' || c == U'｡'; }

// If the mark at `pos` ends a sentence, the position behind it and its closers, otherwise 0.
size_t EndAt(std::string_view text, size_t pos, CodePoint mark) {
  const bool wide = IsWideEnd(mark.value);
  const bool latin = mark.value == '.' || mark.value == '!' || mark.value == '?';
  const bool ellipsis = mark.value == U'…';
  if (!wide && !latin && !ellipsis) return 0;
  size_t after = pos + mark.size_bytes;
  size_t marks = 1;
  for (CodePoint c = DecodeUtf8(text, after); c.size_bytes > 0; c = DecodeUtf8(text, after)) {
    if (!IsWideEnd(c.value) && c.value != U'…' && c.value != '!' && c.value != '?') break;
    after += c.size_bytes;
    ++marks;
  }
  if (ellipsis && marks < 2) return 0;
  const size_t last_mark = after;
  bool closes_title = false;
  for (CodePoint c = DecodeUtf8(text, after); c.size_bytes > 0 && page::IsCloser(c.value);
       c = DecodeUtf8(text, after)) {
    closes_title |= c.value == U'》' || c.value == U'〉';
    after += c.size_bytes;
  }
  if (latin && marks == 1) return LatinEnd(text, pos, after) ? after : 0;
  if (after == last_mark) return ellipsis && GoesOn(DecodeUtf8(text, after).value) ? 0 : after;
  const char32_t next = DecodeUtf8(text, after).value;
  return closes_title || GoesOn(next) ? 0 : after;
}

void AddTrimmed(std::string_view text, size_t begin, size_t end, std::vector<Span>* out) {
  const std::string_view kept = page::TrimBlank(text.substr(begin, end - begin));
  if (kept.empty()) return;
  const auto from = static_cast<uint32_t>(kept.data() - text.data());
  out->push_back({from, static_cast<uint32_t>(from + kept.size())});
}

}  // namespace

std::vector<Span> SplitSentences(std::string_view text) {
  std::vector<Span> sentences;
  size_t begin = 0;
  for (size_t pos = 0; pos < text.size();) {
    const CodePoint c = DecodeUtf8(text, pos);
    if (pos == begin && IsBlank(c.value)) {
      begin = pos += c.size_bytes;
      continue;
    }
    if (pos + c.size_bytes - begin > kMaxSentenceBytes) {
      AddTrimmed(text, begin, pos, &sentences);
      begin = pos;
      continue;
    }
    if (c.value == '\n') {
      AddTrimmed(text, begin, pos, &sentences);
      begin = pos += c.size_bytes;
      continue;
    }
    const size_t end = EndAt(text, pos, c);
    if (end > 0 && end - begin <= kMaxSentenceBytes) {
      AddTrimmed(text, begin, end, &sentences);
      begin = pos = end;
      continue;
    }
    pos += c.size_bytes;
  }
  AddTrimmed(text, begin, text.size(), &sentences);
  return sentences;
}

}  // namespace factline::chunk
