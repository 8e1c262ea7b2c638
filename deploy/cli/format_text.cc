#include "deploy/cli/format_text.h"

#include <cmath>
#include <map>

#include "absl/strings/str_format.h"
#include "protos/vocab/cat.h"

namespace factline::cli {
namespace {

std::string Formatted(const google::protobuf::Timestamp& time, const char* format) {
  if (time.seconds() == 0 && time.nanos() == 0) return "-";
  return absl::FormatTime(format, absl::FromUnixSeconds(time.seconds()), absl::UTCTimeZone());
}

// "5500000000", "2.45": as short as the number allows.
std::string Number(double number) {
  constexpr double kBelow = 1e15;  // whole numbers up to here are exact
  if (number > -kBelow && number < kBelow && number == std::trunc(number)) return Cat(static_cast<int64_t>(number));
  return absl::StrFormat("%.10g", number);
}

}  // namespace

std::string Day(const google::protobuf::Timestamp& time) { return Formatted(time, "%Y-%m-%d"); }
std::string Moment(const google::protobuf::Timestamp& time) { return Formatted(time, "%Y-%m-%d %H:%M:%S"); }

std::string Bytes(uint64_t bytes) {
  if (bytes < 1024) return Cat(bytes, " B");
  double value = static_cast<double>(bytes);
  const char* unit = "";
  for (const char* next : {"KiB", "MiB", "GiB", "TiB"}) {
    if (value < 1024) break;
    value /= 1024;
    unit = next;
  }
  return absl::StrFormat("%.1f %s", value, unit);
}

std::string Count(uint64_t count) {
  std::string digits = Cat(count);
  for (size_t i = digits.size(); i > 3;) digits.insert(i -= 3, ",");
  return digits;
}

std::string Short(absl::Duration duration) {
  return absl::FormatDuration(duration < absl::Seconds(1) ? absl::Trunc(duration, absl::Milliseconds(1))
                                                          : absl::Trunc(duration, absl::Milliseconds(100)));
}

absl::Duration ToDuration(const google::protobuf::Duration& duration) {
  return absl::Seconds(duration.seconds()) + absl::Nanoseconds(duration.nanos());
}

std::string_view TypeWord(v1::EntityType type) {
  constexpr std::string_view kPrefix = "ENTITY_TYPE_";
  if (type == v1::ENTITY_TYPE_UNSPECIFIED || !v1::EntityType_IsValid(type)) return "-";
  return std::string_view(v1::EntityType_Name(type)).substr(kPrefix.size());
}

std::string_view ModalityWord(v1::Modality modality) {
  switch (modality) {
    case v1::MODALITY_ASSERTED:
      return "asserted";
    case v1::MODALITY_PLANNED:
      return "planned";
    case v1::MODALITY_ESTIMATED:
      return "estimated";
    case v1::MODALITY_DENIED:
      return "denied";
    default:
      return "-";
  }
}

absl::StatusOr<v1::EntityType> TypeFromWord(std::string_view flag, std::string_view word) {
  std::string name = "ENTITY_TYPE_";
  for (char c : word) name += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  v1::EntityType type;
  if (v1::EntityType_Parse(name, &type) && type != v1::ENTITY_TYPE_UNSPECIFIED) return type;
  std::string known;
  for (int i = 1; i < v1::EntityType_ARRAYSIZE; ++i) {
    known += Cat(i == 1 ? "" : ", ", TypeWord(static_cast<v1::EntityType>(i)));
  }
  return absl::InvalidArgumentError(Cat("--", flag, "=", word, ": want one of ", known));
}

std::string ObjectWords(const v1::Fact& fact) {
  if (!fact.has_value()) return fact.object().text();
  const v1::Value& value = fact.value();
  std::string normal = Number(value.number());
  if (value.has_number_to()) normal += Cat("..", Number(value.number_to()));
  normal += Cat(" ", value.unit());
  return value.text().empty() ? normal : Cat(value.text(), " (", normal, ")");
}

std::string QualifierWords(const v1::Fact& fact) {
  std::string words;
  // Protobuf's maps have no order; readers want one.
  std::map<std::string, std::string> sorted(fact.qualifiers().begin(), fact.qualifiers().end());
  for (const auto& [name, value] : sorted) words += Cat(words.empty() ? "" : ", ", name, " ", value);
  return words;
}

std::string FilterString(std::string_view text) {
  std::string quoted = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

}  // namespace factline::cli
