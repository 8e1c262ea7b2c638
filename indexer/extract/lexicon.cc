#include "indexer/extract/lexicon.h"

#include <array>
#include <cstdlib>
#include <optional>

#include "indexer/extract/embedded_data.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/utf8.h"

namespace factline::extract {
namespace {

constexpr std::array<std::string_view, 40> kClassNames = {
    "gpe",          "gpe_abbreviation", "gpe_suffix",     "gpe_not",           "loc",          "loc_suffix",
    "fac_suffix",   "fac_generic",      "fac_short",      "fac_plain",         "org",          "org_suffix",
    "org_weak",     "org_office",       "org_generic",    "org_lead",          "org_verb",     "org_proper",
    "surname",      "surname_rare",     "title",          "title_plain",       "title_prefix", "speech",
    "name_stop",    "work_unquoted",    "event_suffix",   "event_generic",     "award_suffix", "award_generic",
    "award_verb",   "product_head",     "product_suffix", "product_weak",      "product_verb", "product_generic",
    "product_lead", "field_head",       "indicator_head", "indicator_modifier"};

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
        classes_[std::string(word)] |= bit;
      }
    }
  }
  return absl::OkStatus();
}

uint64_t Lexicon::Classes(std::string_view word) const {
  const auto it = classes_.find(word);
  return it == classes_.end() ? 0 : it->second;
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
