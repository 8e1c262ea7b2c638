#ifndef FACTLINE_INDEXER_EXTRACT_PRODUCT_FINDER_H_
#define FACTLINE_INDEXER_EXTRACT_PRODUCT_FINDER_H_

#include <vector>

#include "indexer/extract/mention.h"
#include "indexer/extract/word.h"

namespace factline::extract {

// Products, materials, techniques: noun phrases that end as such names do (双臂潜水机器人, 陶瓷隔热材料与系统), what
// stands behind a verb of making (研制出…), quoted names (“云雀背包”) and model numbers (C919). A phrase that any
// article could use gets a low score, so that it counts only where it comes twice.
void FindProducts(const WordList& list, std::vector<NameMention>& mentions);

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_PRODUCT_FINDER_H_
