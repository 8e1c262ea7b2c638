#ifndef FACTLINE_INDEXER_EXTRACT_LEXICON_H_
#define FACTLINE_INDEXER_EXTRACT_LEXICON_H_

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "protos/vocab/utf8.h"

namespace factline::extract {

// What a word is known for. A word may belong to several classes. Named in data/*.txt by the words in the comments.
enum class WordClass : uint8_t {
  kGpe,                // gpe
  kGpeAbbreviation,    // gpe_abbreviation
  kGpeSuffix,          // gpe_suffix
  kGpeNot,             // gpe_not: ends like a GPE and is none
  kLoc,                // loc
  kLocSuffix,          // loc_suffix
  kFacSuffix,          // fac_suffix
  kFacGeneric,         // fac_generic: names no facility by itself
  kFacShort,           // fac_short: one character that ends names of roads, bridges
  kFacPlain,           // fac_plain: makes the phrase a description
  kFacWork,            // fac_work: works that a verb of their purpose may stand before
  kOrg,                // org: known without a suffix
  kOrgSuffix,          // org_suffix
  kOrgWeak,            // org_weak: suffixes that need more evidence
  kOrgOffice,          // org_office: suffixes that need a place, a body or a rank before them
  kOrgGeneric,         // org_generic: names no organisation by itself
  kOrgLead,            // org_lead: stands before a name, never inside
  kOrgVerb,            // org_verb: verbs that stand inside names
  kOrgProper,          // org_proper: makes the phrase that follows a name
  kSurname,            // surname
  kSurnameRare,        // surname_rare: also a common word
  kTitle,              // title
  kTitlePlain,         // title_plain: no position
  kTitlePrefix,        // title_prefix
  kSpeech,             // speech
  kNameStop,           // name_stop: never in a given name
  kWorkUnquoted,       // work_unquoted
  kEventSuffix,        // event_suffix
  kEventGeneric,       // event_generic
  kAwardSuffix,        // award_suffix
  kAwardGeneric,       // award_generic
  kAwardVerb,          // award_verb: verbs of winning
  kAwardVerbPlain,     // award_verb_plain: of them those of getting anything
  kProductHead,        // product_head
  kProductSuffix,      // product_suffix: characters that end names of machines and parts
  kProductWeak,        // product_weak: heads that need more evidence
  kProductVerb,        // product_verb: verbs of making
  kProductGeneric,     // product_generic
  kProductLead,        // product_lead: stands before a product's name, never inside
  kIndicatorHead,      // indicator_head
  kIndicatorModifier,  // indicator_modifier: stands before such a head and is part of the indicator
  kOrgHas,             // org_has: stands right behind the name of a body, never behind a person's
  kOrgDoes,            // org_does: stands right behind the name of a body, or of a person
  kOrgTaken,           // org_taken: verbs whose object is a body
};

constexpr uint64_t Bit(WordClass c) { return uint64_t{1} << static_cast<uint8_t>(c); }

// Classes of words, read from the lexicons in the binary. Immutable.
class Lexicon {
 public:
  // Longest suffix that `SuffixClasses` looks at, in characters.
  static constexpr int kMaxSuffixChars = 7;

  // The lexicons that are compiled in; built once, never destroyed.
  static const Lexicon& BuiltIn();

  // Adds one file: `[class]` headings, words between blanks, `#` comments to the end of the line.
  // Fails on an unknown class, naming file and line.
  absl::Status Add(std::string_view file_name, std::string_view text);

  // The classes of the whole word, as Bit()s.
  uint64_t Classes(std::string_view word) const {
    const uint64_t hash = HashOf(word);
    return filter_[hash >> (64 - kFilterBits + 6)] >> (hash >> (64 - kFilterBits) & 63) & 1 ? Find(word, hash) : 0;
  }
  bool Is(std::string_view word, WordClass c) const { return Classes(word) & Bit(c); }

  // The classes of every suffix of the word, the word itself included.
  uint64_t SuffixClasses(std::string_view word) const { return Classes(word) | ShorterSuffixClasses(word); }
  // The same without the word itself.
  uint64_t ShorterSuffixClasses(std::string_view word) const;

  // The classes of all words that `text` begins with, of those that have at most `max_chars` characters.
  uint64_t PrefixClasses(std::string_view text, int max_chars) const;

  // The longest suffix of the word that is of class `c`; empty if none.
  std::string_view SuffixIn(std::string_view word, WordClass c) const;

 private:
  // A word of the text is most often none of the lexicon's, and shall be told so by one bit, for its hash. What passes
  // is looked up by open addressing. Words lie one behind another in `text_`.
  static constexpr int kFilterBits = 16;
  struct Entry {
    uint32_t offset = 0;
    uint32_t size = 0;
    uint64_t classes = 0;
  };
  struct Slot {
    uint32_t tag = 0;    // of the word's hash, the bits that do not choose the slot
    uint32_t entry = 0;  // index into `entries_`, plus 1; 0: empty
  };

  static uint64_t HashOf(std::string_view word) {
    constexpr uint64_t kMultiplier = 0x9E3779B97F4A7C15;
    const char* const at = word.data();
    if (word.size() > 8) return HashOfLong(word);
    uint64_t bytes = 0;
    if (word.size() >= 4) {  // two reads that may overlap
      uint32_t head, tail;
      std::memcpy(&head, at, 4);
      std::memcpy(&tail, at + word.size() - 4, 4);
      bytes = uint64_t{tail} << 32 | head;
    } else {
      for (size_t i = 0; i < word.size(); ++i) bytes |= uint64_t{static_cast<uint8_t>(at[i])} << (8 * i);
    }
    const uint64_t hash = (bytes ^ word.size()) * kMultiplier;
    return hash ^ (hash >> 32);
  }
  static uint64_t HashOfLong(std::string_view word);
  // By a character, which lengths the words have that begin, or end, with it: LengthBit()s, with those of other
  // characters of the same hash.
  class Edges {
   public:
    uint8_t& operator[](std::string_view edge) { return lengths_[At(edge)]; }
    uint8_t operator[](std::string_view edge) const { return lengths_[At(edge)]; }

   private:
    static constexpr size_t kSize = 4096;
    static size_t At(std::string_view edge) {
      const auto byte = [&](size_t i) { return static_cast<uint8_t>(edge[i]); };
      if (edge.size() < 3) return byte(0);
      return (byte(0) * 61 + (byte(1) & 0x3F) * 64 + (byte(2) & 0x3F)) % kSize;
    }
    std::array<uint8_t, kSize> lengths_{};
  };
  static uint8_t LengthBit(size_t size_bytes) { return uint8_t{1} << (size_bytes >= 21 ? 7 : size_bytes / 3); }
  static std::string_view FirstChar(std::string_view word) { return word.substr(0, NextCodePoint(word, 0)); }
  static std::string_view LastChar(std::string_view word) { return word.substr(PreviousCodePoint(word, word.size())); }

  uint64_t Find(std::string_view word, uint64_t hash) const;
  std::string_view WordOf(const Entry& entry) const { return std::string_view(text_).substr(entry.offset, entry.size); }
  uint64_t& ClassesOf(std::string_view word);                 // added if absent
  size_t SlotOf(std::string_view word, uint64_t hash) const;  // the word's, or the empty one it would take
  void Grow();

  std::array<uint64_t, (1 << kFilterBits) / 64> filter_{};
  Edges beginnings_;
  Edges endings_;
  std::vector<Slot> slots_ = std::vector<Slot>(1 << 10);  // a power of two, at most half full
  std::vector<Entry> entries_;
  std::string text_;
};

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_LEXICON_H_
