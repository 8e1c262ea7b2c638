#ifndef FACTLINE_DEPLOY_FORMATS_JSON_H_
#define FACTLINE_DEPLOY_FORMATS_JSON_H_

#include <google/protobuf/struct.pb.h>

#include <string_view>

#include "absl/status/statusor.h"

namespace factline::formats {

// One JSON object, by protobuf's parser, which nests at most 100 deep.
absl::StatusOr<google::protobuf::Struct> ParseJsonObject(std::string_view text);
// Any one JSON value.
absl::StatusOr<google::protobuf::Value> ParseJsonValue(std::string_view text);

}  // namespace factline::formats

#endif  // FACTLINE_DEPLOY_FORMATS_JSON_H_
