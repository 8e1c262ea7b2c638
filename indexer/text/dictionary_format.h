#ifndef FACTLINE_INDEXER_TEXT_DICTIONARY_FORMAT_H_
#define FACTLINE_INDEXER_TEXT_DICTIONARY_FORMAT_H_

#include <cstddef>
#include <cstdint>

#include "indexer/text/double_array.h"

namespace factline::text {

// The compiled dictionary, little-endian, one object of the program:
//
//   dictionary := DictionaryHeader symbols[65536] units[unit_count]
//   symbols    := uint16 of each code point below 2^16, 0 for those in no word
//   units      := a double array over symbols; characters are numbered by how many words hold them, so that common
//                 children lie close together
//   value      := bit 31 set | bits 16-23 PartOfSpeech | bits 0-15 cost
//   cost       := -256 ln(frequency / sum of frequencies), rounded
inline constexpr uint32_t kDictionaryMagic = 0x31444346;  // "FCD1"
inline constexpr size_t kSymbolCount = 65536;
inline constexpr size_t kMaxWordChars = 16;  // longer words are left out: it bounds the work for each character
inline constexpr double kCostScale = 256;

struct DictionaryHeader {
  uint32_t magic = kDictionaryMagic;
  uint32_t unit_count = 0;
  uint32_t unknown_cost = 0;  // of a character that is no word of the dictionary
  uint32_t fingerprint = 0;   // of symbols and units: Fingerprint
};

inline constexpr uint32_t kWordBit = 1u << 31;

constexpr uint32_t PackWord(uint8_t pos, uint16_t cost) { return kWordBit | uint32_t{pos} << 16 | cost; }
constexpr uint8_t PosOf(uint32_t value) { return static_cast<uint8_t>(value >> 16); }
constexpr uint32_t CostOf(uint32_t value) { return value & 0xFFFF; }

}  // namespace factline::text

#endif  // FACTLINE_INDEXER_TEXT_DICTIONARY_FORMAT_H_
