#include "query/search/tree_matchers.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "query/search/word_trees.h"

namespace factline::query {
namespace {

using Children = std::vector<std::unique_ptr<Matcher>>;

absl::Status FirstError(const Children& children) {
  for (const auto& child : children) {
    absl::Status status = child->status();
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

double SumOfMaxScores(const Children& children) {
  double sum = 0;
  for (const auto& child : children) sum += child->max_score();
  return sum;
}

ScoreBound SumOfBounds(const Children& children, uint32_t target) {
  ScoreBound sum;
  for (const auto& child : children) {
    if (child->doc() == kNoMoreDocs) continue;
    const ScoreBound bound = child->BoundFrom(std::max(target, child->doc()));
    sum.last_doc_inclusive = std::min(sum.last_doc_inclusive, bound.last_doc_inclusive);
    sum.max_score += bound.max_score;
  }
  return sum;
}

class AndMatcher final : public BlockSkippingMatcher {
 public:
  AndMatcher(Children children, Interrupt* interrupt)
      : BlockSkippingMatcher(interrupt), children_(std::move(children)) {
    for (const auto& child : children_) by_cost_.push_back(child.get());
    std::stable_sort(by_cost_.begin(), by_cost_.end(),
                     [](const Matcher* a, const Matcher* b) { return a->cost() < b->cost(); });
    doc_ = Meet(0);
  }

  uint32_t doc() const override { return doc_; }
  uint32_t Next() override { return doc_ == kNoMoreDocs ? doc_ : SeekGE(doc_ + 1); }

  uint32_t SeekGE(uint32_t target) override {
    if (target <= doc_) return doc_;
    doc_ = SettleFrom(target, [this](uint32_t from) { return Meet(from); });
    return doc_;
  }

  bool Confirm() override {
    return std::all_of(by_cost_.begin(), by_cost_.end(), [](Matcher* child) { return child->Confirm(); });
  }

  double Score() override {
    double sum = 0;
    for (const auto& child : children_) sum += child->Score();
    return sum;
  }

  double max_score() const override { return SumOfMaxScores(children_); }
  ScoreBound BoundFrom(uint32_t target) override { return SumOfBounds(children_, target); }

  void SetThreshold(double threshold) override {
    BlockSkippingMatcher::SetThreshold(threshold);
    const double sum = max_score();
    // A child that scores no more than what the others leave to be reached drags the whole below the threshold. The
    // sum is made a little greater, so that rounding never makes a child's threshold too high.
    for (const auto& child : children_) {
      const double from_child = threshold - (sum * (1 + 1e-12) - child->max_score());
      if (from_child > 0) child->SetThreshold(from_child);
    }
  }

  uint64_t cost() const override { return by_cost_.front()->cost(); }
  absl::Status status() const override { return FirstError(children_); }

 private:
  // The first document at or after `target` where all children stand.
  uint32_t Meet(uint32_t target) {
    uint32_t candidate = by_cost_.front()->SeekGE(target);
    for (size_t i = 1; i < by_cost_.size() && candidate != kNoMoreDocs;) {
      if (interrupt_.Ends()) return kNoMoreDocs;
      const uint32_t found = by_cost_[i]->SeekGE(candidate);
      if (found == candidate) {
        ++i;
      } else {
        candidate = by_cost_.front()->SeekGE(found);
        i = 1;
      }
    }
    return candidate;
  }

  const Children children_;
  std::vector<Matcher*> by_cost_;  // rarest first
  uint32_t doc_;
};

class OrMatcher final : public Matcher {
 public:
  OrMatcher(Children children, Interrupt* interrupt)
      : interrupt_(*interrupt),
        children_(std::move(children)),
        by_score_(children_.size()),
        scores_(children_.size()),
        block_scores_(children_.size()),
        window_sums_(children_.size() + 1) {
    std::iota(by_score_.begin(), by_score_.end(), size_t{0});
    std::stable_sort(by_score_.begin(), by_score_.end(),
                     [&](size_t a, size_t b) { return children_[a]->max_score() < children_[b]->max_score(); });
    sums_.push_back(0);
    for (const size_t i : by_score_) sums_.push_back(sums_.back() + children_[i]->max_score());
    doc_ = LeastEssential(0, 0);
  }

  uint32_t doc() const override { return doc_; }
  uint32_t Next() override { return doc_ == kNoMoreDocs ? doc_ : SeekGE(doc_ + 1); }

  uint32_t SeekGE(uint32_t target) override {
    if (target <= doc_) return doc_;
    doc_ = threshold_ > 0 ? SeekPruned(target) : LeastEssential(target, 0);
    return doc_;
  }

  bool Confirm() override {
    if (confirmed_doc_ != doc_) {
      confirmed_doc_ = doc_;
      matches_ = LookAtChildren();
    }
    return matches_;
  }

  double Score() override { return std::accumulate(scores_.begin(), scores_.end(), 0.0); }

  double max_score() const override { return SumOfMaxScores(children_); }
  ScoreBound BoundFrom(uint32_t target) override { return SumOfBounds(children_, target); }

  void SetThreshold(double threshold) override {
    threshold_ = threshold;
    while (first_essential_ < by_score_.size() && !MayBeat(sums_[first_essential_ + 1], threshold_)) ++first_essential_;
  }

  uint64_t cost() const override {
    uint64_t sum = 0;
    for (const auto& child : children_) sum += child->cost();
    return sum;
  }
  absl::Status status() const override { return FirstError(children_); }

 private:
  // The least document at or after `target` of the children from `first` on, in the order of by_score_. Children from
  // first_essential_ on are essential: without one of them a document cannot beat the threshold. In a window fewer may
  // be, those from window_first_ on.
  uint32_t LeastEssential(uint32_t target, size_t first) {
    uint32_t least = kNoMoreDocs;
    for (size_t i = first; i < by_score_.size(); ++i) {
      least = std::min(least, children_[by_score_[i]]->SeekGE(target));
    }
    return least;
  }

  uint32_t SeekPruned(uint32_t target) {
    for (;;) {
      if (first_essential_ == by_score_.size() || interrupt_.Ends()) return kNoMoreDocs;
      if (target == kNoMoreDocs) return kNoMoreDocs;
      if (!window_is_set_ || target > window_end_) {
        if (!OpenWindow(target)) {
          target = AfterWindow();
          continue;
        }
      }
      const uint32_t least = LeastEssential(target, std::max(first_essential_, window_first_));
      if (least <= window_end_) return least;
      // Children that give no candidates in this window may give some right after it.
      target = window_first_ <= first_essential_ ? least : AfterWindow();
    }
  }

  uint32_t AfterWindow() const { return window_end_ == kNoMoreDocs ? kNoMoreDocs : window_end_ + 1; }

  // Sets the window from `target` to where the first block of an essential child ends, and what each child may add in
  // it. False if nothing in it can beat the threshold.
  bool OpenWindow(uint32_t target) {
    window_is_set_ = true;
    window_end_ = kNoMoreDocs;
    for (size_t i = first_essential_; i < by_score_.size(); ++i) {
      Matcher& child = *children_[by_score_[i]];
      if (child.doc() == kNoMoreDocs) continue;
      const ScoreBound block = child.BoundFrom(std::max(target, child.doc()));
      window_end_ = std::min(window_end_, block.last_doc_inclusive);
      block_scores_[i] = block.max_score;
    }
    window_first_ = first_essential_;
    std::copy_n(sums_.begin(), first_essential_ + 1, window_sums_.begin());
    for (size_t i = first_essential_; i < by_score_.size(); ++i) {
      const bool is_ahead =
          children_[by_score_[i]]->doc() > window_end_ || children_[by_score_[i]]->doc() == kNoMoreDocs;
      window_sums_[i + 1] = window_sums_[i] + (is_ahead ? 0 : block_scores_[i]);
      if (!MayBeat(window_sums_[i + 1], threshold_)) window_first_ = i + 1;
    }
    return window_first_ < by_score_.size();
  }

  // Fills scores_ of the candidate. False if no child matches, or if the candidate cannot beat the threshold.
  bool LookAtChildren() {
    std::fill(scores_.begin(), scores_.end(), 0.0);
    const bool in_window = window_is_set_ && doc_ <= window_end_;
    const size_t first = in_window ? std::max(first_essential_, window_first_) : first_essential_;
    const std::vector<double>& sums = in_window ? window_sums_ : sums_;
    bool any = false;
    double sum = 0;
    for (size_t i = by_score_.size(); i-- > 0;) {
      Matcher& child = *children_[by_score_[i]];
      if (i < first && !CanStillBeat(sum, sums[i], sums[i + 1], &child)) return false;
      if (child.doc() != doc_ || !child.Confirm()) continue;
      any = true;
      scores_[by_score_[i]] = child.Score();
      sum += scores_[by_score_[i]];
    }
    return any;
  }

  // Whether the candidate may beat the threshold with `sum` so far, where the child and those before it add at most
  // `with_child`, and those before it `without_child`; moves the child to the candidate then.
  bool CanStillBeat(double sum, double without_child, double with_child, Matcher* child) {
    if (!MayBeat(sum + with_child, threshold_)) return false;
    if (child->doc() < doc_) {
      if (!MayBeat(sum + without_child + child->BoundFrom(doc_).max_score, threshold_)) return false;
      child->SeekGE(doc_);
    }
    return true;
  }

  Interrupt& interrupt_;
  const Children children_;
  std::vector<size_t> by_score_;  // indexes of children_, by growing max_score
  std::vector<double> sums_;      // sums_[i]: of the max scores of the first i of by_score_
  std::vector<double> scores_;    // of the confirmed candidate, by child
  double threshold_ = 0;
  size_t first_essential_ = 0;
  bool window_is_set_ = false;
  uint32_t window_end_ = 0;
  size_t window_first_ = 0;           // the first child that gives candidates in the window
  std::vector<double> block_scores_;  // bounds in the window, in the order of by_score_
  std::vector<double> window_sums_;   // as sums_, of the bounds in the window
  uint32_t doc_ = kNoMoreDocs;
  uint32_t confirmed_doc_ = kNoMoreDocs;
  bool matches_ = false;
};

class ExceptMatcher final : public Matcher {
 public:
  ExceptMatcher(std::unique_ptr<Matcher> kept, std::unique_ptr<Matcher> dropped)
      : kept_(std::move(kept)), dropped_(std::move(dropped)) {}

  uint32_t doc() const override { return kept_->doc(); }
  uint32_t Next() override { return kept_->Next(); }
  uint32_t SeekGE(uint32_t target) override { return kept_->SeekGE(target); }

  bool Confirm() override {
    const uint32_t candidate = kept_->doc();
    if (dropped_->SeekGE(candidate) == candidate && dropped_->Confirm()) return false;
    return kept_->Confirm();
  }

  double Score() override { return kept_->Score(); }
  double max_score() const override { return kept_->max_score(); }
  ScoreBound BoundFrom(uint32_t target) override { return kept_->BoundFrom(target); }
  void SetThreshold(double threshold) override { kept_->SetThreshold(threshold); }
  uint64_t cost() const override { return kept_->cost(); }

  absl::Status status() const override {
    absl::Status status = kept_->status();
    return status.ok() ? dropped_->status() : status;
  }

 private:
  const std::unique_ptr<Matcher> kept_;
  const std::unique_ptr<Matcher> dropped_;
};

// The children's words, if each child is a word of one field; else nothing, and they stay.
std::vector<WordSide> TakeWords(Children* children) {
  std::vector<WordSide> words;
  const auto is_word = [](const auto& child) { return dynamic_cast<FieldWordMatcher*>(child.get()) != nullptr; };
  if (!std::all_of(children->begin(), children->end(), is_word)) return words;
  words.reserve(children->size());
  for (auto& child : *children) words.push_back(static_cast<FieldWordMatcher&&>(*child).TakeSide());
  return words;
}

}  // namespace

std::unique_ptr<Matcher> MakeAnd(Children children, Interrupt* interrupt) {
  if (children.size() == 1) return std::move(children.front());
  if (auto words = TakeWords(&children); !words.empty()) {
    return MakeWordAnd(std::move(words), interrupt);
  }
  return std::make_unique<AndMatcher>(std::move(children), interrupt);
}

std::unique_ptr<Matcher> MakeOr(Children children, Interrupt* interrupt) {
  if (children.size() == 1) return std::move(children.front());
  if (auto words = TakeWords(&children); !words.empty()) {
    return MakeWordOr(std::move(words), interrupt);
  }
  return std::make_unique<OrMatcher>(std::move(children), interrupt);
}

std::unique_ptr<Matcher> MakeExcept(std::unique_ptr<Matcher> kept, std::unique_ptr<Matcher> dropped) {
  return std::make_unique<ExceptMatcher>(std::move(kept), std::move(dropped));
}

}  // namespace factline::query
