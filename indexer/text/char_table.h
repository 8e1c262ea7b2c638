#ifndef FACTLINE_INDEXER_TEXT_CHAR_TABLE_H_
#define FACTLINE_INDEXER_TEXT_CHAR_TABLE_H_

#include <cstddef>
#include <cstdint>

namespace factline::text {

// What a character can be part of. Decided on its normal form.
enum class CharClass : uint8_t {
  kBlank,        // white space, controls, and what the normal form leaves out
  kHan,          // one Han character
  kLetter,       // a letter or mark of another script, or a sign whose normal form holds one (℃, ㎡)
  kDigit,        // an ASCII digit, or a sign whose normal form is ASCII digits (⑩)
  kPunctuation,  // anything else
};

// The compiled character table, little-endian, one object of the program:
//
//   table  := CharTableHeader pages[kCharPages] blocks[block_count] pool[pool_count]
//   pages  := uint16, the block of each 128 code points
//   blocks := 128 entries of uint32
//   pool   := uint32 code points; an expansion is its length, then its code points
//   entry  := bits 0-20 payload | bits 21-23 CharClass | bits 24-25 CharMapping | bit 26 "may combine"
//
// The payload of kSingle is `cp XOR mapped`, 0 for a character that is normal, so that blocks of normal characters
// are equal and stored once; of kExpansion, a position in the pool; of kNothing, 0.
// "May combine": the character can join with one before it (a combining mark, a Hangul vowel), so that its normal form
// depends on its neighbours.
enum class CharMapping : uint8_t { kSingle, kExpansion, kNothing };

inline constexpr uint32_t kCharTableMagic = 0x31544346;  // "FCT1"
inline constexpr uint32_t kCharBlockBits = 7;
inline constexpr uint32_t kCharBlockSize = 1u << kCharBlockBits;
inline constexpr uint32_t kCharPages = 0x110000u >> kCharBlockBits;
inline constexpr uint32_t kCharPayloadMask = 0x1FFFFF;
inline constexpr uint32_t kCharClassShift = 21;
inline constexpr uint32_t kCharMappingShift = 24;
inline constexpr uint32_t kCharMayCombine = 1u << 26;

struct CharTableHeader {
  uint32_t magic = kCharTableMagic;
  uint32_t block_count = 0;
  uint32_t pool_count = 0;
  uint32_t fingerprint = 0;  // of all that follows the header: Fingerprint
};

// FNV-1a of bytes that the generators write: two builds whose tables differ, differ in it.
inline uint32_t Fingerprint(const void* bytes, size_t size, uint32_t hash = 2166136261u) {
  for (size_t i = 0; i < size; ++i) hash = (hash ^ static_cast<const uint8_t*>(bytes)[i]) * 16777619u;
  return hash;
}

inline CharClass ClassOf(uint32_t entry) { return static_cast<CharClass>(entry >> kCharClassShift & 7); }
inline CharMapping MappingOf(uint32_t entry) { return static_cast<CharMapping>(entry >> kCharMappingShift & 3); }

}  // namespace factline::text

#endif  // FACTLINE_INDEXER_TEXT_CHAR_TABLE_H_
