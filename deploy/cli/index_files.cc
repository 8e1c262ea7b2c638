#include "deploy/cli/index_files.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "protos/vocab/status.h"

namespace factline::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kOldPrefix = "index.old.";

absl::Status Remove(const fs::path& path) {
  std::error_code error;
  fs::remove_all(path, error);
  return error ? absl::InternalError(Cat(path.string(), " cannot be removed: ", error.message())) : absl::OkStatus();
}

absl::Status Rename(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  return error ? absl::InternalError(Cat("rename ", from.string(), ": ", error.message())) : absl::OkStatus();
}

// Whether an index opens and carries the versions. What does not open is of no use to a rebuild, whatever the reason.
bool HasVersions(const fs::path& index, const fs::path& work_dir, const store::IndexVersions& versions) {
  std::error_code ignored;
  fs::create_directories(work_dir, ignored);  // opening says so too
  absl::Cleanup remove = [&] { fs::remove_all(work_dir, ignored); };
  absl::StatusOr<std::unique_ptr<store::Reader>> reader =
      store::Reader::Open({.index_dir = index.string(), .secondary_dir = work_dir.string()});
  return reader.ok() && (*reader)->versions().analyzer_version == versions.analyzer_version &&
         (*reader)->versions().extractor_version == versions.extractor_version;
}

}  // namespace

IndexLock::~IndexLock() {
  if (fd_ >= 0) close(fd_);
}

absl::Status IndexLock::Take(const fs::path& index_dir) {
  fd_ = open((index_dir / "LOCK").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd_ < 0) return absl::ErrnoToStatus(errno, Cat("open ", (index_dir / "LOCK").string()));
  struct flock lock {};
  lock.l_type = F_WRLCK;
  if (fcntl(fd_, F_SETLK, &lock) == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(Cat(
      index_dir.string(), " is in use by the indexer or another rebuild, which would go on writing to it: stop it"));
}

absl::Status IndexFiles::DiscardLeftovers(const store::IndexVersions& versions) const {
  std::error_code error;
  if (!fs::exists(data_dir, error)) return absl::OkStatus();
  std::vector<fs::path> old;
  for (fs::directory_iterator it(data_dir, error), end; !error && it != end; it.increment(error)) {
    if (it->path().filename().string().starts_with(kOldPrefix)) old.push_back(it->path());
  }
  if (error) return absl::InternalError(Cat(data_dir.string(), ": ", error.message()));
  for (const fs::path& path : old) FL_RETURN_IF_ERROR(Remove(path));
  if (!fs::exists(Fresh(), error)) return absl::OkStatus();
  IndexLock lock;
  FL_RETURN_IF_ERROR(lock.Take(Fresh()));
  if (HasVersions(Fresh(), data_dir / Cat(kOldPrefix, getpid(), ".look"), versions)) return absl::OkStatus();
  return Remove(Fresh());
}

absl::Status IndexFiles::Exchange() const {
  std::error_code error;
  if (!fs::exists(Index(), error)) return Rename(Fresh(), Index());  // fails where one has come in between
  // The index may be another one than the caller has locked: made since, by an indexer that runs.
  IndexLock lock;
  FL_RETURN_IF_ERROR(lock.Take(Index()));
  // The new index takes the name first that the old one is to have: at no moment is the old one index.new.
  const fs::path old = data_dir / Cat(kOldPrefix, getpid());
  FL_RETURN_IF_ERROR(Rename(Fresh(), old));
  if (renameat2(AT_FDCWD, old.c_str(), AT_FDCWD, Index().c_str(), RENAME_EXCHANGE) != 0) {
    absl::Status status = absl::ErrnoToStatus(errno, Cat("exchange ", old.string(), " and ", Index().string()));
    Rename(old, Fresh()).IgnoreError();  // else it is made again
    return status;
  }
  absl::Status removed = Remove(old);
  return removed.ok() ? removed : absl::InternalError(Cat("the new index is in place, but ", ToStd(removed.message())));
}

}  // namespace factline::cli
