#ifndef FACTLINE_PROTOS_VOCAB_LIMITS_H_
#define FACTLINE_PROTOS_VOCAB_LIMITS_H_

#include <cstddef>

namespace factline {

// Of the id of an article or a page, which has one byte at least.
inline constexpr size_t kMaxIdBytes = 256;

}  // namespace factline

#endif  // FACTLINE_PROTOS_VOCAB_LIMITS_H_
