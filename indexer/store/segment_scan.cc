#include "indexer/store/segment_scan.h"

#include "indexer/store/fact_db.h"
#include "indexer/store/keys.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/status.h"

namespace factline::store {

SegmentScan::SegmentScan(const Primary* primary, SegmentId segment)
    : primary_(primary), end_(SegmentEndExclusive(segment)), end_slice_(end_) {}

absl::StatusOr<SharedValue> SegmentScan::Get(const ValueAddress& address) const {
  const std::string key = address.EncodeKey();
  rocksdb::Iterator& it = IteratorOf(primary_->families().Of(address.kind));
  if (it.Valid()) it.Next();
  if (!it.Valid() || View(it.key()) != key) it.Seek(ToSlice(key));
  FL_RETURN_IF_ERROR(FromRocksDb(it.status(), "read a segment"));
  if (!it.Valid() || View(it.key()) != key) return primary_->Missing(address);
  return std::make_shared<const std::string>(View(it.value()));
}

rocksdb::Iterator& SegmentScan::IteratorOf(rocksdb::ColumnFamilyHandle* family) const {
  for (const auto& [of, iterator] : iterators_) {
    if (of == family) return *iterator;
  }
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  options.iterate_upper_bound = &end_slice_;
  iterators_.emplace_back(family, primary_->db()->NewIterator(options, family));
  return *iterators_.back().second;
}

}  // namespace factline::store
