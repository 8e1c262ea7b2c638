#ifndef FACTLINE_INGEST_LOG_KEYS_H_
#define FACTLINE_INGEST_LOG_KEYS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protos/vocab/big_endian.h"
#include "protos/vocab/ids.h"

namespace factline::log {

// Keys of the embedded log (FORMAT.md). Numbers are big-endian, so that byte order is numerical order. Frozen.
//
//   event key      := partition:u32 offset:u64                      (column family `events`)
//   first key      := 'F' partition:u32              -> offset:u64  (column family `meta`)
//   range key      := 'R' partition:u32 offset:u64   -> end:u64 bytes:u64 newest_us:u64
//   consumer key   := 'C' partition:u32 name         -> offset:u64
//   "format"                                         -> version:u32
//   "partitions"                                     -> count:u32
inline constexpr char kFirstTag = 'F';
inline constexpr char kRangeTag = 'R';
inline constexpr char kConsumerTag = 'C';

inline std::string EventKey(Partition partition, Offset offset) {
  std::string key;
  PutBigEndian(partition.value(), &key);
  PutBigEndian(offset.value(), &key);
  return key;
}

inline std::string MetaKey(char tag, Partition partition) {
  std::string key(1, tag);
  PutBigEndian(partition.value(), &key);
  return key;
}

inline std::string RangeKey(Partition partition, Offset first) {
  std::string key = MetaKey(kRangeTag, partition);
  PutBigEndian(first.value(), &key);
  return key;
}

inline std::string ConsumerKey(Partition partition, std::string_view name) {
  return MetaKey(kConsumerTag, partition).append(name);
}

inline std::string OffsetValue(Offset offset) {
  std::string value;
  PutBigEndian(offset.value(), &value);
  return value;
}

}  // namespace factline::log

#endif  // FACTLINE_INGEST_LOG_KEYS_H_
