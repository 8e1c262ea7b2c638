#ifndef FACTLINE_INDEXER_STORE_FACT_SCAN_H_
#define FACTLINE_INDEXER_STORE_FACT_SCAN_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "indexer/store/fact_reader.h"
#include "indexer/store/fact_table.h"

namespace factline::store {

// More ids than this are never returned at once, whatever the limit.
inline constexpr size_t kMaxPageFacts = 10000;

// FactReader::Scan. INVALID_ARGUMENT for a position that is none of this scan, or a value bound that is no number.
absl::StatusOr<FactReader::Page> ScanFacts(rocksdb::DB* db, const FactHandles& handles, const FactScan& scan,
                                           std::string_view position, size_t limit);

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_FACT_SCAN_H_
