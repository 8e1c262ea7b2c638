#ifndef FACTLINE_DEPLOY_HOST_FILE_WATCH_H_
#define FACTLINE_DEPLOY_HOST_FILE_WATCH_H_

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/time.h"

namespace factline::host {

// What tells one state of a file from another without reading it; empty for a file that is not there. A link is
// followed, so that one which is turned to another file counts as a change.
std::string FileStamp(const std::string& path);

// Calls `changed`, on a thread of its own, each time that one of the files has another stamp than at the last look. A
// look every `interval` finds every way in which files are replaced, also by links of links as Kubernetes does it.
class FileWatch {
 public:
  // The first stamps are taken here: construct it before the files are read, and no change is missed.
  FileWatch(std::vector<std::string> paths, absl::Duration interval, std::function<void()> changed);
  ~FileWatch();  // `changed` is not running any more, nor will it be

 private:
  void Run(std::chrono::nanoseconds interval);
  std::string Stamps() const;

  const std::vector<std::string> paths_;
  const std::function<void()> changed_;
  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;  // guarded by mutex_
  std::string seen_;       // used by thread_ alone once it runs
  std::thread thread_;
};

}  // namespace factline::host

#endif  // FACTLINE_DEPLOY_HOST_FILE_WATCH_H_
