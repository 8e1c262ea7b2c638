#ifndef FACTLINE_INDEXER_STORE_BYTES_H_
#define FACTLINE_INDEXER_STORE_BYTES_H_

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace factline::store {

static_assert(std::endian::native == std::endian::little, "values are written as the machine holds them");

// Appends numbers to a value. Varints are LEB128; fixed numbers are little endian.
inline void PutVarint(uint64_t value, std::string* out) {
  while (value >= 0x80) {
    out->push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out->push_back(static_cast<char>(value));
}
inline void PutByte(uint8_t value, std::string* out) { out->push_back(static_cast<char>(value)); }
inline void PutFixed32(uint32_t value, std::string* out) {
  out->append(reinterpret_cast<const char*>(&value), sizeof(value));
}
inline void PutFixed64(uint64_t value, std::string* out) {
  out->append(reinterpret_cast<const char*>(&value), sizeof(value));
}
inline void PutLengthPrefixed(std::string_view bytes, std::string* out) {
  PutVarint(bytes.size(), out);
  out->append(bytes);
}
inline void PutSigned(int64_t value, std::string* out) {
  PutVarint((static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63), out);
}

inline uint32_t LoadFixed32(const char* p) {
  uint32_t value;
  std::memcpy(&value, p, sizeof(value));
  return value;
}

// Reads a value from front to back and never past its end. The first read that does not fit makes ok() false for good;
// reads after it give zero and take nothing, so that a decoder may check once, at its end or before it trusts a number.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : next_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  bool ok() const { return ok_; }
  bool done() const { return next_ == end_; }
  size_t remaining() const { return static_cast<size_t>(end_ - next_); }
  std::string_view rest() const { return std::string_view(next_, remaining()); }

  uint64_t Varint() {
    if (next_ < end_ && static_cast<uint8_t>(*next_) < 0x80) return static_cast<uint8_t>(*next_++);  // most
    uint64_t value = 0;
    for (int shift = 0; shift < 64 && next_ < end_; shift += 7) {
      const uint8_t byte = static_cast<uint8_t>(*next_++);
      if (shift == 63 && byte > 1) break;
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    Fail();
    return 0;
  }
  // A varint that must fit 32 bits.
  uint32_t Varint32() {
    const uint64_t value = Varint();
    if (value > UINT32_MAX) {
      Fail();
      return 0;
    }
    return static_cast<uint32_t>(value);
  }
  int64_t Signed() {
    const uint64_t value = Varint();
    return static_cast<int64_t>((value >> 1) ^ (~(value & 1) + 1));
  }
  uint8_t Byte() {
    const std::string_view byte = Bytes(1);
    return byte.empty() ? 0 : static_cast<uint8_t>(byte[0]);
  }
  uint32_t Fixed32() {
    const std::string_view bytes = Bytes(4);
    return bytes.empty() ? 0 : LoadFixed32(bytes.data());
  }
  uint64_t Fixed64() {
    const std::string_view bytes = Bytes(8);
    uint64_t value = 0;
    if (!bytes.empty()) std::memcpy(&value, bytes.data(), sizeof(value));
    return value;
  }
  // The next `size` bytes; empty if there are fewer.
  std::string_view Bytes(uint64_t size) {
    if (size > remaining()) {
      Fail();
      return {};
    }
    std::string_view bytes(next_, size);
    next_ += size;
    return bytes;
  }
  std::string_view LengthPrefixed() { return Bytes(Varint()); }

 private:
  void Fail() {
    ok_ = false;
    next_ = end_;
  }

  const char* next_;
  const char* end_;
  bool ok_ = true;
};

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_BYTES_H_
