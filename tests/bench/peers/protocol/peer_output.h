#ifndef FACTLINE_TESTS_BENCH_PEERS_PROTOCOL_PEER_OUTPUT_H_
#define FACTLINE_TESTS_BENCH_PEERS_PROTOCOL_PEER_OUTPUT_H_

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "tests/bench/peers/protocol/peer_input.h"

namespace factline::peers {

// Wall and processor seconds of the whole process since it was made.
class Stopwatch {
 public:
  Stopwatch();
  double wall_seconds() const;
  double cpu_seconds() const;

 private:
  const std::chrono::steady_clock::time_point wall_start_;
  const double cpu_start_;
};

// Processor time of this thread: other work on the machine may stop it, but adds nothing.
int64_t ThreadNanoseconds();

uint64_t BytesUnder(const std::string& folder);

// Appends "phase, wall seconds, processor seconds, bytes, note" to the report.
void Report(const std::string& report_path, const std::string& phase, const Stopwatch& stopwatch, uint64_t bytes,
            const std::string& note);

struct PeerAnswer {
  int64_t hits = -1;                               // -1: not counted
  std::vector<std::pair<uint32_t, double>> first;  // document numbers and scores, best first
};

// How an answer is wanted.
struct PeerMode {
  const char* name;
  uint32_t limit;
  bool count;
};
constexpr PeerMode kModes[] = {
    {"top10", 10, false}, {"top10_count", 10, true}, {"top100", 100, false}, {"top100_count", 100, true}};
constexpr int kWarmPasses = 2;

// Runs `answer` for each mode and query, two passes to warm and `passes` measured, and writes the results file.
void Measure(const std::vector<PeerQuery>& queries, int passes, const std::string& results_path,
             const std::function<PeerAnswer(size_t query, const PeerMode& mode)>& answer);

}  // namespace factline::peers

#endif  // FACTLINE_TESTS_BENCH_PEERS_PROTOCOL_PEER_OUTPUT_H_
