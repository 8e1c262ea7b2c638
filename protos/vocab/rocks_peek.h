#ifndef FACTLINE_PROTOS_VOCAB_ROCKS_PEEK_H_
#define FACTLINE_PROTOS_VOCAB_ROCKS_PEEK_H_

#include <optional>
#include <string>
#include <string_view>

namespace rocksdb {
class Env;
}

namespace factline {

// One value of a RocksDB that is not open here, read without a byte of the directory being changed: to learn what it is
// before it is opened for writing, which changes files. Reads the write-ahead logs. nullopt if there is no database, no
// such family or key, or it cannot be read; opening it says why.
std::optional<std::string> PeekRocks(const std::string& dir, const std::string& family, std::string_view key,
                                     rocksdb::Env* env = nullptr);

}  // namespace factline

#endif  // FACTLINE_PROTOS_VOCAB_ROCKS_PEEK_H_
