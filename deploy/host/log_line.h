#ifndef FACTLINE_DEPLOY_HOST_LOG_LINE_H_
#define FACTLINE_DEPLOY_HOST_LOG_LINE_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"

namespace factline::host {

enum class Severity { kInfo, kWarning, kError };

using LogFields = std::vector<std::pair<std::string_view, std::string>>;

// One line of the log, without its end:
//   2024-03-24T09:30:00.123Z WARNING indexer "log is not reachable" address=127.0.0.1:50051 error="connection refused"
// The words and every value are quoted where they hold blanks, quotes, control characters or nothing.
std::string FormatLogLine(absl::Time time, Severity severity, std::string_view process, std::string_view words,
                          const LogFields& fields);

// Writes one such line to standard error by one write(2), so that lines of several threads do not mix. Thread-safe.
void Log(Severity severity, std::string_view words, const LogFields& fields = {});

// Names the process in its lines and sends gRPC's own messages down the same way. Call once, before any thread starts.
void InitLogging(std::string_view process);

}  // namespace factline::host

#endif  // FACTLINE_DEPLOY_HOST_LOG_LINE_H_
