#ifndef FACTLINE_PROTOS_VOCAB_TIMESTAMP_H_
#define FACTLINE_PROTOS_VOCAB_TIMESTAMP_H_

#include <cstdint>

#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"

namespace factline {

// Nanoseconds are those after the second, also before 1970. Of finite times.
inline google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  const timespec since_epoch = absl::ToTimespec(time);
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(since_epoch.tv_sec);
  timestamp.set_nanos(static_cast<int32_t>(since_epoch.tv_nsec));
  return timestamp;
}

inline absl::Time FromTimestamp(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

}  // namespace factline

#endif  // FACTLINE_PROTOS_VOCAB_TIMESTAMP_H_
