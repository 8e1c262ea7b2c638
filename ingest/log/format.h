#ifndef FACTLINE_INGEST_LOG_FORMAT_H_
#define FACTLINE_INGEST_LOG_FORMAT_H_

#include <cstdint>

namespace factline::log {

// Of the log's bytes, as FORMAT.md has them. A log of another format is refused and left as it is.
inline constexpr uint32_t kFormatVersion = 1;

}  // namespace factline::log

#endif  // FACTLINE_INGEST_LOG_FORMAT_H_
