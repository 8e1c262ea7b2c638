#ifndef FACTLINE_INDEXER_EXTRACT_ARTICLE_VIEW_H_
#define FACTLINE_INDEXER_EXTRACT_ARTICLE_VIEW_H_

#include <string>
#include <string_view>
#include <vector>

#include "indexer/extract/entity_table.h"
#include "indexer/extract/word.h"
#include "indexer/text/analysis.h"

namespace factline::extract {

// The text as facts are found in it: names and values are one unit each, the words between them stand as they are.

enum class UnitKind : uint8_t { kWord, kPunctuation, kMention, kValue };

struct Unit {
  Span span;
  std::string_view term;  // words: the normal form; else the text
  UnitKind kind = UnitKind::kWord;
  text::PartOfSpeech pos = text::PartOfSpeech::kUnknown;
  EntityType type = EntityType::kOrg;  // mentions and values
  uint32_t entity = kNoEntity;         // mentions, and values that are entities
  uint32_t value = UINT32_MAX;         // values: index into Analysis::values
  uint64_t is = 0;                     // word classes
  uint64_t ends = 0;
  uint32_t clause = 0;  // clauses of a sentence, counted from 0; ，；： divide them
  uint16_t depth = 0;   // brackets around the unit
  bool quoted = false;
  bool asked = false;  // of a question
  bool is_reference = false;

  bool Is(WordClass c) const { return is & Bit(c); }
  bool IsWord() const { return kind == UnitKind::kWord; }
  bool IsMention() const { return kind == UnitKind::kMention; }
  bool IsValue() const { return kind == UnitKind::kValue; }
  bool IsPunctuation() const { return kind == UnitKind::kPunctuation; }
  bool IsTitle() const { return IsMention() && type == EntityType::kTitle; }
  // A name that has offices.
  bool IsInstitution() const {
    return IsMention() && (type == EntityType::kOrg || type == EntityType::kGpe || type == EntityType::kFac);
  }
};

struct SentenceView {
  Span span;
  std::vector<Unit> units;
  // The sentence for cue search: words in normal form, a blank between two Latin ones; one byte \x01 for a mention, so
  // that no cue is found inside a name. `starts[i]` is where unit i begins in it.
  std::string cue_text;
  std::vector<uint32_t> starts;
  uint32_t topic = kNoEntity;  // whom or what the sentence is about, carried on from the one before if it names none
  bool topic_is_own = false;
  size_t topic_unit = 0;         // where it stands, if it is the sentence's own
  uint32_t speaker = kNoEntity;  // who spoke last before this sentence: who 他说 and 该负责人表示 mean
  // The unit behind the clause that reports (甲局数据显示，…; 乙介绍，…), 0 if none does. Who reports is not what the
  // rest is about.
  size_t told_from = 0;

  // The unit that begins at, or contains, the byte of cue_text.
  size_t UnitAt(uint32_t cue_text_offset) const;
};

struct ArticleView {
  const WordList* list = nullptr;
  const text::Analysis* analysis = nullptr;
  const EntityTable* table = nullptr;
  std::vector<SentenceView> sentences;

  std::string_view TextOf(Span span) const { return span.In(list->text); }
};

// `list`, `analysis` and `table` must outlive the view.
ArticleView MakeArticleView(const WordList& list, const text::Analysis& analysis, const EntityTable& table,
                            const std::vector<Span>& sentences);

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_ARTICLE_VIEW_H_
