#include "indexer/extract/rule_book.h"

#include <algorithm>
#include <utility>

#include "protos/vocab/status.h"

namespace factline::extract {
namespace {

bool Touches(const SentenceView& sentence, UnitRange cue, bool ends_word, const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (cue.begin > 0 && sentence.units[cue.begin - 1].term == word) return true;
    if (cue.end < sentence.units.size() && sentence.units[cue.end].term.starts_with(word)) return true;
    // A cue may be part of a word: 成立 in 成立以来.
    const Unit& last = sentence.units[cue.end - 1];
    if (!ends_word && last.term.size() > word.size() && last.term.ends_with(word)) return true;
  }
  return false;
}

bool IsLatin(std::string_view cue) { return !cue.empty() && static_cast<unsigned char>(cue.front()) < 0x80; }

}  // namespace

absl::StatusOr<RuleBook> RuleBook::Make(std::vector<RulePack> packs) {
  RuleBook book;
  book.packs_ = std::move(packs);
  for (const RulePack& pack : book.packs_) {
    if (book.rules_.size() + pack.rules.size() > kMaxRules)
      return absl::InvalidArgumentError(Cat("more than ", kMaxRules, " rules in all packs"));
    for (const ModalityHint& hint : pack.hints) book.hints_.emplace(hint.word, hint.modality);
    for (const Rule& rule : pack.rules) {
      for (const std::string& cue : rule.cues) {
        book.cues_.Add(cue, static_cast<uint32_t>(book.rule_of_cue_.size()));
        book.rule_of_cue_.push_back(static_cast<uint32_t>(book.rules_.size()));
      }
      book.rules_.push_back(&rule);
      book.by_form_[static_cast<size_t>(rule.form)].push_back(&rule);
    }
  }
  book.cues_.Build();
  return book;
}

std::vector<CueHit> RuleBook::FindCues(const SentenceView& sentence) const {
  struct Raw {
    uint32_t begin, end;
    uint32_t rule;  // its number
  };
  std::vector<Raw> raw;
  cues_.Find(sentence.cue_text, [&](uint32_t begin, uint32_t end, uint32_t id) {
    raw.push_back({.begin = begin, .end = end, .rule = rule_of_cue_[id]});
  });
  // Leftmost-longest for each rule.
  std::sort(raw.begin(), raw.end(), [](const Raw& a, const Raw& b) {
    if (a.rule != b.rule) return a.rule < b.rule;
    return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
  });
  std::vector<CueHit> hits;
  std::optional<uint32_t> rule;
  uint32_t covered = 0;
  for (const Raw& r : raw) {
    if (r.rule != rule) covered = 0;
    rule = r.rule;
    if (r.begin < covered) continue;
    const size_t first = sentence.UnitAt(r.begin);
    const size_t last = sentence.UnitAt(r.end - 1);
    const bool starts = sentence.starts[first] == r.begin;
    const uint32_t last_end = sentence.starts[last] + static_cast<uint32_t>(sentence.units[last].term.size());
    const bool ends = last_end == r.end;
    const bool latin = IsLatin(std::string_view(sentence.cue_text).substr(r.begin));
    const bool single = r.end - r.begin <= 3;  // one character is a cue only as a word
    if (latin || single ? !(starts && ends) : !(starts || ends)) continue;
    covered = r.end;
    const UnitRange units{.begin = first, .end = last + 1};
    if (Touches(sentence, units, ends, rules_[r.rule]->unless)) continue;
    hits.push_back({.rule = rules_[r.rule], .units = units});
  }
  std::stable_sort(hits.begin(), hits.end(),
                   [](const CueHit& a, const CueHit& b) { return a.units.begin < b.units.begin; });
  return hits;
}

Modality RuleBook::ModalityAt(const SentenceView& sentence, UnitRange cue) const {
  constexpr size_t kWindow = 14;
  for (size_t i = cue.begin, n = 0; i > 0 && n < kWindow; ++n) {
    --i;
    const Unit& unit = sentence.units[i];
    if (unit.clause != sentence.units[cue.begin].clause) break;
    if (!unit.IsWord()) continue;
    const auto it = hints_.find(unit.term);
    // 不仅 and the like deny nothing; a denial reaches over few words only.
    if (it != hints_.end() && !(it->second == Modality::kDenied && n > 2)) return it->second;
  }
  return Modality::kAsserted;
}

}  // namespace factline::extract
