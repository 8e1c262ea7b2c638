#ifndef FACTLINE_DEPLOY_CLI_ARGUMENTS_H_
#define FACTLINE_DEPLOY_CLI_ARGUMENTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "protos/vocab/string_map.h"

namespace factline::cli {

// One flag of a command: --name=VALUE, --name VALUE, or for a switch --name alone.
struct FlagSpec {
  std::string name;
  std::string value;  // placeholder in the help: "FILE"; empty: a switch
  std::string help;
  std::string default_value;
};

// What the help of a command says, and what its arguments are checked against.
struct CommandSpec {
  std::string name;       // "search", "admin status"
  std::string arguments;  // "[WORD...]"; empty: takes none
  std::string summary;    // a line
  std::string description;
  std::vector<FlagSpec> flags;
  std::string examples;  // lines of shell, shown as they are
};

// The arguments of one call of a command, checked against its spec. Immutable.
class Arguments {
 public:
  // INVALID_ARGUMENT names the flag at fault. After "--" everything is positional; so is "-".
  static absl::StatusOr<Arguments> Parse(const CommandSpec& spec, const std::vector<std::string>& words);

  bool help() const { return help_; }
  const std::vector<std::string>& positional() const { return positional_; }

  // The value given, else the default. `name` must be in the spec.
  std::string_view Get(std::string_view name) const;
  bool Given(std::string_view name) const { return given_.contains(name); }
  bool Switch(std::string_view name) const { return given_.contains(name); }

  absl::StatusOr<int64_t> Integer(std::string_view name, int64_t min, int64_t max) const;
  absl::StatusOr<double> Number(std::string_view name, double min, double max) const;
  absl::StatusOr<absl::Duration> Duration(std::string_view name) const;
  // Values separated by commas; empty for an empty value.
  std::vector<std::string> List(std::string_view name) const;

 private:
  StringMap<std::string> values_;
  StringSet given_;
  std::vector<std::string> positional_;
  bool help_ = false;
};

// The whole --help of one command, wrapped at 100 columns.
std::string HelpText(const CommandSpec& spec);

// "2024-03-24", "2024-03-24 09:30", "2024-03-24T09:30:00+08:00"; without a zone it is UTC.
std::optional<absl::Time> ParseTime(std::string_view text);

}  // namespace factline::cli

#endif  // FACTLINE_DEPLOY_CLI_ARGUMENTS_H_
