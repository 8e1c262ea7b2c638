#ifndef FACTLINE_DEPLOY_CLI_CONSOLE_H_
#define FACTLINE_DEPLOY_CLI_CONSOLE_H_

#include <cstddef>
#include <istream>
#include <ostream>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "deploy/cli/arguments.h"
#include "google/protobuf/message.h"

namespace factline::cli {

// Where a command reads and writes, and what its terminal can do.
struct Console {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  size_t columns = 0;  // of the terminal that `out` is; 0: none
  bool err_is_tty = false;

  bool colour() const { return columns > 0; }
  std::string Bold(std::string_view text) const;
  std::string Dim(std::string_view text) const;
  std::string Match(std::string_view text) const;
};

// The process's own standard streams. NO_COLOR in the environment turns colours off.
Console StandardConsole();

enum class Format { kTable, kJson, kJsonLines };

FlagSpec FormatFlag();
absl::StatusOr<Format> FormatOf(const Arguments& arguments);

// Protobuf's JSON mapping, on one line or indented. Fields without a value are left out, numbers and empty lists too,
// as in grpcurl's output.
std::string ToJson(const google::protobuf::Message& message, bool indent);

// What a command prints for programs: the whole response, or each item of its list on a line.
template <typename Response, typename Items>
void PrintJson(Format format, const Response& response, const Items& items, std::ostream& out) {
  if (format == Format::kJson) {
    out << ToJson(response, true) << "\n";
    return;
  }
  for (const auto& item : items) out << ToJson(item, false) << "\n";
}

}  // namespace factline::cli

#endif  // FACTLINE_DEPLOY_CLI_CONSOLE_H_
