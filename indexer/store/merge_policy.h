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
  size_t fan_in = 4;                               // adjacent segments of one size level that become one of the next
  double max_deleted_share = 0.3;                  // beyond it a segment is rewritten alone
  uint64_t max_segment_bytes = uint64_t{4} << 30;  // segments this large are merged no more for their size
};

// A run of adjacent segments, [begin, end_exclusive) in the manifest; empty if no merge is due.
struct MergeRun {
  size_t begin = 0;
  size_t end_exclusive = 0;
  bool empty() const { return begin == end_exclusive; }
};

// Size-tiered: fresh segments become one; fan_in neighbours of at most one level become one of the next. So a document
// is rewritten once a level, and there are at most fan_in - 1 segments a level, plus the fresh ones.
MergeRun PickMerge(const std::vector<SegmentEntry>& segments, const MergePolicy& policy);

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_MERGE_POLICY_H_
