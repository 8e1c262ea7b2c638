// Any bytes are a key of each family or a described error; what decodes encodes to the same bytes.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "indexer/store/keys.h"

namespace {

template <typename Key>
void Check(std::string_view bytes) {
  const auto key = Key::Decode(bytes);
  if (key.ok() ? key->Encode() != bytes : key.status().message().empty()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace factline::store;  // NOLINT: a fuzz entry is a program of its own
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Check<SegmentKey>(bytes);
  Check<TermsKey>(bytes);
  Check<ChunkKey>(bytes);
  Check<NormsKey>(bytes);
  Check<DocKey>(bytes);
  Check<MetaKey>(bytes);
  if (SegmentOfKey(bytes).ok() != (size >= 8)) std::abort();
  return 0;
}
