#ifndef FACTLINE_DEPLOY_FORMATS_NINJS_H_
#define FACTLINE_DEPLOY_FORMATS_NINJS_H_

#include <google/protobuf/struct.pb.h>

#include <memory>
#include <optional>

#include "deploy/formats/byte_reader.h"
#include "deploy/formats/record.h"

namespace factline::formats {

// One item of IPTC's News in JSON, of the 1.x series ("headline", "body_text") or from 2.0 on ("headlines", "bodies");
// keys in any case, as from 3.0 on. README.md has the mapping. nullopt: an item that is no text, such as a picture.
std::optional<RecordContent> ArticleFromNinjs(const google::protobuf::Struct& item, const ReadOptions& options);

// A file that holds items one after the other or in arrays; one is in memory at a time.
std::unique_ptr<RecordReader> NewNinjsReader(std::unique_ptr<ByteReader> in, ReadOptions options);

}  // namespace factline::formats

#endif  // FACTLINE_DEPLOY_FORMATS_NINJS_H_
