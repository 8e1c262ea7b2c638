#include "query/search/intersect.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <array>
#include <bit>
#include <cstring>

namespace factline::query {
namespace {

// The same from places `i` and `j` on, with `count` found before.
uint32_t IntersectFrom(DocRun a, DocRun b, uint32_t i, uint32_t j, uint32_t count, uint8_t* places_a,
                       uint8_t* places_b) {
  const uint32_t shift = b.base - a.base;  // modulo 2^32, as the documents
  while (i < a.count && j < b.count) {
    const uint32_t doc_a = a.docs[i] + a.base, doc_b = b.docs[j] + shift + a.base;
    places_a[count] = static_cast<uint8_t>(i);
    places_b[count] = static_cast<uint8_t>(j);
    count += doc_a == doc_b;
    i += doc_a <= doc_b;
    j += doc_b <= doc_a;
  }
  return count;
}

#ifdef __SSE2__

// By a mask of four lanes, the numbers of those in it, a byte each.
constexpr std::array<uint32_t, 16> kLanesOf = [] {
  std::array<uint32_t, 16> lanes_of = {};
  for (uint32_t mask = 0; mask < 16; ++mask) {
    for (uint32_t lane = 0, at = 0; lane < 4; ++lane) {
      if ((mask >> lane & 1) != 0) lanes_of[mask] |= lane << (8 * at++);
    }
  }
  return lanes_of;
}();

void PutPlaces(uint32_t mask, uint32_t from, uint8_t* places) {
  const uint32_t four = kLanesOf[mask] + from * 0x01010101u;
  std::memcpy(places, &four, sizeof(four));
}

#endif

}  // namespace

uint32_t IntersectPlainly(DocRun a, DocRun b, uint8_t* places_a, uint8_t* places_b) {
  return IntersectFrom(a, b, 0, 0, 0, places_a, places_b);
}

#ifdef __SSE2__

// Four documents of one run are held against four of the other, all pairs at once; then the four that end first make
// way, or both. No branch depends on the documents.
uint32_t Intersect(DocRun a, DocRun b, uint8_t* places_a, uint8_t* places_b) {
  const __m128i shift = _mm_set1_epi32(static_cast<int>(b.base - a.base));
  const auto load = [](const uint32_t* docs) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(docs)); };
  const auto mask_of = [](__m128i lanes) { return static_cast<uint32_t>(_mm_movemask_ps(_mm_castsi128_ps(lanes))); };
  uint32_t i = 0, j = 0, count = 0;
  while (i + 4 <= a.count && j + 4 <= b.count) {
    const __m128i of_a = load(a.docs + i);
    const __m128i of_b = _mm_add_epi32(load(b.docs + j), shift);
    // same1 says of a's lane l whether it equals b's lane l + 1, and so on; turned back, of b's lanes.
    const __m128i same0 = _mm_cmpeq_epi32(of_a, of_b);
    const __m128i same1 = _mm_cmpeq_epi32(of_a, _mm_shuffle_epi32(of_b, _MM_SHUFFLE(0, 3, 2, 1)));
    const __m128i same2 = _mm_cmpeq_epi32(of_a, _mm_shuffle_epi32(of_b, _MM_SHUFFLE(1, 0, 3, 2)));
    const __m128i same3 = _mm_cmpeq_epi32(of_a, _mm_shuffle_epi32(of_b, _MM_SHUFFLE(2, 1, 0, 3)));
    const uint32_t in_a = mask_of(_mm_or_si128(_mm_or_si128(same0, same1), _mm_or_si128(same2, same3)));
    const __m128i turned1 = _mm_shuffle_epi32(same1, _MM_SHUFFLE(2, 1, 0, 3));
    const __m128i turned2 = _mm_shuffle_epi32(same2, _MM_SHUFFLE(1, 0, 3, 2));
    const __m128i turned3 = _mm_shuffle_epi32(same3, _MM_SHUFFLE(0, 3, 2, 1));
    const uint32_t in_b = mask_of(_mm_or_si128(_mm_or_si128(same0, turned1), _mm_or_si128(turned2, turned3)));
    PutPlaces(in_a, i, places_a + count);
    PutPlaces(in_b, j, places_b + count);
    count += static_cast<uint32_t>(std::popcount(in_a));
    const uint32_t last_a = a.docs[i + 3] + a.base, last_b = b.docs[j + 3] + b.base;
    i += 4 * static_cast<uint32_t>(last_a <= last_b);
    j += 4 * static_cast<uint32_t>(last_b <= last_a);
  }
  return IntersectFrom(a, b, i, j, count, places_a, places_b);
}

#else

uint32_t Intersect(DocRun a, DocRun b, uint8_t* places_a, uint8_t* places_b) {
  return IntersectPlainly(a, b, places_a, places_b);
}

#endif

}  // namespace factline::query
