#ifndef FACTLINE_PROTOS_VOCAB_BIG_ENDIAN_H_
#define FACTLINE_PROTOS_VOCAB_BIG_ENDIAN_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace factline {

// Unsigned numbers as bytes that sort as they do: parts of keys.
template <typename Number>
void PutBigEndian(Number number, std::string* out) {
  for (int shift = 8 * (static_cast<int>(sizeof(Number)) - 1); shift >= 0; shift -= 8) {
    out->push_back(static_cast<char>(number >> shift));
  }
}

// The number at the beginning of `bytes`, which must hold it.
template <typename Number>
Number GetBigEndian(std::string_view bytes) {
  Number number = 0;
  for (size_t i = 0; i < sizeof(Number); ++i) {
    number = static_cast<Number>(static_cast<uint64_t>(number) << 8 | static_cast<uint8_t>(bytes[i]));
  }
  return number;
}

}  // namespace factline

#endif  // FACTLINE_PROTOS_VOCAB_BIG_ENDIAN_H_
