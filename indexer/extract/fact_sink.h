#ifndef FACTLINE_INDEXER_EXTRACT_FACT_SINK_H_
#define FACTLINE_INDEXER_EXTRACT_FACT_SINK_H_

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "indexer/extract/article_view.h"
#include "indexer/extract/extraction.h"
#include "indexer/extract/rule_pack.h"
#include "protos/vocab/string_map.h"

namespace factline::extract {

// Gathers the facts of one article. Of a statement made again the surer one is kept; one that gives no date says no
// more than the same with a date, but two dates make two statements.
class FactSink {
 public:
  // Articles with more statements than this are no news; the rest is dropped.
  static constexpr size_t kMaxFacts = 20000;

  // `anchor` is the place in the body that the fact was found at.
  void Add(Fact fact, uint32_t anchor);

  // The same for what the subject says: `object` is the text of it, and whom the facts inside it are told by.
  void AddSpeech(Fact fact, uint32_t anchor);

  // In the order of evidence. Facts inside what somebody is quoted to say get that speaker as their source.
  std::vector<Fact> Take();

 private:
  struct Held {
    Fact fact;
    uint32_t anchor = 0;
    bool is_speech = false;
    bool is_dated = false;  // it, or one that it was kept for, gives a date
  };

  void Hold(Held held);
  // The index in `held_` of the statement that the new one repeats.
  std::optional<size_t> SameStatement(const std::string& meaning, const std::string& date) const;

  std::deque<Held> held_;  // facts are heavy to move
  StringMap<size_t> first_of_meaning_;
  StringMap<size_t> of_date_;  // by date and meaning
};

// A fact of the rule: predicate, confidence and, if the rule says so, modality; asserted otherwise.
Fact FactOf(const Rule& rule, Span evidence);

// Arguments out of units and text.
Argument EntityArgument(const EntityTable& table, uint32_t entity, Span span);
Argument TextArgument(const ArticleView& view, Span span);

// How a unit reads as a qualifier: an entity's name, a value's normal form, else its text.
std::string QualifierText(const ArticleView& view, const Unit& unit);

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_FACT_SINK_H_
