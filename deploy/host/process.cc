#include "deploy/host/process.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <thread>
#include <vector>

#include "absl/flags/commandlineflag.h"
#include "absl/flags/parse.h"
#include "absl/flags/reflection.h"
#include "absl/flags/usage.h"
#include "absl/flags/usage_config.h"
#include "absl/strings/match.h"
#include "deploy/host/log_line.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/version.h"

namespace factline::host {
namespace {

constexpr timespec kLookInterval = {0, 100'000'000};

bool IsOurs(absl::string_view file) { return absl::StrContains(file, "deploy/"); }

sigset_t StopSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

void LogFlags() {
  std::vector<std::pair<std::string, std::string>> flags;
  for (const auto& [name, flag] : absl::GetAllFlags()) {
    if (IsOurs(flag->Filename())) flags.emplace_back(std::string(name), flag->CurrentValue());
  }
  std::sort(flags.begin(), flags.end());
  LogFields fields;
  for (const auto& [name, value] : flags) fields.emplace_back(name, value);
  Log(Severity::kInfo, "flags in effect", fields);
}

void ExitIfHealthIsAsked(std::string_view name) {
  const std::optional<absl::Status> health = HealthCheckFromFlags();
  if (!health.has_value()) return;
  if (!health->ok()) fprintf(stderr, "%s: %s\n", std::string(name).c_str(), std::string(health->message()).c_str());
  exit(health->ok() ? 0 : 1);
}

// The drain has a deadline of its own; whoever signals twice does not want to wait for it.
void ExitOnNextSignal() {
  std::thread([] {
    sigset_t set = StopSignals();
    int number = 0;
    sigwait(&set, &number);
    Log(Severity::kWarning, "second signal: ending at once", {{"signal", Cat(number)}});
    _exit(128 + number);
  }).detach();
}

}  // namespace

void InitProcess(std::string_view name, std::string_view usage, int argc, char** argv) {
  InitLogging(name);
  absl::FlagsUsageConfig config;
  config.contains_help_flags = IsOurs;
  config.contains_helpshort_flags = IsOurs;
  config.version_string = [] { return Cat("factline ", kVersion, "\n"); };
  absl::SetFlagsUsageConfig(config);
  absl::SetProgramUsageMessage(ToAbsl(usage));
  std::vector<char*> rest = absl::ParseCommandLine(argc, argv);
  if (rest.size() > 1) {
    fprintf(stderr, "%s: unexpected argument '%s'; --help lists the flags\n", argv[0], rest[1]);
    exit(2);
  }
  ExitIfHealthIsAsked(name);
  sigset_t set = StopSignals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);  // a file beyond a limit of its size is an error of the write, with a name and an end
  SetLogFormat(LogFormatFromFlags());
  LogFlags();
}

absl::Status WaitForStop(const std::function<absl::Status()>& failed) {
  sigset_t set = StopSignals();
  while (true) {
    int number = sigtimedwait(&set, nullptr, &kLookInterval);
    if (number > 0) {
      Log(Severity::kInfo, "stopping", {{"signal", number == SIGTERM ? "SIGTERM" : "SIGINT"}});
      ExitOnNextSignal();
      return absl::OkStatus();
    }
    absl::Status status = failed ? failed() : absl::OkStatus();
    if (!status.ok()) {
      Log(Severity::kError, "stopping after a failure", {{"error", status.ToString()}});
      ExitOnNextSignal();
      return status;
    }
  }
}

void LogServing(const Server& server) { Log(Severity::kInfo, "listening", {{"address", server.address()}}); }

void LogDrained(bool in_time) {
  if (in_time) {
    Log(Severity::kInfo, "drained");
  } else {
    Log(Severity::kWarning, "calls in flight were cancelled",
        {{"after", absl::FormatDuration(DrainTimeoutFromFlags())}});
  }
}

int Finish(const absl::Status& status) {
  if (status.ok()) {
    Log(Severity::kInfo, "stopped");
    return 0;
  }
  Log(Severity::kError, "failed",
      {{"error", std::string(status.message())}, {"code", absl::StatusCodeToString(status.code())}});
  return 1;
}

}  // namespace factline::host
