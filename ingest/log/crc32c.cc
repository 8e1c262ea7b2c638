#include <array>
#include <cstring>

#include "ingest/log/record.h"

#ifdef __SSE4_2__
#include <nmmintrin.h>
#endif

namespace factline::log {
namespace {

#ifdef __SSE4_2__

uint32_t Update(uint32_t state, const char* data, size_t size) {
  uint64_t wide = state;
  for (; size >= 8; size -= 8, data += 8) {
    uint64_t word;
    std::memcpy(&word, data, 8);
    wide = _mm_crc32_u64(wide, word);
  }
  state = static_cast<uint32_t>(wide);
  for (; size > 0; --size, ++data) state = _mm_crc32_u8(state, static_cast<unsigned char>(*data));
  return state;
}

#else

constexpr uint32_t kReflectedCastagnoli = 0x82F63B78;

constexpr std::array<uint32_t, 256> MakeTable() {
  std::array<uint32_t, 256> table{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t sum = byte;
    for (int bit = 0; bit < 8; ++bit) sum = (sum >> 1) ^ ((sum & 1) != 0 ? kReflectedCastagnoli : 0);
    table[byte] = sum;
  }
  return table;
}

constexpr std::array<uint32_t, 256> kTable = MakeTable();

// Byte by byte, it would be most of what a sanitized run does.
__attribute__((no_sanitize("address", "thread", "undefined"))) uint32_t Update(uint32_t state, const char* data,
                                                                               size_t size) {
  for (; size > 0; --size, ++data) state = (state >> 8) ^ kTable[(state ^ static_cast<unsigned char>(*data)) & 0xFF];
  return state;
}

#endif

}  // namespace

uint32_t ExtendCrc32c(uint32_t crc, std::string_view bytes) { return ~Update(~crc, bytes.data(), bytes.size()); }

}  // namespace factline::log
