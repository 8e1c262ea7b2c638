#ifndef FACTLINE_INDEXER_EXTRACT_MENTION_H_
#define FACTLINE_INDEXER_EXTRACT_MENTION_H_

#include <string>
#include <vector>

#include "indexer/extract/extraction.h"

namespace factline::extract {

// A name found in the text, before names of one entity are brought together.
struct NameMention {
  Span span;
  EntityType type = EntityType::kOrg;
  float score = 0;  // how clear it is; of overlapping mentions the clearer, then the longer one stays
  Span full{};      // the wider name that `span` is the chief part of, if there is one

  friend bool operator==(const NameMention&, const NameMention&) = default;
};

// "X（以下简称Y）": the text itself says that Y names X.
struct NameIntroduction {
  Span full;
  Span brief;
};

// Leaves of overlapping mentions the one with the higher score, then the longer, then the earlier one, of those at the
// same place the one that stands first in the list; sorts by position.
void ResolveOverlaps(std::vector<NameMention>& mentions);

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_MENTION_H_
