#ifndef FACTLINE_INDEXER_STORE_MERGE_POLICY_H_
#define FACTLINE_INDEXER_STORE_MERGE_POLICY_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "indexer/store/manifest.h"

namespace factline::store {

struct MergePolicy {
  size_t max_fresh_segments = 24;
  uint64_t max_fresh_bytes = 32 << 20;             // a reader keeps fresh segments in memory
  size_t fan_in = 8;                               // so many neighbours of at most one size level become one
  size_t max_inputs = 32;                          // of one merge of a level: each takes memory while it runs
  double max_deleted_share = 0.3;                  // beyond it a segment is rewritten alone
  uint64_t max_segment_bytes = uint64_t{4} << 30;  // segments this large are merged for deletions only
};

// A run of adjacent segments, [begin, end_exclusive) in the manifest; empty if no merge is due.
struct MergeRun {
  size_t begin = 0;
  size_t end_exclusive = 0;
  bool empty() const { return begin == end_exclusive; }
};

// Which merges are looked for. Those of fresh segments are small and many, and queries wait for them; the others may
// take minutes. The two never take the same segment, so that one may run beside the other. kWhole takes all there is as
// one run, whatever its size: for an index that is complete, beside no other merge.
enum class MergeScope { kFresh, kLevels, kAll, kWhole };

// Size-tiered: fresh segments become one; a run of fan_in or more neighbours of at most one level becomes one segment,
// mostly of the next, so that a document is rewritten about once a level; what gathered while a long merge ran is taken
// max_inputs at a time. Once no merge is due, a run of neighbours of
// at most one level has fewer than fan_in segments. max_segment_bytes bounds what is taken, not what is written: a
// merge of fan_in segments just below it is larger.
MergeRun PickMerge(const std::vector<SegmentEntry>& segments, const MergePolicy& policy, MergeScope scope);

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_MERGE_POLICY_H_
