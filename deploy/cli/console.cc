#include "deploy/cli/console.h"

#include <google/protobuf/util/json_util.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "protos/vocab/cat.h"

namespace factline::cli {
namespace {

constexpr size_t kUsualColumns = 80;  // for a terminal that does not know its width

size_t TerminalColumns() {
  if (!isatty(STDOUT_FILENO)) return 0;
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kUsualColumns;
  return size.ws_col;
}

std::string Escape(const Console& console, const char* code, std::string_view text) {
  if (!console.colour() || std::getenv("NO_COLOR") != nullptr) return std::string(text);
  return Cat("\x1b[", code, "m", text, "\x1b[0m");
}

}  // namespace

std::string Console::Bold(std::string_view text) const { return Escape(*this, "1", text); }
std::string Console::Dim(std::string_view text) const { return Escape(*this, "2", text); }
std::string Console::Match(std::string_view text) const { return Escape(*this, "1;33", text); }

Console StandardConsole() { return {std::cin, std::cout, std::cerr, TerminalColumns(), isatty(STDERR_FILENO) == 1}; }

FlagSpec FormatFlag() {
  return {"format", "table|json|jsonl",
          "for people; for programs as one JSON document; or as one JSON object a line (protobuf's JSON mapping)",
          "table"};
}

absl::StatusOr<Format> FormatOf(const Arguments& arguments) {
  std::string_view name = arguments.Get("format");
  if (name == "table") return Format::kTable;
  if (name == "json") return Format::kJson;
  if (name == "jsonl") return Format::kJsonLines;
  return absl::InvalidArgumentError(Cat("--format=", name, ": want table, json or jsonl"));
}

std::string ToJson(const google::protobuf::Message& message, bool indent) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = indent;
  std::string json;
  auto status = google::protobuf::util::MessageToJsonString(message, &json, options);
  if (!status.ok()) return Cat("{\"error\": \"cannot be written as JSON\"}");
  while (json.ends_with('\n')) json.pop_back();
  return json;
}

}  // namespace factline::cli
