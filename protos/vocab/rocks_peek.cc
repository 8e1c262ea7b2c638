#include "protos/vocab/rocks_peek.h"

#include <rocksdb/db.h>
#include <rocksdb/env.h>

#include <memory>
#include <vector>

#include "protos/vocab/rocks_status.h"

namespace factline {
namespace {

// RocksDB's own log of what it does would be a new file.
class NoLog final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

}  // namespace

std::optional<std::string> PeekRocks(const std::string& dir, const std::string& family, std::string_view key,
                                     rocksdb::Env* env) {
  rocksdb::Options options;
  if (env != nullptr) options.env = env;
  if (!options.env->FileExists(dir + "/CURRENT").ok()) return std::nullopt;
  options.info_log = std::make_shared<NoLog>();
  options.max_open_files = 16;
  // Without it RocksDB would stop tracking, in the manifest of a directory that it may not write to.
  options.track_and_verify_wals_in_manifest = true;
  std::vector<rocksdb::ColumnFamilyDescriptor> families = {{rocksdb::kDefaultColumnFamilyName, options}};
  if (family != rocksdb::kDefaultColumnFamilyName) families.push_back({family, options});
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  if (!rocksdb::DB::OpenForReadOnly(options, dir, families, &handles, &opened).ok()) return std::nullopt;
  const std::unique_ptr<rocksdb::DB> db(opened);
  std::string value;
  const rocksdb::Status status = db->Get(rocksdb::ReadOptions(), handles.back(), ToSlice(key), &value);
  for (rocksdb::ColumnFamilyHandle* handle : handles) db->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
  if (!status.ok()) return std::nullopt;
  return value;
}

}  // namespace factline
