#ifndef FACTLINE_INDEXER_EXTRACT_ENTITY_TABLE_H_
#define FACTLINE_INDEXER_EXTRACT_ENTITY_TABLE_H_

#include <vector>

#include "indexer/extract/extraction.h"
#include "indexer/extract/mention.h"
#include "indexer/extract/word.h"
#include "indexer/text/analysis.h"

namespace factline::extract {

// Where the text names or stands for an entity.
struct PlacedMention {
  Span span;
  uint32_t entity = kNoEntity;
  bool is_reference = false;  // a common word that stands for it (该公司, 研究院): no mention of its name
};

struct PlacedValue {
  uint32_t value = 0;  // index into Analysis::values
  uint32_t entity = kNoEntity;
};

// The entities of one article and all places where they stand.
struct EntityTable {
  std::vector<Entity> entities;         // in the order of first mention
  std::vector<PlacedMention> mentions;  // in text order, not overlapping; without values
  std::vector<PlacedValue> values;      // in text order; a value without an entity (近日) has kNoEntity
  uint32_t main_org = kNoEntity;        // the organisation that the article is about, if one stands out
  uint32_t main_place = kNoEntity;  // the place that 全市 and 全省 mean: named at least three times, and most often
  std::vector<std::pair<uint32_t, Span>> introduced;  // entity and the short form that the text introduces for it
};

// Brings mentions together: a name seen clearly once is found everywhere in the article; short forms, names without
// their place or company ending, and introduced names become aliases of the fullest form.
EntityTable BuildEntityTable(const WordList& list, const text::Analysis& analysis, std::vector<NameMention> mentions,
                             const std::vector<NameIntroduction>& introductions);

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_ENTITY_TABLE_H_
