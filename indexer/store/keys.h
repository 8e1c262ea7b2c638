#ifndef FACTLINE_INDEXER_STORE_KEYS_H_
#define FACTLINE_INDEXER_STORE_KEYS_H_

#include <algorithm>
#include <compare>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "indexer/store/fields.h"
#include "protos/vocab/ids.h"

// Keys of the column families. Numbers are big endian, so that byte order is the order of the fields. Frozen.
//
//   fresh     segment:u64
//   terms     segment:u64 part:u8 number:u32     part 1: dictionary block; part 2: slice of the dictionary's index
//   post      segment:u64 ordinal:u32 chunk:u32
//   pos       segment:u64 ordinal:u32 chunk:u32
//   norms     segment:u64 column:u8 chunk:u32
//   docs      document:u32
//   articles  article id (1 to 256 bytes as given)
//   pages     page id
//   meta      part:u8 [ segment:u64 ]            part 1: manifest; 2: deletions of a segment; 3: documents to purge
//
// Each kind of key is a type of its own: Encode() gives the bytes, Decode() takes them back or says what is wrong.
namespace factline::store {

struct SegmentKey {
  SegmentId segment;

  std::string Encode() const;
  static absl::StatusOr<SegmentKey> Decode(std::string_view bytes);
  friend auto operator<=>(const SegmentKey&, const SegmentKey&) = default;
};

struct TermsKey {
  enum class Part : uint8_t { kBlock = 1, kIndex = 2 };
  SegmentId segment;
  Part part = Part::kBlock;
  uint32_t number = 0;

  std::string Encode() const;
  static absl::StatusOr<TermsKey> Decode(std::string_view bytes);
  friend auto operator<=>(const TermsKey&, const TermsKey&) = default;
};

struct ChunkKey {
  SegmentId segment;
  uint32_t ordinal = 0;
  uint32_t chunk = 0;

  std::string Encode() const;
  static absl::StatusOr<ChunkKey> Decode(std::string_view bytes);
  friend auto operator<=>(const ChunkKey&, const ChunkKey&) = default;
};

struct NormsKey {
  enum class Column : uint8_t { kTitleNorm = 1, kBodyNorm = 2, kPublished = 3 };
  SegmentId segment;
  Column column = Column::kTitleNorm;
  uint32_t chunk = 0;

  std::string Encode() const;
  static absl::StatusOr<NormsKey> Decode(std::string_view bytes);
  friend auto operator<=>(const NormsKey&, const NormsKey&) = default;
};

struct DocKey {
  DocNumber doc;

  std::string Encode() const;
  static absl::StatusOr<DocKey> Decode(std::string_view bytes);
  friend auto operator<=>(const DocKey&, const DocKey&) = default;
};

struct MetaKey {
  enum class Part : uint8_t { kManifest = 1, kDeletions = 2, kPurge = 3 };
  Part part = Part::kManifest;
  SegmentId segment;  // of kDeletions and kPurge

  std::string Encode() const;
  static absl::StatusOr<MetaKey> Decode(std::string_view bytes);
  friend auto operator<=>(const MetaKey&, const MetaKey&) = default;
};

// A term with its field, as dictionaries sort it: field:u8 term. Byte order is the order of (field, term).
std::string TermKey(Field field, std::string_view term);
// Numbers that sort as the key's first and next eight bytes do, so that most comparisons are of numbers. Of a shorter
// key zeros stand for what it lacks. Terms of equal heads have the same field.
inline constexpr size_t kTermHeadBytes = 15;  // of the term, in both
inline uint64_t BigEndianPrefix(std::string_view bytes) {
  uint64_t prefix = 0;
  std::memcpy(&prefix, bytes.data(), std::min(bytes.size(), sizeof(prefix)));
  return __builtin_bswap64(prefix);
}
inline uint64_t TermHead(Field field, std::string_view term) {
  return static_cast<uint64_t>(field) << 56 | BigEndianPrefix(term) >> 8;
}
inline uint64_t TermTail(std::string_view term) { return term.size() <= 7 ? 0 : BigEndianPrefix(term.substr(7)); }

// The first keys of a segment and of the one after it, in each family whose keys begin with the segment.
std::string SegmentBegin(SegmentId segment);
std::string SegmentEndExclusive(SegmentId segment);

// The segment that a key of `fresh`, `terms`, `post`, `pos` or `norms` belongs to.
absl::StatusOr<SegmentId> SegmentOfKey(std::string_view key);

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_KEYS_H_
