#ifndef FACTLINE_DEPLOY_FORMATS_DECOMPRESS_H_
#define FACTLINE_DEPLOY_FORMATS_DECOMPRESS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "deploy/formats/byte_source.h"

namespace factline::formats {

// The bytes within gzip (RFC 1952, also many members one after the other, as WARC files have them), xz (all streams)
// or zstd (all frames), told by their first bytes; any other source as it is. Compression within compression is left
// alone. Needs at most 128 MiB for a window or dictionary and refuses what wants more; damaged or cut input fails with
// the byte of the compressed input.
// A read fails once more than `max_bytes` have come out, so that a small file cannot keep a reader busy for ever.
std::unique_ptr<ByteSource> Decompress(std::unique_ptr<ByteSource> source, uint64_t max_bytes);

// What HTTP calls gzip, or deflate (with zlib's header or, as some servers have it, without), of a whole body.
// OUT_OF_RANGE where more than `max_bytes` come out.
absl::StatusOr<std::string> Inflate(std::string_view bytes, uint64_t max_bytes);

}  // namespace factline::formats

#endif  // FACTLINE_DEPLOY_FORMATS_DECOMPRESS_H_
