#ifndef FACTLINE_INDEXER_STORE_SEGMENT_SINK_H_
#define FACTLINE_INDEXER_STORE_SEGMENT_SINK_H_

#include <string_view>

#include "absl/status/status.h"
#include "indexer/store/value_store.h"

namespace factline::store {

// Takes the values of a segment that is being written. Within one kind of value they come in the order of their keys;
// dictionary blocks before dictionary slices; title norms, body norms, publication times.
class SegmentSink {
 public:
  virtual ~SegmentSink() = default;
  virtual absl::Status Put(const ValueAddress& address, std::string_view value) = 0;
};

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_SEGMENT_SINK_H_
