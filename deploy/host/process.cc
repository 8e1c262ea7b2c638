#include "deploy/host/process.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include "absl/flags/parse.h"
#include "deploy/host/flag_file.h"
#include "deploy/host/log_line.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/version.h"

namespace factline::host {
namespace {

constexpr timespec kLookInterval = {0, 100'000'000};

sigset_t StopSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

// Secrets are in files, and flags name those files alone.
void LogFlags() {
  const std::vector<FlagHelp> flags = OurFlags();
  LogFields all, changed = {{"version", std::string(kVersion)}};
  for (const FlagHelp& flag : flags) {
    all.emplace_back(flag.name, flag.value);
    if (flag.value != flag.default_value) changed.emplace_back(flag.name, flag.value);
  }
  Log(Severity::kInfo, "flags in effect", all);
  Log(Severity::kInfo, "starting, with these flags other than by default", changed);
}

// What is asked for by a word alone, before any flag is looked at.
void AnswerQuestions(const ServerPage& page, const std::vector<std::string_view>& words) {
  for (const std::string_view word : words) {
    if (word == "--") return;
    if (word == "--help" || word == "-help" || word == "-h") {
      fputs(HelpText(page, OurFlags()).c_str(), stdout);
    } else if (word == "--version" || word == "-version") {
      printf("%s\n", Cat(page.name, " ", kVersion).c_str());
    } else if (word == "--example_flagfile") {
      fputs(ExampleFlagFile(page, OurFlags()).c_str(), stdout);
    } else {
      continue;
    }
    exit(fflush(stdout) == 0 ? 0 : 1);
  }
}

[[noreturn]] void RefuseUsage(std::string_view name, std::string_view what) {
  fprintf(stderr, "%s\n", Cat(name, ": ", what).c_str());
  exit(2);
}

void ExitIfHealthIsAsked(std::string_view name) {
  const std::optional<absl::Status> health = HealthCheckFromFlags();
  if (!health.has_value()) return;
  if (absl::IsInvalidArgument(*health)) RefuseUsage(name, ToStd(health->message()));
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

void InitProcess(const ServerPage& page, int argc, char** argv) {
  InitLogging(page.name);
  const std::vector<std::string_view> words(argv + 1, argv + argc);
  AnswerQuestions(page, words);
  if (const absl::Status status = CheckFlagFiles(words); !status.ok()) RefuseUsage(page.name, ToStd(status.message()));
  const std::vector<char*> rest = absl::ParseCommandLine(argc, argv);
  if (rest.size() > 1) RefuseUsage(page.name, Cat("unexpected argument '", rest[1], "'; --help lists the flags"));
  signal(SIGPIPE, SIG_IGN);
  ExitIfHealthIsAsked(page.name);
  sigset_t set = StopSignals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
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

absl::Status CheckCountFlag(std::string_view flag, int count, int least) {
  constexpr int kMost = 1024;
  if (count >= least && count <= kMost) return absl::OkStatus();
  return absl::InvalidArgumentError(Cat("--", flag, "=", count, ": want ", least, " to ", kMost));
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
