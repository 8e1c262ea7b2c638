#ifndef FACTLINE_DEPLOY_FORMATS_RECORD_H_
#define FACTLINE_DEPLOY_FORMATS_RECORD_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "absl/status/status.h"
#include "factline/v1/article.pb.h"

namespace factline::formats {

enum class Format { kPage, kJsonLines, kNinjs, kNewsMl, kRss, kAtom, kHtml, kWarc };

// The source withdraws an article: its status is "canceled" or "withheld".
struct Withdrawal {
  std::string id;
};

// What a record comes to: what is wrong with it, or what there is to send.
using RecordContent = std::variant<absl::Status, v1::Article, v1::Page, Withdrawal>;

// One thing that a file holds.
struct Record {
  std::string place;  // within the file: ":12" (a line), "#3" (the third item), "#3@1834" (with its byte); may be empty
  uint64_t bytes = 0;  // of the file, after decompression
  RecordContent what;
};

// What one record may be, and what fills in what it lacks.
struct ReadOptions {
  uint64_t max_item_bytes = 4 << 20;  // of one record's bytes; a longer one is an error and not held in memory
  uint64_t max_file_bytes = uint64_t{1} << 40;  // after decompression; the rest of a longer file is not read
  uint64_t max_items = 100'000'000;             // of one file; the rest is not read
  std::string name;                             // the id of a page, or of an HTML page that names no URL of its own
  // Of what a record does not say itself. `source` is asked for first where a format has no name for it that is made
  // to last: a feed's title or a site's name change.
  v1::Page defaults;
};

// Reads one file from first to last. What is wrong with a record is that record's status; the next one follows, where
// the format lets one find it again. Not thread-safe.
class RecordReader {
 public:
  virtual ~RecordReader() = default;

  // nullopt at the end, and ever after.
  virtual std::optional<Record> Next() = 0;

  // Records that hold no article by their nature, such as pictures or a crawler's requests: passed over.
  uint64_t skipped() const { return skipped_; }

 protected:
  uint64_t skipped_ = 0;
};

}  // namespace factline::formats

#endif  // FACTLINE_DEPLOY_FORMATS_RECORD_H_
