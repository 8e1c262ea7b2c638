#ifndef FACTLINE_INDEXER_STORE_BIT_PACKING_H_
#define FACTLINE_INDEXER_STORE_BIT_PACKING_H_

#include <cstdint>
#include <string>

// Blocks of 128 numbers of equal width. Four lanes lie side by side: number i belongs to lane i % 4, each lane is a
// stream of bits in little endian 32-bit words, and word k of lane l is word 4k + l of the block. So four neighbours
// unpack with the same shifts, which compilers and SIMD registers take as one. Frozen.
namespace factline::store {

constexpr uint32_t kBlockPostings = 128;

// The least width, 0 to 32, that holds each of the numbers.
uint32_t WidthOf(const uint32_t* numbers, uint32_t count);

// What a packed block takes.
constexpr uint32_t PackedBytes(uint32_t width) { return 16 * width; }

// Appends kBlockPostings numbers, each below 2^width.
void PackBlock(const uint32_t* numbers, uint32_t width, std::string* out);

// Reads PackedBytes(width) bytes, which need no alignment, into kBlockPostings numbers. `width` is at most 32.
void UnpackBlock(const char* packed, uint32_t width, uint32_t* numbers);

// The same for gaps: number i is `before` and the first i + 1 gaps, each one more than packed; modulo 2^32.
void UnpackGaps(const char* packed, uint32_t width, uint32_t before, uint32_t* numbers);

// What the two above do without SIMD, number by number; for tests, and where there is none.
void UnpackBlockPlainly(const char* packed, uint32_t width, uint32_t* numbers);
void UnpackGapsPlainly(const char* packed, uint32_t width, uint32_t before, uint32_t* numbers);

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_BIT_PACKING_H_
