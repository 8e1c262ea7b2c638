#ifndef FACTLINE_INDEXER_EXTRACT_ALIAS_RULES_H_
#define FACTLINE_INDEXER_EXTRACT_ALIAS_RULES_H_

#include <string>
#include <string_view>
#include <vector>

#include "indexer/extract/extraction.h"

namespace factline::extract {

// The name as it is compared: without blanks and quotation marks.
std::string BareName(std::string_view name);

// Shorter forms that a name of this type may have in the same article, longest first: 西宁市 -> 西宁;
// 甲乙科技有限公司 -> 甲乙科技; 临江大学水利研究中心 -> 水利研究中心. They are aliases only where the article uses
// them.
std::vector<std::string> ShortForms(EntityType type, std::string_view name);

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_ALIAS_RULES_H_
