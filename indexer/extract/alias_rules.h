#ifndef FACTLINE_INDEXER_EXTRACT_ALIAS_RULES_H_
#define FACTLINE_INDEXER_EXTRACT_ALIAS_RULES_H_

#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "indexer/extract/extraction.h"

namespace factline::extract {

// The name as it is compared: without blanks and quotation marks. The result is the name itself or lies in `buffer`.
std::string_view BareName(std::string_view name, std::string& buffer);

// Shorter forms that a name of this type may have in the same article, heads before endings, longest first: 西宁市 ->
// 西宁; 甲乙科技有限公司 -> 甲乙科技; 临江大学水利研究中心 -> 水利研究中心. They are aliases only where the article
// uses them. The views lie in `name`.
using ShortFormSink = absl::FunctionRef<void(std::string_view form)>;
void ForEachShortForm(EntityType type, std::string_view name, ShortFormSink sink);

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_ALIAS_RULES_H_
