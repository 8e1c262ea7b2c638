#ifndef FACTLINE_PROTOS_VOCAB_IDS_H_
#define FACTLINE_PROTOS_VOCAB_IDS_H_

#include <compare>
#include <cstdint>
#include <string>
#include <utility>

namespace factline {

// An id of one kind over a plain value: ids of different kinds do not mix. Example:
//   using Offset = StrongId<struct OffsetTag, uint64_t>;
//   Offset o(7);  o.value();  // 7
template <typename Tag, typename Value>
class StrongId {
 public:
  constexpr StrongId() = default;
  constexpr explicit StrongId(Value value) : value_(std::move(value)) {}

  constexpr const Value& value() const { return value_; }

  friend auto operator<=>(const StrongId&, const StrongId&) = default;

  template <typename H>
  friend H AbslHashValue(H h, const StrongId& id) {
    return H::combine(std::move(h), id.value_);
  }

 private:
  Value value_{};
};

// The source's own name for an article: 1 to 256 bytes of UTF-8, unique in the whole corpus.
using ArticleId = StrongId<struct ArticleIdTag, std::string>;

// A partition of the log, from 0.
using Partition = StrongId<struct PartitionTag, uint32_t>;

// The place of an event in its partition: from 0, dense, increasing by one.
using Offset = StrongId<struct OffsetTag, uint64_t>;

// The number of one version of one article in an index, given in log order, never reused.
using DocNumber = StrongId<struct DocNumberTag, uint32_t>;

// An immutable part of the index. Later segments have greater ids.
using SegmentId = StrongId<struct SegmentIdTag, uint64_t>;

// First 16 bytes of a SHA-256: of a fact's meaning, and of an entity's type and name.
using FactId = StrongId<struct FactIdTag, std::string>;
using EntityId = StrongId<struct EntityIdTag, std::string>;

}  // namespace factline

#endif  // FACTLINE_PROTOS_VOCAB_IDS_H_
