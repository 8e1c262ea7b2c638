#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "ingest/log/record.h"

// First byte: length of the key; then key and record. Whatever decodes must encode to a record that decodes again, and
// the bytes framed with a right sum must reach the parser unharmed.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t key_bytes = std::min<size_t>(data[0], size - 1);
  const std::string_view key = input.substr(1, key_bytes);
  const std::string_view record = input.substr(1 + key_bytes);
  const auto decoded = factline::log::DecodeRecord(key, record);
  if (decoded.ok()) {
    std::string again;
    factline::log::AppendRecord(key, *decoded, &again);
    if (!factline::log::DecodeRecord(key, again).ok()) std::abort();
  }
  factline::storage::v1::LogEvent event;
  if (event.ParseFromArray(record.data(), static_cast<int>(record.size()))) {
    std::string framed;
    factline::log::AppendRecord(key, event, &framed);
    if (!factline::log::DecodeRecord(key, framed).ok()) std::abort();
    framed.back() ^= 1;
    if (factline::log::DecodeRecord(key, framed).ok()) std::abort();
  }
  return 0;
}
