#ifndef FACTLINE_INDEXER_STORE_READER_H_
#define FACTLINE_INDEXER_STORE_READER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "factline/storage/v1/index.pb.h"
#include "indexer/store/fact_reader.h"
#include "indexer/store/fields.h"
#include "indexer/store/posting_cursor.h"
#include "protos/vocab/engine_stats.h"
#include "protos/vocab/ids.h"

namespace factline::store {

// Walks the terms of a segment, sorted by field, then by the bytes of the term. Starts before the first one. Not
// thread-safe; must not outlive the IndexView.
class TermIterator {
 public:
  virtual ~TermIterator() = default;
  virtual bool Next() = 0;  // false at the end, or when status() says why not
  virtual Field field() const = 0;
  virtual std::string_view term() const = 0;  // until Next
  virtual absl::StatusOr<std::unique_ptr<PostingCursor>> Postings() const = 0;
  virtual absl::Status status() const = 0;
};

// One immutable segment as of one generation: the documents [base_doc, base_doc + doc_count), some of them deleted.
class SegmentView {
 public:
  virtual ~SegmentView() = default;

  virtual uint32_t base_doc() const = 0;
  virtual uint32_t doc_count() const = 0;
  virtual uint32_t live_count() const = 0;

  // All of these take a global document number of this segment.
  virtual bool IsLive(uint32_t doc) const = 0;
  virtual uint8_t Norm(NormField field, uint32_t doc) const = 0;
  // Norm of base_doc and those after it, doc_count in all, for who asks often.
  virtual const uint8_t* Norms(NormField field) const = 0;
  virtual int64_t PublishedSeconds(uint32_t doc) const = 0;  // since the Unix epoch

  // The first document from `doc` on that was published in [first_second, last_second]; kNoMoreDocs if none was.
  virtual uint32_t SeekPublished(uint32_t doc, int64_t first_second, int64_t last_second) const {
    for (const uint32_t end = base_doc() + doc_count(); doc < end; ++doc) {
      const int64_t seconds = PublishedSeconds(doc);
      if (first_second <= seconds && seconds <= last_second) return doc;
    }
    return kNoMoreDocs;
  }

  // The range of PublishedSeconds in the segment, so that a time filter can skip it.
  virtual int64_t min_published_seconds() const = 0;
  virtual int64_t max_published_seconds() const = 0;

  // Null if no document of the segment holds the term. The cursor must not outlive the IndexView.
  virtual absl::StatusOr<std::unique_ptr<PostingCursor>> Postings(Field field, std::string_view term) const = 0;

  // All terms, those of deleted documents among them until a merge purges them.
  virtual std::unique_ptr<TermIterator> Terms() const = 0;
  // Those from (field, term) on, inclusive. Finds the first one by a search, not by a walk.
  virtual std::unique_ptr<TermIterator> TermsFrom(Field field, std::string_view term) const = 0;

  // What all views of the segment have and no other segment that this process has opened: for who keeps something made
  // of its postings, which never change. Deletions do.
  virtual uint64_t key() const = 0;
};

struct CollectionStats {
  uint64_t live_docs = 0;
  uint64_t title_tokens = 0;  // over the documents of all segments, deleted ones that are not purged yet included,
  uint64_t body_tokens = 0;   // as document frequencies count them too: BM25 stays consistent
  uint64_t docs = 0;
};

// The index as of one moment: all segments of one generation. A request takes one and keeps it to its end; segments
// stay readable while it lives. Stored documents, facts and entities are read as they are at the time. Any number of
// threads may share it.
class IndexView {
 public:
  virtual ~IndexView() = default;

  virtual uint64_t generation() const = 0;    // grows with each committed batch and each merge
  virtual Offset visible_offset() const = 0;  // events before it are visible
  virtual const CollectionStats& stats() const = 0;

  // In the order of document numbers, which is the order of the log. At least live_docs documents in all.
  virtual const std::vector<std::shared_ptr<const SegmentView>>& segments() const = 0;

  // The segment that holds `doc`, or null.
  virtual const SegmentView* SegmentOf(uint32_t doc) const = 0;

  // A stored document, deleted or not; nullopt once a merge has purged it.
  virtual absl::StatusOr<std::optional<storage::v1::DocRecord>> Document(uint32_t doc) const = 0;

  // The live version of an article.
  virtual absl::StatusOr<std::optional<uint32_t>> FindArticle(std::string_view article_id) const = 0;

  // Facts and entities (fact_reader.h).
  virtual const FactReader& facts() const = 0;

  // Of the storage engine that the view reads by, as of now. Looks at memory alone.
  virtual EngineStats engine_stats() const { return {}; }
};

// The layout that this program writes and reads (FORMAT.md).
constexpr uint32_t kFormatVersion = 3;

struct IndexVersions {
  uint32_t format_version = kFormatVersion;
  std::string analyzer_version;
  std::string extractor_version;
};

struct ReaderOptions {
  std::string index_dir;
  std::string secondary_dir;  // RocksDB's own files of the reader; made if absent
  size_t block_cache_bytes = 32 << 20;
  size_t posting_cache_bytes = 96 << 20;  // copies of dictionary blocks, postings and positions
  bool engine_counters = false;           // counts what EngineStats has since the index was opened
};

// Reads an index that another process may be writing: a RocksDB secondary instance. Thread-safe.
class Reader {
 public:
  // NOT_FOUND while there is no index yet. FAILED_PRECONDITION names both versions if the format is not ours.
  static absl::StatusOr<std::unique_ptr<Reader>> Open(const ReaderOptions& options);
  virtual ~Reader() = default;

  // Sees what the writer has committed since. Called every few milliseconds by one thread; cheap if nothing is new.
  virtual absl::Status CatchUp() = 0;

  virtual std::shared_ptr<const IndexView> View() const = 0;  // as of the last CatchUp; never null
  // Of the index opened last. For the thread that calls CatchUp, which may change it.
  virtual const IndexVersions& versions() const = 0;
};

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_READER_H_
