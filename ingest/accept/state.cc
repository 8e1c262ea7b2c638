#include "ingest/accept/state.h"

#include <algorithm>

#include "protos/vocab/status.h"

namespace factline::accept {
namespace {

constexpr char kMemoryVersion = 1;
constexpr size_t kHashBytes = 16;
constexpr size_t kHeaderBytes = 2 + kHashBytes;
constexpr size_t kExpiryPrefixBytes = 9;

}  // namespace

std::string EncodeMemory(const Memory& memory) {
  std::string value = {kMemoryVersion, static_cast<char>(memory.kind)};
  value += memory.content_hash;
  value.resize(kHeaderBytes, '\0');
  memory.acceptance.AppendToString(&value);
  return value;
}

absl::StatusOr<Memory> DecodeMemory(std::string_view value) {
  if (value.size() < kHeaderBytes) {
    return absl::DataLossError(Cat("a memory of ", value.size(), " bytes is shorter than its header"));
  }
  if (value[0] != kMemoryVersion) {
    return absl::DataLossError(Cat("a memory of version ", int{value[0]}, "; this program reads 1"));
  }
  const auto kind = static_cast<uint8_t>(value[1]);
  if (kind < 1 || kind > static_cast<uint8_t>(Kind::kDeletion)) {
    return absl::DataLossError(Cat("a memory of the unknown kind ", int{kind}));
  }
  Memory memory{.kind = static_cast<Kind>(kind), .content_hash = std::string(value.substr(2, kHashBytes))};
  const std::string_view rest = value.substr(kHeaderBytes);
  if (!memory.acceptance.ParseFromArray(rest.data(), static_cast<int>(rest.size()))) {
    return absl::DataLossError(Cat("a memory's acceptance of ", rest.size(), " bytes does not parse"));
  }
  return memory;
}

std::string IdKey(std::string_view id) { return Cat("i", id); }
std::string DeletedArticleKey(std::string_view page_id) { return Cat("d", page_id); }
std::string RequestKey(std::string_view request_id) { return Cat("q", request_id); }

std::string ExpiryBound(absl::Time time) {
  const auto seconds = static_cast<uint64_t>(std::max<int64_t>(absl::ToUnixSeconds(time), 0));
  std::string key = "t";
  for (int shift = 56; shift >= 0; shift -= 8) key.push_back(static_cast<char>((seconds >> shift) & 0xFF));
  return key;
}

std::string ExpiryKey(absl::Time accepted, std::string_view request_id) {
  return ExpiryBound(accepted).append(request_id);
}

std::string ExpiryBegin() { return "t"; }

std::string_view RequestIdOfExpiryKey(std::string_view key) {
  return key.size() < kExpiryPrefixBytes ? std::string_view() : key.substr(kExpiryPrefixBytes);
}

}  // namespace factline::accept
