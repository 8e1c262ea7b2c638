#ifndef FACTLINE_INDEXER_EXTRACT_ENGLISH_REFERENCES_H_
#define FACTLINE_INDEXER_EXTRACT_ENGLISH_REFERENCES_H_

#include "indexer/extract/entity_table.h"
#include "indexer/extract/word.h"

namespace factline::extract {

// Adds to the table's mentions what stands for a name of English text: the institute, for the last one whose name says
// so; the company, for the organisation named most often so far; he and she, for the person named last. Mentions come
// and stay in text order.
void AddEnglishReferences(const WordList& list, EntityTable& table);

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_ENGLISH_REFERENCES_H_
