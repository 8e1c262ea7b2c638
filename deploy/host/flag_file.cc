#include "deploy/host/flag_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>

#include "absl/flags/commandlineflag.h"
#include "absl/flags/reflection.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "protos/vocab/status.h"

namespace factline::host {
namespace {

constexpr int kMaxDepth = 8;  // of files that name files

absl::Status CheckLine(const FlagLine& line, int depth);

absl::Status CheckFile(const std::string& path, int depth) {
  if (depth > kMaxDepth) return absl::InvalidArgumentError(Cat("--flagfile=", path, ": files name each other"));
  FL_ASSIGN_OR_RETURN(const std::vector<FlagLine> lines, ReadFlagFile(path));
  for (const FlagLine& line : lines) {
    const absl::Status status = CheckLine(line, depth);
    if (!status.ok()) return absl::Status(status.code(), Cat(path, ":", line.line, ": ", ToStd(status.message())));
  }
  return absl::OkStatus();
}

absl::Status CheckFilesIn(std::string_view list, int depth) {
  for (const absl::string_view path : absl::StrSplit(ToAbsl(list), ',', absl::SkipEmpty())) {
    FL_RETURN_IF_ERROR(CheckFile(std::string(path), depth));
  }
  return absl::OkStatus();
}

absl::Status CheckLine(const FlagLine& line, int depth) {
  if (line.name == "flagfile") return CheckFilesIn(line.value, depth + 1);
  absl::CommandLineFlag* flag = absl::FindCommandLineFlag(ToAbsl(line.name));
  std::string value = line.value;
  if (flag == nullptr && line.name.starts_with("no") && !line.has_value) {
    flag = absl::FindCommandLineFlag(ToAbsl(line.name).substr(2));
    if (flag != nullptr && !flag->IsOfType<bool>()) flag = nullptr;
    value = "false";
  } else if (flag != nullptr && !line.has_value) {
    if (!flag->IsOfType<bool>()) return absl::InvalidArgumentError(Cat("--", line.name, " wants a value"));
    value = "true";
  }
  if (flag == nullptr) {
    return absl::InvalidArgumentError(Cat("there is no flag --", line.name, "; --help lists them"));
  }
  std::string error;
  if (flag->ParseFrom(ToAbsl(value), &error)) return absl::OkStatus();
  return absl::InvalidArgumentError(Cat("--", line.name, "=", value, ": ", error));
}

}  // namespace

absl::StatusOr<std::vector<FlagLine>> ReadFlagFile(const std::string& path) {
  std::ifstream file(path);
  if (!file) return absl::FailedPreconditionError(Cat("--flagfile=", path, ": ", std::strerror(errno)));
  std::vector<FlagLine> lines;
  size_t number = 0;
  for (std::string text; std::getline(file, text);) {
    ++number;
    const std::string_view line = ToStd(absl::StripAsciiWhitespace(text));
    if (line.empty() || line[0] == '#') continue;
    const size_t dashes = line.starts_with("--") ? 2 : line.starts_with("-") ? 1 : 0;
    const size_t equals = line.find('=');
    const std::string_view name = line.substr(dashes, equals == std::string_view::npos ? equals : equals - dashes);
    if (dashes == 0 || name.empty() || name.find(' ') != std::string_view::npos) {
      return absl::InvalidArgumentError(
          Cat(path, ":", number, ": '", line, "': want --NAME=VALUE, or # and a comment"));
    }
    FlagLine& flag = lines.emplace_back();
    flag.line = number;
    flag.name = std::string(name);
    flag.has_value = equals != std::string_view::npos;
    if (flag.has_value) flag.value = std::string(line.substr(equals + 1));
  }
  if (file.bad()) return absl::FailedPreconditionError(Cat("--flagfile=", path, ": cannot be read"));
  return lines;
}

absl::Status CheckFlagFiles(const std::vector<std::string_view>& words) {
  for (size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    std::string_view word = words[i];
    if (!word.starts_with("-")) continue;
    word.remove_prefix(word.starts_with("--") ? 2 : 1);
    if (word.starts_with("flagfile=")) {
      FL_RETURN_IF_ERROR(CheckFilesIn(word.substr(9), 1));
    } else if (word == "flagfile" && i + 1 < words.size()) {
      FL_RETURN_IF_ERROR(CheckFilesIn(words[i + 1], 1));
    }
  }
  return absl::OkStatus();
}

}  // namespace factline::host
