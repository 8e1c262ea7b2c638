#ifndef FACTLINE_INDEXER_STORE_FIELDS_H_
#define FACTLINE_INDEXER_STORE_FIELDS_H_

#include <cstdint>

namespace factline::store {

// What a term was found in. Stored in keys: numbers are frozen.
enum class Field : uint8_t {
  kTitleWord = 1,  // frequencies, no positions: ranking
  kBodyWord = 2,
  kTitleGram = 3,  // frequencies and positions: phrases
  kBodyGram = 4,
  kSource = 5,       // one term an article: StoredArticle.source as given
  kLanguage = 6,     // in lower case, "en" and where it has more to say "en-us" too
  kEntity = 7,       // EntityId bytes; frequency is the number of mentions
  kTag = 8,          // each tag, in normal form
  kPredicate = 9,    // each predicate that the article's facts have; frequency is the number of those facts
  kEntityType = 10,  // "ORG": each type that the article's entities have; frequency is the number of those entities
};

constexpr bool HasPositions(Field field) { return field == Field::kTitleGram || field == Field::kBodyGram; }

// Lengths that BM25 divides by, one byte a document and field.
enum class NormField : uint8_t { kTitle = 0, kBody = 1 };

// The length that goes with a field's postings: the one whose least value an Impact names.
constexpr NormField NormOf(Field field) {
  return field == Field::kTitleWord || field == Field::kTitleGram ? NormField::kTitle : NormField::kBody;
}

// Lengths are kept in one byte: exact up to 39, then with three bits of mantissa (the table of Lucene's SmallFloat).
// Monotonic: a greater length never gets a smaller byte. Frozen.
uint8_t EncodeNorm(uint32_t length);
uint32_t DecodeNorm(uint8_t norm);

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_FIELDS_H_
