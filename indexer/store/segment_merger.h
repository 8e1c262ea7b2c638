#ifndef FACTLINE_INDEXER_STORE_SEGMENT_MERGER_H_
#define FACTLINE_INDEXER_STORE_SEGMENT_MERGER_H_

#include <functional>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "indexer/store/manifest.h"
#include "indexer/store/segment_data.h"
#include "indexer/store/segment_sink.h"

namespace factline::store {

// One of the adjacent segments that are to become one.
struct MergeInput {
  SegmentEntry entry;
  SegmentDeletions deletions;  // as of the merge's start
  std::shared_ptr<const SegmentData> data;
};

// Writes the segment `id` out of `inputs`, which are in the order of documents. Numbers stay what they are: a deleted
// document, or a number between two inputs, becomes a hole. Returns the manifest's entry, without deletions_generation.
// Memory: the inputs' resident parts (norms and times, about six bytes a document; all of a fresh segment; dictionary
// indexes), the same of the output, one chunk of the present term with its directory, and what three iterators a merged
// input read ahead. INVALID_ARGUMENT if nothing
// would be left. `checkpoint` is called between terms, if set: it may take its time, and an error ends the merge.
absl::StatusOr<SegmentEntry> MergeSegments(const std::vector<MergeInput>& inputs, SegmentId id, SegmentSink* sink,
                                           const std::function<absl::Status()>& checkpoint);

// The numbers of [begin, end_exclusive) of the inputs that the merged segment has no document for.
Roaring HolesAfterMerge(const std::vector<MergeInput>& inputs);

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_SEGMENT_MERGER_H_
