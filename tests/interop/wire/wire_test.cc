// The golden bytes and JSON are read and written by C++ as all languages do.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <string>

#include "absl/strings/escaping.h"
#include "factline/v1/admin_service.pb.h"
#include "factline/v1/backup_service.pb.h"
#include "factline/v1/ingest_service.pb.h"
#include "factline/v1/query_service.pb.h"

namespace factline {
namespace {

using google::protobuf::Message;
using google::protobuf::Struct;
using google::protobuf::Value;

Value Parsed(const std::string& json) {
  Value value;
  const auto status = google::protobuf::util::JsonStringToMessage(json, &value);
  EXPECT_TRUE(status.ok()) << status.ToString() << " in " << json;
  return value;
}

std::string Json(const Message& message) {
  std::string json;
  const auto status = google::protobuf::util::MessageToJsonString(message, &json);
  EXPECT_TRUE(status.ok()) << status.ToString();
  return json;
}

std::unique_ptr<Message> NewMessage(const std::string& name) {
  const auto* descriptor = google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(name);
  if (descriptor == nullptr) return nullptr;
  return std::unique_ptr<Message>(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(descriptor)->New());
}

TEST(WireTest, GoldenMessagesAreReadAndWrittenAlike) {
  // Files that nothing refers to would be left out of the binary.
  ASSERT_NE(v1::GetLagRequest::descriptor(), nullptr);
  ASSERT_NE(v1::CreateBackupRequest::descriptor(), nullptr);
  ASSERT_NE(v1::IngestRequest::descriptor(), nullptr);
  ASSERT_NE(v1::SearchRequest::descriptor(), nullptr);
  std::ifstream golden("tests/interop/wire/golden.jsonl");
  int lines = 0;
  for (std::string text; std::getline(golden, text); ++lines) {
    Struct line;
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(text, &line).ok()) << text;
    const std::string name = line.fields().at("message").string_value();
    SCOPED_TRACE(name);
    const std::string wire = absl::HexStringToBytes(line.fields().at("wire").string_value());
    const Value& json = line.fields().at("json");

    const std::unique_ptr<Message> from_wire = NewMessage(name);
    const std::unique_ptr<Message> from_json = NewMessage(name);
    ASSERT_NE(from_wire, nullptr) << "no message of this name is linked in";
    ASSERT_TRUE(from_wire->ParseFromString(wire));
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(Json(json), from_json.get()).ok());
    for (const Message* message : {from_wire.get(), from_json.get()}) {
      EXPECT_EQ(absl::BytesToHexString(message->SerializeAsString()), line.fields().at("wire").string_value());
      EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(Parsed(Json(*message)), json)) << Json(*message);
    }
  }
  EXPECT_GT(lines, 0);
}

}  // namespace
}  // namespace factline
