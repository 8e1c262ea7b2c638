#include "tests/bench/peers/protocol/peer_output.h"

#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <filesystem>

namespace factline::peers {
namespace {

double ProcessSeconds() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void WriteAnswer(std::FILE* out, const PeerMode& mode, const PeerQuery& query, int64_t nanoseconds,
                 const PeerAnswer& answer) {
  std::fprintf(out, "%s\t%s\t%lld\t%lld\t", mode.name, query.id.c_str(), static_cast<long long>(nanoseconds),
               static_cast<long long>(answer.hits));
  const char* separator = "";
  for (const auto& [document, score] : answer.first) {
    std::fprintf(out, "%s%u:%.7g", separator, document, score);
    separator = " ";
  }
  std::fputc('\n', out);
}

}  // namespace

Stopwatch::Stopwatch() : wall_start_(std::chrono::steady_clock::now()), cpu_start_(ProcessSeconds()) {}

double Stopwatch::wall_seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - wall_start_).count();
}

double Stopwatch::cpu_seconds() const { return ProcessSeconds() - cpu_start_; }

int64_t ThreadNanoseconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

uint64_t BytesUnder(const std::string& folder) {
  uint64_t bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) bytes += entry.file_size();
  }
  return bytes;
}

void Report(const std::string& report_path, const std::string& phase, const Stopwatch& stopwatch, uint64_t bytes,
            const std::string& note) {
  std::FILE* const out = std::fopen(report_path.c_str(), "a");
  if (out == nullptr) Fail("cannot write " + report_path);
  std::fprintf(out, "%s\t%.3f\t%.3f\t%llu\t%s\n", phase.c_str(), stopwatch.wall_seconds(), stopwatch.cpu_seconds(),
               static_cast<unsigned long long>(bytes), note.c_str());
  std::fclose(out);
}

void Measure(const std::vector<PeerQuery>& queries, int passes, const std::string& results_path,
             const std::function<PeerAnswer(size_t query, const PeerMode& mode)>& answer) {
  std::FILE* const out = std::fopen(results_path.c_str(), "w");
  if (out == nullptr) Fail("cannot write " + results_path);
  for (const PeerMode& mode : kModes) {
    std::vector<std::vector<int64_t>> nanoseconds(queries.size());
    std::vector<PeerAnswer> answers(queries.size());
    for (int pass = 0; pass < kWarmPasses + passes; ++pass) {
      for (size_t i = 0; i < queries.size(); ++i) {
        const int64_t start = ThreadNanoseconds();
        answers[i] = answer(i, mode);
        const int64_t took = ThreadNanoseconds() - start;
        if (pass >= kWarmPasses) nanoseconds[i].push_back(took);
      }
    }
    for (size_t i = 0; i < queries.size(); ++i) {
      std::vector<int64_t>& all = nanoseconds[i];
      std::nth_element(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2), all.end());
      WriteAnswer(out, mode, queries[i], all[all.size() / 2], answers[i]);
    }
  }
  std::fclose(out);
}

}  // namespace factline::peers
