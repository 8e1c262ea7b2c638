#ifndef FACTLINE_INDEXER_EXTRACT_RULE_BOOK_H_
#define FACTLINE_INDEXER_EXTRACT_RULE_BOOK_H_

#include <vector>

#include "absl/status/statusor.h"
#include "indexer/extract/article_view.h"
#include "indexer/extract/phrase_set.h"
#include "indexer/extract/rule_pack.h"
#include "indexer/extract/unit_search.h"
#include "protos/vocab/string_map.h"

namespace factline::extract {

// A cue of a rule, found in a sentence.
struct CueHit {
  const Rule* rule = nullptr;
  UnitRange units;
};

// All packs together, their cues and modality hints searched for together. Immutable once made.
class RuleBook {
 public:
  static absl::StatusOr<RuleBook> Make(std::vector<RulePack> packs);

  // The cues in a sentence, each once, in order. A cue inside a longer cue of the same rule is not reported, nor one
  // that cuts words at both ends.
  std::vector<CueHit> FindCues(const SentenceView& sentence) const;

  // How the clause of the cue stands to the truth: the hint nearest before the cue, or right after it (计划).
  Modality ModalityAt(const SentenceView& sentence, UnitRange cue) const;

  // The first rule of a form; null if no pack has one.
  const Rule* FirstOf(RuleForm form) const;

 private:
  std::vector<RulePack> packs_;  // never changes size after Make: rules are pointed to
  std::vector<const Rule*> rule_of_cue_;
  PhraseSet cues_;
  StringMap<Modality> hints_;
};

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_RULE_BOOK_H_
