// What every process tells of itself, and what the storage engine under it tells.
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "deploy/host/metrics.h"

namespace factline::host {
namespace {

// The fields of /proc/self/stat behind the name of the program, which may hold blanks: the first is the state.
std::vector<std::string> StatFields() {
  std::ifstream in("/proc/self/stat");
  std::string line;
  std::getline(in, line);
  std::vector<std::string> fields;
  const size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return fields;
  std::istringstream rest(line.substr(name_end + 1));
  for (std::string field; rest >> field;) fields.push_back(field);
  return fields;
}

double BootTimeSeconds() {
  static const double boot = [] {
    std::ifstream in("/proc/stat");
    for (std::string word; in >> word;) {
      double seconds = 0;
      if (word == "btime" && in >> seconds) return seconds;
    }
    return 0.0;
  }();
  return boot;
}

size_t OpenFiles() {
  std::error_code error;
  size_t files = 0;
  for (std::filesystem::directory_iterator it("/proc/self/fd", error), end; !error && it != end; it.increment(error)) {
    ++files;
  }
  return files == 0 ? 0 : files - 1;  // without the one that is open for looking
}

}  // namespace

void CollectProcess(MetricSink& sink) {
  // proc(5) numbers the fields from 1; the state is the third.
  constexpr size_t kState = 3, kUserTime = 14, kSystemTime = 15, kThreads = 20, kStartTime = 22, kVirtual = 23,
                   kResident = 24;
  const std::vector<std::string> stat = StatFields();
  auto field = [&stat](size_t number) {
    return stat.size() > number - kState ? std::strtod(stat[number - kState].c_str(), nullptr) : 0.0;
  };
  const auto ticks_per_second = static_cast<double>(sysconf(_SC_CLK_TCK));
  sink.Seconds("process_cpu_seconds_total", "Processor time of the process, user and system.",
               (field(kUserTime) + field(kSystemTime)) / ticks_per_second);
  sink.Gauge("process_start_time_seconds", "When the process started, in seconds since 1970.",
             BootTimeSeconds() + field(kStartTime) / ticks_per_second);
  sink.Gauge("process_threads", "Threads of the process.", field(kThreads));
  sink.Gauge("process_virtual_memory_bytes", "Address space of the process.", field(kVirtual));
  sink.Gauge("process_resident_memory_bytes", "Memory that the process takes.",
             field(kResident) * static_cast<double>(sysconf(_SC_PAGESIZE)));
  sink.Gauge("process_open_fds", "Files and sockets that the process has open.", static_cast<double>(OpenFiles()));
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    sink.Gauge("process_max_fds", "Files and sockets that the process may have open.",
               static_cast<double>(limit.rlim_cur));
  }
}

void CollectEngine(const EngineStats& stats, std::string_view store, MetricSink& sink) {
  const MetricLabels labels = {{"store", std::string(store)}};
  auto gauge = [&](std::string_view name, std::string_view help, uint64_t value) {
    sink.Gauge(name, help, static_cast<double>(value), labels);
  };
  gauge("factline_rocksdb_memtable_bytes", "Written and not in a file yet.", stats.memtable_bytes);
  gauge("factline_rocksdb_block_cache_bytes", "Block cache in use.", stats.block_cache_bytes);
  gauge("factline_rocksdb_file_bytes", "Table files.", stats.file_bytes);
  gauge("factline_rocksdb_compaction_pending_bytes", "What compactions would have to rewrite.",
        stats.pending_compaction_bytes);
  gauge("factline_rocksdb_running_compactions", "Compactions at work.", stats.running_compactions);
  gauge("factline_rocksdb_running_flushes", "Flushes at work.", stats.running_flushes);
  gauge("factline_rocksdb_write_stopped", "1 while writes are stopped, else 0.", stats.is_write_stopped);
  sink.Counter("factline_rocksdb_background_errors_total", "Flushes and compactions that failed.",
               stats.background_errors, labels);
  sink.Counter("factline_rocksdb_block_cache_hits_total", "Blocks found in the cache.", stats.block_cache_hits, labels);
  sink.Counter("factline_rocksdb_block_cache_misses_total", "Blocks read from files.", stats.block_cache_misses,
               labels);
  sink.Seconds("factline_rocksdb_stall_seconds_total", "Time that writes were held back.",
               static_cast<double>(stats.stall_us) / 1e6, labels);
  sink.Counter("factline_rocksdb_wal_bytes_total", "Written to the write-ahead log.", stats.wal_bytes, labels);
  sink.Counter("factline_rocksdb_wal_syncs_total", "Syncs of the write-ahead log to the disk.", stats.wal_syncs,
               labels);
  sink.Counter("factline_rocksdb_flushed_bytes_total", "Written to files out of memory.", stats.flushed_bytes, labels);
  sink.Counter("factline_rocksdb_compacted_bytes_total", "Written to files by compactions.", stats.compacted_bytes,
               labels);
}

}  // namespace factline::host
