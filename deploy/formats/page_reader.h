#ifndef FACTLINE_DEPLOY_FORMATS_PAGE_READER_H_
#define FACTLINE_DEPLOY_FORMATS_PAGE_READER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "deploy/formats/byte_reader.h"
#include "deploy/formats/record.h"

namespace factline::formats {

// The whole input as the text of one page, which the ingestor splits into articles. Its id is `options.name`.
std::unique_ptr<RecordReader> NewPageReader(std::unique_ptr<ByteReader> in, ReadOptions options);

// All that is left in `in`. INVALID_ARGUMENT names `field` if that is more than `max_bytes` or cannot be read.
absl::StatusOr<std::string> ReadWhole(std::string_view field, ByteReader& in, uint64_t max_bytes);

}  // namespace factline::formats

#endif  // FACTLINE_DEPLOY_FORMATS_PAGE_READER_H_
