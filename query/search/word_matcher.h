#ifndef FACTLINE_QUERY_SEARCH_WORD_MATCHER_H_
#define FACTLINE_QUERY_SEARCH_WORD_MATCHER_H_

#include <algorithm>
#include <utility>

#include "indexer/store/reader.h"
#include "query/search/bm25.h"
#include "query/search/leaf_matchers.h"
#include "query/search/matcher.h"

// Inside of the matchers: words, in a header so that conjunctions and disjunctions of words walk them without calls.
namespace factline::query {

// A word in one field; a null cursor is a field without the word.
class WordSide {
 public:
  WordSide(const store::SegmentView& segment, const Bm25& bm25, double idf, store::NormField field, CursorPtr cursor)
      : norms_(segment.Norms(field)),
        base_doc_(segment.base_doc()),
        bm25_(bm25),
        idf_(idf),
        field_(field),
        cursor_(std::move(cursor)) {
    if (cursor_ == nullptr) return;
    doc_ = cursor_->Next();
    cost_ = cursor_->document_frequency();
    max_score_ = bm25_.Bound(field_, idf_, cursor_->max_impact());
  }

  uint32_t doc() const { return doc_; }
  uint64_t cost() const { return cost_; }
  double max_score() const { return max_score_; }

  uint32_t Seek(uint32_t target) {
    if (doc_ < target) doc_ = cursor_->SeekGE(target);
    return doc_;
  }
  uint32_t Next() { return doc_ == kNoMoreDocs ? doc_ : doc_ = cursor_->Next(); }

  // Of the posting it stands on.
  bool MayScoreMore(double threshold) const {
    return bm25_.MayWeighMore(field_, idf_, cursor_->frequency(), norms_[doc_ - base_doc_], threshold);
  }

  double Score() const { return bm25_.Weight(field_, idf_, cursor_->frequency(), norms_[doc_ - base_doc_]); }

  ScoreBound BoundFrom(uint32_t target) const {
    if (doc_ == kNoMoreDocs) return {};
    const store::PostingCursor::BlockBound block = cursor_->ShallowSeek(std::max(target, doc_));
    return {block.last_doc_inclusive, bm25_.Bound(field_, idf_, block.impact)};
  }

  absl::Status status() const { return cursor_ == nullptr ? absl::OkStatus() : cursor_->status(); }

 private:
  const uint8_t* const norms_;  // of the segment, from base_doc_ on
  const uint32_t base_doc_;
  const Bm25& bm25_;
  const double idf_;
  const store::NormField field_;
  const CursorPtr cursor_;
  uint32_t doc_ = kNoMoreDocs;
  uint64_t cost_ = 0;
  double max_score_ = 0;
};

// A word that a segment holds in one field alone.
class FieldWordMatcher final : public BlockSkippingMatcher {
 public:
  FieldWordMatcher(const store::SegmentView& segment, const Bm25& bm25, double idf, store::NormField field,
                   CursorPtr cursor, Interrupt* interrupt)
      : BlockSkippingMatcher(interrupt), side_(segment, bm25, idf, field, std::move(cursor)), doc_(side_.doc()) {}

  uint32_t doc() const override { return doc_; }

  uint32_t Next() override {
    if (doc_ == kNoMoreDocs) return doc_;
    if (threshold() > 0) return SeekGE(doc_ + 1);
    doc_ = interrupt_.Ends() ? kNoMoreDocs : side_.Next();
    return doc_;
  }

  uint32_t SeekGE(uint32_t target) override {
    if (target <= doc_) return doc_;
    if (threshold() > 0) {
      doc_ = SeekWinner(target);
    } else {
      doc_ = interrupt_.Ends() ? kNoMoreDocs : side_.Seek(target);
    }
    return doc_;
  }

  bool Confirm() override { return true; }
  double Score() override { return side_.Score(); }
  double max_score() const override { return side_.max_score(); }
  ScoreBound BoundFrom(uint32_t target) override { return side_.BoundFrom(target); }
  uint64_t cost() const override { return side_.cost(); }
  absl::Status status() const override { return side_.status(); }

 private:
  // The first document at or after `target` whose score may beat the threshold.
  uint32_t SeekWinner(uint32_t target) {
    for (;;) {
      const uint32_t found = SettleFrom(target, [this](uint32_t from) { return side_.Seek(from); });
      if (found == kNoMoreDocs || side_.MayScoreMore(threshold())) return found;
      target = found + 1;
    }
  }

  WordSide side_;
  uint32_t doc_;
};

}  // namespace factline::query

#endif  // FACTLINE_QUERY_SEARCH_WORD_MATCHER_H_
