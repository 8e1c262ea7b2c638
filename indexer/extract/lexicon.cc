#include "indexer/extract/lexicon.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "indexer/extract/embedded_data.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/utf8.h"

namespace factline::extract {
namespace {

constexpr std::array<std::string_view, 45> kClassNames = {"gpe",
                                                          "gpe_abbreviation",
                                                          "gpe_suffix",
                                                          "gpe_not",
                                                          "loc",
                                                          "loc_suffix",
                                                          "fac_suffix",
                                                          "fac_generic",
                                                          "fac_short",
                                                          "fac_plain",
                                                          "fac_work",
                                                          "org",
                                                          "org_suffix",
                                                          "org_weak",
                                                          "org_office",
                                                          "org_generic",
                                                          "org_lead",
                                                          "org_verb",
                                                          "org_proper",
                                                          "surname",
                                                          "surname_rare",
                                                          "title",
                                                          "title_plain",
                                                          "title_prefix",
                                                          "speech",
                                                          "name_stop",
                                                          "work_unquoted",
                                                          "event_suffix",
                                                          "event_generic",
                                                          "award_suffix",
                                                          "award_generic",
                                                          "award_verb",
                                                          "award_verb_plain",
                                                          "product_head",
                                                          "product_suffix",
                                                          "product_weak",
                                                          "product_verb",
                                                          "product_generic",
                                                          "product_lead",
                                                          "indicator_head",
                                                          "indicator_modifier",
                                                          "org_has",
                                                          "org_does",
                                                          "org_taken"};

std::optional<uint64_t> ClassBit(std::string_view name) {
  for (size_t i = 0; i < kClassNames.size(); ++i) {
    if (kClassNames[i] == name) return uint64_t{1} << i;
  }
  return std::nullopt;
}

constexpr std::string_view kBlanks = " \t\r";

}  // namespace

const Lexicon& Lexicon::BuiltIn() {
  static const Lexicon* const lexicon = [] {
    auto* built = new Lexicon;
    for (const EmbeddedFile& file : EmbeddedLexicons()) {
      if (!built->Add(file.name, file.text).ok()) std::abort();  // a test reads the same files
    }
    return built;
  }();
  return *lexicon;
}

absl::Status Lexicon::Add(std::string_view file_name, std::string_view text) {
  uint64_t bit = 0;
  size_t line_number = 0;
  while (!text.empty()) {
    ++line_number;
    const size_t line_end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, line_end);
    text.remove_prefix(std::min(line_end + 1, text.size()));
    line = line.substr(0, line.find('#'));
    while (true) {
      line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
      if (line.empty()) break;
      const std::string_view word = line.substr(0, line.find_first_of(kBlanks));
      line.remove_prefix(word.size());
      if (word.front() == '[' && word.back() == ']') {
        const std::optional<uint64_t> named = ClassBit(word.substr(1, word.size() - 2));
        if (!named) {
          return absl::InvalidArgumentError(Cat(file_name, ":", line_number, ": unknown word class '", word, "'"));
        }
        bit = *named;
      } else if (bit == 0) {
        return absl::InvalidArgumentError(Cat(file_name, ":", line_number, ": a word before the first [class]"));
      } else {
        ClassesOf(word) |= bit;
      }
    }
  }
  return absl::OkStatus();
}

uint64_t Lexicon::HashOfLong(std::string_view word) {
  constexpr uint64_t kMultiplier = 0x9E3779B97F4A7C15;
  const auto bytes_at = [&](size_t at) {
    uint64_t bytes;
    std::memcpy(&bytes, word.data() + at, 8);
    return bytes;
  };
  uint64_t hash = word.size();
  for (size_t at = 0; at + 8 < word.size(); at += 8) {
    hash = (hash ^ bytes_at(at)) * kMultiplier;
    hash ^= hash >> 32;
  }
  hash = (hash ^ bytes_at(word.size() - 8)) * kMultiplier;
  return hash ^ (hash >> 32);
}

size_t Lexicon::SlotOf(std::string_view word, uint64_t hash) const {
  const size_t mask = slots_.size() - 1;
  const auto tag = static_cast<uint32_t>(hash >> 32);
  for (size_t at = hash & mask;; at = (at + 1) & mask) {
    const Slot& slot = slots_[at];
    if (slot.entry == 0 || (slot.tag == tag && WordOf(entries_[slot.entry - 1]) == word)) return at;
  }
}

void Lexicon::Grow() {
  slots_.assign(slots_.size() * 2, {});
  for (size_t i = 0; i < entries_.size(); ++i) {
    const uint64_t hash = HashOf(WordOf(entries_[i]));
    slots_[SlotOf(WordOf(entries_[i]), hash)] = {static_cast<uint32_t>(hash >> 32), static_cast<uint32_t>(i + 1)};
  }
}

uint64_t& Lexicon::ClassesOf(std::string_view word) {
  if ((entries_.size() + 1) * 2 > slots_.size()) Grow();
  const uint64_t hash = HashOf(word);
  Slot& slot = slots_[SlotOf(word, hash)];
  if (slot.entry == 0) {
    entries_.push_back({.offset = static_cast<uint32_t>(text_.size()), .size = static_cast<uint32_t>(word.size())});
    slot = {static_cast<uint32_t>(hash >> 32), static_cast<uint32_t>(entries_.size())};
    text_ += word;
    filter_[hash >> (64 - kFilterBits + 6)] |= uint64_t{1} << (hash >> (64 - kFilterBits) & 63);
    beginnings_[FirstChar(word)] |= LengthBit(word.size());
    endings_[LastChar(word)] |= LengthBit(word.size());
  }
  return entries_[slot.entry - 1].classes;
}

uint64_t Lexicon::Find(std::string_view word, uint64_t hash) const {
  const Slot& slot = slots_[SlotOf(word, hash)];
  return slot.entry == 0 ? 0 : entries_[slot.entry - 1].classes;
}

uint64_t Lexicon::ShorterSuffixClasses(std::string_view word) const {
  if (word.empty()) return 0;
  size_t begin = PreviousCodePoint(word, word.size());
  const uint8_t lengths = endings_[word.substr(begin)];
  uint64_t classes = 0;
  for (int n = 0; n < kMaxSuffixChars && begin > 0; ++n) {
    const uint8_t length = LengthBit(word.size() - begin);
    if (lengths < length) break;  // nor does a longer one
    if (lengths & length) classes |= Classes(word.substr(begin));
    begin = PreviousCodePoint(word, begin);
  }
  return classes;
}

uint64_t Lexicon::PrefixClasses(std::string_view text, int max_chars) const {
  if (text.empty()) return 0;
  const uint8_t lengths = beginnings_[FirstChar(text)];
  uint64_t classes = 0;
  size_t end = 0;
  for (int n = 0; n < max_chars && end < text.size(); ++n) {
    end = NextCodePoint(text, end);
    const uint8_t length = LengthBit(end);
    if (lengths < length) break;  // nor does a longer one
    if (lengths & length) classes |= Classes(text.substr(0, end));
  }
  return classes;
}

std::string_view Lexicon::SuffixIn(std::string_view word, WordClass c) const {
  std::string_view longest;
  size_t begin = word.size();
  for (int n = 0; n < kMaxSuffixChars && begin > 0; ++n) {
    begin = PreviousCodePoint(word, begin);
    if (Is(word.substr(begin), c)) longest = word.substr(begin);
  }
  return longest;
}

}  // namespace factline::extract
