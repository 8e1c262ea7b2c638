#ifndef FACTLINE_PROTOS_VOCAB_TRACE_CONTEXT_H_
#define FACTLINE_PROTOS_VOCAB_TRACE_CONTEXT_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace factline {

// The `traceparent` of W3C's Trace Context (https://www.w3.org/TR/trace-context/), level 1:
//
//   00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
//   version-trace id-parent id-flags, in lower-case hexadecimal
//
// Kept and passed on as version 00 writes it; of the flags only "sampled" has a meaning there.
inline constexpr size_t kTraceparentBytes = 55;

// `traceparent`, from whatever sender, as version 00 writes it; "" if it is none, which is to be treated as if it had
// not come: wrong length or digits, an id of zeros, version ff. Of a later version what version 00 knows is kept.
std::string NormalTraceparent(std::string_view traceparent);

// Of what NormalTraceparent gave; "" and false of anything else, bytes from a damaged record among them.
std::string_view TraceIdOf(std::string_view normal);
bool IsSampled(std::string_view normal);

}  // namespace factline

#endif  // FACTLINE_PROTOS_VOCAB_TRACE_CONTEXT_H_
