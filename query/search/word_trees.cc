#include "query/search/word_trees.h"

#include <algorithm>
#include <bit>
#include <memory>
#include <numeric>
#include <utility>

#include "query/search/intersect.h"

namespace factline::query {
namespace {

absl::Status FirstError(const std::vector<WordSide>& words) {
  for (const WordSide& word : words) {
    absl::Status status = word.status();
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

double SumOfMaxScores(const std::vector<WordSide>& words) {
  double sum = 0;
  for (const WordSide& word : words) sum += word.max_score();
  return sum;
}

ScoreBound SumOfBounds(std::vector<WordSide>* words, uint32_t target) {
  ScoreBound sum;
  for (WordSide& word : *words) {
    if (word.doc() == kNoMoreDocs) continue;
    const ScoreBound& bound = word.BoundFrom(target);
    sum.last_doc_inclusive = std::min(sum.last_doc_inclusive, bound.last_doc_inclusive);
    sum.max_score += bound.max_score;
  }
  return sum;
}

// A block of the rarest word at a time: its documents, then what each further word leaves of them. Whole blocks are
// held against each other, and what may beat the threshold is picked, without branches that depend on the documents.
class WordAnd final : public Matcher {
 public:
  WordAnd(std::vector<WordSide> words, Interrupt* interrupt)
      : interrupt_(*interrupt),
        words_(std::move(words)),
        rest_(words_.size()),
        levels_(std::make_unique_for_overwrite<Level[]>(words_.size())),
        scores_(words_.size()) {
    for (WordSide& word : words_) by_cost_.push_back(&word);
    std::stable_sort(by_cost_.begin(), by_cost_.end(),
                     [](const WordSide* a, const WordSide* b) { return a->cost() < b->cost(); });
    doc_ = Seek(0);
  }

  uint32_t doc() const override { return doc_; }
  uint32_t Next() override { return doc_ == kNoMoreDocs ? doc_ : SeekGE(doc_ + 1); }

  uint32_t SeekGE(uint32_t target) override {
    if (target > doc_) doc_ = Seek(target);
    return doc_;
  }

  bool Confirm() override { return true; }
  double Score() override { return score_; }
  double max_score() const override { return SumOfMaxScores(words_); }

  ScoreBound BoundFrom(uint32_t target) override {
    if (target >= filled_end_) return SumOfBounds(&words_, target);
    // The words may be ahead: what they were passed for is in hand.
    ScoreBound bound{filled_end_ - 1, std::max(threshold_, score_)};
    for (size_t i = next_candidate_; i < candidates_.size(); ++i) {
      bound.max_score = std::max(bound.max_score, candidates_[i].score);
    }
    return bound;
  }

  void SetThreshold(double threshold) override { threshold_ = threshold; }

  bool CountLosers(MatchCounter* counter) override {
    counter_ = counter;
    return true;
  }

  uint64_t cost() const override { return by_cost_.front()->cost(); }
  absl::Status status() const override { return FirstError(words_); }

 private:
  // A document of all words.
  struct Candidate {
    uint32_t doc = 0;
    double score = 0;
  };
  static constexpr uint32_t kRoom = store::kMaxBlockPostings + 4;
  static constexpr uint32_t kWorthIntersecting = 5;

  // Documents of the rarest words, as many as the level's number and one.
  struct Level {
    uint32_t count;
    uint32_t docs[kRoom];
    double sums[kRoom];      // of the words' scores
    double scores[kRoom];    // the last of these
    uint8_t parents[kRoom];  // their places in the level before
  };

  bool is_pruned() const { return threshold_ > 0 && counter_ == nullptr; }

  uint32_t Seek(uint32_t target) {
    for (;;) {
      while (next_candidate_ < candidates_.size()) {
        const Candidate& candidate = candidates_[next_candidate_++];
        if (candidate.doc < target) continue;
        if (candidate.score > threshold_ || threshold_ <= 0) {
          score_ = candidate.score;
          return candidate.doc;
        }
        if (counter_ != nullptr) counter_->Add(candidate.doc);
      }
      target = std::max(target, filled_end_);
      if (target == kNoMoreDocs || interrupt_.Ends(store::kMaxBlockPostings / 2)) return kNoMoreDocs;
      candidates_.clear();
      next_candidate_ = 0;
      filled_end_ = Fill(target);
    }
  }

  // Finds candidates from `target` on within one block of the rarest word. Returns the document up to which, exclusive,
  // there are no others.
  uint32_t Fill(uint32_t target) {
    WordSide& rarest = *by_cost_[0];
    for (const WordSide* word : by_cost_) {
      if (word->doc() == kNoMoreDocs) return kNoMoreDocs;
      target = std::max(target, word->doc());
    }
    if (is_pruned() && !rarest.BlockReaches(target)) {
      const uint32_t block_end = OpenWindow(target);
      if (!MayBeat(window_sum_, threshold_)) return block_end == kNoMoreDocs ? kNoMoreDocs : block_end + 1;
    }
    target = rarest.Seek(target);
    if (target == kNoMoreDocs) return kNoMoreDocs;
    const uint32_t last = rarest.block_last_doc();
    bool scored = true;
    if (threshold_ > 0) {
      OpenWindow(target);
      scored = MayBeat(window_sum_, threshold_);
      if (!scored && is_pruned()) return last + 1;
    }
    const BlockPart part = rarest.PartOfBlock(last);
    TakeRarest(part, scored);
    for (size_t i = 1; i < by_cost_.size() && levels_[i - 1].count > 0; ++i) {
      if (!Narrow(i, scored)) exhausted_ = true;
      if (levels_[i].count == 0) return exhausted_ ? kNoMoreDocs : last + 1;
    }
    Collect(scored);
    return exhausted_ ? kNoMoreDocs : last + 1;
  }

  // What the words may score from `target` to the end of the rarest one's block, which is returned. Others count with
  // their block's bound if it reaches so far.
  uint32_t OpenWindow(uint32_t target) {
    const ScoreBound first = by_cost_[0]->BoundFrom(target);
    double sum = 0;
    for (size_t i = by_cost_.size(); i-- > 0;) {
      rest_[i] = sum;
      if (i == 0) break;
      const ScoreBound& bound = by_cost_[i]->BoundFrom(target);
      sum += bound.last_doc_inclusive >= first.last_doc_inclusive ? bound.max_score : by_cost_[i]->max_score();
    }
    window_sum_ = sum + first.max_score;
    return first.last_doc_inclusive;
  }

  void TakeRarest(const BlockPart& part, bool scored) {
    Level& level = levels_[0];
    level.count = 0;
    if (!scored) {
      for (uint32_t i = part.begin; i < part.end; ++i) level.docs[level.count++] = part.docs[i] + part.base;
      return;
    }
    const WordSide::BlockScores score = by_cost_[0]->ScoresOfBlock();
    const double needed = is_pruned() ? Needed(threshold_, rest_[0]) : -1;
    uint32_t count = 0;
    for (uint32_t i = part.begin; i < part.end; ++i) {
      const double sum = score(i);
      level.docs[count] = part.docs[i] + part.base;
      level.scores[count] = level.sums[count] = sum;
      count += sum > needed;
    }
    level.count = count;
  }

  // Finds the documents of the level before that word `i` has, too, and that may still beat the threshold. False if the
  // word has no more documents.
  bool Narrow(size_t i, bool scored) {
    WordSide& word = *by_cost_[i];
    const Level& from = levels_[i - 1];
    Level& to = levels_[i];
    to.count = 0;
    for (uint32_t begin = 0, end; begin < from.count; begin = end) {
      uint8_t picked[kRoom];
      uint32_t docs[kRoom];
      uint32_t count = 0;
      if (is_pruned()) {
        const ScoreBound& bound = word.BoundFrom(from.docs[begin]);
        end = EndOf(from, begin, bound.last_doc_inclusive);
        const double needed = Needed(threshold_, bound.max_score + rest_[i]);
        for (uint32_t at = begin; at < end; ++at) {
          picked[count] = static_cast<uint8_t>(at);
          docs[count] = from.docs[at];
          count += from.sums[at] > needed;
        }
        if (count == 0) continue;
        if (word.Seek(docs[0]) == kNoMoreDocs) return false;
      } else {
        if (word.Seek(from.docs[begin]) == kNoMoreDocs) return false;
        end = EndOf(from, begin, word.block_last_doc());
        for (uint32_t at = begin; at < end; ++at) {
          picked[count] = static_cast<uint8_t>(at);
          docs[count++] = from.docs[at];
        }
      }
      Meet(&word, docs, picked, count, i, scored);
    }
    return true;
  }

  // The end of the level's documents up to `last_inclusive`, from `begin` on.
  static uint32_t EndOf(const Level& level, uint32_t begin, uint32_t last_inclusive) {
    if (level.docs[level.count - 1] <= last_inclusive) return level.count;
    return begin + store::FirstNotBelow(level.docs + begin, level.count - begin, last_inclusive + 1);
  }

  // Adds to level `i` those of the documents, at `picked` in the level before, that the word's block has.
  void Meet(WordSide* word, const uint32_t* docs, const uint8_t* picked, uint32_t count, size_t i, bool scored) {
    uint8_t places_a[kRoom], places_b[kRoom];
    uint32_t met = 0;
    uint32_t block_begin = 0;
    if (count >= kWorthIntersecting) {
      const BlockPart part = word->PartOfBlock(docs[count - 1]);
      block_begin = part.begin;
      met = Intersect({docs, 0, count}, part.run(), places_a, places_b);
    } else {
      for (uint32_t at = 0; at < count; ++at) {
        places_a[met] = static_cast<uint8_t>(at);
        const bool has = word->Seek(docs[at]) == docs[at];
        places_b[met] = static_cast<uint8_t>(word->place());
        met += has;
      }
    }
    const Level& from = levels_[i - 1];
    Level& to = levels_[i];
    uint32_t kept = to.count;
    if (scored && met > 0) {
      const WordSide::BlockScores score_of = word->ScoresOfBlock();
      const double needed = is_pruned() ? Needed(threshold_, rest_[i]) : -1;
      for (uint32_t at = 0; at < met; ++at) {
        const uint8_t parent = picked[places_a[at]];
        const double score = score_of(block_begin + places_b[at]);
        const double sum = from.sums[parent] + score;
        to.docs[kept] = docs[places_a[at]];
        to.sums[kept] = sum;
        to.scores[kept] = score;
        to.parents[kept] = parent;
        kept += sum > needed;
      }
    } else {
      for (uint32_t at = 0; at < met; ++at) to.docs[kept++] = docs[places_a[at]];
    }
    to.count = kept;
  }

  // Makes candidates of the last level's documents; scores are added up in the order of the words.
  void Collect(bool scored) {
    const Level& last = levels_[by_cost_.size() - 1];
    for (uint32_t at = 0; at < last.count; ++at) {
      if (!scored) {
        counter_->Add(last.docs[at]);
        continue;
      }
      uint32_t place = at;
      for (size_t i = by_cost_.size(); i-- > 0;) {
        scores_[static_cast<size_t>(by_cost_[i] - words_.data())] = levels_[i].scores[place];
        place = levels_[i].parents[place];
      }
      candidates_.push_back({last.docs[at], std::accumulate(scores_.begin(), scores_.end(), 0.0)});
    }
  }

  Interrupt& interrupt_;
  std::vector<WordSide> words_;
  std::vector<WordSide*> by_cost_;  // rarest first
  double threshold_ = 0;
  MatchCounter* counter_ = nullptr;
  double window_sum_ = 0;     // of the words' bounds
  std::vector<double> rest_;  // rest_[i]: of those after by_cost_[i]
  const std::unique_ptr<Level[]> levels_;
  std::vector<double> scores_;  // of one candidate, by word
  std::vector<Candidate> candidates_;
  size_t next_candidate_ = 0;
  uint32_t filled_end_ = 0;  // exclusive: candidates before it are found
  bool exhausted_ = false;
  uint32_t doc_ = kNoMoreDocs;
  double score_ = 0;  // of doc_
};

class WordOr final : public Matcher {
 public:
  WordOr(std::vector<WordSide> words, Interrupt* interrupt)
      : interrupt_(*interrupt),
        words_(std::move(words)),
        by_score_(words_.size()),
        scores_(words_.size()),
        window_sums_(words_.size() + 1) {
    for (size_t i = 0; i < words_.size(); ++i) by_score_[i] = &words_[i];
    std::stable_sort(by_score_.begin(), by_score_.end(),
                     [](const WordSide* a, const WordSide* b) { return a->max_score() < b->max_score(); });
    sums_.push_back(0);
    for (const WordSide* word : by_score_) sums_.push_back(sums_.back() + word->max_score());
    doc_ = Least(0);
  }

  uint32_t doc() const override { return doc_; }
  uint32_t Next() override { return doc_ == kNoMoreDocs ? doc_ : SeekGE(doc_ + 1); }

  uint32_t SeekGE(uint32_t target) override {
    if (target <= doc_) return doc_;
    doc_ = threshold_ > 0 ? SeekPruned(target) : Least(target);
    return doc_;
  }

  bool Confirm() override {
    if (confirmed_doc_ != doc_) {
      confirmed_doc_ = doc_;
      matches_ = LookAtWords();
    }
    return matches_;
  }

  double Score() override { return std::accumulate(scores_.begin(), scores_.end(), 0.0); }

  double max_score() const override { return sums_.back(); }
  ScoreBound BoundFrom(uint32_t target) override { return SumOfBounds(&words_, target); }

  void SetThreshold(double threshold) override {
    threshold_ = threshold;
    while (first_essential_ < by_score_.size() && !MayBeat(sums_[first_essential_ + 1], threshold_)) ++first_essential_;
  }

  uint64_t cost() const override {
    uint64_t sum = 0;
    for (const WordSide& word : words_) sum += word.cost();
    return sum;
  }
  absl::Status status() const override { return FirstError(words_); }

 private:
  // A document that may beat the threshold, and what the words that gave it score together.
  struct Candidate {
    uint32_t doc = 0;
    double sum = 0;
  };
  static constexpr uint32_t kSumDocs = 2048;  // of a window in which several words give candidates

  uint32_t Least(uint32_t target) {
    if (interrupt_.Ends()) return kNoMoreDocs;
    uint32_t least = kNoMoreDocs;
    for (WordSide& word : words_) least = std::min(least, word.Seek(target));
    return least;
  }

  uint32_t SeekPruned(uint32_t target) {
    for (;;) {
      for (; next_candidate_ < candidates_.size(); ++next_candidate_) {
        const Candidate& candidate = candidates_[next_candidate_];
        if (candidate.doc < target || !MayBeat(candidate.sum + window_sums_[window_first_], threshold_)) continue;
        if (!MayBeat(candidate.sum + RestBound(candidate.doc), threshold_)) continue;
        candidate_sum_ = candidate.sum;
        return candidate.doc;
      }
      if (window_is_set_ && target <= window_end_) target = window_end_ == kNoMoreDocs ? kNoMoreDocs : window_end_ + 1;
      // Children before first_essential_ cannot beat the threshold together: without one of the others nothing can.
      if (target == kNoMoreDocs || first_essential_ == by_score_.size() || interrupt_.Ends()) return kNoMoreDocs;
      OpenWindow(target);
    }
  }

  // What the words that give no candidates may add to a document.
  double RestBound(uint32_t doc) {
    double sum = 0;
    for (size_t i = 0; i < window_first_; ++i) sum += by_score_[i]->BoundFrom(doc).max_score;
    return sum;
  }

  // Sets the window from `target` to where the first block of an essential word ends, and finds its candidates.
  void OpenWindow(uint32_t target) {
    candidates_.clear();
    next_candidate_ = 0;
    window_is_set_ = true;
    window_end_ = kNoMoreDocs;
    window_first_ = first_essential_;
    std::copy_n(sums_.begin(), first_essential_ + 1, window_sums_.begin());
    for (size_t i = first_essential_; i < by_score_.size(); ++i) {
      const ScoreBound& block = by_score_[i]->BoundFrom(target);
      window_end_ = std::min(window_end_, block.last_doc_inclusive);
      window_sums_[i + 1] = window_sums_[i] + block.max_score;
      if (!MayBeat(window_sums_[i + 1], threshold_)) window_first_ = i + 1;
    }
    giving_.clear();
    for (size_t i = window_first_; i < by_score_.size(); ++i) {
      if (by_score_[i]->Seek(target) <= window_end_ && by_score_[i]->doc() != kNoMoreDocs)
        giving_.push_back(by_score_[i]);
    }
    const double needed = Needed(threshold_, window_sums_[window_first_]);
    if (giving_.size() == 1) {
      TakeFrom(*giving_.front(), needed);
    } else if (giving_.size() > 1) {
      TakeFromSums(needed);
    }
  }

  void TakeFrom(const WordSide& word, double needed) {
    const WordWeight weight = word.weight();
    word.VisitBlock(window_end_, [&](uint32_t doc, uint32_t frequency, uint8_t norm) {
      if (weight.MayExceed(needed, frequency, norm)) candidates_.push_back({doc, weight(frequency, norm)});
    });
  }

  void TakeFromSums(double needed) {
    uint32_t begin = kNoMoreDocs;
    for (const WordSide* word : giving_) begin = std::min(begin, word->doc());
    window_end_ = std::min(window_end_, begin + kSumDocs - 1);
    if (window_docs_.empty()) {
      window_docs_.resize(kSumDocs / 64);
      window_scores_.resize(kSumDocs);
    }
    double* const scores = window_scores_.data();
    uint64_t* const docs = window_docs_.data();
    for (const WordSide* word : giving_) {
      const WordWeight weight = word->weight();
      word->VisitBlock(window_end_, [=](uint32_t doc, uint32_t frequency, uint8_t norm) {
        const uint32_t at = doc - begin;
        scores[at] += weight(frequency, norm);
        docs[at / 64] |= uint64_t{1} << (at % 64);
      });
    }
    for (uint32_t i = 0; i <= (window_end_ - begin) / 64; ++i) {
      for (uint64_t rest = std::exchange(docs[i], 0); rest != 0; rest &= rest - 1) {
        const uint32_t at = i * 64 + static_cast<uint32_t>(std::countr_zero(rest));
        const double sum = std::exchange(scores[at], 0.0);
        if (sum > needed) candidates_.push_back({begin + at, sum});
      }
    }
  }

  // Fills scores_ of the candidate. False if it cannot beat the threshold.
  bool LookAtWords() {
    std::fill(scores_.begin(), scores_.end(), 0.0);
    const bool is_from_window = window_is_set_ && doc_ <= window_end_;
    if (is_from_window && !LookAtTheRest()) return false;
    for (size_t i = 0; i < words_.size(); ++i) {
      if (is_from_window) words_[i].Seek(doc_);
      if (words_[i].doc() == doc_) scores_[i] = words_[i].Score();
    }
    return true;
  }

  // Moves the words that gave no candidates to this one, the weightiest first, as long as it may beat the threshold.
  bool LookAtTheRest() {
    double sum = candidate_sum_;
    double rest = RestBound(doc_);
    for (size_t i = window_first_; i-- > 0;) {
      if (!MayBeat(sum + rest, threshold_)) return false;
      WordSide& word = *by_score_[i];
      rest -= word.BoundFrom(doc_).max_score;
      if (word.Seek(doc_) == doc_) sum += word.Score();
    }
    return MayBeat(sum, threshold_);
  }

  Interrupt& interrupt_;
  std::vector<WordSide> words_;
  std::vector<WordSide*> by_score_;  // by growing max_score
  std::vector<double> sums_;         // sums_[i]: of the max scores of the first i of by_score_
  std::vector<double> scores_;       // of the confirmed candidate, by word
  double threshold_ = 0;
  size_t first_essential_ = 0;

  bool window_is_set_ = false;
  uint32_t window_end_ = 0;          // inclusive
  size_t window_first_ = 0;          // the first of by_score_ that gives candidates in the window
  std::vector<double> window_sums_;  // as sums_, of the bounds in the window
  std::vector<WordSide*> giving_;    // words with postings in the window that give candidates
  std::vector<Candidate> candidates_;
  size_t next_candidate_ = 0;
  std::vector<double> window_scores_;  // by document; zero between windows
  std::vector<uint64_t> window_docs_;  // a bit a document that has one
  double candidate_sum_ = 0;           // of doc_, if it is from the window

  uint32_t doc_ = kNoMoreDocs;
  uint32_t confirmed_doc_ = kNoMoreDocs;
  bool matches_ = false;
};

}  // namespace

std::unique_ptr<Matcher> MakeWordAnd(std::vector<WordSide> words, Interrupt* interrupt) {
  return std::make_unique<WordAnd>(std::move(words), interrupt);
}

std::unique_ptr<Matcher> MakeWordOr(std::vector<WordSide> words, Interrupt* interrupt) {
  return std::make_unique<WordOr>(std::move(words), interrupt);
}

}  // namespace factline::query
