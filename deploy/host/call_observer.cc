#include "deploy/host/call_observer.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <iterator>
#include <random>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"
#include "deploy/host/log_line.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/duration_histogram.h"
#include "protos/vocab/string_map.h"
#include "protos/vocab/trace_context.h"

namespace factline::host {
namespace {

using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::Interceptor;
using grpc::experimental::InterceptorBatchMethods;
using grpc::experimental::ServerInterceptorFactoryInterface;
using grpc::experimental::ServerRpcInfo;

constexpr std::string_view kHealth = "grpc.health.v1.Health";
constexpr std::string_view kHealthWatch = "/grpc.health.v1.Health/Watch";
constexpr char kRequestId[] = "x-request-id";
constexpr size_t kMaxRequestIdBytes = 128;
constexpr int kMaxLines = 10;  // a second, of each kind

constexpr const char* kCodes[] = {
    "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
    "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
    "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
    "DATA_LOSS", "UNAUTHENTICATED"};

size_t IndexOf(grpc::StatusCode code) {
  const auto index = static_cast<size_t>(code);
  return index < std::size(kCodes) ? index : static_cast<size_t>(grpc::StatusCode::UNKNOWN);
}

// Not RESOURCE_EXHAUSTED, mostly a client at its limit, and not DEADLINE_EXCEEDED, which clients choose: they must not
// use up the lines of what is broken.
bool IsServersFault(grpc::StatusCode code) {
  switch (code) {
    case grpc::StatusCode::UNKNOWN:
    case grpc::StatusCode::INTERNAL:
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::DATA_LOSS:
      return true;
    default:
      return false;
  }
}

// The value of a name that comes once; a view into the call's metadata.
std::optional<std::string_view> Single(const grpc::ServerContextBase& context, const char* name) {
  const auto [begin, end] = context.client_metadata().equal_range(name);
  if (begin == end || std::next(begin) != end) return std::nullopt;
  return std::string_view(begin->second.data(), begin->second.size());
}

// Not to be guessed from, only to be found again: unlike those of other processes, and of this one's other calls.
std::string NewRequestId() {
  static const uint64_t process = [] {
    std::random_device random;
    return static_cast<uint64_t>(random()) << 32 | random();
  }();
  static std::atomic<uint64_t> calls = 0;
  return absl::StrFormat("%016x-%x", process, ++calls);
}

std::optional<std::string> ClientsRequestId(const grpc::ServerContextBase& context) {
  const std::optional<std::string_view> id = Single(context, kRequestId);
  if (!id.has_value() || id->empty() || id->size() > kMaxRequestIdBytes) return std::nullopt;
  if (std::any_of(id->begin(), id->end(), [](char c) { return c <= ' ' || c > '~'; })) return std::nullopt;
  return std::string(*id);
}

}  // namespace

std::string GiveRequestId(grpc::ServerContextBase& context) {
  if (std::optional<std::string> id = ClientsRequestId(context); id.has_value()) return *std::move(id);
  std::string id = NewRequestId();
  context.AddTrailingMetadata(kRequestId, id);
  return id;
}

class CallObserver::Calls {
 public:
  struct Method {
    Method(std::string service_name, std::string method_name)
        : service(std::move(service_name)), name(std::move(method_name)) {}

    const std::string service, name;
    DurationHistogram times;
    std::atomic<uint64_t> in_flight = 0;
    std::atomic<uint64_t> codes[std::size(kCodes)] = {};
  };

  Calls(const std::vector<std::string>& services, absl::Duration slow) : slow_call(slow) {
    for (const std::string& name : services) {
      const auto* service = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name);
      if (service == nullptr) std::abort();  // the caller's name is wrong
      for (int i = 0; i < service->method_count(); ++i) {
        const std::string& method = service->method(i)->name();
        methods[Cat("/", name, "/", method)] = std::make_unique<Method>(name, method);
      }
    }
  }

  Method* Of(std::string_view full_name) {
    const auto it = methods.find(full_name);
    return it == methods.end() ? &other : it->second.get();
  }

  const absl::Duration slow_call;              // zero: none is
  StringMap<std::unique_ptr<Method>> methods;  // by "/SERVICE/METHOD"; complete from the beginning
  Method other{"other", "other"};
  LineBudget servers_faults{kMaxLines}, clients_faults{kMaxLines}, others{kMaxLines};
};

// Lives as long as its call does.
class CallObserver::OneCall final : public Interceptor {
 public:
  OneCall(std::shared_ptr<Calls> calls, ServerRpcInfo* info)
      : calls_(std::move(calls)), info_(info), method_(*calls_->Of(info->method())) {
    method_.in_flight.fetch_add(1, std::memory_order_relaxed);
  }
  ~OneCall() override {
    method_.times.Observe(Elapsed());
    method_.codes[IndexOf(code_)].fetch_add(1, std::memory_order_relaxed);
    method_.in_flight.fetch_sub(1, std::memory_order_release);  // whoever reads 0 finds all calls counted
  }

  void Intercept(InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_STATUS)) {
      const grpc::Status status = methods->GetSendStatus();
      code_ = status.error_code();
      if (method_.service != kHealth) Tell(status, methods->GetSendTrailingMetadata());
    }
    methods->Proceed();
  }

 private:
  absl::Duration Elapsed() const { return absl::FromChrono(std::chrono::steady_clock::now() - began_); }

  void Tell(const grpc::Status& status, std::multimap<std::string, std::string>* trailing) const {
    const grpc::ServerContextBase& context = *info_->server_context();
    const std::string trace = NormalTraceparent(Single(context, "traceparent").value_or(""));
    std::optional<std::string> request_id = ClientsRequestId(context);
    const auto given = trailing->find(kRequestId);  // by GiveRequestId, and then the client has sent none
    if (given != trailing->end()) request_id = given->second;
    const absl::Duration took = Elapsed();
    const bool is_slow = info_->type() == ServerRpcInfo::Type::UNARY && calls_->slow_call > absl::ZeroDuration() &&
                         took >= calls_->slow_call;
    if (!status.ok() || is_slow || IsSampled(trace)) {
      if (!request_id.has_value()) request_id = NewRequestId();
      WriteLine(status, is_slow, took, *request_id, TraceIdOf(trace));
    }
    if (request_id.has_value() && given == trailing->end()) trailing->emplace(kRequestId, *std::move(request_id));
  }

  void WriteLine(const grpc::Status& status, bool is_slow, absl::Duration took, const std::string& request_id,
                 std::string_view trace_id) const {
    const bool is_servers_fault = IsServersFault(code_);
    LineBudget& budget = is_servers_fault ? calls_->servers_faults
                         : status.ok()    ? calls_->others
                                          : calls_->clients_faults;
    const std::optional<uint64_t> unsaid = budget.Take();
    if (!unsaid.has_value()) return;
    LogFields fields = {{"method", info_->method()},
                        {"code", kCodes[IndexOf(code_)]},
                        {"ms", absl::StrFormat("%.1f", absl::ToDoubleMilliseconds(took))},
                        {"request_id", request_id},
                        {"peer", info_->server_context()->peer()}};
    if (!trace_id.empty()) fields.emplace_back("trace_id", trace_id);
    // What the client did wrong may be told in words of its request.
    if (is_servers_fault) fields.emplace_back("error", status.error_message());
    if (*unsaid > 0) fields.emplace_back("unsaid", Cat(*unsaid));
    Log(is_servers_fault || is_slow ? Severity::kWarning : Severity::kInfo,
        !status.ok() ? "call failed"
        : is_slow    ? "call was slow"
                     : "call",
        fields);
  }

  const std::shared_ptr<Calls> calls_;
  ServerRpcInfo* const info_;
  Calls::Method& method_;
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  grpc::StatusCode code_ = grpc::StatusCode::CANCELLED;  // of a call that ends before it is answered
};

class CallObserver::Factory final : public ServerInterceptorFactoryInterface {
 public:
  explicit Factory(std::shared_ptr<Calls> calls) : calls_(std::move(calls)) {}

  Interceptor* CreateServerInterceptor(ServerRpcInfo* info) override {
    if (info->method() == kHealthWatch) return nullptr;
    return new OneCall(calls_, info);
  }

 private:
  const std::shared_ptr<Calls> calls_;
};

CallObserver::CallObserver(const std::vector<std::string>& services, absl::Duration slow_call)
    : calls_(std::make_shared<Calls>(services, slow_call)) {}

std::unique_ptr<ServerInterceptorFactoryInterface> CallObserver::NewFactory() const {
  return std::make_unique<Factory>(calls_);
}

uint64_t CallObserver::in_flight() const {
  uint64_t calls = calls_->other.in_flight;
  for (const auto& [name, method] : calls_->methods) calls += method->in_flight;
  return calls;
}

void CallObserver::Collect(MetricSink& sink) const {
  auto collect = [&sink](const Calls::Method& method) {
    const MetricLabels labels = {{"service", method.service}, {"method", method.name}};
    sink.Gauge("factline_calls_in_flight", "Calls begun and not ended.", static_cast<double>(method.in_flight), labels);
    sink.Histogram("factline_call_duration_seconds",
                   "From a call's beginning to its end; of streams, how long they stood.", method.times.counts(),
                   labels);
    for (size_t i = 0; i < std::size(kCodes); ++i) {
      const uint64_t calls = method.codes[i];
      if (calls == 0 && i != 0) continue;
      MetricLabels with_code = labels;
      with_code.emplace_back("code", kCodes[i]);
      sink.Counter("factline_calls_total", "Calls that have ended, by status code.", calls, std::move(with_code));
    }
  };
  for (const auto& [name, method] : calls_->methods) collect(*method);
  collect(calls_->other);
}

}  // namespace factline::host
