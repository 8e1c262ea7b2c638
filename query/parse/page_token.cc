#include "query/parse/page_token.h"

#include <cassert>

#include "absl/strings/escaping.h"
#include "protos/vocab/hash.h"
#include "protos/vocab/status.h"

namespace factline::query {
namespace {

constexpr char kTokenVersion = 1;
constexpr size_t kFingerprintBytes = 8;
constexpr size_t kChecksumBytes = 4;
constexpr size_t kEnvelopeBytes = 1 + kFingerprintBytes + kChecksumBytes;

std::string Checksum(std::string_view bytes) { return StableHash({"page token", bytes}).substr(0, kChecksumBytes); }

std::string Fixed64(uint64_t number) {
  std::string bytes(kFingerprintBytes, '\0');
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(number >> (8 * i));
  return bytes;
}

absl::Status Broken() { return FieldError("page_token", "is not a token that this service made"); }

}  // namespace

uint64_t RequestFingerprint(std::string_view method, std::string_view request_fields) {
  const std::string hash = StableHash({"request", method, request_fields});
  uint64_t fingerprint = 0;
  for (size_t i = 0; i < kFingerprintBytes; ++i) fingerprint = (fingerprint << 8) | static_cast<unsigned char>(hash[i]);
  return fingerprint;
}

std::string EncodePageToken(uint64_t fingerprint, std::string_view payload) {
  assert(payload.size() <= kMaxPageTokenBytes / 2);
  std::string bytes = Cat(std::string(1, kTokenVersion), Fixed64(fingerprint), payload);
  bytes += Checksum(bytes);
  return absl::WebSafeBase64Escape(bytes);
}

absl::StatusOr<std::string> DecodePageToken(std::string_view token, uint64_t fingerprint) {
  std::string bytes;
  if (token.size() > kMaxPageTokenBytes || !absl::WebSafeBase64Unescape(ToAbsl(token), &bytes)) return Broken();
  if (absl::WebSafeBase64Escape(bytes) != token) return Broken();  // unused bits of the last letter
  if (bytes.size() < kEnvelopeBytes || bytes[0] != kTokenVersion) return Broken();
  const std::string_view signed_bytes = std::string_view(bytes).substr(0, bytes.size() - kChecksumBytes);
  if (Checksum(signed_bytes) != std::string_view(bytes).substr(signed_bytes.size())) return Broken();
  if (signed_bytes.substr(1, kFingerprintBytes) != Fixed64(fingerprint)) {
    return FieldError("page_token", "belongs to another request: from page to page only how much is shown may change");
  }
  return std::string(signed_bytes.substr(1 + kFingerprintBytes));
}

absl::StatusOr<size_t> ReadPageSize(int32_t requested, size_t default_size, size_t max_size) {
  if (requested == 0) return default_size;
  if (requested < 0 || static_cast<size_t>(requested) > max_size) {
    return FieldError("page_size", Cat("is ", requested, "; 0 to ", max_size, " are allowed"));
  }
  return static_cast<size_t>(requested);
}

}  // namespace factline::query
