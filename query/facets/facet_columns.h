#ifndef FACTLINE_QUERY_FACETS_FACET_COLUMNS_H_
#define FACTLINE_QUERY_FACETS_FACET_COLUMNS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "indexer/store/reader.h"
#include "query/facets/facet_column.h"
#include "query/search/interrupt.h"

namespace factline::query {

// Columns made on demand and kept within a budget of bytes; those in use by requests may pass it. What was not used for
// long goes when room is wanted: the columns of segments that were merged away. What is in use stays: where all columns
// do not fit, some are not made, rather than all of them again for each request. Thread-safe.
class FacetColumns {
 public:
  explicit FacetColumns(size_t budget_bytes) : budget_bytes_(budget_bytes) {}

  // Null if there is no room for it: then a walk over the field's postings must do.
  absl::StatusOr<std::shared_ptr<const FacetColumn>> Get(const store::SegmentView& segment, store::Field field,
                                                         Interrupt* interrupt);

  size_t size_bytes() const;

 private:
  using Key = std::pair<uint64_t, store::Field>;  // SegmentView::key()
  struct Entry {
    std::shared_ptr<const FacetColumn> column;
    uint64_t last_used = 0;
  };

  // Under the mutex.
  bool MakeRoom(size_t bytes);

  const size_t budget_bytes_;
  mutable std::mutex mutex_;  // guards the rest
  absl::flat_hash_map<Key, Entry> columns_;
  absl::flat_hash_map<Key, size_t> refused_;  // bytes of what there was no room for
  size_t size_bytes_ = 0;
  uint64_t now_ = 0;  // grows with each Get
};

}  // namespace factline::query

#endif  // FACTLINE_QUERY_FACETS_FACET_COLUMNS_H_
