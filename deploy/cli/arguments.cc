#include "deploy/cli/arguments.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/status.h"

namespace factline::cli {
namespace {

constexpr size_t kHelpColumns = 100;

const FlagSpec* Find(const CommandSpec& spec, std::string_view name) {
  for (const FlagSpec& flag : spec.flags) {
    if (flag.name == name) return &flag;
  }
  return nullptr;
}

absl::Status UsageError(const CommandSpec& spec, std::string_view what) {
  return absl::InvalidArgumentError(Cat(what, "; 'factline ", spec.name, " --help' explains"));
}

// Appends `text` in lines of at most `columns`, the first one continuing a line that has `used` columns, later ones
// indented by `indent`. The help is ASCII, so that a byte is a column.
void AppendWrapped(std::string_view text, size_t indent, size_t columns, std::string& out) {
  size_t used = indent;
  bool first = true;
  while (!text.empty()) {
    size_t end = text.find_first_of(" \n");
    std::string_view word = text.substr(0, end);
    if (!first && used + 1 + word.size() > columns) {
      out += Cat("\n", std::string(indent, ' '));
      used = indent;
      first = true;
    }
    if (!first) {
      out += ' ';
      ++used;
    }
    out += word;
    used += word.size();
    first = false;
    if (end == std::string_view::npos) break;
    if (text[end] == '\n') {
      out += Cat("\n", std::string(indent, ' '));
      used = indent;
      first = true;
    }
    text.remove_prefix(end + 1);
  }
  out += '\n';
}

std::string Left(const FlagSpec& flag) { return Cat("    --", flag.name, flag.value.empty() ? "" : "=", flag.value); }

// Those that every command with a server takes: they stand apart, after the command's own.
bool IsOfConnection(const FlagSpec& flag) {
  constexpr std::string_view kNames[] = {"ingest_address", "indexer_address", "query_address", "tls",
                                         "tls_ca",         "tls_certificate", "tls_key",       "tls_server_name",
                                         "token_file",     "timeout"};
  return std::find(std::begin(kNames), std::end(kNames), flag.name) != std::end(kNames);
}

void AppendFlags(const std::vector<FlagSpec>& flags, bool of_connection, std::string& out) {
  size_t width = 0;
  for (const FlagSpec& flag : flags) width = std::max(width, Left(flag).size());
  for (const FlagSpec& flag : flags) {
    if (IsOfConnection(flag) != of_connection) continue;
    std::string left = Left(flag);
    left.resize(width + 2, ' ');
    out += left;
    std::string text = flag.help;
    if (!flag.default_value.empty()) text += Cat(" [", flag.default_value, "]");
    AppendWrapped(text, width + 2, kHelpColumns, out);
  }
}

bool HasFlags(const CommandSpec& spec, bool of_connection) {
  return std::any_of(spec.flags.begin(), spec.flags.end(),
                     [=](const FlagSpec& flag) { return IsOfConnection(flag) == of_connection; });
}

}  // namespace

absl::StatusOr<Arguments> Arguments::Parse(const CommandSpec& spec, const std::vector<std::string>& words) {
  Arguments arguments;
  for (const FlagSpec& flag : spec.flags) arguments.values_[flag.name] = flag.default_value;
  bool only_positional = false;
  for (size_t i = 0; i < words.size(); ++i) {
    std::string_view word = words[i];
    if (only_positional || word == "-" || !word.starts_with("-")) {
      arguments.positional_.emplace_back(word);
      continue;
    }
    if (word == "--") {
      only_positional = true;
      continue;
    }
    if (word == "--help" || word == "-h") {
      arguments.help_ = true;
      continue;
    }
    word.remove_prefix(word.starts_with("--") ? 2 : 1);
    size_t equals = word.find('=');
    std::string_view name = word.substr(0, equals);
    const FlagSpec* flag = Find(spec, name);
    if (flag == nullptr)
      return UsageError(spec, Cat("unknown flag '", words[i], "' (words that begin with '-' go behind '--')"));
    std::string value;
    if (flag->value.empty()) {
      if (equals != std::string_view::npos) return UsageError(spec, Cat("--", name, " takes no value"));
    } else if (equals != std::string_view::npos) {
      value = std::string(word.substr(equals + 1));
    } else if (i + 1 < words.size()) {
      value = words[++i];
    } else {
      return UsageError(spec, Cat("--", name, " wants a value: --", name, "=", flag->value));
    }
    arguments.values_[flag->name] = std::move(value);
    arguments.given_.insert(flag->name);
  }
  if (spec.arguments.empty() && !arguments.positional_.empty()) {
    return UsageError(spec, Cat("unexpected argument '", arguments.positional_.front(), "'"));
  }
  return arguments;
}

std::string_view Arguments::Get(std::string_view name) const {
  auto found = values_.find(name);
  return found == values_.end() ? std::string_view() : std::string_view(found->second);
}

absl::StatusOr<int64_t> Arguments::Integer(std::string_view name, int64_t min, int64_t max) const {
  int64_t number;
  if (!absl::SimpleAtoi(ToAbsl(Get(name)), &number) || number < min || number > max) {
    return absl::InvalidArgumentError(Cat("--", name, "=", Get(name), ": want a number from ", min, " to ", max));
  }
  return number;
}

absl::StatusOr<double> Arguments::Number(std::string_view name, double min, double max) const {
  double number;
  // Not (number < min): what is not a number is neither less nor more.
  if (!absl::SimpleAtod(ToAbsl(Get(name)), &number) || !(number >= min && number <= max)) {
    return absl::InvalidArgumentError(
        Cat("--", name, "=", Get(name), ": want a number from ", absl::StrFormat("%.15g to %.15g", min, max)));
  }
  return number;
}

absl::StatusOr<absl::Duration> Arguments::Duration(std::string_view name) const {
  const std::string_view text = Get(name);
  absl::Duration duration;
  int64_t days;
  if (text.ends_with('d') && absl::SimpleAtoi(ToAbsl(text.substr(0, text.size() - 1)), &days)) {
    duration = absl::Hours(24) * days;
  } else if (!absl::ParseDuration(ToAbsl(text), &duration)) {
    duration = absl::ZeroDuration();
  }
  if (duration <= absl::ZeroDuration()) {
    return absl::InvalidArgumentError(Cat("--", name, "=", text, ": want a length of time, such as 30s, 5m, 12h, 7d"));
  }
  return duration;
}

std::vector<std::string> Arguments::List(std::string_view name) const {
  std::string_view value = Get(name);
  if (value.empty()) return {};
  std::vector<std::string> list;
  for (absl::string_view piece : absl::StrSplit(ToAbsl(value), ',', absl::SkipWhitespace())) list.emplace_back(piece);
  return list;
}

std::string HelpText(const CommandSpec& spec) {
  std::string out = Cat("NAME\n    factline ", spec.name, " - ", spec.summary, "\n\nSYNOPSIS\n    factline ", spec.name,
                        spec.flags.empty() ? "" : " [--FLAG=VALUE ...]", spec.arguments.empty() ? "" : " ",
                        spec.arguments, "\n\nDESCRIPTION\n    ");
  AppendWrapped(spec.description.empty() ? spec.summary : spec.description, 4, kHelpColumns, out);
  if (HasFlags(spec, false)) {
    out += "\nFLAGS (in brackets: the default)\n";
    AppendFlags(spec.flags, false, out);
  }
  if (HasFlags(spec, true)) {
    out += "\nCONNECTION\n";
    AppendFlags(spec.flags, true, out);
  }
  out += "\nFILES\n    ";
  AppendWrapped(
      "--flagfile=FILE, with any command: a file of flags, one --NAME=VALUE a line; lines that begin with # are "
      "comments. A flag on the command line overrides it, and one that only other commands have is left out.",
      4, kHelpColumns, out);
  out +=
      "\nEXIT STATUS\n    0 done; 1 not found, or differences; 2 wrong usage or input; 3 server or connection; 4 some "
      "items rejected; 5 'load' broke a bound\n";
  if (!spec.examples.empty()) {
    out += "\nEXAMPLES\n";
    std::string_view lines = spec.examples;
    while (!lines.empty()) {
      const size_t end = std::min(lines.find('\n'), lines.size());
      out += Cat("  ", lines.substr(0, end), "\n");
      lines.remove_prefix(std::min(end + 1, lines.size()));
    }
  }
  return out;
}

std::optional<absl::Time> ParseTime(std::string_view text) {
  absl::Time time;
  for (const char* format : {absl::RFC3339_full, "%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M",
                             "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S%Ez"}) {
    if (absl::ParseTime(format, ToAbsl(text), &time, nullptr)) return time;
  }
  return std::nullopt;
}

}  // namespace factline::cli
