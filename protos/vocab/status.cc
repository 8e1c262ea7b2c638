#include "protos/vocab/status.h"

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"

namespace factline {
namespace {

constexpr char kFieldUrl[] = "factline/field";
constexpr char kReasonUrl[] = "factline/reason";
constexpr char kRetryUrl[] = "factline/retry_ms";

std::optional<std::string> Payload(const absl::Status& status, const char* url) {
  absl::optional<absl::Cord> payload = status.GetPayload(url);
  if (!payload.has_value()) return std::nullopt;
  return std::string(*payload);
}

absl::Status With(absl::Status status, const char* url, std::string value) {
  if (!status.ok()) status.SetPayload(url, absl::Cord(std::move(value)));
  return status;
}

}  // namespace

absl::Status FieldError(std::string_view field, std::string_view description) {
  return With(absl::InvalidArgumentError(Cat(field, ": ", description)), kFieldUrl, std::string(field));
}

std::optional<std::string> FieldOf(const absl::Status& status) { return Payload(status, kFieldUrl); }

absl::Status WithReason(absl::Status status, std::string_view reason) {
  return With(std::move(status), kReasonUrl, std::string(reason));
}

std::optional<std::string> ReasonOf(const absl::Status& status) { return Payload(status, kReasonUrl); }

absl::Status WithRetryDelay(absl::Status status, absl::Duration delay) {
  return With(std::move(status), kRetryUrl, Cat(absl::ToInt64Milliseconds(delay)));
}

std::optional<absl::Duration> RetryDelayOf(const absl::Status& status) {
  std::optional<std::string> text = Payload(status, kRetryUrl);
  int64_t delay_ms = 0;
  if (!text.has_value() || !absl::SimpleAtoi(*text, &delay_ms)) return std::nullopt;
  return absl::Milliseconds(delay_ms);
}

}  // namespace factline
