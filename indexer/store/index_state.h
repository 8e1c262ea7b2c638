#ifndef FACTLINE_INDEXER_STORE_INDEX_STATE_H_
#define FACTLINE_INDEXER_STORE_INDEX_STATE_H_

#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "indexer/store/manifest.h"
#include "indexer/store/primary.h"
#include "indexer/store/segment_merger.h"

namespace factline::store {

// The manifest and the deletions as the writer holds them. A change is made on a copy of the manifest and a few
// deletions (Draft), written in one batch, and only then adopted: memory never says more than the disk. Not
// thread-safe.
class IndexState {
 public:
  // What is about to become the next generation.
  struct Draft {
    Manifest manifest;
    absl::flat_hash_map<SegmentId, SegmentDeletions> deletions;  // of the segments that the draft changes
    std::vector<SegmentId> gone;                                 // segments that it removes
  };

  // Reads what is stored; writes the first manifest if there is none. FAILED_PRECONDITION if versions differ.
  absl::Status Load(const Primary& primary, const IndexVersions& versions);

  const Manifest& manifest() const { return manifest_; }
  SegmentDeletions DeletionsOf(SegmentId segment) const;

  Draft NewDraft() const;
  // Marks a document deleted. False if no segment covers it or it is dead already.
  bool Delete(uint32_t doc, Draft* draft) const;
  // Replaces the inputs' run by `merged` (nothing, if it has no documents), and keeps the deletions that came after the
  // merge had begun.
  absl::Status Replace(const std::vector<MergeInput>& inputs, SegmentEntry merged, Draft* draft) const;

  // Appends the draft to a batch; `Adopt` it once that is written.
  void Append(const Families& families, const Draft& draft, rocksdb::WriteBatch* batch) const;
  void Adopt(Draft draft);

  // Ids of segments are given out here, each once, also to merges that come to nothing.
  SegmentId TakeSegmentId() { return SegmentId(manifest_.next_segment++); }
  void SkipSegmentIdsThrough(SegmentId used);

 private:
  Manifest manifest_;
  absl::flat_hash_map<SegmentId, SegmentDeletions> deletions_;  // of segments that have any
};

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_INDEX_STATE_H_
