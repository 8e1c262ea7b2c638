#include "deploy/host/gate.h"

#include <google/protobuf/descriptor.h>
#include <grpc/byte_buffer.h>
#include <grpcpp/alarm.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/rpc_service_method.h>
#include <grpcpp/support/byte_buffer.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/strings/match.h"
#include "absl/time/clock.h"
#include "deploy/host/call_observer.h"
#include "protos/vocab/grpc_status.h"
#include "protos/vocab/status.h"

namespace factline::host {
namespace {

using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::InterceptorBatchMethods;
using grpc::experimental::ServerInterceptorFactoryInterface;
using grpc::experimental::ServerRpcInfo;
using grpc::internal::MethodHandler;
using grpc::internal::RpcMethod;

constexpr absl::Duration kLookInterval = absl::Milliseconds(500);
constexpr absl::Duration kDelayStep = absl::Milliseconds(50);  // a cancelled call ends no later than this

// gRPC has no public way to hand a service's methods on. Naming what a derived class may see does it.
struct ServiceHandlers : grpc::Service {
  using grpc::Service::GetHandler;
};

absl::Status Unauthenticated(std::string_view reason, std::string_view words) {
  return WithReason(absl::UnauthenticatedError(std::string(words)), reason);
}

// The token of "authorization: Bearer TOKEN"; nullopt if there is no such metadata.
absl::StatusOr<std::optional<std::string_view>> BearerToken(const grpc::ServerContextBase& context) {
  auto [begin, end] = context.client_metadata().equal_range("authorization");
  if (begin == end) return std::nullopt;
  constexpr std::string_view kScheme = "bearer ";
  const std::string_view value(begin->second.data(), begin->second.size());
  if (std::next(begin) != end || !absl::StartsWithIgnoreCase(ToAbsl(value), ToAbsl(kScheme))) {
    return Unauthenticated("CREDENTIALS_UNKNOWN", "want one 'authorization' metadata: 'Bearer TOKEN'");
  }
  return value.substr(kScheme.size());
}

// The names for which an authority that we believe has vouched; empty without a client certificate.
std::vector<std::string> CertificateNames(const grpc::ServerContextBase& context) {
  const auto auth = context.auth_context();
  std::vector<std::string> names;
  if (auth == nullptr || !auth->IsPeerAuthenticated()) return names;
  for (const grpc::string_ref& name : auth->GetPeerIdentity()) names.emplace_back(name.data(), name.size());
  return names;
}

absl::StatusOr<AccessRule> Identify(const AccessRules& rules, const grpc::ServerContextBase& context) {
  FL_ASSIGN_OR_RETURN(std::optional<std::string_view> token, BearerToken(context));
  if (token.has_value()) {
    const AccessRule* rule = rules.ByToken(*token);
    if (rule == nullptr) return Unauthenticated("CREDENTIALS_UNKNOWN", "the token is not known here");
    return *rule;
  }
  const std::vector<std::string> names = CertificateNames(context);
  if (names.empty()) {
    return Unauthenticated("CREDENTIALS_MISSING",
                           "want 'authorization: Bearer TOKEN' metadata, or a client certificate");
  }
  const AccessRule* rule = rules.ByCertificate(names);
  if (rule == nullptr) {
    return Unauthenticated("CREDENTIALS_UNKNOWN", Cat("the certificate of '", names.front(), "' is not known here"));
  }
  return *rule;
}

absl::Status CheckRole(const AccessRule& rule, Roles wanted, std::string_view method) {
  if (rule.roles.Overlaps(wanted)) return absl::OkStatus();
  return WithReason(absl::PermissionDeniedError(
                        Cat("'", rule.name, "' has ", rule.roles.Words(), "; ", method, " wants ", wanted.Words())),
                    "ROLE_MISSING");
}

// "ipv4:10.0.0.7:40312" without what differs from one connection to the next.
std::string AddressOf(const std::string& peer) {
  return peer.starts_with("ip") ? peer.substr(0, peer.rfind(':')) : peer;
}

class Refusal final : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  explicit Refusal(const absl::Status& status) { Finish(ToGrpc(status)); }
  void OnDone() override { delete this; }
};

}  // namespace

// What the gate knows of a call; lives as long as gRPC's context of the call does.
class Gate::Admission : public std::enable_shared_from_this<Gate::Admission> {
 public:
  Admission(Gate* gate, grpc_call* call, std::string method) : gate_(gate), call_(call), method_(std::move(method)) {
    grpc_call_ref(call_);
  }
  ~Admission() {
    if (rule_.has_value()) {
      std::lock_guard lock(gate_->mutex_);
      gate_->admitted_.erase(this);
    }
    grpc_call_unref(call_);
  }

  void Decide(const AccessRules* rules, Roles wanted, const grpc::ServerContextBase& context) {
    client_ = AddressOf(context.peer());
    status_ = [&]() -> absl::Status {
      if (rules != nullptr) {
        FL_ASSIGN_OR_RETURN(AccessRule rule, Identify(*rules, context));
        client_ = rule.name;
        FL_RETURN_IF_ERROR(CheckRole(rule, wanted, method_));
        wanted_ = wanted;
        rule_ = std::move(rule);
      }
      FL_ASSIGN_OR_RETURN(ClientLimits::Call slot, gate_->limits_.Begin(client_));
      slot_.emplace(std::move(slot));
      return absl::OkStatus();
    }();
    if (!rule_.has_value()) return;
    std::lock_guard lock(gate_->mutex_);
    gate_->admitted_.insert(this);  // from now on Reload finds the call; what it took over before counts here
    if (gate_->rules_.get() != rules && status_.ok() && !StillAllowed(*gate_->rules_)) status_ = Withdrawn();
  }

  const absl::Status& status() const { return status_; }
  const std::string& client() const { return client_; }
  const std::string& method() const { return method_; }
  void TellRefusal(const absl::Status& status, grpc::ServerContextBase& context) {
    gate_->TellRefusal(*this, status, context);
  }
  ClientLimits::Call* slot() { return slot_.has_value() ? &*slot_ : nullptr; }

  // Under the gate's mutex: whether newer rules allow the call still.
  bool StillAllowed(const AccessRules& rules) const {
    const AccessRule* successor = rules.Successor(*rule_);
    return successor != nullptr && successor->roles.Overlaps(wanted_);
  }

  absl::Status Withdrawn() const {
    return absl::PermissionDeniedError(Cat("the access of '", client_, "' was withdrawn"));
  }

  // Ends the call with a code and words alone. The service, if the call has reached it, sees a cancelled call.
  void End(const absl::Status& status) {
    grpc_call_cancel_with_status(call_, static_cast<grpc_status_code>(status.code()),
                                 std::string(ToStd(status.message())).c_str(), nullptr);
  }

 private:
  Gate* const gate_;
  grpc_call* const call_;
  const std::string method_;
  absl::Status status_;
  std::string client_;
  Roles wanted_;
  std::optional<AccessRule> rule_;  // that let the call in
  std::optional<ClientLimits::Call> slot_;
};

// gRPC's context of a call, with ours.
class Gate::Context final : public grpc::CallbackServerContext {
 public:
  std::shared_ptr<Admission> admission;  // set by the interceptor, before the handler runs
};

class Gate::ContextAllocator final : public grpc::ContextAllocator {
 public:
  grpc::CallbackServerContext* NewCallbackServerContext() override { return new Context(); }
  grpc::GenericCallbackServerContext* NewGenericCallbackServerContext() override {
    return new grpc::GenericCallbackServerContext();
  }
  void Release(grpc::CallbackServerContext* context) override { delete context; }  // a generic one comes here as well
  void Release(grpc::GenericCallbackServerContext* context) override { delete context; }
};

// Asks the gate as soon as the call's metadata is there, and holds the messages of a stream back while its client owes
// for earlier ones.
class Gate::Interceptor final : public grpc::experimental::Interceptor {
 public:
  // `method`: one of a guarded service; null: one of gRPC's own services, which change nothing, or none at all.
  Interceptor(Gate* gate, ServerRpcInfo* info, const Method* method) : gate_(gate), info_(info), method_(method) {}

  void Intercept(InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::POST_RECV_INITIAL_METADATA)) Admit();
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::POST_RECV_MESSAGE) && IsStream()) {
      if (const void* message = methods->GetRecvMessage(); message != nullptr && admission_->slot() != nullptr) {
        const uint64_t bytes = method_->is_raw ? static_cast<const grpc::ByteBuffer*>(message)->Length() : 0;
        const absl::Duration owed = admission_->slot()->Charge(bytes);
        if (owed > absl::ZeroDuration()) gate_->held_back_messages_.fetch_add(1, std::memory_order_relaxed);
        return HoldBack(methods, owed);
      }
    }
    methods->Proceed();
  }

 private:
  void Admit() {
    grpc::ServerContextBase* context = info_->server_context();
    admission_ = gate_->Admit(info_->method(), *context);
    if (method_ != nullptr) {
      static_cast<Context*>(context)->admission = admission_;  // for the handler, which comes next
    } else if (!admission_->status().ok()) {
      admission_->End(admission_->status());  // the handler finds the call cancelled
    }
  }

  bool IsStream() const {
    return method_ != nullptr && (info_->type() == ServerRpcInfo::Type::CLIENT_STREAMING ||
                                  info_->type() == ServerRpcInfo::Type::BIDI_STREAMING);
  }

  // Counts steps, not the time of day: a clock that is set back holds no stream up.
  void HoldBack(InterceptorBatchMethods* methods, absl::Duration left) {
    if (left <= absl::ZeroDuration() || info_->server_context()->IsCancelled()) return methods->Proceed();
    const absl::Duration step = std::min(left, kDelayStep);
    alarm_ = std::make_unique<grpc::Alarm>();  // the one before may be running this
    alarm_->Set(absl::ToChronoTime(absl::Now() + step),
                [this, methods, rest = left - step](bool) { HoldBack(methods, rest); });
  }

  Gate* const gate_;
  ServerRpcInfo* const info_;
  const Method* const method_;
  std::shared_ptr<Admission> admission_;
  std::unique_ptr<grpc::Alarm> alarm_;  // a stream has one message outstanding
};

class Gate::InterceptorFactory final : public ServerInterceptorFactoryInterface {
 public:
  explicit InterceptorFactory(Gate* gate) : gate_(gate) {}

  grpc::experimental::Interceptor* CreateServerInterceptor(ServerRpcInfo* info) override {
    const std::string_view name = info->method();
    if (!RolesFor(name).has_value()) return nullptr;
    const auto guarded = gate_->guarded_.find(name);
    return new Interceptor(gate_, info, guarded == gate_->guarded_.end() ? nullptr : &guarded->second);
  }

 private:
  Gate* const gate_;
};

// Stands before the handler of a method: lets the call through to it, or answers in its place.
class Gate::Handler final : public MethodHandler {
 public:
  Handler(MethodHandler* inner, bool has_payload) : inner_(inner), has_payload_(has_payload) {}

  // Nothing is parsed for a call that may be refused.
  void* Deserialize(grpc_call*, grpc_byte_buffer* payload, grpc::Status*, void**) override { return payload; }

  void RunHandler(const HandlerParameter& call) override {
    auto* payload = static_cast<grpc_byte_buffer*>(call.request);
    Admission& admission = *static_cast<Context*>(call.server_context)->admission;
    absl::Status status = admission.status();
    if (status.ok() && has_payload_) {
      status = admission.slot()->Admit(payload == nullptr ? 0 : grpc_byte_buffer_length(payload));
      if (!status.ok()) admission.TellRefusal(status, *call.server_context);
    }
    if (!status.ok()) {
      if (payload != nullptr) grpc_byte_buffer_destroy(payload);
      grpc::internal::CallbackBidiHandler<grpc::ByteBuffer, grpc::ByteBuffer> refuse(
          [&status](grpc::CallbackServerContext*) { return new Refusal(status); });
      return refuse.RunHandler(
          HandlerParameter(call.call, call.server_context, nullptr, grpc::Status::OK, nullptr, call.call_requester));
    }
    grpc::Status parsed;
    void* data = nullptr;
    void* request = has_payload_ ? inner_->Deserialize(call.call->call(), payload, &parsed, &data) : nullptr;
    inner_->RunHandler(HandlerParameter(call.call, call.server_context, request, parsed, data, call.call_requester));
  }

 private:
  MethodHandler* const inner_;
  const bool has_payload_;
};

class Gate::GuardedService final : public grpc::Service {
 public:
  // Returns through `is_raw` which methods get their messages as they came, unparsed.
  GuardedService(grpc::Service* service, const google::protobuf::ServiceDescriptor& descriptor,
                 const std::function<void(const std::string& method, bool is_raw)>& guarded) {
    for (int i = 0; i < descriptor.method_count(); ++i) {
      const google::protobuf::MethodDescriptor& method = *descriptor.method(i);
      names_.push_back(std::make_unique<std::string>(Cat("/", descriptor.full_name(), "/", method.name())));
      MethodHandler* inner = (service->*(&ServiceHandlers::GetHandler))(i);
      const bool is_raw =
          dynamic_cast<grpc::internal::CallbackBidiHandler<grpc::ByteBuffer, grpc::ByteBuffer>*>(inner) != nullptr;
      AddMethod(new grpc::internal::RpcServiceMethod(names_.back()->c_str(), TypeOf(method), nullptr));
      MarkMethodCallback(i, new Handler(inner, !method.client_streaming()));
      guarded(*names_.back(), is_raw);
    }
  }

 private:
  static RpcMethod::RpcType TypeOf(const google::protobuf::MethodDescriptor& method) {
    if (method.client_streaming()) {
      return method.server_streaming() ? RpcMethod::BIDI_STREAMING : RpcMethod::CLIENT_STREAMING;
    }
    return method.server_streaming() ? RpcMethod::SERVER_STREAMING : RpcMethod::NORMAL_RPC;
  }

  std::vector<std::unique_ptr<std::string>> names_;  // gRPC keeps pointers to them
};

absl::StatusOr<std::unique_ptr<Gate>> Gate::Open(const NamedFile& rules, const ClientLimitOptions& limits) {
  std::unique_ptr<Gate> gate(new Gate(rules, limits));
  if (!rules.given()) return gate;
  std::lock_guard lock(gate->mutex_);
  gate->watch_ =
      std::make_unique<FileWatch>(std::vector{rules.path}, kLookInterval, [raw = gate.get()] { raw->Reload(); });
  FL_ASSIGN_OR_RETURN(AccessRules loaded, AccessRules::Load(rules));
  Log(Severity::kInfo, "rules of access in use", {{"file", rules.path}, {"rules", Cat(loaded.size())}});
  gate->rules_ = std::make_shared<const AccessRules>(std::move(loaded));
  return gate;
}

Gate::~Gate() { watch_.reset(); }

std::unique_ptr<ServerInterceptorFactoryInterface> Gate::NewInterceptors() {
  return std::make_unique<InterceptorFactory>(this);
}

std::unique_ptr<grpc::ContextAllocator> Gate::NewContexts() { return std::make_unique<ContextAllocator>(); }

std::unique_ptr<grpc::Service> Gate::Guard(grpc::Service* service, const std::string& name) {
  const auto* descriptor = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name);
  if (descriptor == nullptr) std::abort();  // the caller's name is wrong
  return std::make_unique<GuardedService>(
      service, *descriptor, [this](const std::string& method, bool is_raw) { guarded_[method] = {is_raw}; });
}

std::shared_ptr<const AccessRules> Gate::rules() const {
  std::lock_guard lock(mutex_);
  return rules_;
}

std::shared_ptr<Gate::Admission> Gate::Admit(const char* method, grpc::ServerContextBase& context) {
  auto admission = std::make_shared<Admission>(this, context.c_call(), method);
  admission->Decide(rules().get(), *RolesFor(method), context);
  if (!admission->status().ok()) TellRefusal(*admission, admission->status(), context);
  return admission;
}

void Gate::TellRefusal(const Admission& admission, const absl::Status& status, grpc::ServerContextBase& context) {
  const std::string reason = ReasonOf(status).value_or(absl::StatusCodeToString(status.code()));
  {
    std::lock_guard lock(mutex_);
    ++refusals_[reason];
  }
  const std::optional<uint64_t> unsaid = refusal_lines_.Take();
  if (!unsaid.has_value()) return;
  Log(Severity::kWarning, "call refused",
      {{"method", admission.method()},
       {"client", admission.client()},
       {"peer", context.peer()},
       {"reason", reason},
       {"request_id", GiveRequestId(context)},
       {"unsaid", Cat(*unsaid)}});
}

void Gate::Collect(MetricSink& sink) const {
  constexpr std::string_view kName = "factline_gate_refused_calls_total";
  constexpr std::string_view kHelp = "Calls that reached no service, by the reason that the client was told.";
  sink.Counter("factline_gate_held_back_messages_total", "Messages of streams read later, for their client's rate.",
               held_back_messages_);
  std::map<std::string, uint64_t> refusals;
  {
    std::lock_guard lock(mutex_);
    refusals = refusals_;
  }
  for (const char* reason :
       {"CREDENTIALS_MISSING", "CREDENTIALS_UNKNOWN", "ROLE_MISSING", "TOO_MANY_CALLS", "RATE_EXCEEDED"}) {
    refusals.try_emplace(reason, 0);  // there from the start, so that the first one is seen as a rise
  }
  for (const auto& [reason, calls] : refusals) sink.Counter(kName, kHelp, calls, {{"reason", reason}});
}

void Gate::Reload() {
  absl::StatusOr<AccessRules> loaded = AccessRules::Load(file_);
  if (!loaded.ok()) {
    Log(Severity::kError, "the new rules of access are not used; the old ones go on",
        {{"error", std::string(ToStd(loaded.status().message()))}});
    return;
  }
  std::vector<std::shared_ptr<Admission>> withdrawn;
  {
    std::lock_guard lock(mutex_);
    rules_ = std::make_shared<const AccessRules>(*std::move(loaded));
    for (Admission* admission : admitted_) {
      if (admission->StillAllowed(*rules_)) continue;
      // None for a call that is over, whose admission waits for the mutex to be forgotten.
      if (auto held = admission->weak_from_this().lock()) withdrawn.push_back(std::move(held));
    }
  }
  // A call may end, and its admission with it, on this thread.
  for (const auto& admission : withdrawn) admission->End(admission->Withdrawn());
  Log(Severity::kInfo, "rules of access reloaded", {{"calls_ended", Cat(withdrawn.size())}});
}

}  // namespace factline::host
