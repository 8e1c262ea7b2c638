#include "indexer/store/keys.h"

#include <type_traits>

#include "protos/vocab/big_endian.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/hash.h"

namespace factline::store {
namespace {

template <typename Number>
Number TakeBigEndian(std::string_view* key) {
  const Number number = GetBigEndian<Number>(*key);
  key->remove_prefix(sizeof(Number));
  return number;
}

absl::Status CheckSize(std::string_view family, std::string_view key, size_t want_bytes) {
  if (key.size() == want_bytes) return absl::OkStatus();
  // A key of ours has at most 16 bytes; quoting a few more is enough to recognise a foreign one.
  return absl::DataLossError(
      Cat("key of ", family, " has ", key.size(), " bytes, not ", want_bytes, ": ", ToHex(key.substr(0, 32))));
}

absl::Status BadPart(std::string_view family, uint8_t part) {
  return absl::DataLossError(Cat("key of ", family, " names the unknown part ", static_cast<int>(part)));
}

}  // namespace

std::string SegmentKey::Encode() const {
  std::string key;
  PutBigEndian(segment.value(), &key);
  return key;
}

absl::StatusOr<SegmentKey> SegmentKey::Decode(std::string_view bytes) {
  if (absl::Status size = CheckSize("fresh", bytes, 8); !size.ok()) return size;
  return SegmentKey{SegmentId(TakeBigEndian<uint64_t>(&bytes))};
}

std::string TermsKey::Encode() const {
  std::string key;
  PutBigEndian(segment.value(), &key);
  PutBigEndian(static_cast<uint8_t>(part), &key);
  PutBigEndian(number, &key);
  return key;
}

absl::StatusOr<TermsKey> TermsKey::Decode(std::string_view bytes) {
  if (absl::Status size = CheckSize("terms", bytes, 13); !size.ok()) return size;
  TermsKey key;
  key.segment = SegmentId(TakeBigEndian<uint64_t>(&bytes));
  const uint8_t part = TakeBigEndian<uint8_t>(&bytes);
  if (part < 1 || part > 2) return BadPart("terms", part);
  key.part = static_cast<Part>(part);
  key.number = TakeBigEndian<uint32_t>(&bytes);
  return key;
}

std::string ChunkKey::Encode() const {
  std::string key;
  PutBigEndian(segment.value(), &key);
  PutBigEndian(ordinal, &key);
  PutBigEndian(chunk, &key);
  return key;
}

absl::StatusOr<ChunkKey> ChunkKey::Decode(std::string_view bytes) {
  if (absl::Status size = CheckSize("post or pos", bytes, 16); !size.ok()) return size;
  ChunkKey key;
  key.segment = SegmentId(TakeBigEndian<uint64_t>(&bytes));
  key.ordinal = TakeBigEndian<uint32_t>(&bytes);
  key.chunk = TakeBigEndian<uint32_t>(&bytes);
  return key;
}

std::string NormsKey::Encode() const {
  std::string key;
  PutBigEndian(segment.value(), &key);
  PutBigEndian(static_cast<uint8_t>(column), &key);
  PutBigEndian(chunk, &key);
  return key;
}

absl::StatusOr<NormsKey> NormsKey::Decode(std::string_view bytes) {
  if (absl::Status size = CheckSize("norms", bytes, 13); !size.ok()) return size;
  NormsKey key;
  key.segment = SegmentId(TakeBigEndian<uint64_t>(&bytes));
  const uint8_t column = TakeBigEndian<uint8_t>(&bytes);
  if (column < 1 || column > 3) return BadPart("norms", column);
  key.column = static_cast<Column>(column);
  key.chunk = TakeBigEndian<uint32_t>(&bytes);
  return key;
}

std::string DocKey::Encode() const {
  std::string key;
  PutBigEndian(doc.value(), &key);
  return key;
}

absl::StatusOr<DocKey> DocKey::Decode(std::string_view bytes) {
  if (absl::Status size = CheckSize("docs", bytes, 4); !size.ok()) return size;
  return DocKey{DocNumber(TakeBigEndian<uint32_t>(&bytes))};
}

std::string MetaKey::Encode() const {
  std::string key;
  PutBigEndian(static_cast<uint8_t>(part), &key);
  if (part != Part::kManifest) PutBigEndian(segment.value(), &key);
  return key;
}

absl::StatusOr<MetaKey> MetaKey::Decode(std::string_view bytes) {
  if (bytes.empty()) return absl::DataLossError("key of meta is empty");
  MetaKey key;
  const uint8_t part = static_cast<uint8_t>(bytes[0]);
  if (part < 1 || part > 3) return BadPart("meta", part);
  key.part = static_cast<Part>(part);
  if (absl::Status size = CheckSize("meta", bytes, key.part == Part::kManifest ? 1 : 9); !size.ok()) return size;
  bytes.remove_prefix(1);
  if (key.part != Part::kManifest) key.segment = SegmentId(TakeBigEndian<uint64_t>(&bytes));
  return key;
}

std::string TermKey(Field field, std::string_view term) {
  std::string key;
  key.reserve(1 + term.size());
  key.push_back(static_cast<char>(field));
  key.append(term);
  return key;
}

std::string SegmentBegin(SegmentId segment) { return SegmentKey{segment}.Encode(); }

std::string SegmentEndExclusive(SegmentId segment) { return SegmentKey{SegmentId(segment.value() + 1)}.Encode(); }

absl::StatusOr<SegmentId> SegmentOfKey(std::string_view key) {
  if (key.size() < 8) return CheckSize("a segment", key, 8);
  return SegmentId(TakeBigEndian<uint64_t>(&key));
}

}  // namespace factline::store
