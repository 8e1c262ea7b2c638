#ifndef FACTLINE_PROTOS_VOCAB_DETERMINISTIC_BYTES_H_
#define FACTLINE_PROTOS_VOCAB_DETERMINISTIC_BYTES_H_

#include <string>

#include "google/protobuf/message_lite.h"

namespace factline {

// A message as the same bytes for the same content: maps are sorted. Holds for one version of Protocol Buffers.
std::string DeterministicBytes(const google::protobuf::MessageLite& message);

}  // namespace factline

#endif  // FACTLINE_PROTOS_VOCAB_DETERMINISTIC_BYTES_H_
