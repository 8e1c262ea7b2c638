#ifndef FACTLINE_INGEST_ACCEPT_STATE_H_
#define FACTLINE_INGEST_ACCEPT_STATE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "factline/v1/ingest_service.pb.h"

namespace factline::accept {

// What is remembered of accepted items, in the log's state. Frozen:
//
//   'i' id                          -> Memory   an article or a page by its id; kept as long as the log
//   'd' id                          -> Memory   the deleted article of an id that is a page's now; 'i' again after it
//   'q' request_id                  -> Memory   what was answered; expires
//   't' accepted_s:u64-be request_id -> ""       the requests in order of expiry
//
//   Memory := version:u8=1  kind:u8  content_hash:16 bytes  factline.v1.Acceptance, serialised
enum class Kind : uint8_t {
  kArticle = 1,         // a live article that came by itself
  kPageArticle = 2,     // a live article of a page
  kPage = 3,            // a live page; its acceptance names its articles
  kDeletedArticle = 4,  // withdrawn; keeps the version, so that versions never repeat
  kRequest = 5,         // an article or page taken in
  kDeletion = 6,        // a deletion carried out
};

struct Memory {
  Kind kind = Kind::kArticle;
  std::string content_hash;  // 16 bytes
  v1::Acceptance acceptance;
};

std::string EncodeMemory(const Memory& memory);
// Takes any bytes; DATA_LOSS says what is wrong with them.
absl::StatusOr<Memory> DecodeMemory(std::string_view value);

std::string IdKey(std::string_view id);
std::string DeletedArticleKey(std::string_view page_id);
std::string RequestKey(std::string_view request_id);
std::string ExpiryKey(absl::Time accepted, std::string_view request_id);
// All requests accepted before `time` have lesser expiry keys; `ExpiryBegin` is less than any.
std::string ExpiryBound(absl::Time time);
std::string ExpiryBegin();
// The request_id of an expiry key.
std::string_view RequestIdOfExpiryKey(std::string_view key);

}  // namespace factline::accept

#endif  // FACTLINE_INGEST_ACCEPT_STATE_H_
