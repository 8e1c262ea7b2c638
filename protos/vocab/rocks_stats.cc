#include "protos/vocab/rocks_stats.h"

#include <string>

namespace factline {
namespace {

uint64_t Property(rocksdb::DB* db, rocksdb::ColumnFamilyHandle* family, const std::string& name) {
  uint64_t value = 0;
  db->GetIntProperty(family, name, &value);
  return value;
}

}  // namespace

std::shared_ptr<rocksdb::Statistics> NewEngineCounters() {
  std::shared_ptr<rocksdb::Statistics> statistics = rocksdb::CreateDBStatistics();
  statistics->set_stats_level(rocksdb::StatsLevel::kExceptHistogramOrTimers);
  return statistics;
}

EngineStats ReadEngineStats(rocksdb::DB* db, const std::vector<rocksdb::ColumnFamilyHandle*>& families) {
  using Properties = rocksdb::DB::Properties;
  EngineStats stats;
  for (rocksdb::ColumnFamilyHandle* family : families) {
    stats.memtable_bytes += Property(db, family, Properties::kCurSizeAllMemTables);
    stats.file_bytes += Property(db, family, Properties::kLiveSstFilesSize);
    stats.pending_compaction_bytes += Property(db, family, Properties::kEstimatePendingCompactionBytes);
  }
  if (families.empty()) return stats;
  // Of the database, whichever family is asked.
  rocksdb::ColumnFamilyHandle* const any = families.front();
  stats.block_cache_bytes = Property(db, any, Properties::kBlockCacheUsage);
  stats.running_compactions = Property(db, any, Properties::kNumRunningCompactions);
  stats.running_flushes = Property(db, any, Properties::kNumRunningFlushes);
  stats.background_errors = Property(db, any, Properties::kBackgroundErrors);
  stats.is_write_stopped = Property(db, any, Properties::kIsWriteStopped) != 0;
  const std::shared_ptr<rocksdb::Statistics> counters = db->GetDBOptions().statistics;
  if (counters == nullptr) return stats;
  stats.block_cache_hits = counters->getTickerCount(rocksdb::BLOCK_CACHE_HIT);
  stats.block_cache_misses = counters->getTickerCount(rocksdb::BLOCK_CACHE_MISS);
  stats.stall_us = counters->getTickerCount(rocksdb::STALL_MICROS);
  stats.wal_bytes = counters->getTickerCount(rocksdb::WAL_FILE_BYTES);
  stats.wal_syncs = counters->getTickerCount(rocksdb::WAL_FILE_SYNCED);
  stats.flushed_bytes = counters->getTickerCount(rocksdb::FLUSH_WRITE_BYTES);
  stats.compacted_bytes = counters->getTickerCount(rocksdb::COMPACT_WRITE_BYTES);
  return stats;
}

}  // namespace factline
