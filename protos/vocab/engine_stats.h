#ifndef FACTLINE_PROTOS_VOCAB_ENGINE_STATS_H_
#define FACTLINE_PROTOS_VOCAB_ENGINE_STATS_H_

#include <cstdint>

namespace factline {

// What the storage engine (RocksDB) under a log or an index tells of itself. For operators: nothing depends on it.
struct EngineStats {
  // As of now.
  uint64_t memtable_bytes = 0;            // written and not in a file yet
  uint64_t block_cache_bytes = 0;         // in use, of all column families' one cache
  uint64_t file_bytes = 0;                // of table files that are alive
  uint64_t pending_compaction_bytes = 0;  // that compactions would have to rewrite; near 64 GiB writes are slowed down
  uint64_t running_compactions = 0;
  uint64_t running_flushes = 0;
  uint64_t background_errors = 0;  // since it was opened
  bool is_write_stopped = false;

  // Since it was opened; all zero unless they are counted, which its options say.
  uint64_t block_cache_hits = 0;
  uint64_t block_cache_misses = 0;
  uint64_t stall_us = 0;         // that writes were held back
  uint64_t wal_bytes = 0;        // written to the write-ahead log
  uint64_t wal_syncs = 0;        // of it, to the disk
  uint64_t flushed_bytes = 0;    // written out of memory
  uint64_t compacted_bytes = 0;  // written by compactions
};

}  // namespace factline

#endif  // FACTLINE_PROTOS_VOCAB_ENGINE_STATS_H_
