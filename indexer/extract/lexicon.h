#ifndef FACTLINE_INDEXER_EXTRACT_LEXICON_H_
#define FACTLINE_INDEXER_EXTRACT_LEXICON_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

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
  kFieldHead,          // field_head
  kIndicatorHead,      // indicator_head
  kIndicatorModifier,  // indicator_modifier: stands before such a head and is part of the indicator
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
  uint64_t Classes(std::string_view word) const;
  bool Is(std::string_view word, WordClass c) const { return Classes(word) & Bit(c); }

  // The classes of every suffix of the word, the word itself included.
  uint64_t SuffixClasses(std::string_view word) const;

  // The longest suffix of the word that is of class `c`; empty if none.
  std::string_view SuffixIn(std::string_view word, WordClass c) const;

 private:
  // Open addressing, at most a quarter full: a word of the text is most often none of the lexicon's, and shall be
  // told so by one look. Words lie one behind another in `words_`.
  struct Slot {
    uint32_t offset = 0;
    uint32_t size = 0;  // 0: empty
    uint32_t tag = 0;   // of the word's hash, the bits that do not choose the slot
    uint64_t classes = 0;
  };
  static uint64_t HashOf(std::string_view word);
  uint64_t& ClassesOf(std::string_view word);                 // added if absent
  size_t SlotOf(std::string_view word, uint64_t hash) const;  // the word's, or the empty one it would take
  void Grow();

  std::vector<Slot> slots_ = std::vector<Slot>(1 << 10);  // a power of two
  size_t used_ = 0;
  std::string words_;
};

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_LEXICON_H_
