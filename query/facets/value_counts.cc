#include "query/facets/value_counts.h"

#include <algorithm>
#include <utility>

#include "protos/vocab/status.h"

namespace factline::query {
namespace {

class ColumnCounts final : public ValueCounts {
 public:
  ColumnCounts(std::shared_ptr<const FacetColumn> column, std::vector<uint32_t> counts, Interrupt* interrupt)
      : column_(std::move(column)), counts_(std::move(counts)), interrupt_(*interrupt) {}

  bool Next() override {
    while (next_ < counts_.size()) {
      if (interrupt_.Ends()) return false;
      if (counts_[next_++] > 0) return true;
    }
    return false;
  }
  std::string_view value() const override { return column_->value(next_ - 1); }
  uint64_t count() const override { return counts_[next_ - 1]; }
  absl::Status status() const override { return interrupt_.ended(); }

 private:
  const std::shared_ptr<const FacetColumn> column_;
  const std::vector<uint32_t> counts_;  // by number of the value
  Interrupt& interrupt_;
  uint32_t next_ = 0;
};

class WalkCounts final : public ValueCounts {
 public:
  WalkCounts(const MatchSet& matches, store::Field field, Interrupt* interrupt)
      : matches_(matches),
        field_(field),
        interrupt_(*interrupt),
        terms_(matches.segment().TermsFrom(field, std::string_view())) {}

  bool Next() override {
    while (status_.ok() && terms_->Next() && terms_->field() == field_) {
      count_ = 0;
      status_ = CountTerm();
      if (status_.ok() && count_ > 0) return true;
    }
    status_.Update(terms_->status());
    return false;
  }
  std::string_view value() const override { return terms_->term(); }
  uint64_t count() const override { return count_; }
  absl::Status status() const override { return status_; }

 private:
  absl::Status CountTerm() {
    FL_ASSIGN_OR_RETURN(const std::unique_ptr<store::PostingCursor> cursor, terms_->Postings());
    for (uint32_t doc = cursor->Next(); doc != store::kNoMoreDocs; doc = cursor->Next()) {
      FL_RETURN_IF_ERROR(interrupt_.Step());
      count_ += matches_.Contains(doc) ? 1 : 0;
    }
    return cursor->status();
  }

  const MatchSet& matches_;
  const store::Field field_;
  Interrupt& interrupt_;
  const std::unique_ptr<store::TermIterator> terms_;
  uint64_t count_ = 0;
  absl::Status status_;
};

// Of equal counts, what came first stays first.
class TopCounts {
 public:
  explicit TopCounts(size_t limit) : limit_(limit) {}

  void Add(std::string_view value, uint64_t count) {
    if (heap_.size() == limit_) {
      if (count <= heap_.front().count) return;
      std::pop_heap(heap_.begin(), heap_.end(), RanksBefore);
      heap_.back() = {std::string(value), count};
    } else {
      heap_.push_back({std::string(value), count});
    }
    std::push_heap(heap_.begin(), heap_.end(), RanksBefore);
  }
  std::vector<TopValues::Value> TakeSorted() {
    std::sort(heap_.begin(), heap_.end(), RanksBefore);
    return std::move(heap_);
  }

 private:
  static bool RanksBefore(const TopValues::Value& a, const TopValues::Value& b) {
    return a.count != b.count ? a.count > b.count : a.value < b.value;
  }

  const size_t limit_;
  std::vector<TopValues::Value> heap_;  // the last one in front
};

}  // namespace

absl::StatusOr<std::unique_ptr<ValueCounts>> CountByColumn(const MatchSet& matches,
                                                           std::shared_ptr<const FacetColumn> column,
                                                           Interrupt* interrupt) {
  std::vector<uint32_t> counts(column->value_count());
  FL_RETURN_IF_ERROR(matches.ForEach(interrupt, [&](uint32_t doc) {
    for (const uint32_t value : column->ValuesOf(doc)) ++counts[value];
  }));
  return std::make_unique<ColumnCounts>(std::move(column), std::move(counts), interrupt);
}

std::unique_ptr<ValueCounts> CountByWalk(const MatchSet& matches, store::Field field, Interrupt* interrupt) {
  return std::make_unique<WalkCounts>(matches, field, interrupt);
}

absl::StatusOr<TopValues> MergeTopValues(std::vector<std::unique_ptr<ValueCounts>> segments, size_t limit,
                                         Interrupt* interrupt) {
  std::vector<ValueCounts*> heap;  // the least value in front
  const auto is_behind = [](const ValueCounts* a, const ValueCounts* b) { return a->value() > b->value(); };
  const auto advance = [&](ValueCounts* segment) -> absl::Status {
    if (!segment->Next()) return segment->status();
    heap.push_back(segment);
    std::push_heap(heap.begin(), heap.end(), is_behind);
    return absl::OkStatus();
  };
  for (const std::unique_ptr<ValueCounts>& segment : segments) FL_RETURN_IF_ERROR(advance(segment.get()));
  TopCounts top(limit);
  TopValues result;
  std::string value;
  while (!heap.empty()) {
    FL_RETURN_IF_ERROR(interrupt->Step());
    value = heap.front()->value();
    uint64_t count = 0;
    while (!heap.empty() && heap.front()->value() == value) {
      std::pop_heap(heap.begin(), heap.end(), is_behind);
      ValueCounts* const segment = heap.back();
      heap.pop_back();
      count += segment->count();
      FL_RETURN_IF_ERROR(advance(segment));
    }
    top.Add(value, count);
    ++result.value_count;
  }
  result.values = top.TakeSorted();
  return result;
}

}  // namespace factline::query
