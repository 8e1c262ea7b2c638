#include "protos/vocab/grpc_status.h"

#include "gtest/gtest.h"
#include "protos/vocab/status.h"

namespace factline {
namespace {

TEST(GrpcStatusTest, DetailsSurviveTheWire) {
  const absl::Status sent = WithRetryDelay(
      WithReason(FieldError("article.title", "is longer than 4096 bytes"), "TOO_LONG"), absl::Milliseconds(1500));
  const absl::Status received = FromGrpc(ToGrpc(sent));
  EXPECT_EQ(received.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(received.message(), "article.title: is longer than 4096 bytes");
  EXPECT_EQ(FieldOf(received), "article.title");
  EXPECT_EQ(ReasonOf(received), "TOO_LONG");
  EXPECT_EQ(RetryDelayOf(received), absl::Milliseconds(1500));
}

TEST(GrpcStatusTest, OkStaysOk) {
  EXPECT_TRUE(ToGrpc(absl::OkStatus()).ok());
  EXPECT_TRUE(FromGrpc(grpc::Status::OK).ok());
}

TEST(GrpcStatusTest, PlainErrorsHaveNoDetails) {
  EXPECT_EQ(ToGrpc(absl::NotFoundError("no article 'a'")).error_details(), "");
}

}  // namespace
}  // namespace factline
