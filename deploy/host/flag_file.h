#ifndef FACTLINE_DEPLOY_HOST_FLAG_FILE_H_
#define FACTLINE_DEPLOY_HOST_FLAG_FILE_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace factline::host {

// One line of a file of flags, "--name=value" or "--name".
struct FlagLine {
  size_t line = 0;  // from 1
  std::string name, value;
  bool has_value = false;
};

// The flags of a file, one a line; lines that are empty or begin with '#' are left out. INVALID_ARGUMENT names the file
// and the line; FAILED_PRECONDITION: it cannot be read.
absl::StatusOr<std::vector<FlagLine>> ReadFlagFile(const std::string& path);

// Whether Abseil will take every flag of the --flagfile that the command line names, and what these name in turn:
// Abseil's own words have no line. Sets the flags, as Abseil will again.
absl::Status CheckFlagFiles(const std::vector<std::string_view>& words);

}  // namespace factline::host

#endif  // FACTLINE_DEPLOY_HOST_FLAG_FILE_H_
