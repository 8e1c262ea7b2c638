#ifndef FACTLINE_INDEXER_STORE_STORE_TEST_UTIL_H_
#define FACTLINE_INDEXER_STORE_STORE_TEST_UTIL_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "indexer/store/reader.h"
#include "indexer/store/writer.h"

// A small language for tests of the store: documents out of a few numbers, and an index as plain maps to compare with.
namespace factline::store::testing {

void Check(const absl::Status& status);

// The value of a StatusOr; ends the test process with the error if there is none.
template <typename T>
T Must(absl::StatusOr<T> value) {
  Check(value.status());
  return *std::move(value);
}

// A directory that is removed with everything in it.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// A document whose terms follow from the words of the title and the body: words, and each word as a gram with its
// position. Lengths are the numbers of words.
std::unique_ptr<Document> MakeDocument(const std::string& id, uint64_t version, const std::string& title,
                                       const std::string& body, int64_t published_seconds = 1'700'000'000);

Change Put(std::unique_ptr<Document> document);
Change Delete(const std::string& id);
Change PageChange(const std::string& id, const std::string& text);

template <typename... Changes>
std::vector<Change> Batch(Changes... changes) {
  std::vector<Change> batch;
  (batch.push_back(std::move(changes)), ...);
  return batch;
}

// One live document as a view shows it.
struct SeenDocument {
  std::string text;  // title | body
  uint64_t version = 0;
  uint8_t title_norm = 0;
  uint8_t body_norm = 0;
  int64_t published_seconds = 0;
  // "field:term" -> positions; for fields without positions, `frequency` zeros.
  std::map<std::string, std::vector<uint32_t>> terms;

  friend bool operator==(const SeenDocument&, const SeenDocument&) = default;
};
using SeenIndex = std::map<std::string, SeenDocument>;  // by article id

// What differs, one line an article; empty if nothing does.
std::string Difference(const SeenIndex& seen, const SeenIndex& expected);

// What `document` should look like.
SeenDocument Expected(const Document& document);

// Everything live in the view, by walking all terms of all segments. Checks on the way that cursors ascend, that
// document frequencies are what cursors give, and that live counts add up.
SeenIndex ReadAll(const IndexView& view);

WriterOptions SmallWriter(const std::string& dir);
ReaderOptions SmallReader(const std::string& dir, const std::string& secondary_name = "secondary");

}  // namespace factline::store::testing

#endif  // FACTLINE_INDEXER_STORE_STORE_TEST_UTIL_H_
