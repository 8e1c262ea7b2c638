#ifndef FACTLINE_QUERY_SEARCH_WORD_MATCHER_H_
#define FACTLINE_QUERY_SEARCH_WORD_MATCHER_H_

#include <algorithm>
#include <utility>

#include "indexer/store/reader.h"
#include "query/search/bm25.h"
#include "query/search/intersect.h"
#include "query/search/leaf_matchers.h"
#include "query/search/matcher.h"

// Inside of the matchers: words, in a header so that conjunctions and disjunctions of words walk them without calls.
namespace factline::query {

// What a score must exceed to reach `threshold` with `rest` added, less what rounding may take.
inline double Needed(double threshold, double rest) { return threshold - rest - 1e-12 * threshold; }

// Postings of the block that a cursor stands in: places [begin, end), the documents docs[i] + base.
struct BlockPart {
  const uint32_t* docs;
  uint32_t base;
  uint32_t begin, end;

  // From the present one to `last_inclusive`.
  static BlockPart Of(const store::PostingCursor& cursor, uint32_t last_inclusive) {
    BlockPart part{cursor.block_docs(), cursor.block_base(), cursor.place(), cursor.block_size()};
    if (part.end > part.begin && part.docs[part.end - 1] + part.base > last_inclusive) {
      part.end = part.begin +
                 store::FirstNotBelow(part.docs + part.begin, part.end - part.begin, last_inclusive - part.base + 1);
    }
    return part;
  }
  // The last document of the cursor's block.
  static uint32_t EndOf(const store::PostingCursor& cursor) {
    return cursor.block_docs()[cursor.block_size() - 1] + cursor.block_base();
  }

  DocRun run() const { return {docs + begin, base, end - begin}; }
};

// A word in one field.
class WordSide {
 public:
  WordSide(const store::SegmentView& segment, const Bm25& bm25, double idf, store::NormField field, CursorPtr cursor)
      : norms_(segment.Norms(field)),
        base_doc_(segment.base_doc()),
        weight_(bm25.WeightOf(field, idf)),
        cursor_(std::move(cursor)),
        max_score_(weight_.Bound(cursor_->impacts())) {
    cursor_->Next();
  }

  uint32_t doc() const { return cursor_->doc(); }
  uint64_t cost() const { return cursor_->document_frequency(); }
  double max_score() const { return max_score_; }

  uint32_t Seek(uint32_t target) { return doc() < target ? cursor_->SeekGE(target) : doc(); }
  uint32_t Next() { return doc() == kNoMoreDocs ? kNoMoreDocs : cursor_->Next(); }

  // Of the posting it stands on.
  double Score() const { return weight_(cursor_->frequency(), norms_[doc() - base_doc_]); }

  // No posting from `target` (which never shrinks) to the end of its block scores more.
  const ScoreBound& BoundFrom(uint32_t target) {
    target = std::max(target, doc());
    if (!has_bound_ || target > bound_.last_doc_inclusive) {
      const store::PostingCursor::BlockBound block = cursor_->ShallowSeek(target);
      bound_ = {block.last_doc_inclusive, weight_.Bound(block.impacts)};
      has_bound_ = true;
    }
    return bound_;
  }

  // Whether the block it stands in goes on to `target`, so that a Seek reads nothing.
  bool BlockReaches(uint32_t target) const { return cursor_->block_size() > 0 && block_last_doc() >= target; }

  // Goes on to the block's first posting, the present one included, that may score more than `threshold`, and returns
  // its document; kNoMoreDocs, and no move, if there is none up to the block's end.
  uint32_t SeekWinnerInBlock(double threshold) {
    const uint32_t size = cursor_->block_size();
    const uint32_t* const docs = cursor_->block_docs();
    const uint32_t* const frequencies = cursor_->BlockFrequencies();
    const uint32_t norms_from = cursor_->block_base() - base_doc_;
    for (uint32_t i = cursor_->place(); i < size; ++i) {
      if (weight_.MayExceed(threshold, frequencies[i], norms_[docs[i] + norms_from])) return cursor_->MoveTo(i);
    }
    return kNoMoreDocs;
  }

  // Calls visit(document, frequency, norm) for the block's postings from the present one to `last_inclusive`.
  template <typename Visit>
  void VisitBlock(uint32_t last_inclusive, Visit visit) const {
    const BlockPart part = PartOfBlock(last_inclusive);
    const uint32_t* const frequencies = cursor_->BlockFrequencies();
    const uint8_t* const norms = norms_;
    const uint32_t norms_from = part.base - base_doc_;
    for (uint32_t i = part.begin; i < part.end; ++i) {
      visit(part.docs[i] + part.base, frequencies[i], norms[part.docs[i] + norms_from]);
    }
  }

  BlockPart PartOfBlock(uint32_t last_inclusive) const { return BlockPart::Of(*cursor_, last_inclusive); }

  // The scores of the block's postings, by place.
  struct BlockScores {
    const uint32_t* docs;
    const uint32_t* frequencies;
    const uint8_t* norms;
    uint32_t norms_from;
    WordWeight weight;
    double operator()(uint32_t place) const { return weight(frequencies[place], norms[docs[place] + norms_from]); }
  };
  BlockScores ScoresOfBlock() const {
    return {cursor_->block_docs(), cursor_->BlockFrequencies(), norms_, cursor_->block_base() - base_doc_, weight_};
  }

  // Of the block it stands in.
  uint32_t place() const { return cursor_->place(); }
  uint32_t block_last_doc() const { return BlockPart::EndOf(*cursor_); }
  const WordWeight& weight() const { return weight_; }

  store::PostingCursor* cursor() const { return cursor_.get(); }
  absl::Status status() const { return cursor_->status(); }

 private:
  const uint8_t* norms_;  // of the segment, from base_doc_ on
  uint32_t base_doc_;
  WordWeight weight_;
  CursorPtr cursor_;
  double max_score_;
  bool has_bound_ = false;
  ScoreBound bound_;
};

// A word that a segment holds in one field alone.
class FieldWordMatcher final : public BlockSkippingMatcher {
 public:
  FieldWordMatcher(WordSide side, Interrupt* interrupt)
      : BlockSkippingMatcher(interrupt), side_(std::move(side)), doc_(side_.doc()) {}

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

  WordSide TakeSide() && { return std::move(side_); }
  store::PostingCursor* cursor() const { return side_.cursor(); }

 private:
  // The first document at or after `target` whose score may beat the threshold. Blocks that may hold one are those of
  // the cursor.
  uint32_t SeekWinner(uint32_t target) {
    for (;;) {
      const uint32_t found = SettleFrom(target, [this](uint32_t from) { return side_.Seek(from); });
      if (found == kNoMoreDocs) return found;
      const uint32_t winner = side_.SeekWinnerInBlock(threshold());
      if (winner != kNoMoreDocs) return winner;
      target = side_.block_last_doc() + 1;
    }
  }

  WordSide side_;
  uint32_t doc_;
};

}  // namespace factline::query

#endif  // FACTLINE_QUERY_SEARCH_WORD_MATCHER_H_
