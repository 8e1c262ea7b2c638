#ifndef FACTLINE_PROTOS_VOCAB_HASH_H_
#define FACTLINE_PROTOS_VOCAB_HASH_H_

#include <initializer_list>
#include <string>
#include <string_view>

namespace factline {

// The first 16 bytes of the SHA-256 over the fields, each preceded by its length, so that no two different
// lists of fields hash alike by concatenation. Persisted in logs and indexes: frozen.
std::string StableHash(std::initializer_list<std::string_view> fields);

// Lower-case hexadecimal and back; `FromHex` is empty for anything that is no even run of hex digits.
std::string ToHex(std::string_view bytes);
std::string FromHex(std::string_view hex);

}  // namespace factline

#endif  // FACTLINE_PROTOS_VOCAB_HASH_H_
