#ifndef FACTLINE_PROTOS_VOCAB_STRING_MAP_H_
#define FACTLINE_PROTOS_VOCAB_STRING_MAP_H_

#include <functional>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "protos/vocab/cat.h"

namespace factline {

// Hashes std::string and std::string_view alike, so that maps keyed by std::string are searched without a copy.
struct StringHash {
  using is_transparent = void;
  size_t operator()(std::string_view s) const { return absl::Hash<absl::string_view>()(ToAbsl(s)); }
};

template <typename Value>
using StringMap = absl::flat_hash_map<std::string, Value, StringHash, std::equal_to<>>;
using StringSet = absl::flat_hash_set<std::string, StringHash, std::equal_to<>>;

}  // namespace factline

#endif  // FACTLINE_PROTOS_VOCAB_STRING_MAP_H_
