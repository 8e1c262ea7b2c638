#ifndef FACTLINE_DEPLOY_FORMATS_FEED_H_
#define FACTLINE_DEPLOY_FORMATS_FEED_H_

#include <memory>

#include "deploy/formats/byte_reader.h"
#include "deploy/formats/record.h"

namespace factline::formats {

// The items of a feed: RSS 2.0 (and 0.9x, and 1.0, whose items are alike), or Atom (RFC 4287) with tombstones
// (RFC 6721), which withdraw. README.md has the mapping.
std::unique_ptr<RecordReader> NewFeedReader(std::unique_ptr<ByteReader> in, ReadOptions options);

}  // namespace factline::formats

#endif  // FACTLINE_DEPLOY_FORMATS_FEED_H_
