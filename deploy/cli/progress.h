#ifndef FACTLINE_DEPLOY_CLI_PROGRESS_H_
#define FACTLINE_DEPLOY_CLI_PROGRESS_H_

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <ostream>
#include <string>
#include <string_view>
#include <thread>

#include "absl/time/time.h"

namespace factline::cli {

struct ProgressCounts {
  uint64_t accepted = 0;
  uint64_t duplicates = 0;  // accepted before, already
  uint64_t rejected = 0;
  uint64_t bytes = 0;  // of the input, answered

  uint64_t items() const { return accepted + duplicates + rejected; }
};

// The bar as one line without an end; `total_bytes` 0: the total is not known.
//   [##########----------]  50%  1,234 items  12.3 MiB  456/s  2 rejected
std::string ProgressLine(const ProgressCounts& counts, uint64_t total_bytes, absl::Duration elapsed);

// Redraws the bar on a terminal while work goes on, and keeps messages clear of it. Thread-safe.
class Progress {
 public:
  // `draw`: `err` is a terminal. `err` must outlive this.
  Progress(std::ostream& err, bool draw, uint64_t total_bytes);
  ~Progress() { Stop(); }
  void Stop();  // removes the bar for good

  void Add(const ProgressCounts& more);
  void Say(std::string_view line);  // a message on a line of its own
  ProgressCounts counts() const;
  absl::Duration elapsed() const;

 private:
  void Draw();  // under mutex_

  std::ostream& err_;
  const bool draw_;
  const uint64_t total_bytes_;
  const absl::Time start_;
  mutable std::mutex mutex_;  // guards counts_, done_, and err_ while the painter runs
  std::condition_variable stopped_;
  ProgressCounts counts_;
  bool done_ = false;
  std::thread painter_;
};

}  // namespace factline::cli

#endif  // FACTLINE_DEPLOY_CLI_PROGRESS_H_
