#include "query/search/prefix_postings.h"

#include <algorithm>
#include <bit>
#include <set>
#include <string>
#include <utility>

#include "protos/vocab/status.h"

namespace factline::query {
namespace {

using store::kMaxBlockPostings;
using store::kNoMoreDocs;

// The frequencies of a segment's documents, added up.
class Frequencies {
 public:
  explicit Frequencies(const store::SegmentView& segment)
      : base_doc_(segment.base_doc()),
        is_set_((segment.doc_count() + 63) / 64),
        sums_(std::make_unique_for_overwrite<uint32_t[]>(segment.doc_count())) {}

  void Add(uint32_t doc, uint32_t frequency) {
    const uint32_t local = doc - base_doc_;
    uint64_t& word = is_set_[local / 64];
    const uint64_t bit = uint64_t{1} << (local % 64);
    sums_[local] = (word & bit) != 0 ? sums_[local] + frequency : frequency;
    word |= bit;
  }

  template <typename Visit>
  void ForEach(Visit visit) const {
    for (size_t i = 0; i < is_set_.size(); ++i) {
      for (uint64_t rest = is_set_[i]; rest != 0; rest &= rest - 1) {
        const auto local = static_cast<uint32_t>(i * 64) + static_cast<uint32_t>(std::countr_zero(rest));
        visit(base_doc_ + local, sums_[local]);
      }
    }
  }

 private:
  const uint32_t base_doc_;
  std::vector<uint64_t> is_set_;      // a bit a document
  std::unique_ptr<uint32_t[]> sums_;  // where set
};

absl::Status AddAll(store::PostingCursor* cursor, Interrupt* interrupt, Frequencies* frequencies) {
  cursor->Next();
  while (cursor->doc() != kNoMoreDocs) {
    if (interrupt->Ends()) return interrupt->ended();
    const uint32_t* const docs = cursor->block_docs();
    const uint32_t* const in_block = cursor->BlockFrequencies();
    for (uint32_t i = cursor->place(); i < cursor->block_size(); ++i) {
      frequencies->Add(cursor->block_base() + docs[i], in_block[i]);
    }
    cursor->MoveTo(cursor->block_size() - 1);
    cursor->Next();
  }
  return cursor->status();
}

}  // namespace

absl::Status VisitPrefix(const store::SegmentView& segment, store::Field field, std::string_view prefix,
                         const std::function<absl::Status(const store::TermIterator&)>& visit) {
  const std::unique_ptr<store::TermIterator> terms = segment.TermsFrom(field, prefix);
  while (terms->Next() && terms->field() == field && terms->term().starts_with(prefix)) {
    FL_RETURN_IF_ERROR(visit(*terms));
  }
  return terms->status();
}

absl::StatusOr<bool> IsNarrow(const store::IndexView& view, const std::vector<store::Field>& fields,
                              std::string_view prefix, Interrupt* interrupt) {
  std::set<std::string, std::less<>> words;
  for (const auto& segment : view.segments()) {
    for (const store::Field field : fields) {
      const auto enough = absl::OutOfRangeError("");  // ends the visit, and goes no further
      const absl::Status status = VisitPrefix(*segment, field, prefix, [&](const store::TermIterator& term) {
        if (words.find(term.term()) == words.end()) words.emplace(term.term());
        return words.size() > kMaxPrefixWords ? enough : interrupt->Step();
      });
      if (words.size() > kMaxPrefixWords) return false;
      FL_RETURN_IF_ERROR(status);
    }
  }
  return true;
}

absl::StatusOr<std::shared_ptr<const PrefixPostings>> PrefixPostings::Read(const store::SegmentView& segment,
                                                                           store::Field field, std::string_view prefix,
                                                                           Interrupt* interrupt) {
  std::optional<Frequencies> frequencies;
  FL_RETURN_IF_ERROR(VisitPrefix(segment, field, prefix, [&](const store::TermIterator& term) -> absl::Status {
    FL_ASSIGN_OR_RETURN(const std::unique_ptr<store::PostingCursor> cursor, term.Postings());
    if (!frequencies.has_value()) frequencies.emplace(segment);
    return AddAll(cursor.get(), interrupt, &*frequencies);
  }));
  if (!frequencies.has_value()) return nullptr;
  auto postings = std::make_shared<PrefixPostings>();
  const uint8_t* const norms = segment.Norms(store::NormOf(field));
  store::ImpactsBuilder whole, block;
  frequencies->ForEach([&](uint32_t doc, uint32_t frequency) {
    postings->docs_.push_back(doc);
    postings->frequencies_.push_back(frequency);
    block.Add(frequency, norms[doc - segment.base_doc()]);
    if (postings->docs_.size() % kMaxBlockPostings != 0) return;
    postings->block_impacts_.push_back(block.Build());
    block.Clear();
  });
  if (postings->docs_.size() % kMaxBlockPostings != 0) postings->block_impacts_.push_back(block.Build());
  for (const store::Impacts& impacts : postings->block_impacts_) whole.Add(impacts);
  postings->impacts_ = whole.Build();
  return postings;
}

class PrefixCursor final : public store::PostingCursor {
 public:
  explicit PrefixCursor(std::shared_ptr<const PrefixPostings> postings) : postings_(std::move(postings)) {}

  absl::Status Positions(std::vector<uint32_t>*) override {
    return absl::InternalError("the postings of a prefix have no positions");
  }
  uint32_t document_frequency() const override { return static_cast<uint32_t>(postings_->docs_.size()); }
  store::Impacts impacts() const override { return postings_->impacts_; }

  BlockBound ShallowSeek(uint32_t target) override {
    const size_t index = IndexOf(target);
    if (index == postings_->docs_.size()) return {};
    const size_t block = index / kMaxBlockPostings;
    const size_t end = std::min((block + 1) * kMaxBlockPostings, postings_->docs_.size());
    return {postings_->docs_[end - 1], postings_->block_impacts_[block]};
  }

  absl::Status status() const override { return absl::OkStatus(); }

 private:
  size_t IndexOf(uint32_t target) const {
    return static_cast<size_t>(std::lower_bound(postings_->docs_.begin(), postings_->docs_.end(), target) -
                               postings_->docs_.begin());
  }

  uint32_t NextBlock() override { return EnterAt(block_begin_ + size_); }
  uint32_t SeekBlock(uint32_t target) override { return EnterAt(IndexOf(target)); }
  const uint32_t* LoadFrequencies() const override { return postings_->frequencies_.data() + block_begin_; }

  uint32_t EnterAt(size_t index) {
    frequencies_ = nullptr;
    const std::vector<uint32_t>& docs = postings_->docs_;
    block_begin_ = index == docs.size() ? index : index / kMaxBlockPostings * kMaxBlockPostings;
    size_ = static_cast<uint32_t>(std::min<size_t>(docs.size() - block_begin_, kMaxBlockPostings));
    at_ = static_cast<uint32_t>(index - block_begin_);
    docs_ = docs.data() + block_begin_;
    return doc_ = size_ == 0 ? kNoMoreDocs : docs_[at_];
  }

  const std::shared_ptr<const PrefixPostings> postings_;
  size_t block_begin_ = 0;  // in postings_
};

std::unique_ptr<store::PostingCursor> PrefixPostings::Cursor(std::shared_ptr<const PrefixPostings> postings) {
  return std::make_unique<PrefixCursor>(std::move(postings));
}

}  // namespace factline::query
