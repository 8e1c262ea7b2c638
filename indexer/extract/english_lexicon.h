#ifndef FACTLINE_INDEXER_EXTRACT_ENGLISH_LEXICON_H_
#define FACTLINE_INDEXER_EXTRACT_ENGLISH_LEXICON_H_

#include <cstdint>
#include <string_view>

namespace factline::extract {

// What an English word, in small letters, is known for; a word may be of several classes.
enum class EnglishClass : uint32_t {
  kStop = 1u << 0,           // begins no name, though a sentence may begin with it
  kFirstName = 1u << 1,      // Margaret, Wei
  kPlace = 1u << 2,          // a country, state or large city; of several words with single blanks
  kTitleHead = 1u << 3,      // minister, chairman
  kTitleModifier = 1u << 4,  // chief, deputy, finance: stands before a title's head
  kOrgEnding = 1u << 5,      // inc, ltd: ends a company's name and may be left out of it
  kOrgHead = 1u << 6,        // university, bank, holdings: ends or leads an organisation's name
  kOrgKind = 1u << 7,        // company, retailer: a common word for organisations
  kAwardHead = 1u << 8,
  kEventHead = 1u << 9,
  kFacHead = 1u << 10,
  kLocHead = 1u << 11,
  kSpeech = 1u << 12,      // said, told
  kVerb = 1u << 13,        // a finite verb that measures stand behind, or a helper of one
  kFinance = 1u << 14,     // revenue, sales: measured of whom the text is about
  kDemonym = 1u << 15,     // Danish
  kPersonKind = 1u << 16,  // engineer, novelist: stands before a person's name
  kRegion = 1u << 17,      // Europe, Middle East: a place without a government
  kWorkKind = 1u << 18,    // journal, novel: stands before its title
  kAcronym = 1u << 19,     // GDP, CEO: capitals that name nobody
};

// The classes of a word in small letters.
uint32_t EnglishClasses(std::string_view word);

inline bool IsEnglish(std::string_view word, EnglishClass c) {
  return (EnglishClasses(word) & static_cast<uint32_t>(c)) != 0;
}

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_ENGLISH_LEXICON_H_
