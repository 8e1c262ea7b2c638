#ifndef FACTLINE_INGEST_ACCEPT_SEQUENCER_H_
#define FACTLINE_INGEST_ACCEPT_SEQUENCER_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "factline/v1/ingest_service.pb.h"
#include "ingest/accept/prepare.h"
#include "ingest/accept/state.h"
#include "ingest/log/writer.h"
#include "protos/vocab/string_map.h"

namespace factline::accept {

// Decides what a group of items does to the log, one item after the other: versions, duplicates, replacements and
// deletions, against the log's state and the group's own earlier items. Writes nothing; the batch it makes is to be
// appended before anything else is. One thread; `writer` must outlive it.
//
// What makes an item a duplicate: its request_id was answered before, or its id holds the same content now. An older
// content sent again is a new version.
class Sequencer {
 public:
  // Everything in the group is accepted at `now`.
  Sequencer(const log::Writer* writer, absl::Time now) : writer_(writer), now_(now) {}

  // What `item` will be answered once the batch is durable. INVALID_ARGUMENT: its request_id was another item's, or its
  // id belongs to a page's article or a page; NOT_FOUND: a deletion of nothing. An error leaves the batch as it was.
  // `traceparent` goes into each event that the item makes.
  absl::StatusOr<v1::Acceptance> Add(std::string_view request_id, PreparedItem item, std::string_view traceparent = "");

  log::AppendBatch TakeBatch();

 private:
  absl::StatusOr<std::optional<Memory>> Recall(const std::string& key);
  void Remember(const std::string& key, const Memory& memory);
  void Forget(const std::string& key);

  absl::StatusOr<v1::Acceptance> AddArticle(PreparedArticle prepared, const std::string& hash);
  absl::StatusOr<v1::Acceptance> AddPage(PreparedPage prepared, const std::string& hash);
  absl::StatusOr<v1::Acceptance> AddDeletion(const std::string& id);
  absl::StatusOr<v1::Acceptance> DeletePage(const std::string& id, const Memory& page);
  absl::StatusOr<std::vector<Memory>> LivePageArticles(const Memory& page, int first_index);

  // Append an event each and remember the article; `before` is what is known of the id, `hash` what tells that the same
  // was sent again.
  v1::AcceptedArticle Accept(v1::StoredArticle article, Kind kind, const std::string& hash,
                             const std::optional<Memory>& before);
  v1::AcceptedArticle Delete(const std::string& id, const Memory& before);
  void AppendPage(std::string id, std::string text);

  Partition PartitionOf(std::string_view page_id) const;
  Partition PartitionOfArticle(std::string_view id) const;
  log::NewEvent* NextEvent(Partition partition);

  const log::Writer* const writer_;
  const absl::Time now_;
  log::AppendBatch batch_;
  StringMap<std::optional<std::string>> changes_;  // of state, by key
  std::map<Partition, Offset> next_;
  std::string traceparent_;  // of the item at hand
};

}  // namespace factline::accept

#endif  // FACTLINE_INGEST_ACCEPT_SEQUENCER_H_
