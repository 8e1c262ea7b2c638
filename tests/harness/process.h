#ifndef FACTLINE_TESTS_HARNESS_PROCESS_H_
#define FACTLINE_TESTS_HARNESS_PROCESS_H_

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace factline::harness {

// A child process that is killed with its owner. Standard output and error go to a log file.
class Process {
 public:
  struct Options {
    std::vector<std::string> argv;  // argv[0]: the binary's path
    std::string log_file;           // appended to
  };

  static absl::StatusOr<Process> Start(const Options& options);
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  ~Process();  // SIGKILL

  pid_t pid() const { return pid_; }
  bool running();

  void Signal(int signal);
  void Kill();  // SIGKILL, and waits for the end

  // Waits for the end. The exit status (128 + n for signal n), or DEADLINE_EXCEEDED.
  absl::StatusOr<int> Wait(absl::Duration timeout);

  // Waits until the process has written `path` (by rename), and returns its content. Fails at once if it ends first.
  absl::StatusOr<std::string> AwaitFile(const std::string& path, absl::Duration timeout);

  // Resident memory (VmRSS), in bytes; 0 once it has ended.
  uint64_t ResidentBytes() const;

 private:
  explicit Process(pid_t pid, std::string log_file) : pid_(pid), log_file_(std::move(log_file)) {}

  pid_t pid_ = -1;  // -1: none
  std::optional<int> status_;
  std::string log_file_;
};

}  // namespace factline::harness

#endif  // FACTLINE_TESTS_HARNESS_PROCESS_H_
