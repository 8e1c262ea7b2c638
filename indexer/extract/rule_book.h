#ifndef FACTLINE_INDEXER_EXTRACT_RULE_BOOK_H_
#define FACTLINE_INDEXER_EXTRACT_RULE_BOOK_H_

#include <array>
#include <optional>
#include <string>
#include <utility>
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

// Bound of all packs together.
constexpr size_t kMaxRules = 20000;

// All packs together, their cues and modality hints searched for together. Immutable once made.
class RuleBook {
 public:
  static absl::StatusOr<RuleBook> Make(std::vector<RulePack> packs);

  // The cues in a sentence, each once, in order. A cue inside a longer cue of the same rule is not reported, nor one
  // that cuts words at both ends.
  std::vector<CueHit> FindCues(const SentenceView& sentence) const;

  // How what the cue states stands to the truth, by the hints of its clause from unit `from` on. Nothing where it is
  // only asked, supposed or rumoured.
  std::optional<Modality> ModalityAt(const SentenceView& sentence, UnitRange cue, size_t from = 0) const;

  // The same of a value, or of what is said: these are there though something is given up, or asked.
  Modality ModalityOfValue(const SentenceView& sentence, size_t unit) const;

  // The rules of a form, as the packs have them.
  const std::vector<const Rule*>& OfForm(RuleForm form) const { return by_form_[static_cast<size_t>(form)]; }

 private:
  std::vector<RulePack> packs_;        // never changes size after Make: rules are pointed to
  std::vector<const Rule*> rules_;     // of all packs, in order: a rule's number is its place here
  std::vector<uint32_t> rule_of_cue_;  // numbers
  std::array<std::vector<const Rule*>, kRuleFormCount> by_form_;
  // What the word at a unit, or it and the next, shows.
  std::optional<Stance> StanceOf(const SentenceView& sentence, size_t unit) const;

  PhraseSet cues_;
  StringMap<Stance> hints_;                                       // of one word
  StringMap<std::vector<std::pair<std::string, Stance>>> pairs_;  // of two, by the first
};

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_RULE_BOOK_H_
