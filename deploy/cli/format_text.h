#ifndef FACTLINE_DEPLOY_CLI_FORMAT_TEXT_H_
#define FACTLINE_DEPLOY_CLI_FORMAT_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "factline/v1/fact.pb.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace factline::cli {

// The words that tables show.
std::string Day(const google::protobuf::Timestamp& time);     // "2024-03-24", in UTC
std::string Moment(const google::protobuf::Timestamp& time);  // "2024-03-24 09:30:00"
std::string Bytes(uint64_t bytes);                            // "12.3 MiB"
std::string Count(uint64_t count);                            // "1,234,567"
std::string Short(absl::Duration duration);                   // "1.2s"
absl::Duration ToDuration(const google::protobuf::Duration& duration);

// "ORG" for ENTITY_TYPE_ORG, "planned" for MODALITY_PLANNED; "-" for what is unspecified.
std::string_view TypeWord(v1::EntityType type);
std::string_view ModalityWord(v1::Modality modality);
// The other way round, of a value of --FLAG.
absl::StatusOr<v1::EntityType> TypeFromWord(std::string_view flag, std::string_view word);

// The value of a `measure`: "约55亿元 (5500000000 CNY)"; of other facts the object.
std::string ObjectWords(const v1::Fact& fact);
// "amount 4亿元, date 2024"; empty without qualifiers.
std::string QualifierWords(const v1::Fact& fact);

// A string in an AIP-160 filter, quoted and escaped.
std::string FilterString(std::string_view text);

}  // namespace factline::cli

#endif  // FACTLINE_DEPLOY_CLI_FORMAT_TEXT_H_
