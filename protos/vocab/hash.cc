#include "protos/vocab/hash.h"

#include <openssl/evp.h>

#include <cstdint>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "protos/vocab/cat.h"

namespace factline {

std::string StableHash(std::initializer_list<std::string_view> fields) {
  thread_local const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                                     &EVP_MD_CTX_free);
  EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr);
  for (std::string_view field : fields) {
    unsigned char length[8];
    for (int i = 0; i < 8; ++i)
      length[i] = static_cast<unsigned char>(static_cast<uint64_t>(field.size()) >> (56 - 8 * i));
    EVP_DigestUpdate(context.get(), length, sizeof(length));
    EVP_DigestUpdate(context.get(), field.data(), field.size());
  }
  unsigned char digest[EVP_MAX_MD_SIZE];
  EVP_DigestFinal_ex(context.get(), digest, nullptr);
  return std::string(reinterpret_cast<const char*>(digest), 16);
}

std::string ToHex(std::string_view bytes) { return absl::BytesToHexString(ToAbsl(bytes)); }

std::string FromHex(std::string_view hex) {
  if (hex.size() % 2 != 0) return "";
  for (char c : hex) {
    if (!absl::ascii_isxdigit(static_cast<unsigned char>(c))) return "";
  }
  return absl::HexStringToBytes(ToAbsl(hex));
}

}  // namespace factline
