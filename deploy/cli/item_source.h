#ifndef FACTLINE_DEPLOY_CLI_ITEM_SOURCE_H_
#define FACTLINE_DEPLOY_CLI_ITEM_SOURCE_H_

#include <atomic>
#include <cstdint>
#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "deploy/formats/record.h"
#include "factline/v1/ingest_service.pb.h"

namespace factline::cli {

// One thing to send, and where it was read.
struct Item {
  v1::IngestRequest request;  // with a request_id of this run and place: sent again, it is known to be the same one
  std::string label;          // "news.jsonl:12", "page.txt", "feed.xml#3"
  uint64_t bytes = 0;         // of the input
};

// Why a record or file made no item.
struct BadItem {
  std::string label;
  absl::Status status;
  uint64_t bytes = 0;
};

struct ItemOptions {
  std::optional<formats::Format> format;  // of all files; nullopt: told by each one's name and content
  std::string standard_input_id;          // of a page from standard input
  formats::ReadOptions read;              // but for its name
  // Articles whose embargo ends after this moment are bad items.
  absl::Time embargoed_after = absl::InfiniteFuture();
  // Of this run alone: "RUN-1", "RUN-2" ... are the request_ids. Were they made of the content, an article could not
  // come back after it was deleted or replaced: the server would answer the request that it remembers.
  std::string run_id;
};

// Reads the news files of deploy/formats one after the other. Not thread-safe, but for skipped_records.
class ItemSource {
 public:
  // Folders are searched for files whose names end as news does (formats::IsNewsFile), in the order of names; "-" is
  // standard input. Fails if a path is not there.
  static absl::StatusOr<ItemSource> Open(const std::vector<std::string>& paths, std::istream& standard_input,
                                         ItemOptions options);

  // The next item, or what is wrong with it; nullopt at the end.
  struct Next {
    std::optional<Item> item;
    std::optional<BadItem> bad;
  };
  std::optional<Next> Read();

  // Of all files; 0 if that is not known: one is compressed, or standard input.
  uint64_t total_bytes() const { return total_bytes_; }
  // So far, those that hold no article by their nature.
  uint64_t skipped_records() const { return *skipped_records_; }

 private:
  ItemSource(std::istream& standard_input, ItemOptions options);
  void OpenNextFile();
  Next ItemOf(formats::Record record);

  std::istream* standard_input_;
  ItemOptions options_;
  std::vector<std::string> files_;
  size_t next_file_ = 0;
  uint64_t items_ = 0;  // made so far
  uint64_t total_bytes_ = 0;
  std::unique_ptr<std::atomic<uint64_t>> skipped_records_;  // of the files before this one, and of this one

  std::unique_ptr<formats::RecordReader> reader_;  // of the file being read; null between files
  uint64_t skipped_before_ = 0;                    // of the files before it
  std::string file_label_;
};

}  // namespace factline::cli

#endif  // FACTLINE_DEPLOY_CLI_ITEM_SOURCE_H_
