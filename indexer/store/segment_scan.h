#ifndef FACTLINE_INDEXER_STORE_SEGMENT_SCAN_H_
#define FACTLINE_INDEXER_STORE_SEGMENT_SCAN_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "indexer/store/primary.h"
#include "indexer/store/value_store.h"
#include "rocksdb/db.h"

namespace factline::store {

// The values of one merged segment, asked for once each and mostly in the order of their keys, as a merge does. It
// stands where the last value of each family was, so that the next one costs a step and no search, and a table block
// that holds several values is read once. Fills no cache. For one thread, unlike other stores, and so is a SegmentData
// over it. Keeps files on disk that are dropped meanwhile, until it ends.
class SegmentScan final : public ValueStore {
 public:
  // `primary` must outlive the scan.
  SegmentScan(const Primary* primary, SegmentId segment);
  SegmentScan(const SegmentScan&) = delete;  // iterators hold end_slice_
  SegmentScan& operator=(const SegmentScan&) = delete;

  absl::StatusOr<SharedValue> Get(const ValueAddress& address) const override;

 private:
  rocksdb::Iterator& IteratorOf(rocksdb::ColumnFamilyHandle* family) const;

  const Primary* const primary_;
  const std::string end_;  // of the segment's keys, exclusive
  const rocksdb::Slice end_slice_;
  mutable std::vector<std::pair<rocksdb::ColumnFamilyHandle*, std::unique_ptr<rocksdb::Iterator>>> iterators_;
};

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_SEGMENT_SCAN_H_
