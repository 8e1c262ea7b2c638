#ifndef FACTLINE_INDEXER_EXTRACT_MEASURE_PHRASE_H_
#define FACTLINE_INDEXER_EXTRACT_MEASURE_PHRASE_H_

#include <string_view>
#include <vector>

#include "indexer/extract/article_view.h"
#include "indexer/extract/unit_search.h"
#include "indexer/text/value.h"

namespace factline::extract {

// What the words in front of a value say is measured, parted into the noun phrase that the value is said of and the
// indicator: 全市港口 + 吞吐量, 茶叶产值 + 占农业比重, 企业 + 研发投入. Ranges of units.
struct MeasurePhrase {
  UnitRange subject;         // empty where the words name an indicator alone (总投资, 净利润)
  UnitRange indicator;       // empty where they name none (新认定企业 3071家)
  UnitRange words;           // all of it
  bool headed = false;       // the indicator ends in a word known for one (率, 额, 产值)
  bool scoped = false;       // 全市, 全国: of no single name
  bool points = false;       // 该, 这个: of what was spoken of
  bool among = false;        // 其中: of what the value before was said of
  bool listed = false;       // an item of a list of figures: 竞赛项目15项、表演项目6项
  bool attributive = false;  // 新认定的3071家企业: the words belong to what is counted
};

// Reads the clause of the value at unit `value` from `floor` on. `context_begin` is where the words of comparison and
// change begin (约, 同比增长).
MeasurePhrase ReadMeasurePhrase(const SentenceView& sentence, size_t value, uint32_t context_begin, size_t floor);

// What is counted, right behind the value: 169名员工 -> 员工.
UnitRange CountedAfter(const SentenceView& sentence, size_t value);

// What the counted do, to the end of the clause, where nothing else is said of them: 25人失联. Empty if there is more.
UnitRange VerbAfter(const SentenceView& sentence, size_t value);

// The members of a list of noun phrases (甲产值、乙产值): what 分别 hands its values out to. The indicator at the end
// of the last belongs to all.
std::vector<UnitRange> PhraseMembers(const SentenceView& sentence, UnitRange phrase, size_t count);

// The text from the first to the last unit of the range; empty if the range is.
Span SpanOf(const SentenceView& sentence, UnitRange range);

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_MEASURE_PHRASE_H_
