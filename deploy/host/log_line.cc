#include "deploy/host/log_line.h"

#include <grpc/support/log.h>
#include <unistd.h>

#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "protos/vocab/cat.h"

namespace factline::host {
namespace {

std::string& ProcessName() {
  static std::string& name = *new std::string("factline");
  return name;
}

std::string_view Name(Severity severity) {
  switch (severity) {
    case Severity::kInfo:
      return "INFO";
    case Severity::kWarning:
      return "WARNING";
    case Severity::kError:
      return "ERROR";
  }
  return "?";
}

bool NeedsQuotes(std::string_view value) {
  if (value.empty()) return true;
  for (unsigned char c : value) {
    if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c == 0x7f) return true;
  }
  return false;
}

void AppendQuoted(std::string_view value, std::string& out) {
  out += '"';
  for (unsigned char c : value) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (c == '\n') {
      out += "\\n";
    } else if (c < ' ' || c == 0x7f) {
      absl::StrAppendFormat(&out, "\\x%02x", c);
    } else {
      out += static_cast<char>(c);
    }
  }
  out += '"';
}

void LogFromGrpc(gpr_log_func_args* args) {
  Severity severity = args->severity == GPR_LOG_SEVERITY_ERROR ? Severity::kError : Severity::kInfo;
  Log(severity, args->message, {{"from", "grpc"}, {"at", Cat(args->file, ":", args->line)}});
}

}  // namespace

std::string FormatLogLine(absl::Time time, Severity severity, std::string_view process, std::string_view words,
                          const LogFields& fields) {
  std::string line =
      Cat(absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", time, absl::UTCTimeZone()), " ", Name(severity), " ", process, " ");
  AppendQuoted(words, line);
  for (const auto& [name, value] : fields) {
    line += ' ';
    line += name;
    line += '=';
    if (NeedsQuotes(value)) {
      AppendQuoted(value, line);
    } else {
      line += value;
    }
  }
  return line;
}

void Log(Severity severity, std::string_view words, const LogFields& fields) {
  std::string line = FormatLogLine(absl::Now(), severity, ProcessName(), words, fields);
  line += '\n';
  // A full or closed standard error must not stop the process: the result is of no use to anybody.
  [[maybe_unused]] ssize_t written = write(STDERR_FILENO, line.data(), line.size());
}

void InitLogging(std::string_view process) {
  ProcessName() = std::string(process);
  gpr_set_log_function(LogFromGrpc);
}

}  // namespace factline::host
