#ifndef FACTLINE_DEPLOY_FORMATS_JSON_LINES_H_
#define FACTLINE_DEPLOY_FORMATS_JSON_LINES_H_

#include <memory>
#include <string_view>

#include "deploy/formats/byte_reader.h"
#include "deploy/formats/record.h"

namespace factline::formats {

// One line of a JSON-lines file:
//   {"id": "a-1", "title": "...", "body": "...", "source": "...", "published": "2024-03-24", "url": "...",
//    "language": "zh", "tags": ["..."], "authors": ["..."], "copyright_holder": "...", "copyright_notice": "...",
//    "usage_terms": "...", "rights_url": "...", "embargo": "2024-03-25T06:00:00+08:00", "status": "usable"}
// All keys but `id` may be absent or null; tags and authors may also be one string. INVALID_ARGUMENT names the key at
// fault; unknown keys are errors, so that a misspelt one is not lost in silence.
RecordContent ArticleFromJson(std::string_view line);

// A record a line; an object that has a `uri` and no `id` is read as ninjs. Blank lines are nothing.
std::unique_ptr<RecordReader> NewJsonLinesReader(std::unique_ptr<ByteReader> in, ReadOptions options);

}  // namespace factline::formats

#endif  // FACTLINE_DEPLOY_FORMATS_JSON_LINES_H_
