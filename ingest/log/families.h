#ifndef FACTLINE_INGEST_LOG_FAMILIES_H_
#define FACTLINE_INGEST_LOG_FAMILIES_H_

#include <rocksdb/db.h>

#include <vector>

#include "ingest/log/embedded_log.h"

namespace factline::log {

// Column families, in the order of their handles. The names on disk are "default", "events", "state": frozen.
enum Family { kMeta = 0, kEvents = 1, kState = 2 };

rocksdb::DBOptions LogDatabaseOptions(const EmbeddedLogOptions& options);
std::vector<rocksdb::ColumnFamilyDescriptor> LogFamilies(const EmbeddedLogOptions& options);

}  // namespace factline::log

#endif  // FACTLINE_INGEST_LOG_FAMILIES_H_
