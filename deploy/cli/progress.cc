#include "deploy/cli/progress.h"

#include <algorithm>
#include <chrono>

#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "deploy/cli/format_text.h"
#include "protos/vocab/cat.h"

namespace factline::cli {
namespace {

constexpr int kBarColumns = 24;
constexpr char kClearLine[] = "\r\x1b[K";

std::string Bar(double share) {
  int filled = static_cast<int>(share * kBarColumns);
  return Cat("[", std::string(filled, '#'), std::string(kBarColumns - filled, '-'), "] ",
             absl::StrFormat("%3d%%", static_cast<int>(share * 100)), "  ");
}

}  // namespace

std::string ProgressLine(const ProgressCounts& counts, uint64_t total_bytes, absl::Duration elapsed) {
  std::string line;
  if (total_bytes > 0) line += Bar(std::min(1.0, static_cast<double>(counts.bytes) / static_cast<double>(total_bytes)));
  double seconds = std::max(0.001, absl::ToDoubleSeconds(elapsed));
  line += Cat(Count(counts.items()), counts.items() == 1 ? " item  " : " items  ", Bytes(counts.bytes), "  ",
              Count(static_cast<uint64_t>(static_cast<double>(counts.items()) / seconds)), "/s");
  if (counts.duplicates > 0) line += Cat("  ", Count(counts.duplicates), " known already");
  if (counts.rejected > 0) line += Cat("  ", Count(counts.rejected), " rejected");
  return line;
}

Progress::Progress(std::ostream& err, bool draw, uint64_t total_bytes)
    : err_(err), draw_(draw), total_bytes_(total_bytes), start_(absl::Now()) {
  if (!draw_) return;
  painter_ = std::thread([this] {
    std::unique_lock lock(mutex_);
    do {
      Draw();
    } while (!stopped_.wait_for(lock, std::chrono::milliseconds(100), [this] { return done_; }));
  });
}

void Progress::Stop() {
  {
    std::lock_guard lock(mutex_);
    done_ = true;
  }
  stopped_.notify_all();
  if (!painter_.joinable()) return;
  painter_.join();
  err_ << kClearLine << std::flush;
}

void Progress::Add(const ProgressCounts& more) {
  std::lock_guard lock(mutex_);
  counts_.accepted += more.accepted;
  counts_.duplicates += more.duplicates;
  counts_.rejected += more.rejected;
  counts_.bytes += more.bytes;
}

void Progress::Say(std::string_view line) {
  std::lock_guard lock(mutex_);
  err_ << (draw_ ? kClearLine : "") << line << "\n";
  if (draw_) Draw();
}

ProgressCounts Progress::counts() const {
  std::lock_guard lock(mutex_);
  return counts_;
}

absl::Duration Progress::elapsed() const { return absl::Now() - start_; }

void Progress::Draw() { err_ << kClearLine << ProgressLine(counts_, total_bytes_, absl::Now() - start_) << std::flush; }

}  // namespace factline::cli
