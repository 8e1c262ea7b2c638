#include "tests/harness/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <utility>

#include "absl/time/clock.h"
#include "protos/vocab/status.h"

namespace factline::harness {
namespace {

int ExitStatus(int raw) { return WIFSIGNALED(raw) ? 128 + WTERMSIG(raw) : WEXITSTATUS(raw); }

std::string LastLines(const std::string& file, int count) {
  std::ifstream in(file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  std::string text;
  for (size_t i = lines.size() > count ? lines.size() - count : 0; i < lines.size(); ++i) text += lines[i] + "\n";
  return text;
}

// Closes a descriptor at the end of its scope.
struct Descriptor {
  int fd;
  ~Descriptor() {
    if (fd >= 0) close(fd);
  }
};

}  // namespace

absl::StatusOr<Process> Process::Start(const Options& options) {
  std::vector<char*> argv;
  for (const std::string& argument : options.argv) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const Descriptor log{open(options.log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)};
  if (log.fd < 0) return absl::InternalError(Cat("open ", options.log_file, ": ", std::strerror(errno)));
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) return absl::InternalError(Cat("fork: ", std::strerror(errno)));
  if (pid == 0) {
    // No allocation from here on: another thread of the test may hold the allocator's lock.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);
    dup2(log.fd, STDOUT_FILENO);
    dup2(log.fd, STDERR_FILENO);
    execv(argv[0], argv.data());
    _exit(127);
  }
  return Process(pid, options.log_file);
}

Process::Process(Process&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), status_(other.status_), log_file_(std::move(other.log_file_)) {}

Process& Process::operator=(Process&& other) noexcept {
  if (this != &other) {
    Kill();
    pid_ = std::exchange(other.pid_, -1);
    status_ = other.status_;
    log_file_ = std::move(other.log_file_);
  }
  return *this;
}

Process::~Process() { Kill(); }

bool Process::running() {
  if (pid_ < 0 || status_.has_value()) return false;
  int raw = 0;
  if (waitpid(pid_, &raw, WNOHANG) == pid_) status_ = ExitStatus(raw);
  return !status_.has_value();
}

void Process::Signal(int signal) {
  if (running()) kill(pid_, signal);
}

void Process::Kill() {
  if (!running()) return;
  kill(pid_, SIGKILL);
  int raw = 0;
  while (waitpid(pid_, &raw, 0) < 0 && errno == EINTR) {
  }
  status_ = ExitStatus(raw);
}

absl::StatusOr<int> Process::Wait(absl::Duration timeout) {
  if (running()) {
    const Descriptor ended{static_cast<int>(syscall(SYS_pidfd_open, pid_, 0))};
    pollfd poll_for{ended.fd, POLLIN, 0};
    poll(&poll_for, 1, static_cast<int>(absl::ToInt64Milliseconds(timeout)));
  }
  if (running()) return absl::DeadlineExceededError(Cat("process ", pid_, " still runs"));
  return *status_;
}

absl::StatusOr<std::string> Process::AwaitFile(const std::string& path, absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  const Descriptor changes{inotify_init1(IN_NONBLOCK | IN_CLOEXEC)};
  const std::string folder = std::filesystem::path(path).parent_path().string();
  if (inotify_add_watch(changes.fd, folder.c_str(), IN_CREATE | IN_MOVED_TO | IN_CLOSE_WRITE) < 0) {
    return absl::InternalError(Cat("inotify ", folder, ": ", std::strerror(errno)));
  }
  while (true) {
    std::ifstream in(path);
    std::string content((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    if (!content.empty()) return content;
    if (!running()) {
      return absl::InternalError(Cat("process ended with status ", status_.value_or(-1), " before it wrote ", path,
                                     "; its last words:\n", LastLines(log_file_, 15)));
    }
    const absl::Duration left = deadline - absl::Now();
    if (left <= absl::ZeroDuration()) {
      return absl::DeadlineExceededError(Cat("no ", path, " within ", absl::FormatDuration(timeout),
                                             "; the process's last words:\n", LastLines(log_file_, 15)));
    }
    const Descriptor ended{static_cast<int>(syscall(SYS_pidfd_open, pid_, 0))};
    pollfd poll_for[] = {{changes.fd, POLLIN, 0}, {ended.fd, POLLIN, 0}};
    poll(poll_for, 2, static_cast<int>(std::max<int64_t>(1, absl::ToInt64Milliseconds(left))));
    char drained[4096];
    while (read(changes.fd, drained, sizeof(drained)) > 0) {
    }
  }
}

uint64_t Process::ResidentBytes() const {
  std::ifstream in(Cat("/proc/", pid_, "/status"));
  for (std::string line; std::getline(in, line);) {
    if (line.rfind("VmRSS:", 0) == 0) return std::strtoull(line.c_str() + 6, nullptr, 10) * 1024;
  }
  return 0;
}

}  // namespace factline::harness
