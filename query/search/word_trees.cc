#include "query/search/word_trees.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <numeric>
#include <utility>

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

class WordAnd final : public Matcher {
 public:
  WordAnd(std::vector<WordSide> words, Interrupt* interrupt)
      : interrupt_(*interrupt), words_(std::move(words)), rest_(words_.size()) {
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

  double Score() override {
    double sum = 0;
    for (WordSide& word : words_) {
      word.Seek(doc_);
      sum += word.Score();
    }
    return sum;
  }

  double max_score() const override { return SumOfMaxScores(words_); }
  ScoreBound BoundFrom(uint32_t target) override { return SumOfBounds(&words_, target); }

  void SetThreshold(double threshold) override {
    if (threshold_ <= 0 && threshold > 0) {
      // Candidates found without a threshold have no sums: they are to be found again.
      candidates_.clear();
      next_candidate_ = 0;
      filled_end_ = 0;
    }
    threshold_ = threshold;
  }

  uint64_t cost() const override { return by_cost_.front()->cost(); }
  absl::Status status() const override { return FirstError(words_); }

 private:
  // A document of the two rarest words, and with a threshold what they score together.
  struct Candidate {
    uint32_t doc = 0;
    double sum = 0;
  };
  static constexpr uint32_t kMarkDocs = 4096;
  static constexpr uint32_t kPostingsWorthMarking = 6;
  // Where the rarest word needs more than this part of its bound, few of its postings have it, and those are tried
  // first.
  static constexpr double kFewWinners = 0.75;

  uint32_t Seek(uint32_t target) {
    for (;;) {
      while (next_candidate_ < candidates_.size()) {
        const Candidate& candidate = candidates_[next_candidate_++];
        if (candidate.doc >= target && TryOthers(candidate)) return candidate.doc;
      }
      target = std::max(target, filled_end_);
      if (target == kNoMoreDocs || interrupt_.Ends()) return kNoMoreDocs;
      candidates_.clear();
      next_candidate_ = 0;
      filled_end_ = threshold_ > 0 ? FillPruned(target) : Fill(target, kNoMoreDocs);
    }
  }

  // Whether all words stand at the candidate and may together beat the threshold.
  bool TryOthers(const Candidate& candidate) {
    double sum = candidate.sum;
    for (size_t i = 2; i < by_cost_.size(); ++i) {
      if (threshold_ > 0 && !MayBeat(sum + rest_[i - 1], threshold_)) return false;
      WordSide& word = *by_cost_[i];
      if (word.Seek(candidate.doc) != candidate.doc) return false;
      if (threshold_ > 0) sum += word.Score();
    }
    return threshold_ <= 0 || MayBeat(sum, threshold_);
  }

  // Finds candidates from `target` on within one block of each word, where the blocks' bounds together may beat the
  // threshold. Returns the document up to which, exclusive, there are no others.
  uint32_t FillPruned(uint32_t target) {
    WordSide& rarest = *by_cost_[0];
    if (rarest.BlockReaches(target)) target = rarest.Seek(target);
    if (!window_is_set_ || target > window_end_) OpenWindow(target);
    const uint32_t after_window = window_end_ == kNoMoreDocs ? kNoMoreDocs : window_end_ + 1;
    if (!MayBeat(window_sum_, threshold_)) return after_window;
    const uint32_t doc = rarest.Seek(target);
    if (doc > window_end_ || doc == kNoMoreDocs) return doc;
    const double needed = Needed(threshold_, rest_[0]);
    if (needed > kFewWinners * (window_sum_ - rest_[0]) || !IsWorthMarking(rarest, window_end_)) {
      const uint32_t winner = rarest.SeekWinnerInBlock(needed);  // its block reaches the window's end
      if (winner > window_end_) return after_window;
      return Fill(winner, winner);
    }
    return Fill(target, window_end_);
  }

  // Sets the window from `target` to where the first block ends, and what the words may add in it.
  void OpenWindow(uint32_t target) {
    window_is_set_ = true;
    window_end_ = kNoMoreDocs;
    window_sum_ = 0;
    for (size_t i = by_cost_.size(); i-- > 0;) {
      const ScoreBound& bound = by_cost_[i]->BoundFrom(target);
      rest_[i] = window_sum_;
      window_sum_ += bound.max_score;
      window_end_ = std::min(window_end_, bound.last_doc_inclusive);
    }
  }

  // Finds candidates in [target, last_inclusive], as many as one block of each of the two rarest words gives. Returns
  // the document up to which, exclusive, there are no others.
  uint32_t Fill(uint32_t target, uint32_t last_inclusive) {
    WordSide& a = *by_cost_[0];
    WordSide& b = *by_cost_[1];
    const uint32_t doc = b.Seek(a.Seek(target));
    if (a.doc() != doc) return doc;
    if (doc == kNoMoreDocs) return kNoMoreDocs;
    last_inclusive = std::min({last_inclusive, a.block_last_doc(), b.block_last_doc()});
    if (IsWorthMarking(a, last_inclusive)) return FillByMarks(doc, last_inclusive);
    candidates_.push_back({doc, threshold_ > 0 ? a.Score() + b.Score() : 0});
    return doc + 1;
  }

  static bool IsWorthMarking(const WordSide& word, uint32_t last_inclusive) {
    return word.HasInBlock(kPostingsWorthMarking, last_inclusive);
  }

  // The same where both words stand at `begin`: one's documents are marked, the other's looked up.
  uint32_t FillByMarks(uint32_t begin, uint32_t last_inclusive) {
    const WordSide& a = *by_cost_[0];
    const WordSide& b = *by_cost_[1];
    last_inclusive = std::min(last_inclusive, begin + kMarkDocs - 1);
    if (marks_.empty()) marks_.resize(kMarkDocs);
    uint8_t* const marks = marks_.data();
    static_assert(store::kMaxBlockPostings < UINT8_MAX);
    const WordSide::BlockPart in_a = a.PartOfBlock(last_inclusive), in_b = b.PartOfBlock(last_inclusive);
    const uint32_t from_a = in_a.base - begin, from_b = in_b.base - begin;
    for (uint32_t i = in_b.begin; i < in_b.end; ++i) marks[in_b.docs[i] + from_b] = static_cast<uint8_t>(i + 1);
    Match matches[store::kMaxBlockPostings];
    uint32_t match_count = 0;
    for (uint32_t i = in_a.begin; i < in_a.end; ++i) {
      const uint32_t mark = marks[in_a.docs[i] + from_a];
      matches[match_count] = {i, mark - 1};
      match_count += mark != 0;
    }
    std::memset(marks, 0, last_inclusive - begin + 1);
    if (threshold_ > 0 && match_count > 0) {
      const WordSide::BlockScores score_a = a.ScoresOfBlock(), score_b = b.ScoresOfBlock();
      const double needed = Needed(threshold_, rest_[1]);
      for (uint32_t i = 0; i < match_count; ++i) {
        const double sum = score_a(matches[i].a) + score_b(matches[i].b);
        if (sum > needed) candidates_.push_back({in_a.docs[matches[i].a] + in_a.base, sum});
      }
    } else {
      for (uint32_t i = 0; i < match_count; ++i) {
        candidates_.push_back({in_a.docs[matches[i].a] + in_a.base, 0});
      }
    }
    return last_inclusive == kNoMoreDocs ? kNoMoreDocs : last_inclusive + 1;
  }

  struct Match {
    uint32_t a, b;  // places in the blocks
  };

  Interrupt& interrupt_;
  std::vector<WordSide> words_;
  std::vector<WordSide*> by_cost_;  // rarest first
  double threshold_ = 0;
  bool window_is_set_ = false;
  uint32_t window_end_ = 0;   // inclusive
  double window_sum_ = 0;     // of the words' bounds
  std::vector<double> rest_;  // rest_[i]: of those after by_cost_[i]
  std::vector<Candidate> candidates_;
  size_t next_candidate_ = 0;
  uint32_t filled_end_ = 0;     // exclusive: candidates before it are found
  std::vector<uint8_t> marks_;  // place + 1 of a marked document; zero between uses
  uint32_t doc_ = kNoMoreDocs;
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
