#ifndef FACTLINE_INDEXER_EXTRACT_FACT_SINK_H_
#define FACTLINE_INDEXER_EXTRACT_FACT_SINK_H_

#include <deque>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "indexer/extract/article_view.h"
#include "indexer/extract/extraction.h"
#include "indexer/extract/rule_pack.h"
#include "protos/vocab/string_map.h"

namespace factline::extract {

// Gathers the facts of one article; the same statement made again is dropped, unless the later one is surer.
class FactSink {
 public:
  // Articles with more statements than this are no news; the rest is dropped.
  static constexpr size_t kMaxFacts = 20000;

  // `anchor` is the place in the body that the fact was found at.
  void Add(Fact fact, uint32_t anchor);

  // In the order of evidence. Facts inside what somebody is quoted to say get that speaker as their source.
  std::vector<Fact> Take();

 private:
  struct Held {
    Fact fact;
    uint32_t anchor;
  };
  std::deque<Held> held_;  // facts are heavy to move
  StringMap<size_t> by_meaning_;
};

// Arguments out of units and text.
Argument EntityArgument(const EntityTable& table, uint32_t entity, Span span);
Argument TextArgument(const ArticleView& view, Span span);

// How a unit reads as a qualifier: an entity's name, a value's normal form, else its text.
std::string QualifierText(const ArticleView& view, const Unit& unit);

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_FACT_SINK_H_
