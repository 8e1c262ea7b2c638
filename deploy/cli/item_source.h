#ifndef FACTLINE_DEPLOY_CLI_ITEM_SOURCE_H_
#define FACTLINE_DEPLOY_CLI_ITEM_SOURCE_H_

#include <cstdint>
#include <fstream>
#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "factline/v1/ingest_service.pb.h"

namespace factline::cli {

// One thing to send, and where it was read.
struct Item {
  v1::IngestRequest request;  // with a request_id of this run and place: sent again, it is known to be the same one
  std::string label;          // "news.jsonl:12", "page.txt"
  uint64_t bytes = 0;         // of the input
};

// Why a line or file made no item.
struct BadItem {
  std::string label;
  absl::Status status;
  uint64_t bytes = 0;
};

struct ItemOptions {
  bool standard_input_is_page = false;  // "-": one page instead of JSON lines
  std::string page_id;                  // of a page from standard input
  v1::Page page_defaults;               // source, time, language ... of all pages
  uint64_t max_item_bytes = 4 << 20;    // longer lines and files are bad items; they are not held in memory
  // Of this run alone: "RUN-1", "RUN-2" ... are the request_ids. Were they made of the content, an article could not
  // come back after it was deleted or replaced: the server would answer the request that it remembers.
  std::string run_id;
};

// Reads files one after the other: *.jsonl (and *.ndjson) holds an article a line, any other file is a page whose id is
// its name without ".txt". Not thread-safe.
class ItemSource {
 public:
  // Folders are searched for *.txt and *.jsonl, in the order of names. Fails if a path is not there.
  static absl::StatusOr<ItemSource> Open(const std::vector<std::string>& paths, std::istream& standard_input,
                                         ItemOptions options);

  // The next item, or what is wrong with it; nullopt at the end.
  struct Next {
    std::optional<Item> item;
    std::optional<BadItem> bad;
  };
  std::optional<Next> Read();

  // Of all files; 0 if standard input is among them.
  uint64_t total_bytes() const { return total_bytes_; }

 private:
  struct Line {
    std::string text;
    uint64_t bytes = 0;
    bool too_long = false;
  };

  ItemSource(std::istream& standard_input, ItemOptions options);
  std::optional<Line> ReadLine(std::istream& in) const;
  Next PageOf(const std::string& path, const std::string& id);
  std::optional<Next> NextLine();
  void SetRequestId(v1::IngestRequest& request);

  std::istream* standard_input_;
  ItemOptions options_;
  std::vector<std::string> files_;
  size_t next_file_ = 0;
  uint64_t items_ = 0;  // made so far
  uint64_t total_bytes_ = 0;

  std::unique_ptr<std::ifstream> file_;  // the JSON lines being read, where they are in a file
  std::istream* lines_ = nullptr;        // the JSON lines being read; null between files
  std::string lines_label_;
  uint64_t line_number_ = 0;
};

}  // namespace factline::cli

#endif  // FACTLINE_DEPLOY_CLI_ITEM_SOURCE_H_
