#ifndef FACTLINE_QUERY_SEARCH_PREFIX_POSTINGS_H_
#define FACTLINE_QUERY_SEARCH_PREFIX_POSTINGS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "indexer/store/reader.h"
#include "query/search/interrupt.h"

namespace factline::query {

// A prefix stands for this many words of the index at most.
constexpr size_t kMaxPrefixWords = 1000;

// Calls visit for the words of the segment in `field` that begin with `prefix`, until it returns an error.
absl::Status VisitPrefix(const store::SegmentView& segment, store::Field field, std::string_view prefix,
                         const std::function<absl::Status(const store::TermIterator&)>& visit);

// Whether the prefix stands for kMaxPrefixWords words at most, in these fields over all segments.
absl::StatusOr<bool> IsNarrow(const store::IndexView& view, const std::vector<store::Field>& fields,
                              std::string_view prefix, Interrupt* interrupt);

// The postings that a word would have in one field of one segment if it stood wherever a word with the prefix does.
// Its length is bounded by the segment's documents. Immutable.
class PrefixPostings {
 public:
  // Null if the segment has no such word.
  static absl::StatusOr<std::shared_ptr<const PrefixPostings>> Read(const store::SegmentView& segment,
                                                                    store::Field field, std::string_view prefix,
                                                                    Interrupt* interrupt);

  // Keeps `postings` (not null) alive. Has no positions.
  static std::unique_ptr<store::PostingCursor> Cursor(std::shared_ptr<const PrefixPostings> postings);

 private:
  friend class PrefixCursor;

  std::vector<uint32_t> docs_;  // global, ascending
  std::vector<uint32_t> frequencies_;
  std::vector<store::Impacts> block_impacts_;  // of each store::kMaxBlockPostings postings
  store::Impacts impacts_ = {};
};

}  // namespace factline::query

#endif  // FACTLINE_QUERY_SEARCH_PREFIX_POSTINGS_H_
