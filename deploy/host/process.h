#ifndef FACTLINE_DEPLOY_HOST_PROCESS_H_
#define FACTLINE_DEPLOY_HOST_PROCESS_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "deploy/host/help.h"
#include "deploy/host/log_line.h"
#include "deploy/host/metrics.h"
#include "deploy/host/server.h"

namespace factline::host {

// First call of a server's main, before any thread: names the process in the log, answers --help, --version and
// --example_flagfile, parses flags and files of them, refuses stray arguments, holds SIGTERM and SIGINT back for
// WaitForStop, ignores SIGPIPE and SIGXFSZ, and logs the flags in effect and those that differ from their defaults.
// Does not return if it was asked for words or the flags are wrong, nor with --health_check, whose result is the exit
// code.
void InitProcess(const ServerPage& page, int argc, char** argv);

// Waits for SIGTERM or SIGINT, or until `failed`, looked at every 100 ms, is no longer OK; logs which. From then on a
// second signal ends the process at once. OK after a signal.
absl::Status WaitForStop(const std::function<absl::Status()>& failed = nullptr);

// One line each: where the server listens; that its drain is over, and whether calls had to be cancelled.
void LogServing(const Server& server);
void LogDrained(bool in_time);

// Logs the end and gives main's result: 0 if OK, else 1.
int Finish(const absl::Status& status);

// From the flags that all servers share (server_flags.cc).
ServerOptions ServerOptionsFromFlags(const std::string& listen);
absl::Duration DrainTimeoutFromFlags();
std::optional<absl::Status> HealthCheckFromFlags();  // --health_check's result; none if it is not given
bool InsecureFromFlags();                            // --insecure
LogFormat LogFormatFromFlags();
bool MetricsFromFlags();  // whether --metrics_listen is given
// What `collect` finds, and what all processes tell of themselves; null without --metrics_listen. What `collect` looks
// at must outlive the door.
absl::StatusOr<std::unique_ptr<MetricsDoor>> OpenMetricsFromFlags(CollectMetrics collect);
// INVALID_ARGUMENT, with the flag's name, for a count that is not `least` to 1,024.
absl::Status CheckCountFlag(std::string_view flag, int count, int least);
// --data_dir/NAME; makes --data_dir where it is absent.
absl::StatusOr<std::string> DataSubdirectory(std::string_view name);

}  // namespace factline::host

#endif  // FACTLINE_DEPLOY_HOST_PROCESS_H_
