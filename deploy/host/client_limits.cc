#include "deploy/host/client_limits.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "protos/vocab/status.h"

namespace factline::host {
namespace {

constexpr absl::Duration kCallRetryDelay = absl::Seconds(1);  // nobody knows when a call will end

constexpr absl::Duration kForgetInterval = absl::Seconds(1);  // a look at all accounts is not made for each new client

ClientLimitOptions WithClock(ClientLimitOptions options) {
  if (!options.now) options.now = [] { return absl::Now(); };
  return options;
}

// Time until what is owed at this rate is paid.
absl::Duration TimeToPay(double balance, uint64_t per_second) {
  if (per_second == 0 || balance >= 0) return absl::ZeroDuration();
  return absl::Seconds(-balance / static_cast<double>(per_second));
}

}  // namespace

ClientLimits::ClientLimits(ClientLimitOptions options) : options_(WithClock(std::move(options))) {}
ClientLimits::~ClientLimits() = default;

absl::StatusOr<ClientLimits::Call> ClientLimits::Begin(std::string_view client) {
  std::lock_guard lock(mutex_);
  Account* account = AccountOf(client);
  if (account->calls >= options_.max_calls) {
    return WithRetryDelay(WithReason(absl::ResourceExhaustedError(Cat("client '", client, "' has ", account->calls,
                                                                      " calls in flight, as many as one may have")),
                                     "TOO_MANY_CALLS"),
                          kCallRetryDelay);
  }
  ++account->calls;
  return Call(this, account);
}

size_t ClientLimits::remembered_clients() const {
  std::lock_guard lock(mutex_);
  return accounts_.size();
}

ClientLimits::Account* ClientLimits::AccountOf(std::string_view client) {
  if (auto found = accounts_.find(client); found != accounts_.end()) return found->second.get();
  if (accounts_.size() >= options_.max_clients) ForgetIdle();
  if (accounts_.size() >= options_.max_clients) return &shared_;
  auto account = std::make_unique<Account>();
  account->messages = static_cast<double>(options_.messages_per_second);
  account->bytes = static_cast<double>(options_.bytes_per_second);
  account->filled = Now();
  return accounts_.emplace(std::string(client), std::move(account)).first->second.get();
}

void ClientLimits::Fill(Account& account, absl::Time now) const {
  const double seconds = std::max(0.0, absl::ToDoubleSeconds(now - account.filled));
  account.filled = now;
  auto fill = [&](double& balance, uint64_t per_second) {
    const auto rate = static_cast<double>(per_second);
    balance = std::min(rate, balance + seconds * rate);
  };
  fill(account.messages, options_.messages_per_second);
  fill(account.bytes, options_.bytes_per_second);
}

absl::Duration ClientLimits::Owed(const Account& account) const {
  return std::max(TimeToPay(account.messages, options_.messages_per_second),
                  TimeToPay(account.bytes, options_.bytes_per_second));
}

void ClientLimits::Pay(Account& account, uint64_t bytes) const {
  if (options_.messages_per_second > 0) account.messages -= 1;
  if (options_.bytes_per_second > 0) account.bytes -= static_cast<double>(bytes);
}

// Forgotten, it would begin with the same balance.
bool ClientLimits::IsIdle(const Account& account) const {
  return account.calls == 0 && account.messages >= static_cast<double>(options_.messages_per_second) &&
         account.bytes >= static_cast<double>(options_.bytes_per_second);
}

void ClientLimits::ForgetIdle() {
  const absl::Time now = Now();
  if (absl::AbsDuration(now - forgotten_) < kForgetInterval) return;  // a clock may be set back
  forgotten_ = now;
  for (auto i = accounts_.begin(); i != accounts_.end();) {
    Fill(*i->second, now);
    const auto here = i++;
    if (IsIdle(*here->second)) accounts_.erase(here);
  }
}

ClientLimits::Call::Call(Call&& other) noexcept
    : limits_(std::exchange(other.limits_, nullptr)), account_(other.account_) {}

ClientLimits::Call::~Call() {
  if (limits_ == nullptr) return;
  std::lock_guard lock(limits_->mutex_);
  --account_->calls;
}

absl::Status ClientLimits::Call::Admit(uint64_t bytes) {
  std::lock_guard lock(limits_->mutex_);
  limits_->Fill(*account_, limits_->Now());
  const absl::Duration owed = limits_->Owed(*account_);
  if (owed > absl::ZeroDuration()) {
    return WithRetryDelay(
        WithReason(absl::ResourceExhaustedError(Cat("more than this server takes from one client: at most ",
                                                    limits_->options_.messages_per_second, " messages and ",
                                                    limits_->options_.bytes_per_second, " bytes a second (0: any)")),
                   "RATE_EXCEEDED"),
        std::max(owed, absl::Milliseconds(1)));
  }
  limits_->Pay(*account_, bytes);
  return absl::OkStatus();
}

absl::Duration ClientLimits::Call::Charge(uint64_t bytes) {
  std::lock_guard lock(limits_->mutex_);
  limits_->Fill(*account_, limits_->Now());
  limits_->Pay(*account_, bytes);
  return limits_->Owed(*account_);
}

}  // namespace factline::host
