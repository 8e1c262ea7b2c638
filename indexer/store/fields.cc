#include "indexer/store/fields.h"

#include <bit>

namespace factline::store {
namespace {

// Frozen. A length below kExact is its own byte; above, the byte is kExact + the "small float" of length - kExact:
//   small float := value, if value < 16
//               |  (shift + 1) << 3 | three bits after the leading one, where value's top four bits are value >> shift
// The whole 32-bit range fits into 256 bytes with kExact = 24: 24 + 231.
constexpr uint32_t kExact = 24;

uint32_t SmallFloat(uint32_t value) {
  if (value < 16) return value;
  const int shift = std::bit_width(value) - 4;
  return (static_cast<uint32_t>(shift + 1) << 3) | ((value >> shift) & 7);
}

uint32_t FromSmallFloat(uint32_t code) {
  if (code < 16) return code;
  const uint32_t shift = (code >> 3) - 1;
  return (8 | (code & 7)) << shift;
}

}  // namespace

uint8_t EncodeNorm(uint32_t length) {
  // Lengths beyond 2^31 (no document has them) share the greatest byte.
  if (length > INT32_MAX) length = INT32_MAX;
  if (length < kExact) return static_cast<uint8_t>(length);
  return static_cast<uint8_t>(kExact + SmallFloat(length - kExact));
}

uint32_t DecodeNorm(uint8_t norm) {
  if (norm < kExact) return norm;
  return kExact + FromSmallFloat(norm - kExact);
}

}  // namespace factline::store
