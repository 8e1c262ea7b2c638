#ifndef FACTLINE_DEPLOY_CLI_INDEX_FILES_H_
#define FACTLINE_DEPLOY_CLI_INDEX_FILES_H_

#include <filesystem>

#include "absl/status/status.h"
#include "indexer/store/reader.h"

namespace factline::cli {

// Of an index directory: RocksDB's lock file is held, so that no indexer and no other rebuild opens the index.
class IndexLock {
 public:
  IndexLock() = default;
  IndexLock(const IndexLock&) = delete;
  IndexLock& operator=(const IndexLock&) = delete;
  ~IndexLock();

  // FAILED_PRECONDITION if another process has the index open. Once one of a process's locks on an index ends, all of
  // them do.
  absl::Status Take(const std::filesystem::path& index_dir);

 private:
  int fd_ = -1;
};

// Where a rebuild works, all in the data directory:
//   index          what is served
//   index.new      the new one while it is made; an interrupted rebuild goes on with it
//   index.old.PID  what an exchange has put aside; never read again
struct IndexFiles {
  explicit IndexFiles(std::filesystem::path data_dir) : data_dir(std::move(data_dir)) {}

  std::filesystem::path Index() const { return data_dir / "index"; }
  std::filesystem::path Fresh() const { return data_dir / "index.new"; }

  // Removes what must not be gone on with: an index.new that is not whole or of other versions than `versions`, and
  // every index.old.PID.
  absl::Status DiscardLeftovers(const store::IndexVersions& versions) const;

  // Puts index.new in the place of index in one step, and removes what was there. Interrupted anywhere, it leaves
  // either index as "index", and never the old one as index.new. FAILED_PRECONDITION, with nothing changed, if another
  // process has "index" open by now.
  absl::Status Exchange() const;

  std::filesystem::path data_dir;
};

}  // namespace factline::cli

#endif  // FACTLINE_DEPLOY_CLI_INDEX_FILES_H_
