#ifndef FACTLINE_DEPLOY_HOST_GATE_H_
#define FACTLINE_DEPLOY_HOST_GATE_H_

#include <grpc/grpc.h>
#include <grpcpp/impl/service_type.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/server_interceptor.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "absl/status/statusor.h"
#include "deploy/host/access_rules.h"
#include "deploy/host/client_limits.h"
#include "deploy/host/file_watch.h"
#include "deploy/host/log_line.h"
#include "deploy/host/metrics.h"
#include "protos/vocab/string_map.h"

namespace factline::host {

// Decides about each call of a server before any code of a service hears of it:
//
//   1. Who calls? The bearer token in `authorization` says it; where there is none, the client's certificate.
//   2. Has the caller one of the method's roles (RolesFor)? Without a file of rules everybody has all of them.
//   3. Is the client, known by its name or else by its address, within its limits (ClientLimits)?
//
// A refused call ends with UNAUTHENTICATED, PERMISSION_DENIED or RESOURCE_EXHAUSTED and an ErrorInfo; those of gRPC's
// own services (reflection v1alpha, channelz) without details. Messages of a stream beyond a client's rate are read
// later, so that the client itself is slowed down. Health is open to all and costs nobody anything.
//
// The rules are read again when their file changes. New ones hold for calls in flight too: those that they no longer
// allow are ended. Rules with a mistake are not taken; the old ones go on, and the log says why. Thread-safe.
class Gate {
 public:
  // `rules` may be empty: no file. Fails as AccessRules::Load does.
  static absl::StatusOr<std::unique_ptr<Gate>> Open(const NamedFile& rules, const ClientLimitOptions& limits);
  ~Gate();  // after the server

  // Both are for the ServerBuilder, once each; they need the gate for as long as the server runs.
  std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> NewInterceptors();
  std::unique_ptr<grpc::ContextAllocator> NewContexts();

  // A service to be registered in the place of `service`, which must outlive it: with the same methods, each of which
  // asks the gate first. `name`: the service's full name, whose descriptor must be linked.
  std::unique_ptr<grpc::Service> Guard(grpc::Service* service, const std::string& name);

  // Refusals by reason, and messages of streams that were held back.
  void Collect(MetricSink& sink) const;

 private:
  class Admission;
  class Context;
  class Interceptor;
  class InterceptorFactory;
  class ContextAllocator;
  class Handler;
  class GuardedService;

  Gate(NamedFile file, const ClientLimitOptions& limits) : file_(std::move(file)), limits_(limits) {}
  std::shared_ptr<Admission> Admit(const char* method, grpc::ServerContextBase& context);
  std::shared_ptr<const AccessRules> rules() const;
  void Reload();
  // Counts it, and writes a line.
  void TellRefusal(const Admission& admission, const absl::Status& status, grpc::ServerContextBase& context);

  const NamedFile file_;
  ClientLimits limits_;
  struct Method {
    bool is_raw = false;  // its messages are not parsed by gRPC
  };
  StringMap<Method> guarded_;                     // by full name; complete before the server starts
  mutable std::mutex mutex_;                      // guards all below but watch_
  std::shared_ptr<const AccessRules> rules_;      // null: no file
  std::unordered_set<Admission*> admitted_;       // calls in flight that a rule let in
  std::map<std::string, uint64_t> refusals_;      // by reason, of which there are few
  std::atomic<uint64_t> held_back_messages_ = 0;  // not guarded, as the next
  LineBudget refusal_lines_{1};
  std::unique_ptr<FileWatch> watch_;
};

}  // namespace factline::host

#endif  // FACTLINE_DEPLOY_HOST_GATE_H_
