#ifndef FACTLINE_INGEST_LOG_BAD_DISK_H_
#define FACTLINE_INGEST_LOG_BAD_DISK_H_

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace factline::log {

// A file system, for tests, that knows which bytes a power loss would leave, and that can be made to fail.
class BadDisk final : public rocksdb::FileSystemWrapper {
 public:
  BadDisk() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}

  const char* Name() const override { return "BadDisk"; }

  void FailWrites() { failing_ = true; }

  // Makes `to` what `from` would be after a power loss now: of each file the bytes that were synced.
  void CopyAfterPowerLoss(const std::string& from, const std::string& to) {
    std::filesystem::create_directories(to);
    std::lock_guard lock(mutex_);
    for (const auto& [path, bytes] : synced_) {
      const std::filesystem::path file(path);
      if (file.parent_path() != from) continue;
      std::string content(bytes, '\0');
      std::ifstream(file, std::ios::binary).read(content.data(), static_cast<std::streamsize>(bytes));
      std::ofstream(to / file.filename(), std::ios::binary) << content;
    }
  }

  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override {
    std::unique_ptr<rocksdb::FSWritableFile> inner;
    const rocksdb::IOStatus status = target()->NewWritableFile(path, options, &inner, debug);
    if (!status.ok()) return status;
    SetSynced(path, 0);
    *file = std::make_unique<File>(this, path, std::move(inner));
    return status;
  }

  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override {
    std::lock_guard lock(mutex_);
    const rocksdb::IOStatus status = target()->RenameFile(from, to, options, debug);
    if (const auto it = synced_.find(from); status.ok() && it != synced_.end()) {
      synced_[to] = it->second;
      synced_.erase(from);
    }
    return status;
  }

  rocksdb::IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override {
    std::lock_guard lock(mutex_);
    synced_.erase(path);
    return target()->DeleteFile(path, options, debug);
  }

 private:
  class File final : public rocksdb::FSWritableFileOwnerWrapper {
   public:
    File(BadDisk* disk, std::string path, std::unique_ptr<rocksdb::FSWritableFile>&& inner)
        : FSWritableFileOwnerWrapper(std::move(inner)), disk_(disk), path_(std::move(path)) {}

    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* debug) override {
      if (disk_->failing_) return Broken();
      return FSWritableFileOwnerWrapper::Append(data, options, debug);
    }
    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                             const rocksdb::DataVerificationInfo& verification,
                             rocksdb::IODebugContext* debug) override {
      if (disk_->failing_) return Broken();
      return FSWritableFileOwnerWrapper::Append(data, options, verification, debug);
    }
    rocksdb::IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
      if (disk_->failing_) return Broken();
      const uint64_t bytes = GetFileSize(options, debug);
      const rocksdb::IOStatus status = FSWritableFileOwnerWrapper::Sync(options, debug);
      if (status.ok()) disk_->SetSynced(path_, bytes);
      return status;
    }
    rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
      return Sync(options, debug);
    }

   private:
    static rocksdb::IOStatus Broken() { return rocksdb::IOStatus::IOError("the disk is broken"); }

    BadDisk* const disk_;
    const std::string path_;
  };

  void SetSynced(const std::string& path, uint64_t bytes) {
    std::lock_guard lock(mutex_);
    synced_[path] = bytes;
  }

  std::atomic<bool> failing_ = false;
  std::mutex mutex_;
  std::map<std::string, uint64_t> synced_;  // bytes, by path
};

}  // namespace factline::log

#endif  // FACTLINE_INGEST_LOG_BAD_DISK_H_
