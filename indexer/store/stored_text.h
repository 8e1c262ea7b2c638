#ifndef FACTLINE_INDEXER_STORE_STORED_TEXT_H_
#define FACTLINE_INDEXER_STORE_STORED_TEXT_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "factline/storage/v1/index.pb.h"

namespace factline::store {

// Values of `docs` and `pages`, compressed by us so that the write-ahead log carries the short form too:
//
//   stored := size:varint frame       size of the plain bytes, at most kMaxStoredBytes; a Zstandard frame
constexpr size_t kMaxStoredBytes = 64 << 20;

// INVALID_ARGUMENT above kMaxStoredBytes, which Decompress would refuse.
absl::StatusOr<std::string> Compress(std::string_view plain);
absl::StatusOr<std::string> Decompress(std::string_view stored);

// The values of `docs`.
absl::StatusOr<std::string> EncodeDocRecord(const storage::v1::DocRecord& record);
absl::StatusOr<storage::v1::DocRecord> DecodeDocRecord(std::string_view stored);

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_STORED_TEXT_H_
