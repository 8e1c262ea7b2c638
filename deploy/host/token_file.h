#ifndef FACTLINE_DEPLOY_HOST_TOKEN_FILE_H_
#define FACTLINE_DEPLOY_HOST_TOKEN_FILE_H_

#include <memory>
#include <mutex>
#include <string>

#include "absl/status/statusor.h"

namespace factline::host {

// A bearer token that is kept in a file by itself. Thread-safe.
class TokenFile {
 public:
  // FAILED_PRECONDITION, without the content: the file cannot be read, or holds something else than one token of 16 to
  // 1024 letters, digits and characters of "-._~+/=", blanks around it aside.
  static absl::StatusOr<std::shared_ptr<TokenFile>> Open(const std::string& flag, const std::string& path);

  // What the file holds now; while that is no token, the last one.
  std::string Current();

 private:
  explicit TokenFile(std::string path) : path_(std::move(path)) {}

  const std::string path_;
  std::mutex mutex_;
  std::string stamp_;  // guarded by mutex_, as token_
  std::string token_;
};

}  // namespace factline::host

#endif  // FACTLINE_DEPLOY_HOST_TOKEN_FILE_H_
