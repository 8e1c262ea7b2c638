#include "indexer/store/bit_packing.h"

#include <array>
#include <bit>
#include <cstring>
#include <utility>

namespace factline::store {
namespace {

constexpr uint32_t kLanes = 4;
constexpr uint32_t kPerLane = kBlockPostings / kLanes;
using Unpacker = void (*)(const char*, uint32_t*);

template <uint32_t kWidth>
void Unpack(const char* packed, uint32_t* numbers) {
  if constexpr (kWidth == 0) {
    std::memset(numbers, 0, kBlockPostings * sizeof(uint32_t));
  } else {
    constexpr uint32_t kMask = kWidth == 32 ? UINT32_MAX : (1u << (kWidth % 32)) - 1;
    uint32_t words[kLanes * kWidth];
    std::memcpy(words, packed, sizeof(words));
#pragma GCC unroll 32
    for (uint32_t i = 0; i < kPerLane; ++i) {
      const uint32_t word = i * kWidth / 32;
      const uint32_t shift = i * kWidth % 32;
      for (uint32_t lane = 0; lane < kLanes; ++lane) {
        uint32_t number = words[word * kLanes + lane] >> shift;
        if (shift + kWidth > 32) number |= words[(word + 1) * kLanes + lane] << ((32 - shift) % 32);
        numbers[i * kLanes + lane] = number & kMask;
      }
    }
  }
}

template <uint32_t... kWidths>
constexpr std::array<Unpacker, sizeof...(kWidths)> MakeUnpackers(std::integer_sequence<uint32_t, kWidths...>) {
  return {&Unpack<kWidths>...};
}
constexpr std::array<Unpacker, 33> kUnpackers = MakeUnpackers(std::make_integer_sequence<uint32_t, 33>());

}  // namespace

uint32_t WidthOf(const uint32_t* numbers, uint32_t count) {
  uint32_t bits = 0;
  for (uint32_t i = 0; i < count; ++i) bits |= numbers[i];
  return static_cast<uint32_t>(std::bit_width(bits));
}

void PackBlock(const uint32_t* numbers, uint32_t width, std::string* out) {
  uint32_t words[kLanes * 33] = {};  // one word a lane more than needed takes the overflow of the last number
  for (uint32_t i = 0; i < kBlockPostings; ++i) {
    const uint32_t bit = i / kLanes * width;
    uint32_t* word = words + bit / 32 * kLanes + i % kLanes;
    const uint64_t shifted = static_cast<uint64_t>(numbers[i]) << (bit % 32);
    word[0] |= static_cast<uint32_t>(shifted);
    word[kLanes] |= static_cast<uint32_t>(shifted >> 32);
  }
  out->append(reinterpret_cast<const char*>(words), PackedBytes(width));
}

void UnpackBlock(const char* packed, uint32_t width, uint32_t* numbers) { kUnpackers[width](packed, numbers); }

}  // namespace factline::store
