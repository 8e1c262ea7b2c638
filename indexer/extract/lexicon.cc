#include "indexer/extract/lexicon.h"

#include <array>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "indexer/extract/embedded_data.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/utf8.h"

namespace factline::extract {
namespace {

constexpr std::array<std::string_view, 42> kClassNames = {"gpe",
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
                                                          "field_head",
                                                          "indicator_head",
                                                          "indicator_modifier"};

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

uint64_t Lexicon::HashOf(std::string_view word) {
  constexpr uint64_t kMultiplier = 0x9E3779B97F4A7C15;
  uint64_t hash = word.size();
  while (word.size() >= 8) {
    uint64_t chunk;
    std::memcpy(&chunk, word.data(), 8);
    hash = (hash ^ chunk) * kMultiplier;
    hash ^= hash >> 32;
    word.remove_prefix(8);
  }
  uint64_t chunk = 0;
  for (size_t i = 0; i < word.size(); ++i) chunk |= uint64_t{static_cast<uint8_t>(word[i])} << (8 * i);
  hash = (hash ^ chunk) * kMultiplier;
  return hash ^ (hash >> 29);
}

size_t Lexicon::SlotOf(std::string_view word, uint64_t hash) const {
  const size_t mask = slots_.size() - 1;
  const auto tag = static_cast<uint32_t>(hash >> 32);
  for (size_t at = hash & mask;; at = (at + 1) & mask) {
    const Slot& slot = slots_[at];
    if (slot.size == 0) return at;
    if (slot.tag == tag && slot.size == word.size() &&
        std::string_view(words_).substr(slot.offset, slot.size) == word) {
      return at;
    }
  }
}

void Lexicon::Grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  for (const Slot& slot : old) {
    if (slot.size == 0) continue;
    const std::string_view word = std::string_view(words_).substr(slot.offset, slot.size);
    slots_[SlotOf(word, HashOf(word))] = slot;
  }
}

uint64_t& Lexicon::ClassesOf(std::string_view word) {
  if ((used_ + 1) * 4 > slots_.size()) Grow();
  const uint64_t hash = HashOf(word);
  Slot& slot = slots_[SlotOf(word, hash)];
  if (slot.size == 0) {
    slot = {.offset = static_cast<uint32_t>(words_.size()),
            .size = static_cast<uint32_t>(word.size()),
            .tag = static_cast<uint32_t>(hash >> 32)};
    words_ += word;
    ++used_;
  }
  return slot.classes;
}

uint64_t Lexicon::Classes(std::string_view word) const {
  return word.empty() ? 0 : slots_[SlotOf(word, HashOf(word))].classes;
}

uint64_t Lexicon::SuffixClasses(std::string_view word) const {
  uint64_t classes = 0;
  size_t begin = word.size();
  for (int n = 0; n < kMaxSuffixChars && begin > 0; ++n) {
    begin = PreviousCodePoint(word, begin);
    classes |= Classes(word.substr(begin));
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
