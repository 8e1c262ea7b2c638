#ifndef FACTLINE_DEPLOY_HOST_REFLECTION_V1_H_
#define FACTLINE_DEPLOY_HOST_REFLECTION_V1_H_

#include <string>
#include <vector>

#include "grpc/reflection/v1/reflection.grpc.pb.h"

namespace factline::host {

// grpc.reflection.v1: describes the server's services from the descriptors that are compiled into the program.
// (Debian's gRPC brings v1alpha alone.) Immutable; any number of streams at once.
class ReflectionV1 final : public grpc::reflection::v1::ServerReflection::CallbackService {
 public:
  // `services`: full names, as list_services shall give them.
  explicit ReflectionV1(std::vector<std::string> services) : services_(std::move(services)) {}

  grpc::ServerBidiReactor<grpc::reflection::v1::ServerReflectionRequest,
                          grpc::reflection::v1::ServerReflectionResponse>*
  ServerReflectionInfo(grpc::CallbackServerContext* context) override;

 private:
  std::vector<std::string> services_;
};

}  // namespace factline::host

#endif  // FACTLINE_DEPLOY_HOST_REFLECTION_V1_H_
