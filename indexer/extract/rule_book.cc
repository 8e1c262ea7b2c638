#include "indexer/extract/rule_book.h"

#include <algorithm>
#include <utility>

#include "indexer/extract/term_set.h"
#include "protos/vocab/status.h"

namespace factline::extract {
namespace {

constexpr size_t kHintWindow = 14;

static_assert(static_cast<int>(Stance::kEstimated) == static_cast<int>(Modality::kEstimated) &&
              static_cast<int>(Stance::kPlanned) == static_cast<int>(Modality::kPlanned));

bool IsLatin(std::string_view cue) { return !cue.empty() && static_cast<unsigned char>(cue.front()) < 0x80; }

bool Touches(const SentenceView& sentence, UnitRange cue, bool ends_word, const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (cue.begin > 0 && sentence.units[cue.begin - 1].term == word) return true;
    if (cue.end < sentence.units.size()) {
      const std::string_view next = sentence.units[cue.end].term;
      if (IsLatin(word) ? next == word : next.starts_with(word)) return true;
    }
    // A cue may be part of a word: 成立 in 成立以来.
    const Unit& last = sentence.units[cue.end - 1];
    if (!ends_word && last.term.size() > word.size() && last.term.ends_with(word)) return true;
  }
  return false;
}

// Behind these something else is told than what was given up or denied: 放弃上市后收购, failed and bought; and so it is
// where a relative clause ends before a name: 放弃上市的甲公司收购.
bool TurnsAway(const SentenceView& sentence, size_t unit) {
  static constexpr TermSet kTurns = {"后",   "之后", "以后", "时",  "转而", "而是", "并",
                                     "并且", "但",   "改为", "and", "but",  "then", "after"};
  const std::string_view term = sentence.units[unit].term;
  if (term == "的") return unit + 1 < sentence.units.size() && sentence.units[unit + 1].IsMention();
  return OneOf(term, kTurns);
}

}  // namespace

absl::StatusOr<RuleBook> RuleBook::Make(std::vector<RulePack> packs) {
  RuleBook book;
  book.packs_ = std::move(packs);
  for (const RulePack& pack : book.packs_) {
    if (book.rules_.size() + pack.rules.size() > kMaxRules)
      return absl::InvalidArgumentError(Cat("more than ", kMaxRules, " rules in all packs"));
    for (const Hint& hint : pack.hints) {
      if (const size_t blank = hint.word.find(' '); blank == std::string::npos) {
        book.hints_.emplace(hint.word, hint.stance);
      } else {
        book.pairs_[hint.word.substr(0, blank)].emplace_back(hint.word.substr(blank + 1), hint.stance);
      }
    }
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

std::optional<Stance> RuleBook::StanceOf(const SentenceView& sentence, size_t unit) const {
  const Unit& word = sentence.units[unit];
  if (!word.IsWord()) return std::nullopt;
  if (unit + 1 < sentence.units.size()) {
    if (const auto first = pairs_.find(word.term); first != pairs_.end()) {
      for (const auto& [second, stance] : first->second) {
        if (sentence.units[unit + 1].term == second) return stance;
      }
    }
  }
  const auto it = hints_.find(word.term);
  return it == hints_.end() ? std::nullopt : std::optional(it->second);
}

std::optional<Modality> RuleBook::ModalityAt(const SentenceView& sentence, UnitRange cue, size_t from) const {
  // Words that a stance reaches over: to the cue, and to the plan in front of it (abandoned its bold plan to).
  constexpr size_t kDeniedWords = 2, kGivenUpWords = 5, kGivenUpPlanWords = 3;
  const auto& units = sentence.units;
  const uint32_t clause = units[cue.begin].clause;
  if (units[cue.begin].asked) return std::nullopt;
  for (size_t i = cue.end; i < units.size() && i < cue.end + kHintWindow && units[i].clause == clause; ++i) {
    if (StanceOf(sentence, i) == Stance::kTakenBack) return Modality::kDenied;
  }
  Modality modality = Modality::kAsserted;
  std::optional<size_t> plan;  // how far before the cue its hint stands
  bool turned = false;
  for (size_t n = 0; n < kHintWindow && cue.begin > from + n; ++n) {
    const size_t i = cue.begin - n - 1;
    if (units[i].clause != clause) break;
    turned |= TurnsAway(sentence, i);
    const std::optional<Stance> stance = StanceOf(sentence, i);
    if (!stance) continue;
    const size_t between = plan ? n - *plan - 1 : n;
    if (*stance == Stance::kOpen) return std::nullopt;
    if (*stance == Stance::kNegated && n == 0) return Modality::kDenied;
    if (*stance == Stance::kDenied && !turned && between <= (plan ? 0 : kDeniedWords)) return Modality::kDenied;
    if (*stance == Stance::kGivenUp && !turned && between <= (plan ? kGivenUpPlanWords : kGivenUpWords)) {
      return Modality::kDenied;
    }
    if (plan || *stance > Stance::kEstimated) continue;
    modality = static_cast<Modality>(*stance);
    plan = n;
  }
  return modality;
}

Modality RuleBook::ModalityOfValue(const SentenceView& sentence, size_t unit) const {
  constexpr size_t kDeniedWords = 2;
  std::optional<Modality> nearest;
  for (size_t n = 0; n < kHintWindow && unit > n; ++n) {
    const size_t i = unit - n - 1;
    if (sentence.units[i].clause != sentence.units[unit].clause) break;
    const std::optional<Stance> stance = StanceOf(sentence, i);
    if (stance == Stance::kEstimated) return Modality::kEstimated;  // 预计将超过: a reckoning, not a plan
    if (!stance || nearest) continue;
    if (*stance == Stance::kDenied && n <= kDeniedWords) return Modality::kDenied;
    if (*stance <= Stance::kPlanned) nearest = static_cast<Modality>(*stance);
  }
  return nearest.value_or(Modality::kAsserted);
}

}  // namespace factline::extract
