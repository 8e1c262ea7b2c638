#ifndef FACTLINE_PROTOS_VOCAB_ROCKS_STATS_H_
#define FACTLINE_PROTOS_VOCAB_ROCKS_STATS_H_

#include <rocksdb/db.h>
#include <rocksdb/statistics.h>

#include <memory>
#include <vector>

#include "protos/vocab/engine_stats.h"

namespace factline {

// For DBOptions::statistics: counters alone. RocksDB's histograms and timers would cost more than they tell.
std::shared_ptr<rocksdb::Statistics> NewEngineCounters();

// Looks at memory alone. `families` share one block cache.
EngineStats ReadEngineStats(rocksdb::DB* db, const std::vector<rocksdb::ColumnFamilyHandle*>& families);

}  // namespace factline

#endif  // FACTLINE_PROTOS_VOCAB_ROCKS_STATS_H_
