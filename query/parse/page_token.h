#ifndef FACTLINE_QUERY_PARSE_PAGE_TOKEN_H_
#define FACTLINE_QUERY_PARSE_PAGE_TOKEN_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace factline::query {

// Page tokens: opaque to clients, printable, and good in any server over the same index.
//
//   token = base64url( version:1 fingerprint:8 payload checksum:4 )
//
// The fingerprint is of the request that the token continues; the checksum is over all before it. It guards against
// mistakes, not against malice: a payload is decoded as untrusted bytes all the same.
constexpr size_t kMaxPageTokenBytes = 64 << 10;  // positions hold names, and names are long at times

// `request_fields` says all that must stay the same from page to page, in one canonical way.
uint64_t RequestFingerprint(std::string_view method, std::string_view request_fields);

// Payloads leave the token below its bound: 32 KiB at most.
std::string EncodePageToken(uint64_t fingerprint, std::string_view payload);

// The payload. INVALID_ARGUMENT on "page_token" if the token is broken or belongs to another request.
absl::StatusOr<std::string> DecodePageToken(std::string_view token, uint64_t fingerprint);

// Page sizes: 0 is `default_size`; INVALID_ARGUMENT on "page_size" for negative ones and for more than `max_size`.
absl::StatusOr<size_t> ReadPageSize(int32_t requested, size_t default_size, size_t max_size);

}  // namespace factline::query

#endif  // FACTLINE_QUERY_PARSE_PAGE_TOKEN_H_
