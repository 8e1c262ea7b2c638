#include "deploy/host/log_line.h"

#include <grpc/support/log.h>
#include <unistd.h>

#include <atomic>
#include <utility>

#include "absl/strings/str_format.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/json_writer.h"
#include "protos/vocab/utf8.h"

namespace factline::host {
namespace {

std::string& ProcessName() {
  static std::string& name = *new std::string("factline");
  return name;
}

std::atomic<LogFormat> process_format = LogFormat::kText;

constexpr int kMaxGrpcLines = 10;  // a second

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

std::string TextLine(std::string_view time, Severity severity, std::string_view process, std::string_view words,
                     const LogFields& fields) {
  std::string line = Cat(time, " ", Name(severity), " ", process, " ");
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

std::string AsUtf8(std::string_view bytes) {
  std::string text;
  for (size_t at = 0; at < bytes.size();) {
    const CodePoint point = DecodeUtf8(bytes, at);
    AppendUtf8(point.value, text);
    at += point.size_bytes;
  }
  return text;
}

std::string JsonLine(std::string_view time, Severity severity, std::string_view process, std::string_view words,
                     const LogFields& fields) {
  std::string line;
  JsonWriter json(&line);
  json.BeginObject();
  json.Member("time", time);
  json.Member("severity", Name(severity));
  json.Member("process", AsUtf8(process));
  json.Member("message", AsUtf8(words));
  for (const auto& [name, value] : fields) json.Member(name, AsUtf8(value));
  json.EndObject();
  return line;
}

// A stranger can make gRPC say something for each connection and each call.
void LogFromGrpc(gpr_log_func_args* args) {
  static LineBudget& budget = *new LineBudget(kMaxGrpcLines);
  const std::optional<uint64_t> unsaid = budget.Take();
  if (!unsaid.has_value()) return;
  Severity severity = args->severity == GPR_LOG_SEVERITY_ERROR ? Severity::kError : Severity::kInfo;
  LogFields fields = {{"from", "grpc"}, {"at", Cat(args->file, ":", args->line)}};
  if (*unsaid > 0) fields.emplace_back("unsaid", Cat(*unsaid));
  Log(severity, args->message, fields);
}

}  // namespace

bool AbslParseFlag(absl::string_view text, LogFormat* format, std::string* error) {
  if (text != "text" && text != "json") {
    *error = "want text or json";
    return false;
  }
  *format = text == "json" ? LogFormat::kJson : LogFormat::kText;
  return true;
}

std::string AbslUnparseFlag(LogFormat format) { return format == LogFormat::kJson ? "json" : "text"; }

std::string FormatLogLine(LogFormat format, absl::Time time, Severity severity, std::string_view process,
                          std::string_view words, const LogFields& fields) {
  const std::string when = absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", time, absl::UTCTimeZone());
  return format == LogFormat::kJson ? JsonLine(when, severity, process, words, fields)
                                    : TextLine(when, severity, process, words, fields);
}

void Log(Severity severity, std::string_view words, const LogFields& fields) {
  std::string line = FormatLogLine(process_format, absl::Now(), severity, ProcessName(), words, fields);
  line += '\n';
  // A full or closed standard error must not stop the process: the result is of no use to anybody.
  [[maybe_unused]] ssize_t written = write(STDERR_FILENO, line.data(), line.size());
}

void InitLogging(std::string_view process) {
  ProcessName() = std::string(process);
  gpr_set_log_function(LogFromGrpc);
}

void SetLogFormat(LogFormat format) { process_format = format; }

std::optional<uint64_t> LineBudget::Take(absl::Time now) {
  std::lock_guard lock(mutex_);
  if (absl::AbsDuration(now - second_) >= absl::Seconds(1)) {  // a clock may be set back
    second_ = now;
    written_ = 0;
  }
  if (written_ == lines_per_second_) {
    ++unsaid_;
    return std::nullopt;
  }
  ++written_;
  return std::exchange(unsaid_, 0);
}

}  // namespace factline::host
