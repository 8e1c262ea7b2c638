#include "ingest/log/families.h"

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <memory>

#include "protos/vocab/rocks_stats.h"

namespace factline::log {
namespace {

constexpr size_t kMinWriteBufferBytes = 4 << 20;

size_t WriteBufferBytes(const EmbeddedLogOptions& options) {
  return std::max(options.write_buffer_bytes, kMinWriteBufferBytes);
}

rocksdb::ColumnFamilyOptions BaseFamily(const std::shared_ptr<rocksdb::Cache>& cache, size_t write_buffer_bytes,
                                        size_t block_bytes) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.block_size = block_bytes;
  table.format_version = 5;
  // Indexes and filters count against the cache, so that memory does not grow with the log.
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  rocksdb::ColumnFamilyOptions family;
  family.write_buffer_size = write_buffer_bytes;
  family.max_write_buffer_number = 3;
  family.target_file_size_base = 32 << 20;
  family.max_bytes_for_level_base = 256 << 20;
  family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return family;
}

}  // namespace

rocksdb::DBOptions LogDatabaseOptions(const EmbeddedLogOptions& options) {
  rocksdb::DBOptions db;
  if (options.env != nullptr) db.env = options.env;
  db.create_if_missing = true;
  db.create_missing_column_families = true;
  // A crash leaves at most a cut record at the WAL's end; anything else that is wrong must not pass for the end.
  db.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  db.track_and_verify_wals_in_manifest = true;
  db.recycle_log_file_num = 0;
  db.atomic_flush = false;
  db.db_write_buffer_size = WriteBufferBytes(options);
  // A quiet family would otherwise keep every WAL file since its last flush.
  db.max_total_wal_size = 2 * WriteBufferBytes(options);
  db.max_background_jobs = 2;
  db.max_open_files = 256;
  db.max_log_file_size = 4 << 20;
  db.keep_log_file_num = 4;
  db.max_manifest_file_size = 16 << 20;
  db.stats_dump_period_sec = 0;
  db.stats_persist_period_sec = 0;
  if (options.engine_counters) db.statistics = NewEngineCounters();
  return db;
}

std::vector<rocksdb::ColumnFamilyDescriptor> LogFamilies(const EmbeddedLogOptions& options) {
  const std::shared_ptr<rocksdb::Cache> cache = rocksdb::NewLRUCache(options.block_cache_bytes);
  const size_t buffer_bytes = WriteBufferBytes(options);

  rocksdb::ColumnFamilyOptions meta = BaseFamily(cache, 1 << 20, 4 << 10);

  // Offsets only grow, so files never overlap and move down the levels unread: whatever is compressed is so once.
  rocksdb::ColumnFamilyOptions events = BaseFamily(cache, buffer_bytes / 2, 32 << 10);
  events.compression = rocksdb::kZSTD;
  events.compression_opts.level = 1;

  rocksdb::ColumnFamilyOptions state = BaseFamily(cache, buffer_bytes / 4, 4 << 10);
  state.compression = rocksdb::kLZ4Compression;
  auto* table = state.table_factory->GetOptions<rocksdb::BlockBasedTableOptions>();
  // Most keys that are asked for are new.
  table->filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));

  return {{rocksdb::kDefaultColumnFamilyName, meta}, {"events", events}, {"state", state}};
}

}  // namespace factline::log
