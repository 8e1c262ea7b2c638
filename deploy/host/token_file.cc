#include "deploy/host/token_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string_view>
#include <utility>

#include "deploy/host/file_watch.h"
#include "protos/vocab/status.h"

namespace factline::host {
namespace {

constexpr size_t kMinTokenBytes = 16, kMaxTokenBytes = 1024;
constexpr std::string_view kBlanks = " \t\r\n";

bool IsTokenCharacter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
         std::string_view("-._~+/=").find(c) != std::string_view::npos;
}

absl::StatusOr<std::string> ReadToken(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return absl::FailedPreconditionError(std::strerror(errno));
  char content[2 * kMaxTokenBytes];
  in.read(content, sizeof(content));
  std::string_view token(content, static_cast<size_t>(in.gcount()));
  token.remove_prefix(std::min(token.find_first_not_of(kBlanks), token.size()));
  token.remove_suffix(token.size() - (token.find_last_not_of(kBlanks) + 1));
  if (token.size() < kMinTokenBytes || token.size() > kMaxTokenBytes) {
    return absl::FailedPreconditionError(
        Cat("wants one token of ", kMinTokenBytes, " to ", kMaxTokenBytes, " characters, and nothing else"));
  }
  for (const char c : token) {
    if (!IsTokenCharacter(c)) {
      return absl::FailedPreconditionError("a token consists of letters, digits and the characters -._~+/=");
    }
  }
  return std::string(token);
}

}  // namespace

absl::StatusOr<std::shared_ptr<TokenFile>> TokenFile::Open(const std::string& flag, const std::string& path) {
  std::shared_ptr<TokenFile> file(new TokenFile(path));
  file->stamp_ = FileStamp(path);
  absl::StatusOr<std::string> token = ReadToken(path);
  if (!token.ok()) {
    return absl::FailedPreconditionError(Cat("--", flag, "=", path, ": ", ToStd(token.status().message())));
  }
  file->token_ = *std::move(token);
  return file;
}

std::string TokenFile::Current() {
  std::string stamp = FileStamp(path_);
  std::lock_guard lock(mutex_);
  if (stamp == stamp_) return token_;
  stamp_ = std::move(stamp);
  if (absl::StatusOr<std::string> token = ReadToken(path_); token.ok()) token_ = *std::move(token);
  return token_;
}

}  // namespace factline::host
