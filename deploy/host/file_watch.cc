#include "deploy/host/file_watch.h"

#include <sys/stat.h>

#include <utility>

#include "protos/vocab/cat.h"

namespace factline::host {

std::string FileStamp(const std::string& path) {
  struct stat found {};
  if (stat(path.c_str(), &found) != 0) return "";
  return Cat(found.st_dev, ".", found.st_ino, ".", found.st_size, ".", found.st_mtim.tv_sec, ".", found.st_mtim.tv_nsec,
             ".", found.st_ctim.tv_sec, ".", found.st_ctim.tv_nsec);
}

FileWatch::FileWatch(std::vector<std::string> paths, absl::Duration interval, std::function<void()> changed)
    : paths_(std::move(paths)), changed_(std::move(changed)), seen_(Stamps()) {
  thread_ = std::thread([this, interval] { Run(absl::ToChronoNanoseconds(interval)); });
}

FileWatch::~FileWatch() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_all();
  thread_.join();
}

void FileWatch::Run(std::chrono::nanoseconds interval) {
  std::unique_lock lock(mutex_);
  while (!stop_.wait_for(lock, interval, [this] { return stopping_; })) {
    std::string now = Stamps();
    if (now == seen_) continue;
    seen_ = std::move(now);
    lock.unlock();
    changed_();
    lock.lock();
  }
}

std::string FileWatch::Stamps() const {
  std::string stamps;
  for (const std::string& path : paths_) stamps += Cat(FileStamp(path), ";");
  return stamps;
}

}  // namespace factline::host
