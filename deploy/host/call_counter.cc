#include "deploy/host/call_counter.h"

#include <string_view>
#include <utility>

namespace factline::host {
namespace {

using grpc::experimental::Interceptor;
using grpc::experimental::InterceptorBatchMethods;
using grpc::experimental::ServerInterceptorFactoryInterface;
using grpc::experimental::ServerRpcInfo;
using Count = std::shared_ptr<std::atomic<uint64_t>>;

// Lives as long as its call does.
class OneCall final : public Interceptor {
 public:
  explicit OneCall(Count count) : count_(std::move(count)) { ++*count_; }
  ~OneCall() override { --*count_; }
  void Intercept(InterceptorBatchMethods* methods) override { methods->Proceed(); }

 private:
  const Count count_;
};

class Factory final : public ServerInterceptorFactoryInterface {
 public:
  explicit Factory(Count count) : count_(std::move(count)) {}
  Interceptor* CreateServerInterceptor(ServerRpcInfo* info) override {
    if (std::string_view(info->method()) == "/grpc.health.v1.Health/Watch") return nullptr;
    return new OneCall(count_);
  }

 private:
  const Count count_;
};

}  // namespace

std::unique_ptr<ServerInterceptorFactoryInterface> CallCounter::NewFactory() const {
  return std::make_unique<Factory>(count_);
}

}  // namespace factline::host
