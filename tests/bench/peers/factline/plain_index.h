#ifndef FACTLINE_TESTS_BENCH_PEERS_FACTLINE_PLAIN_INDEX_H_
#define FACTLINE_TESTS_BENCH_PEERS_FACTLINE_PLAIN_INDEX_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "indexer/store/manifest.h"
#include "indexer/store/reader.h"
#include "indexer/store/segment_data.h"
#include "indexer/store/value_store.h"
#include "protos/vocab/ids.h"

// An index whose segments' values lie in plain memory: what our engine would be without RocksDB. For measurements.
namespace factline::peers {

// The values of one segment, found by two array look-ups, as offsets in a mapped file would be. The store's interface
// hands out strings, so each value is one; they are handed out without a count of references, a lock or a copy.
// Thread-safe.
class PlainValues final : public store::ValueStore {
 public:
  explicit PlainValues(SegmentId segment) : segment_(segment) {}
  PlainValues(const PlainValues&) = delete;
  PlainValues& operator=(const PlainValues&) = delete;

  // In the order of (ordinal, number) within each kind, numbers from 0 on without gaps.
  void Append(const store::ValueAddress& address, std::string value);

  absl::StatusOr<store::SharedValue> Get(const store::ValueAddress& address) const override;

 private:
  struct Values {
    std::vector<size_t> first;  // in `values`, of each ordinal
    std::vector<std::string> values;
  };

  static constexpr size_t kKinds = 8;
  static_assert(static_cast<size_t>(store::ValueAddress::Kind::kPublished) + 1 == kKinds, "the last kind");

  const SegmentId segment_;
  std::array<Values, kKinds> of_kind_;
};

// The whole index in plain memory, with all but its segments' values taken from `whole`, which it keeps. NOT for an
// index with deletions: FAILED_PRECONDITION.
absl::StatusOr<std::shared_ptr<const store::IndexView>> LoadPlainIndex(const std::string& index_dir,
                                                                       std::shared_ptr<const store::IndexView> whole);

}  // namespace factline::peers

#endif  // FACTLINE_TESTS_BENCH_PEERS_FACTLINE_PLAIN_INDEX_H_
