#include "ingest/page/joins.h"

#include <algorithm>
#include <array>
#include <bit>

#include "ingest/page/code_points.h"

namespace factline::page {
namespace {

constexpr size_t kSlotsPerByte = 4;  // some 5 % of the slots are used; two slots must agree
constexpr size_t kMinTableSlots = 1 << 12;
constexpr size_t kMaxTableSlots = 1 << 24;
constexpr size_t kMaxDepth = 32;

char32_t Closing(char32_t opener) {
  switch (opener) {
    case U'“':
      return U'”';
    case U'‘':
      return U'’';
    case U'（':
      return U'）';
    case '(':
      return ')';
    case U'《':
      return U'》';
    case U'「':
      return U'」';
    case U'『':
      return U'』';
    case U'【':
      return U'】';
    default:
      return 0;
  }
}

uint64_t Mix(char32_t a, char32_t b, char32_t c) {
  uint64_t h = (uint64_t{a} << 42) ^ (uint64_t{b} << 21) ^ c;
  h *= 0x9E3779B97F4A7C15u;
  return h ^ (h >> 31);
}

}  // namespace

bool EndsSentence(std::string_view text) {
  size_t end = text.size();
  CodePoint last = DecodeUtf8Before(text, end);
  while (last.size_bytes > 0 && (IsCloser(last.value) || IsBlank(last.value))) {
    end -= last.size_bytes;
    last = DecodeUtf8Before(text, end);
  }
  if (last.value == '.') return end < 2 || DecodeUtf8Before(text, end - 1).value != '.' || end == text.size();
  return IsSentenceEnd(last.value) || last.value == U'；' || last.value == ';' || last.value == U'：' ||
         last.value == ':' || last.value == U'—';
}

bool LeavesOpen(std::string_view text) {
  std::vector<char32_t> open;
  for (size_t pos = 0; pos < text.size();) {
    const CodePoint c = DecodeUtf8(text, pos);
    pos += c.size_bytes;
    if (c.value < 0x80 && c.value != '(' && c.value != ')') continue;
    if (const char32_t closing = Closing(c.value)) {
      if (open.size() < kMaxDepth) open.push_back(closing);
      continue;
    }
    const auto match = std::find(open.rbegin(), open.rend(), c.value);
    if (match != open.rend()) open.erase(std::next(match).base(), open.end());
  }
  return !open.empty();
}

bool EndsInOpenWord(std::string_view text) {
  constexpr std::array<std::string_view, 40> kWords = {
      "a",     "an",   "the",  "of",  "to",    "in",   "on",   "at",    "by",  "for",  "from",  "with",   "and", "or",
      "but",   "that", "than", "as",  "is",    "are",  "was",  "were",  "be",  "been", "has",   "have",   "had", "will",
      "would", "its",  "his",  "her", "their", "this", "into", "which", "who", "said", "about", "between"};
  return std::find(kWords.begin(), kWords.end(), text.substr(text.rfind(' ') + 1)) != kWords.end();
}

Seam SeamBetween(std::string_view before, std::string_view after) {
  const char32_t last = DecodeUtf8Before(before, before.size()).value;
  const char32_t first = DecodeUtf8(after, 0).value;
  const bool word_goes_on = first >= 'a' && first <= 'z';
  if ((last == '-' || last == 0x2010) && word_goes_on && before.size() > 1 &&
      IsAsciiLetter(static_cast<unsigned char>(before[before.size() - 2]))) {
    return Seam::kDropHyphen;
  }
  const bool latin_before = last > 0x20 && last < 0x2E80 && last != 0x2014;
  const bool latin_after = first > 0x20 && first < 0x2E80 && first != 0x2014;
  return latin_before && latin_after && !(IsDigit(last) && IsDigit(first)) ? Seam::kBlank : Seam::kNothing;
}

PageGrams::PageGrams(std::string_view page)
    : counts_(std::clamp(std::bit_ceil(page.size() * kSlotsPerByte), kMinTableSlots, kMaxTableSlots)) {
  const size_t mask = counts_.size() - 1;
  const auto count = [&](char32_t a, char32_t b, char32_t c) {
    const uint64_t hash = Mix(a, b, c);
    for (const uint64_t at : {hash >> 40 & mask, hash >> 16 & mask}) counts_[at] += counts_[at] < 255;
  };
  char32_t a = 0, b = 0;
  for (size_t pos = 0; pos < page.size();) {
    const CodePoint c = DecodeUtf8(page, pos);
    pos += c.size_bytes;
    if (c.value >= 0x80) {
      count(0, b, c.value);
      count(a, b, c.value);
    }
    a = b;
    b = c.value;
  }
}

uint32_t PageGrams::Count(char32_t a, char32_t b, char32_t c) const {
  const uint64_t hash = Mix(a, b, c);
  const size_t mask = counts_.size() - 1;
  return std::min(counts_[hash >> 40 & mask], counts_[hash >> 16 & mask]);
}

bool PageGrams::JoinsAWord(std::string_view before, std::string_view after) const {
  const CodePoint b = DecodeUtf8Before(before, before.size());
  const CodePoint a = DecodeUtf8Before(before, before.size() - b.size_bytes);
  const CodePoint c = DecodeUtf8(after, 0);
  const CodePoint d = DecodeUtf8(after, c.size_bytes);
  if (!IsHan(b.value) || !IsHan(c.value)) return false;
  const bool goes_on = IsHan(a.value) && Mostly(Count(a.value, b.value, c.value), Count(0, a.value, b.value));
  const bool came_from = IsHan(d.value) && Mostly(Count(b.value, c.value, d.value), Count(0, c.value, d.value));
  return goes_on || came_from;
}

double PageGrams::ShareRepeated(std::string_view text) const {
  size_t all = 0, repeated = 0;
  char32_t a = 0, b = 0;
  for (size_t pos = 0; pos < text.size();) {
    const CodePoint c = DecodeUtf8(text, pos);
    pos += c.size_bytes;
    if (a != 0 && c.value >= 0x80) {
      ++all;
      repeated += Count(a, b, c.value) > 1;
    }
    a = b;
    b = c.value;
  }
  return all == 0 ? 0 : static_cast<double>(repeated) / static_cast<double>(all);
}

}  // namespace factline::page
