#ifndef FACTLINE_INDEXER_EXTRACT_MEASURE_SUBJECT_H_
#define FACTLINE_INDEXER_EXTRACT_MEASURE_SUBJECT_H_

#include <optional>
#include <string>

#include "indexer/extract/article_view.h"
#include "indexer/text/value.h"

namespace factline::extract {

// Which name a value is said of, by where it stands. Units of the sentence; `value` is the value's.

// Two of a kind (两种力量) are counted by the way; what is a measure has a number that someone took.
bool IsMeasurable(const SentenceView& sentence, size_t i, const text::Value& value);

bool CanBeMeasured(const Unit& unit);

// 总投资约55亿元的X项目, 额定功率80千瓦、100千瓦的X产品: the name behind 的 is what is measured. An age
// (今年42岁的某某) is of the person behind it.
std::optional<size_t> NameBehindValue(const SentenceView& sentence, size_t value, bool age);

// The clause's first name that no preposition precedes; a place only if nothing else stands there. Behind 的 begins the
// head of a relative clause (甲研制的乙电池能量密度…), which is what is measured.
std::optional<size_t> NameInClause(const SentenceView& sentence, size_t value);

// The first name of one of the clauses before, the nearest clause first: what the clauses after it go on about.
std::optional<size_t> LeaderOfClauseBefore(const SentenceView& sentence, size_t value);

// Does the clause begin with the value (6架无人机…), or with a list of counts that it is one of (8支车队、90名车手…)?
bool LeadsClause(const SentenceView& sentence, size_t value);

// The period of the report that the sentence quotes (2023年半年度报告 -> 2023-H1); empty if it quotes none.
std::string ReportPeriod(const SentenceView& sentence);

// A long sentence is cut: the value's clause, back to the subject's, then clauses beside it until half of the sentence
// is taken, by which it is known.
Span MeasureEvidence(const SentenceView& sentence, size_t value, Span subject);

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_MEASURE_SUBJECT_H_
