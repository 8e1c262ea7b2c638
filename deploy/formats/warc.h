#ifndef FACTLINE_DEPLOY_FORMATS_WARC_H_
#define FACTLINE_DEPLOY_FORMATS_WARC_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "deploy/formats/byte_reader.h"
#include "deploy/formats/record.h"

namespace factline::formats {

// The HTML pages of a web archive (WARC 1.0 and 1.1, ISO 28500), one record in memory at a time: responses with status
// 200 and a content type of HTML, and resources of that type. Requests, metadata, redirects, pictures and pages
// without running text are passed over. Where a record's head cannot be read the next one is looked for.
std::unique_ptr<RecordReader> NewWarcReader(std::unique_ptr<ByteReader> in, ReadOptions options);

// The body of an HTTP message in chunks (RFC 9112, 7.1). INVALID_ARGUMENT if it is not, or cut.
absl::StatusOr<std::string> JoinChunks(std::string_view body);

}  // namespace factline::formats

#endif  // FACTLINE_DEPLOY_FORMATS_WARC_H_
