#ifndef FACTLINE_DEPLOY_HOST_CLIENT_LIMITS_H_
#define FACTLINE_DEPLOY_HOST_CLIENT_LIMITS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "protos/vocab/string_map.h"

namespace factline::host {

struct ClientLimitOptions {
  int max_calls = 256;               // of one client at a time, streams among them
  uint64_t messages_per_second = 0;  // requests, and messages of streams; 0: no limit
  uint64_t bytes_per_second = 0;     // of both; 0: no limit
  size_t max_clients = 16'384;       // that are remembered; all further ones share one account
  std::function<absl::Time()> now;   // null: the system's clock
};

// What each client of a server may use. A client that was quiet may use up to a second's worth at once; what a message
// takes beyond what its client has left is owed, and waited for before the next one. Thread-safe.
class ClientLimits {
  struct Account;

 public:
  explicit ClientLimits(ClientLimitOptions options);
  ~ClientLimits();

  // A call in flight, of the client for whom it was begun. Must go before the ClientLimits.
  class Call {
   public:
    Call(Call&& other) noexcept;
    Call& operator=(Call&&) = delete;
    ~Call();

    // RESOURCE_EXHAUSTED with the reason RATE_EXCEEDED and a retry delay if the client owes anything; else the request
    // is charged to it.
    absl::Status Admit(uint64_t bytes);

    // Charges a message, which is there already, and says how long the client is to be kept waiting for it.
    absl::Duration Charge(uint64_t bytes);

   private:
    friend class ClientLimits;
    Call(ClientLimits* limits, Account* account) : limits_(limits), account_(account) {}
    ClientLimits* limits_;  // null: moved from
    Account* account_;
  };

  // RESOURCE_EXHAUSTED with the reason TOO_MANY_CALLS and a retry delay if the client has all its calls in flight.
  absl::StatusOr<Call> Begin(std::string_view client);

  size_t remembered_clients() const;

 private:
  // What was paid in by time and not used, in units; negative: owed.
  struct Account {
    int calls = 0;
    double messages = 0, bytes = 0;
    absl::Time filled;
  };

  // All below: under mutex_.
  absl::Time Now() const { return options_.now(); }
  Account* AccountOf(std::string_view client);
  void Fill(Account& account, absl::Time now) const;
  absl::Duration Owed(const Account& account) const;
  bool IsIdle(const Account& account) const;
  void ForgetIdle();
  void Pay(Account& account, uint64_t bytes) const;

  const ClientLimitOptions options_;
  mutable std::mutex mutex_;
  StringMap<std::unique_ptr<Account>> accounts_;
  absl::Time forgotten_ = absl::InfinitePast();  // the last ForgetIdle
  Account shared_;                               // of all that accounts_ has no room for
};

}  // namespace factline::host

#endif  // FACTLINE_DEPLOY_HOST_CLIENT_LIMITS_H_
