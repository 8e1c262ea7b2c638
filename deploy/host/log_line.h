#ifndef FACTLINE_DEPLOY_HOST_LOG_LINE_H_
#define FACTLINE_DEPLOY_HOST_LOG_LINE_H_

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace factline::host {

enum class Severity { kInfo, kWarning, kError };

using LogFields = std::vector<std::pair<std::string_view, std::string>>;

enum class LogFormat {
  // 2024-03-24T09:30:00.123Z WARNING indexer "log is not reachable" address=127.0.0.1:50051 error="connection refused"
  // The words and every value are quoted where they hold blanks, quotes, control characters or nothing.
  kText,
  // {"time": "2024-03-24T09:30:00.123Z", "severity": "WARNING", "process": "indexer", "message": "log is not
  // reachable",
  // "address": "127.0.0.1:50051", "error": "connection refused"}: one object, all values strings; bytes that are not
  // UTF-8 come as U+FFFD.
  kJson,
};

// As --log_format: "text" or "json".
bool AbslParseFlag(absl::string_view text, LogFormat* format, std::string* error);
std::string AbslUnparseFlag(LogFormat format);

// One line of the log, without its end. Holds no line break whatever bytes come.
std::string FormatLogLine(LogFormat format, absl::Time time, Severity severity, std::string_view process,
                          std::string_view words, const LogFields& fields);

// Writes one such line to standard error by one write(2), so that lines of several threads do not mix. Thread-safe.
void Log(Severity severity, std::string_view words, const LogFields& fields = {});

// Names the process in its lines and sends gRPC's own messages down the same way, at most ten a second. Call once,
// before any thread starts.
void InitLogging(std::string_view process);

// Of the lines from now on; text until then. Before any thread starts.
void SetLogFormat(LogFormat format);

// Lines that strangers can cause, cut off at so many a second. Thread-safe.
class LineBudget {
 public:
  explicit LineBudget(int lines_per_second) : lines_per_second_(lines_per_second) {}

  // How many lines were left out since the last one that was not; nullopt: leave this one out as well.
  std::optional<uint64_t> Take(absl::Time now = absl::Now());

 private:
  const int lines_per_second_;
  std::mutex mutex_;  // guards what follows
  absl::Time second_ = absl::InfinitePast();
  int written_ = 0;  // in it
  uint64_t unsaid_ = 0;
};

}  // namespace factline::host

#endif  // FACTLINE_DEPLOY_HOST_LOG_LINE_H_
