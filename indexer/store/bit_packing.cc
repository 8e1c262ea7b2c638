#include "indexer/store/bit_packing.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <array>
#include <bit>
#include <cstring>
#include <utility>

namespace factline::store {
namespace {

constexpr uint32_t kLanes = 4;
constexpr uint32_t kPerLane = kBlockPostings / kLanes;

#ifdef __SSE2__

// Neighbours lie in one register, so all four unpack at once. A `kGaps` unpacker adds up as it goes.
template <uint32_t kWidth, bool kGaps>
void Unpack(const char* packed, uint32_t before, uint32_t* numbers) {
  const auto load = [packed](uint32_t word) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(packed) + word);
  };
  constexpr uint32_t kMask = kWidth == 0 ? 0 : UINT32_MAX >> ((32 - kWidth) % 32);
  const __m128i mask = _mm_set1_epi32(static_cast<int>(kMask));
  const __m128i ones_before = _mm_setr_epi32(1, 2, 3, 4);
  __m128i sum = _mm_set1_epi32(static_cast<int>(before));  // all four: the last number so far
#pragma GCC unroll 32
  for (uint32_t i = 0; i < kPerLane; ++i) {
    const uint32_t word = i * kWidth / 32;
    const uint32_t shift = i * kWidth % 32;
    __m128i four = _mm_setzero_si128();
    if (kWidth > 0) {
      four = _mm_srli_epi32(load(word), static_cast<int>(shift));
      if (shift + kWidth > 32) {
        four = _mm_or_si128(four, _mm_slli_epi32(load(word + 1), static_cast<int>(32 - shift)));
      }
      four = _mm_and_si128(four, mask);
    }
    if (kGaps) {
      four = _mm_add_epi32(four, _mm_slli_si128(four, 4));
      four = _mm_add_epi32(four, _mm_slli_si128(four, 8));
      four = _mm_add_epi32(_mm_add_epi32(four, ones_before), sum);
      sum = _mm_shuffle_epi32(four, 0xff);
    }
    _mm_storeu_si128(reinterpret_cast<__m128i*>(numbers) + i, four);
  }
}

using Unpacker = void (*)(const char*, uint32_t, uint32_t*);

template <bool kGaps, uint32_t... kWidths>
constexpr std::array<Unpacker, sizeof...(kWidths)> MakeUnpackers(std::integer_sequence<uint32_t, kWidths...>) {
  return {&Unpack<kWidths, kGaps>...};
}
constexpr auto kUnpackers = MakeUnpackers<false>(std::make_integer_sequence<uint32_t, 33>());
constexpr auto kGapUnpackers = MakeUnpackers<true>(std::make_integer_sequence<uint32_t, 33>());

#endif

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

void UnpackBlockPlainly(const char* packed, uint32_t width, uint32_t* numbers) {
  uint32_t words[kLanes * 33] = {};
  std::memcpy(words, packed, PackedBytes(width));
  const uint64_t mask = (uint64_t{1} << width) - 1;
  for (uint32_t i = 0; i < kBlockPostings; ++i) {
    const uint32_t bit = i / kLanes * width;
    const uint32_t* word = words + bit / 32 * kLanes + i % kLanes;
    const uint64_t two_words = word[0] | static_cast<uint64_t>(word[kLanes]) << 32;
    numbers[i] = static_cast<uint32_t>(two_words >> (bit % 32) & mask);
  }
}

void UnpackGapsPlainly(const char* packed, uint32_t width, uint32_t before, uint32_t* numbers) {
  UnpackBlockPlainly(packed, width, numbers);
  for (uint32_t i = 0; i < kBlockPostings; ++i) before = numbers[i] += before + 1;
}

#ifdef __SSE2__

void UnpackBlock(const char* packed, uint32_t width, uint32_t* numbers) { kUnpackers[width](packed, 0, numbers); }

void UnpackGaps(const char* packed, uint32_t width, uint32_t before, uint32_t* numbers) {
  kGapUnpackers[width](packed, before, numbers);
}

#else

void UnpackBlock(const char* packed, uint32_t width, uint32_t* numbers) { UnpackBlockPlainly(packed, width, numbers); }

void UnpackGaps(const char* packed, uint32_t width, uint32_t before, uint32_t* numbers) {
  UnpackGapsPlainly(packed, width, before, numbers);
}

#endif

}  // namespace factline::store
