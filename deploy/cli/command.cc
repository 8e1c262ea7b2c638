#include "deploy/cli/command.h"

#include <algorithm>

#include "deploy/host/flag_file.h"
#include "protos/vocab/status.h"
#include "protos/vocab/version.h"

namespace factline::cli {
namespace {

std::string Overview(const std::vector<Command>& commands) {
  std::string out =
      "NAME\n    factline - news in, searchable articles and sourced facts out\n\n"
      "SYNOPSIS\n    factline COMMAND [--FLAG=VALUE ...] [ARGUMENT ...]\n    factline --help | --version\n\nCOMMANDS\n";
  size_t width = 0;
  for (const Command& command : commands) width = std::max(width, command.spec.name.size());
  for (const Command& command : commands) {
    out += Cat("    ", command.spec.name, std::string(width + 2 - command.spec.name.size(), ' '), command.spec.summary,
               "\n");
  }
  out +=
      "\n"
      "    'factline COMMAND --help' explains one of them, with examples.\n"
      "\n"
      "FILES\n"
      "    --flagfile=FILE, with any command: a file of flags, one --NAME=VALUE a line "
      "(deploy/operate/factline.flags)\n"
      "    DATA_DIR/ROLE.address: where servers that deploy/quickstart has started listen\n"
      "\n"
      "EXIT STATUS\n"
      "    0 done; 1 not found, or differences; 2 wrong usage or input; 3 server or connection; 4 some items "
      "rejected; 5 'load' broke a bound\n";
  return out;
}

size_t WordCount(std::string_view name) { return 1 + std::count(name.begin(), name.end(), ' '); }

// True if `words` begins with the words of `name`.
bool Names(std::string_view name, const std::vector<std::string>& words) {
  if (words.size() < WordCount(name)) return false;
  std::string joined = words[0];
  for (size_t i = 1; i < WordCount(name); ++i) joined += Cat(" ", words[i]);
  return joined == name;
}

void PrintError(const absl::Status& status, Console& console) {
  console.err << "factline: " << status.message();
  if (auto reason = ReasonOf(status); reason.has_value()) console.err << " [" << *reason << "]";
  console.err << "\n";
}

bool HasFlag(const CommandSpec& spec, std::string_view name) {
  return std::any_of(spec.flags.begin(), spec.flags.end(), [&](const FlagSpec& flag) { return flag.name == name; });
}

// The words of a command with those of its --flagfile before them, so that the command line overrides the file. A flag
// in the file must be one of some command's: one file serves all of them.
absl::StatusOr<std::vector<std::string>> WithFlagFile(const std::vector<Command>& commands, const CommandSpec& spec,
                                                      const std::vector<std::string>& words) {
  std::vector<std::string> from_file, rest;
  for (size_t i = 0; i < words.size(); ++i) {
    constexpr std::string_view kFlag = "--flagfile";
    if (words[i] == "--") {
      rest.insert(rest.end(), words.begin() + static_cast<std::ptrdiff_t>(i), words.end());
      break;
    }
    const bool is_next = words[i] == kFlag && i + 1 < words.size();
    if (!is_next && !words[i].starts_with(Cat(kFlag, "="))) {
      rest.push_back(words[i]);
      continue;
    }
    const std::string path = is_next ? words[++i] : words[i].substr(kFlag.size() + 1);
    FL_ASSIGN_OR_RETURN(const std::vector<host::FlagLine> lines, host::ReadFlagFile(path));
    for (const host::FlagLine& line : lines) {
      if (HasFlag(spec, line.name)) {
        from_file.push_back(line.has_value ? Cat("--", line.name, "=", line.value) : Cat("--", line.name));
      } else if (std::none_of(commands.begin(), commands.end(),
                              [&](const Command& command) { return HasFlag(command.spec, line.name); })) {
        return absl::InvalidArgumentError(Cat(path, ":", line.line, ": no command has a flag --", line.name));
      }
    }
  }
  from_file.insert(from_file.end(), rest.begin(), rest.end());
  return from_file;
}

ExitCode Run(const std::vector<Command>& commands, const Command& command, const std::vector<std::string>& words,
             Console& console) {
  const absl::StatusOr<std::vector<std::string>> all = WithFlagFile(commands, command.spec, words);
  if (!all.ok()) {
    PrintError(all.status(), console);
    return kUsage;
  }
  absl::StatusOr<Arguments> arguments = Arguments::Parse(command.spec, *all);
  if (!arguments.ok()) {
    PrintError(arguments.status(), console);
    return kUsage;
  }
  if (arguments->help()) {
    console.out << HelpText(command.spec);
    return kOk;
  }
  absl::StatusOr<ExitCode> code = command.run(*arguments, console);
  console.out.flush();
  if (code.ok()) return *code;
  PrintError(code.status(), console);
  return ExitCodeOf(code.status());
}

// The commands "admin ..." where only "admin" was said.
std::vector<Command> Family(const std::vector<Command>& commands, const std::string& word) {
  std::vector<Command> family;
  for (const Command& command : commands) {
    if (command.spec.name.starts_with(Cat(word, " "))) family.push_back(command);
  }
  return family;
}

}  // namespace

ExitCode ExitCodeOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return kOk;
    case absl::StatusCode::kNotFound:
      return kNotFound;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kOutOfRange:
      return kUsage;
    default:
      return kServer;
  }
}

ExitCode Dispatch(const std::vector<Command>& commands, const std::vector<std::string>& words, Console& console) {
  if (words.empty() || words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
    (words.empty() ? console.err : console.out) << Overview(commands);
    return words.empty() ? kUsage : kOk;
  }
  if (words[0] == "--version") {
    console.out << "factline " << kVersion << "\n";
    return kOk;
  }
  for (const Command& command : commands) {
    if (!Names(command.spec.name, words)) continue;
    return Run(commands, command, {words.begin() + WordCount(command.spec.name), words.end()}, console);
  }
  std::vector<Command> family = Family(commands, words[0]);
  if (!family.empty()) {
    bool asked = words.size() > 1 && (words[1] == "--help" || words[1] == "-h");
    (asked ? console.out : console.err) << Overview(family);
    return asked ? kOk : kUsage;
  }
  console.err << "factline: unknown command '" << words[0] << "'; 'factline --help' lists them\n";
  return kUsage;
}

}  // namespace factline::cli
