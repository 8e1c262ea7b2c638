#ifndef FACTLINE_PROTOS_VOCAB_GRPC_STATUS_H_
#define FACTLINE_PROTOS_VOCAB_GRPC_STATUS_H_

#include <grpcpp/support/status.h>

#include "absl/status/status.h"
#include "google/rpc/status.pb.h"

namespace factline {

// The one place where a domain error becomes a gRPC error. Field, reason and retry delay of
// protos/vocab/status.h become BadRequest, ErrorInfo (domain "factline") and RetryInfo details.
google::rpc::Status ToRpcStatus(const absl::Status& status);
grpc::Status ToGrpc(const absl::Status& status);

// The way back, for clients: code and message, and the details as payloads where they are ours.
absl::Status FromRpcStatus(const google::rpc::Status& status);
absl::Status FromGrpc(const grpc::Status& status);

}  // namespace factline

#endif  // FACTLINE_PROTOS_VOCAB_GRPC_STATUS_H_
