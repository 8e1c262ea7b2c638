#ifndef FACTLINE_INDEXER_STORE_VALUE_STORE_H_
#define FACTLINE_INDEXER_STORE_VALUE_STORE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "indexer/store/keys.h"
#include "protos/vocab/ids.h"

namespace factline::store {

// Where a value of a segment lies. Values of segments never change once written.
struct ValueAddress {
  enum class Kind : uint8_t {
    kFresh,
    kDictionaryBlock,
    kDictionarySlice,
    kPostings,
    kPositions,
    kTitleNorms,
    kBodyNorms,
    kPublished
  };
  Kind kind = Kind::kFresh;
  SegmentId segment;
  uint32_t ordinal = 0;  // of kPostings and kPositions
  uint32_t number = 0;   // of the block, slice or chunk

  std::string EncodeKey() const {
    switch (kind) {
      case Kind::kFresh:
        return SegmentKey{segment}.Encode();
      case Kind::kDictionaryBlock:
        return TermsKey{segment, TermsKey::Part::kBlock, number}.Encode();
      case Kind::kDictionarySlice:
        return TermsKey{segment, TermsKey::Part::kIndex, number}.Encode();
      case Kind::kPostings:
      case Kind::kPositions:
        return ChunkKey{segment, ordinal, number}.Encode();
      case Kind::kTitleNorms:
        return NormsKey{segment, NormsKey::Column::kTitleNorm, number}.Encode();
      case Kind::kBodyNorms:
        return NormsKey{segment, NormsKey::Column::kBodyNorm, number}.Encode();
      case Kind::kPublished:
        return NormsKey{segment, NormsKey::Column::kPublished, number}.Encode();
    }
    return {};
  }
  friend bool operator==(const ValueAddress&, const ValueAddress&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const ValueAddress& a) {
    return H::combine(std::move(h), a.kind, a.segment, a.ordinal, a.number);
  }
};

using SharedValue = std::shared_ptr<const std::string>;

// Bytes inside a value that someone keeps alive.
struct PinnedBytes {
  SharedValue holder;
  std::string_view bytes;
};

// Reads values of segments. If there is none: DATA_LOSS from the writer's own store, UNAVAILABLE from a reader's, for
// which the segment may just have been merged away. Implementations are thread-safe, but for SegmentScan.
class ValueStore {
 public:
  virtual ~ValueStore() = default;
  virtual absl::StatusOr<SharedValue> Get(const ValueAddress& address) const = 0;
};

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_VALUE_STORE_H_
