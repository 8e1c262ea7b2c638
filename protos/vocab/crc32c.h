#ifndef FACTLINE_PROTOS_VOCAB_CRC32C_H_
#define FACTLINE_PROTOS_VOCAB_CRC32C_H_

#include <cstdint>
#include <string_view>

namespace factline {

// CRC-32C (Castagnoli, RFC 3720 B.4) of `bytes`; by the processor's instruction where the build allows it.
// Debian 12 packages no library for it.
uint32_t Crc32c(std::string_view bytes);

// The checksum of A followed by `bytes`, given that of A.
uint32_t ExtendCrc32c(uint32_t crc, std::string_view bytes);

// A checksum that is stored beside the bytes it covers is masked, since a CRC over data that holds its own CRC is weak
// (LevelDB's rotation and constant). Frozen.
constexpr uint32_t MaskCrc32c(uint32_t crc) { return ((crc >> 15) | (crc << 17)) + 0xA282EAD8u; }

}  // namespace factline

#endif  // FACTLINE_PROTOS_VOCAB_CRC32C_H_
