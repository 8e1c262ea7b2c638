#ifndef FACTLINE_DEPLOY_FORMATS_NEWS_ML_H_
#define FACTLINE_DEPLOY_FORMATS_NEWS_ML_H_

#include <memory>

#include "deploy/formats/byte_reader.h"
#include "deploy/formats/record.h"

namespace factline::formats {

// IPTC's NewsML-G2: one newsItem, or those of a newsMessage. Text inline as XHTML, NITF or plain; items of other
// classes (pictures), packages and concepts are passed over. README.md has the mapping.
std::unique_ptr<RecordReader> NewNewsMlReader(std::unique_ptr<ByteReader> in, ReadOptions options);

}  // namespace factline::formats

#endif  // FACTLINE_DEPLOY_FORMATS_NEWS_ML_H_
