#include "deploy/formats/json.h"

#include <google/protobuf/util/json_util.h>

#include <string>

#include "protos/vocab/status.h"

namespace factline::formats {
namespace {

template <typename Message>
absl::StatusOr<Message> Parse(std::string_view text, std::string_view what) {
  Message json;
  const auto parsed = google::protobuf::util::JsonStringToMessage({text.data(), text.size()}, &json);
  if (parsed.ok()) return json;
  return absl::InvalidArgumentError(
      Cat("no JSON ", what, ": ", std::string_view(parsed.message().data(), parsed.message().size())));
}

}  // namespace

absl::StatusOr<google::protobuf::Struct> ParseJsonObject(std::string_view text) {
  return Parse<google::protobuf::Struct>(text, "object");
}

absl::StatusOr<google::protobuf::Value> ParseJsonValue(std::string_view text) {
  return Parse<google::protobuf::Value>(text, "value");
}

}  // namespace factline::formats
