#include "query/search/count_matches.h"

#include <bit>
#include <utility>
#include <vector>

#include "protos/vocab/status.h"
#include "query/search/word_matcher.h"

namespace factline::query {
namespace {

bool AllLive(const store::SegmentView& segment) { return segment.live_count() == segment.doc_count(); }

bool Counts(const SearchPlan& plan, const store::SegmentView& segment, uint32_t doc) {
  return segment.IsLive(doc) && (!plan.filter().restricts_time() || plan.filter().Holds(segment.PublishedSeconds(doc)));
}

// The documents of two cursors: the longer one's frequency, and those of the shorter one that the longer one lacks.
absl::StatusOr<uint64_t> CountUnion(SearchPlan::WordCursors cursors, Interrupt* interrupt) {
  CursorPtr few = std::move(cursors.title);
  CursorPtr many = std::move(cursors.body);
  if (many == nullptr) std::swap(few, many);
  if (many == nullptr) return 0;
  if (few == nullptr) return many->document_frequency();
  if (few->document_frequency() > many->document_frequency()) std::swap(few, many);
  uint64_t count = many->document_frequency();
  many->Next();
  for (uint32_t doc = few->Next(); doc != kNoMoreDocs; doc = few->Next()) {
    if (many->doc() < doc) many->SeekGE(doc);
    if (many->doc() != doc) ++count;
    FL_RETURN_IF_ERROR(interrupt->Step());
  }
  FL_RETURN_IF_ERROR(few->status());
  FL_RETURN_IF_ERROR(many->status());
  return count;
}

absl::StatusOr<uint64_t> CountWalk(const SearchPlan& plan, const store::SegmentView& segment, Matcher* matcher,
                                   Interrupt* interrupt) {
  uint64_t count = 0;
  for (uint32_t doc = SeekInTime(plan.filter(), segment, matcher); doc != kNoMoreDocs;
       matcher->Next(), doc = SeekInTime(plan.filter(), segment, matcher)) {
    if (segment.IsLive(doc) && matcher->Confirm()) ++count;
    FL_RETURN_IF_ERROR(interrupt->Step());
  }
  FL_RETURN_IF_ERROR(plan.interrupted());
  FL_RETURN_IF_ERROR(matcher->status());
  return count;
}

// One bit a document of the segment.
class DocumentSet {
 public:
  explicit DocumentSet(const store::SegmentView& segment)
      : base_(segment.base_doc()), words_((segment.doc_count() + 63) / 64) {}

  void Add(uint32_t doc) { words_[(doc - base_) / 64] |= uint64_t{1} << ((doc - base_) % 64); }

  void Remove(uint32_t doc) { words_[(doc - base_) / 64] &= ~(uint64_t{1} << ((doc - base_) % 64)); }

  // In the order of documents.
  template <typename Predicate>
  void KeepIf(Predicate keeps) {
    for (size_t i = 0; i < words_.size(); ++i) {
      for (uint64_t rest = words_[i]; rest != 0; rest &= rest - 1) {
        const uint32_t doc = base_ + static_cast<uint32_t>(i * 64) + static_cast<uint32_t>(std::countr_zero(rest));
        if (!keeps(doc)) Remove(doc);
      }
    }
  }

  uint64_t Size() const {
    uint64_t size = 0;
    for (const uint64_t word : words_) size += static_cast<uint64_t>(std::popcount(word));
    return size;
  }

  template <typename Predicate>
  uint64_t SizeOf(Predicate holds) const {
    uint64_t size = 0;
    for (size_t i = 0; i < words_.size(); ++i) {
      for (uint64_t rest = words_[i]; rest != 0; rest &= rest - 1) {
        if (holds(base_ + static_cast<uint32_t>(i * 64) + static_cast<uint32_t>(std::countr_zero(rest)))) ++size;
      }
    }
    return size;
  }

 private:
  const uint32_t base_;
  std::vector<uint64_t> words_;
};

// Visits the documents of a matcher, of a word a block at a time, from the first one that the filter's times hold on.
template <typename Visit>
absl::Status VisitMatches(const SearchPlan& plan, const store::SegmentView& segment, Matcher* matcher,
                          Interrupt* interrupt, Visit visit) {
  SeekInTime(plan.filter(), segment, matcher);
  auto* const word = dynamic_cast<FieldWordMatcher*>(matcher);
  if (word == nullptr) {
    for (uint32_t doc = matcher->doc(); doc != kNoMoreDocs; doc = matcher->Next()) {
      if (matcher->Confirm()) visit(doc);
      FL_RETURN_IF_ERROR(interrupt->Step());
    }
    return matcher->status();
  }
  store::PostingCursor* const cursor = word->cursor();
  while (cursor->doc() != kNoMoreDocs) {
    const uint32_t* const docs = cursor->block_docs();
    for (uint32_t i = cursor->place(); i < cursor->block_size(); ++i) visit(cursor->block_base() + docs[i]);
    cursor->MoveTo(cursor->block_size() - 1);
    cursor->Next();
    FL_RETURN_IF_ERROR(interrupt->Step());
  }
  return cursor->status();
}

uint64_t SizeOf(const SearchPlan& plan, const store::SegmentView& segment, const DocumentSet& matches) {
  if (AllLive(segment) && !plan.filter().restricts_time()) return matches.Size();
  return matches.SizeOf([&](uint32_t doc) { return Counts(plan, segment, doc); });
}

absl::StatusOr<uint64_t> CountBranches(SearchPlan* plan, size_t segment_index, Interrupt* interrupt) {
  const store::SegmentView& segment = *plan->view().segments()[segment_index];
  FL_ASSIGN_OR_RETURN(std::vector<std::unique_ptr<Matcher>> branches, plan->BranchesFor(segment_index));
  if (branches.empty()) return 0;
  if (branches.size() == 1) return CountWalk(*plan, segment, branches.front().get(), interrupt);
  DocumentSet matches(segment);
  for (const std::unique_ptr<Matcher>& branch : branches) {
    FL_RETURN_IF_ERROR(VisitMatches(*plan, segment, branch.get(), interrupt, [&](uint32_t doc) { matches.Add(doc); }));
    FL_RETURN_IF_ERROR(plan->interrupted());
  }
  return SizeOf(*plan, segment, matches);
}

// What is dropped may be far more than what is kept: then it is looked up.
absl::StatusOr<uint64_t> CountDifference(SearchPlan* plan, size_t segment_index, Interrupt* interrupt) {
  constexpr uint64_t kLookupCost = 4;  // of a posting that is visited
  const store::SegmentView& segment = *plan->view().segments()[segment_index];
  FL_ASSIGN_OR_RETURN(SearchPlan::Difference parts, plan->DifferenceFor(segment_index));
  if (parts.kept == nullptr) return 0;
  DocumentSet matches(segment);
  const uint64_t kept_cost = parts.kept->cost();
  FL_RETURN_IF_ERROR(
      VisitMatches(*plan, segment, parts.kept.get(), interrupt, [&](uint32_t doc) { matches.Add(doc); }));
  for (const std::unique_ptr<Matcher>& dropped : parts.dropped) {
    FL_RETURN_IF_ERROR(plan->interrupted());
    if (dropped->cost() <= kLookupCost * kept_cost) {
      FL_RETURN_IF_ERROR(
          VisitMatches(*plan, segment, dropped.get(), interrupt, [&](uint32_t doc) { matches.Remove(doc); }));
      continue;
    }
    matches.KeepIf([&](uint32_t doc) { return dropped->SeekGE(doc) != doc || !dropped->Confirm(); });
    FL_RETURN_IF_ERROR(dropped->status());
  }
  FL_RETURN_IF_ERROR(plan->interrupted());
  return SizeOf(*plan, segment, matches);
}

absl::StatusOr<uint64_t> CountWord(SearchPlan* plan, size_t segment_index, Interrupt* interrupt) {
  const store::SegmentView& segment = *plan->view().segments()[segment_index];
  if (AllLive(segment) && !plan->filter().restricts_time()) {
    FL_ASSIGN_OR_RETURN(SearchPlan::WordCursors cursors, plan->CursorsOfWord(segment_index));
    return CountUnion(std::move(cursors), interrupt);
  }
  FL_ASSIGN_OR_RETURN(std::unique_ptr<Matcher> matcher, plan->MatcherFor(segment_index));
  if (matcher == nullptr) return 0;
  return CountWalk(*plan, segment, matcher.get(), interrupt);
}

absl::StatusOr<uint64_t> Count(SearchPlan* plan, size_t segment_index, Interrupt* interrupt) {
  if (plan->is_one_word()) return CountWord(plan, segment_index, interrupt);
  if (plan->is_one_difference()) return CountDifference(plan, segment_index, interrupt);
  return CountBranches(plan, segment_index, interrupt);
}

}  // namespace

absl::StatusOr<uint64_t> CountMatches(SearchPlan* plan, Interrupt* interrupt) {
  uint64_t total = 0;
  for (size_t i = 0; i < plan->view().segments().size(); ++i) {
    if (!plan->filter().MayHold(*plan->view().segments()[i])) continue;
    FL_RETURN_IF_ERROR(interrupt->Now());
    FL_ASSIGN_OR_RETURN(const uint64_t count, Count(plan, i, interrupt));
    total += count;
  }
  return total;
}

}  // namespace factline::query
