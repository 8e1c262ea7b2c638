#ifndef FACTLINE_PROTOS_VOCAB_STATUS_H_
#define FACTLINE_PROTOS_VOCAB_STATUS_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "protos/vocab/cat.h"

// Returns from the current function if `expr` (an absl::Status) is not OK.
#define FL_RETURN_IF_ERROR(expr)                                               \
  do {                                                                         \
    if (absl::Status fl_status_ = (expr); !fl_status_.ok()) return fl_status_; \
  } while (false)

// FL_ASSIGN_OR_RETURN(Type name, StatusOrExpression): declares or assigns the value, or returns the error.
#define FL_ASSIGN_OR_RETURN(lhs, expr) FL_ASSIGN_OR_RETURN_IMPL_(FL_CONCAT_(fl_statusor_, __LINE__), lhs, expr)
#define FL_ASSIGN_OR_RETURN_IMPL_(statusor, lhs, expr)     \
  auto statusor = (expr);                                  \
  if (!statusor.ok()) return std::move(statusor).status(); \
  lhs = *std::move(statusor)
#define FL_CONCAT_(a, b) FL_CONCAT_IMPL_(a, b)
#define FL_CONCAT_IMPL_(a, b) a##b

namespace factline {

// What an error tells a program beyond code and message. Kept as payloads of an absl::Status and turned
// into google.rpc details once, at the gRPC edge (grpc_status.h).

// An INVALID_ARGUMENT that names the request field at fault, as a path: "article.published_time".
absl::Status FieldError(std::string_view field, std::string_view description);

// The field that `FieldError` named, if any.
std::optional<std::string> FieldOf(const absl::Status& status);

// Adds a stable, upper-case reason ("DISK_NEARLY_FULL") that programs may switch on.
absl::Status WithReason(absl::Status status, std::string_view reason);
std::optional<std::string> ReasonOf(const absl::Status& status);

// Says that the same call may succeed after `delay`.
absl::Status WithRetryDelay(absl::Status status, absl::Duration delay);
std::optional<absl::Duration> RetryDelayOf(const absl::Status& status);

}  // namespace factline

#endif  // FACTLINE_PROTOS_VOCAB_STATUS_H_
