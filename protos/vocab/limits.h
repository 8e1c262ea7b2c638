#ifndef FACTLINE_PROTOS_VOCAB_LIMITS_H_
#define FACTLINE_PROTOS_VOCAB_LIMITS_H_

#include <cstddef>
#include <cstdint>

namespace factline {

// Of the id of an article or a page, which has one byte at least.
inline constexpr size_t kMaxIdBytes = 256;

// Of a sentence: what finds sentences makes none that is longer, and what reads them may count on it.
inline constexpr uint32_t kMaxSentenceBytes = 4096;

}  // namespace factline

#endif  // FACTLINE_PROTOS_VOCAB_LIMITS_H_
