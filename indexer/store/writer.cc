#include "indexer/store/writer.h"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <limits>
#include <mutex>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/time/clock.h"
#include "indexer/store/commit_plan.h"
#include "indexer/store/fact_db.h"
#include "indexer/store/fact_table.h"
#include "indexer/store/fresh_builder.h"
#include "indexer/store/index_state.h"
#include "indexer/store/keys.h"
#include "indexer/store/merge_policy.h"
#include "indexer/store/primary.h"
#include "indexer/store/segment_merger.h"
#include "indexer/store/segment_scan.h"
#include "indexer/store/stored_text.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/rocks_stats.h"
#include "protos/vocab/status.h"
#include "protos/vocab/version.h"
#include "rocksdb/env.h"

namespace factline::store {
namespace {

// The greatest number says "no more documents".
constexpr uint64_t kMaxDocs = std::numeric_limits<uint32_t>::max() - 1;
constexpr size_t kPurgeBatchKeys = 1000;

std::string PurgeKey(SegmentId segment) { return MetaKey{MetaKey::Part::kPurge, segment}.Encode(); }

// What a merge leaves behind, to be removed when no reader can need it any more.
struct Leftover {
  std::vector<SegmentId> segments;
  // Set for the output of a merge that did not come to its end: kept until a later generation is on disk. If its flip
  // reached the log all the same, only a manifest written after it makes sure that the output is not named.
  std::optional<uint64_t> failed_at_generation;
  std::optional<SegmentId> purge;  // the purge list under this key: documents that the merge dropped
  Roaring purged_docs;
  absl::Time since;
};

class IndexWriter final : public Writer {
 public:
  IndexWriter(WriterOptions options, std::unique_ptr<Primary> primary)
      : options_(std::move(options)), primary_(std::move(primary)) {
    policy_.max_fresh_segments = options_.max_fresh_segments;
  }

  absl::Status Start() {
    {
      std::lock_guard lock(state_mutex_);
      FL_RETURN_IF_ERROR(state_.Load(*primary_, options_.versions));
      consumed_offset_.store(state_.manifest().consumed.value(), std::memory_order_release);
      Publish();
    }
    std::lock_guard lock(leftovers_mutex_);
    FL_RETURN_IF_ERROR(CollectOrphans());
    return CollectPurgeLists();
  }

  Offset consumed_offset() const override { return Offset(consumed_offset_.load(std::memory_order_acquire)); }

  absl::Status Commit(std::vector<Change> changes, Offset consumed) override;
  absl::StatusOr<bool> MergeOnce(const MergeRequest& request) override;
  absl::StatusOr<bool> DropReplaced() override;
  absl::StatusOr<IndexInfo> Info() const override;
  absl::StatusOr<std::optional<storage::v1::DocRecord>> NewestDocument() const override;
  absl::StatusOr<RocksBackup> Backup(RocksBackups& backups, std::string_view name, Partition partition) const override;

 private:
  struct Job {
    std::vector<MergeInput> inputs;
    SegmentId output;
  };

  // Under state_mutex_.
  absl::Status EndVersions(const CommitPlan& plan, IndexState::Draft* draft, FactDelta* facts);
  absl::Status BeginDocuments(const CommitPlan& plan, IndexState::Draft* draft, FactDelta* facts,
                              rocksdb::WriteBatch* batch);
  void Publish();  // what Info says of the manifest

  // Under leftovers_mutex_.
  absl::Status CollectOrphans();
  absl::Status CollectPurgeLists();

  std::vector<Leftover> TakeDueLeftovers();
  bool IsDue(const Leftover& leftover) const;
  absl::Status Remove(const Leftover& leftover) const;

  // Under the mutexes of the scope's merges.
  std::optional<Job> PickJob(MergeScope scope);
  absl::Status RunJob(Job job, const std::function<absl::Status()>& checkpoint);
  absl::Status IngestAndFlip(const Job& job, const SegmentEntry& merged, Primary::Bulk* bulk);
  absl::Status Flip(const Job& job, const SegmentEntry& merged);

  absl::Status Passed(std::string_view point) const {
    return options_.after_merge_point ? options_.after_merge_point(point) : absl::OkStatus();
  }

  const WriterOptions options_;
  const std::unique_ptr<Primary> primary_;
  MergePolicy policy_;
  std::atomic<uint64_t> consumed_offset_{0};
  std::atomic<uint64_t> merges_{0};
  std::atomic<uint64_t> merged_bytes_{0};

  std::mutex fresh_mutex_;   // one merge of fresh segments at a time
  std::mutex levels_mutex_;  // one of others; taken after fresh_mutex_, and both before those below

  std::mutex leftovers_mutex_;
  std::vector<Leftover> leftovers_;  // guarded by leftovers_mutex_

  mutable std::mutex state_mutex_;  // held by a commit, and by a merge as it begins and flips
  IndexState state_;                // guarded by state_mutex_

  mutable std::mutex published_mutex_;  // held for a copy only; taken last
  IndexInfo published_;                 // guarded by published_mutex_: the manifest's part of Info
};

absl::Status IndexWriter::Commit(std::vector<Change> changes, Offset consumed) {
  std::lock_guard lock(state_mutex_);
  const Families& families = primary_->families();
  FL_ASSIGN_OR_RETURN(
      const CommitPlan plan,
      CommitPlan::Make(std::move(changes), [&](std::string_view id) -> absl::StatusOr<std::optional<LiveVersion>> {
        FL_ASSIGN_OR_RETURN(const std::optional<std::string> value, primary_->Read(families.articles, id));
        if (!value.has_value()) return std::nullopt;
        return LiveVersion::Decode(*value);
      }));
  rocksdb::WriteBatch batch = NewBatch();
  FactDelta facts(primary_->db(), families.facts);
  IndexState::Draft draft = state_.NewDraft();
  draft.manifest.consumed = consumed;
  FL_RETURN_IF_ERROR(EndVersions(plan, &draft, &facts));
  for (const std::string& id : plan.deleted_articles()) batch.Delete(families.articles, id);
  for (const Change& page : plan.pages()) {
    FL_ASSIGN_OR_RETURN(const std::string stored, Compress(page.page_text));
    batch.Put(families.pages, page.id, stored);
  }
  if (!plan.documents().empty()) FL_RETURN_IF_ERROR(BeginDocuments(plan, &draft, &facts, &batch));
  FL_RETURN_IF_ERROR(facts.Finish(&batch));
  state_.Append(families, draft, &batch);
  FL_RETURN_IF_ERROR(primary_->Write(&batch, /*sync=*/true));
  state_.Adopt(std::move(draft));
  Publish();
  consumed_offset_.store(consumed.value(), std::memory_order_release);
  return absl::OkStatus();
}

absl::Status IndexWriter::EndVersions(const CommitPlan& plan, IndexState::Draft* draft, FactDelta* facts) {
  for (const LiveVersion& version : plan.ended()) {
    FL_ASSIGN_OR_RETURN(const std::optional<std::string> stored,
                        primary_->Read(primary_->families().docs, DocKey{DocNumber(version.doc)}.Encode()));
    if (!stored.has_value() || !state_.Delete(version.doc, draft)) {
      return absl::DataLossError(Cat("document ", version.doc, " is a live version, but the index lacks it"));
    }
    FL_ASSIGN_OR_RETURN(const storage::v1::DocRecord record, DecodeDocRecord(*stored));
    facts->Remove(record);
  }
  return absl::OkStatus();
}

absl::Status IndexWriter::BeginDocuments(const CommitPlan& plan, IndexState::Draft* draft, FactDelta* facts,
                                         rocksdb::WriteBatch* batch) {
  const Families& families = primary_->families();
  const uint32_t base_doc = draft->manifest.next_doc;
  if (base_doc + plan.documents().size() > kMaxDocs) {
    return absl::ResourceExhaustedError("document numbers are used up: rebuild the index or cut the log in partitions");
  }
  std::vector<const Document*> documents;
  for (const std::unique_ptr<Document>& document : plan.documents()) {
    const uint32_t doc = base_doc + static_cast<uint32_t>(documents.size());
    const v1::StoredArticle& article = document->record.article();
    FL_ASSIGN_OR_RETURN(const std::string stored, EncodeDocRecord(document->record));
    batch->Put(families.docs, DocKey{DocNumber(doc)}.Encode(), stored);
    batch->Put(families.articles, article.id(), LiveVersion{doc, article.version()}.Encode());
    facts->Add(document->record);
    documents.push_back(document.get());
  }
  FreshSegment fresh = BuildFresh(documents, base_doc);
  fresh.entry.id = SegmentId(draft->manifest.next_segment++);
  batch->Put(families.fresh, SegmentKey{fresh.entry.id}.Encode(), fresh.value);
  draft->manifest.segments.push_back(fresh.entry);
  draft->manifest.next_doc = base_doc + static_cast<uint32_t>(documents.size());
  return absl::OkStatus();
}

// Segments that no manifest names: of merges that a crash cut off, or replaced ones whose grace it cut short. A reader
// may still be on the latter.
absl::Status IndexWriter::CollectOrphans() {
  FL_ASSIGN_OR_RETURN(const std::vector<SegmentId> stored, primary_->StoredSegments());
  std::lock_guard lock(state_mutex_);
  absl::flat_hash_set<SegmentId> named;
  for (const SegmentEntry& entry : state_.manifest().segments) named.insert(entry.id);
  Leftover orphans;
  orphans.since = absl::Now();
  for (const SegmentId segment : stored) {
    state_.SkipSegmentIdsThrough(segment);
    if (!named.contains(segment)) orphans.segments.push_back(segment);
  }
  if (!orphans.segments.empty()) leftovers_.push_back(std::move(orphans));
  return absl::OkStatus();
}

absl::Status IndexWriter::CollectPurgeLists() {
  const std::unique_ptr<rocksdb::Iterator> it(
      primary_->db()->NewIterator(rocksdb::ReadOptions(), primary_->families().meta));
  for (it->Seek(PurgeKey(SegmentId(0))); it->Valid(); it->Next()) {
    FL_ASSIGN_OR_RETURN(const MetaKey key, MetaKey::Decode(View(it->key())));
    if (key.part != MetaKey::Part::kPurge) break;
    Leftover leftover;
    leftover.purge = key.segment;
    leftover.since = absl::Now();
    FL_ASSIGN_OR_RETURN(leftover.purged_docs, ParseRoaring(View(it->value())));
    leftovers_.push_back(std::move(leftover));
  }
  return FromRocksDb(it->status(), "read the purge lists");
}

absl::StatusOr<bool> IndexWriter::MergeOnce(const MergeRequest& request) {
  std::unique_lock fresh(fresh_mutex_, std::defer_lock), levels(levels_mutex_, std::defer_lock);
  if (request.scope != MergeScope::kLevels) fresh.lock();
  if (request.scope != MergeScope::kFresh) levels.lock();
  const absl::StatusOr<bool> removal = DropReplaced();  // an error is told only once a merge had its turn
  // A complete index has nothing more to flush, which would make RocksDB compact of itself.
  if (request.scope == MergeScope::kWhole && removal.ok() && *removal) {
    FL_RETURN_IF_ERROR(primary_->CompactFresh());
  }
  std::optional<Job> job = PickJob(request.scope);
  if (job.has_value()) FL_RETURN_IF_ERROR(RunJob(*std::move(job), request.checkpoint));
  FL_RETURN_IF_ERROR(removal.status());
  return *removal || job.has_value();
}

// Removes all that can be; the first error comes back, and what it concerns stays for the next time.
absl::StatusOr<bool> IndexWriter::DropReplaced() {
  bool removed = false;
  absl::Status first_error;
  for (Leftover& leftover : TakeDueLeftovers()) {
    if (absl::Status status = Remove(leftover); !status.ok()) {
      first_error.Update(status);
      std::lock_guard lock(leftovers_mutex_);
      leftovers_.push_back(std::move(leftover));
      continue;
    }
    removed = true;
    first_error.Update(Passed("dropped"));
  }
  FL_RETURN_IF_ERROR(first_error);
  return removed;
}

// Out of the list, so that nobody waits for their removal.
std::vector<Leftover> IndexWriter::TakeDueLeftovers() {
  std::lock_guard lock(leftovers_mutex_);
  const auto due = std::stable_partition(leftovers_.begin(), leftovers_.end(),
                                         [this](const Leftover& leftover) { return !IsDue(leftover); });
  std::vector<Leftover> taken(std::make_move_iterator(due), std::make_move_iterator(leftovers_.end()));
  leftovers_.erase(due, leftovers_.end());
  return taken;
}

std::optional<IndexWriter::Job> IndexWriter::PickJob(MergeScope scope) {
  std::lock_guard lock(state_mutex_);
  const std::vector<SegmentEntry>& segments = state_.manifest().segments;
  const MergeRun run = PickMerge(segments, policy_, scope);
  if (run.empty()) return std::nullopt;
  Job job;
  for (size_t i = run.begin; i < run.end_exclusive; ++i) {
    job.inputs.push_back({segments[i], state_.DeletionsOf(segments[i].id), nullptr});
  }
  job.output = state_.TakeSegmentId();
  return job;
}

absl::Status IndexWriter::RunJob(Job job, const std::function<absl::Status()>& checkpoint) {
  FL_RETURN_IF_ERROR(Passed("started"));
  uint64_t live = 0;
  std::vector<std::unique_ptr<SegmentScan>> scans;  // of the merged inputs; a fresh one is a single value
  for (MergeInput& input : job.inputs) {
    const ValueStore* values = primary_.get();
    if (!input.entry.fresh) {
      values = scans.emplace_back(std::make_unique<SegmentScan>(primary_.get(), input.entry.id)).get();
    }
    FL_ASSIGN_OR_RETURN(input.data, SegmentData::Load(input.entry, values));
    live += input.entry.live_count();
  }
  SegmentEntry merged;  // stays empty if all documents are deleted
  std::unique_ptr<Primary::Bulk> bulk;
  if (live > 0) {
    bulk = primary_->NewBulk(job.output);
    FL_ASSIGN_OR_RETURN(merged, MergeSegments(job.inputs, job.output, bulk.get(), checkpoint));
    FL_RETURN_IF_ERROR(bulk->Finish());
    FL_RETURN_IF_ERROR(Passed("written"));
  }
  if (absl::Status status = IngestAndFlip(job, merged, bulk.get()); !status.ok()) {
    if (bulk == nullptr) return status;
    Leftover output;
    output.segments.push_back(job.output);
    output.since = absl::Now();
    std::scoped_lock lock(leftovers_mutex_, state_mutex_);
    output.failed_at_generation = state_.manifest().generation;
    leftovers_.push_back(std::move(output));
    return status;
  }
  merges_.fetch_add(1, std::memory_order_relaxed);
  merged_bytes_.fetch_add(merged.size_bytes, std::memory_order_relaxed);
  return Passed("flipped");
}

absl::Status IndexWriter::IngestAndFlip(const Job& job, const SegmentEntry& merged, Primary::Bulk* bulk) {
  if (bulk != nullptr) {
    FL_RETURN_IF_ERROR(bulk->Ingest());
    FL_RETURN_IF_ERROR(Passed("ingested"));
  }
  return Flip(job, merged);
}

absl::Status IndexWriter::Flip(const Job& job, const SegmentEntry& merged) {
  Leftover leftover;
  for (const MergeInput& input : job.inputs) {
    leftover.segments.push_back(input.entry.id);
    leftover.purged_docs |= input.deletions.deleted;
  }
  rocksdb::WriteBatch batch = NewBatch();
  if (!leftover.purged_docs.isEmpty()) {
    leftover.purge = job.output;
    std::string list;
    PutRoaring(leftover.purged_docs, &list);
    batch.Put(primary_->families().meta, PurgeKey(job.output), list);
  }
  {
    std::lock_guard lock(state_mutex_);
    IndexState::Draft draft = state_.NewDraft();
    FL_RETURN_IF_ERROR(state_.Replace(job.inputs, merged, &draft));
    state_.Append(primary_->families(), draft, &batch);
    FL_RETURN_IF_ERROR(primary_->Write(&batch, /*sync=*/true));
    state_.Adopt(std::move(draft));
    Publish();
  }
  leftover.since = absl::Now();
  std::lock_guard lock(leftovers_mutex_);
  leftovers_.push_back(std::move(leftover));
  return absl::OkStatus();
}

bool IndexWriter::IsDue(const Leftover& leftover) const {
  if (absl::Now() - leftover.since < options_.segment_grace) return false;
  if (!leftover.failed_at_generation.has_value()) return true;
  std::lock_guard lock(published_mutex_);
  return published_.generation > *leftover.failed_at_generation;
}

absl::Status IndexWriter::Remove(const Leftover& leftover) const {
  for (const SegmentId segment : leftover.segments) FL_RETURN_IF_ERROR(primary_->DropSegment(segment));
  if (!leftover.purge.has_value()) return absl::OkStatus();
  const Families& families = primary_->families();
  rocksdb::WriteBatch batch = NewBatch();
  for (const uint32_t doc : leftover.purged_docs) {
    batch.Delete(families.docs, DocKey{DocNumber(doc)}.Encode());
    if (batch.Count() < kPurgeBatchKeys) continue;
    FL_RETURN_IF_ERROR(primary_->Write(&batch, /*sync=*/false));
    batch.Clear();
  }
  batch.Delete(families.meta, PurgeKey(*leftover.purge));  // last: a crash before it repeats the purge
  return primary_->Write(&batch, /*sync=*/false);
}

void IndexWriter::Publish() {
  IndexInfo info;
  info.generation = state_.manifest().generation;
  for (const SegmentEntry& entry : state_.manifest().segments) {
    info.live_docs += entry.live_count();
    info.deleted_docs += entry.deleted_count;
    info.segments.push_back(
        {entry.id, entry.fresh, entry.doc_count - entry.hole_count, entry.deleted_count, entry.size_bytes});
  }
  std::lock_guard lock(published_mutex_);
  published_ = std::move(info);
}

absl::StatusOr<IndexInfo> IndexWriter::Info() const {
  IndexInfo info;
  {
    std::lock_guard lock(published_mutex_);
    info = published_;
  }
  info.merges = merges_.load(std::memory_order_relaxed);
  info.merged_bytes = merged_bytes_.load(std::memory_order_relaxed);
  FL_ASSIGN_OR_RETURN(const FactCounts counts, ReadFactCounts(primary_->db(), primary_->families().facts));
  info.facts = counts.facts;
  info.entities = counts.entities;
  for (rocksdb::ColumnFamilyHandle* family : primary_->families().all) {
    uint64_t file_bytes = 0, memory_bytes = 0;
    primary_->db()->GetIntProperty(family, rocksdb::DB::Properties::kTotalSstFilesSize, &file_bytes);
    primary_->db()->GetIntProperty(family, rocksdb::DB::Properties::kCurSizeAllMemTables, &memory_bytes);
    info.column_family_bytes.emplace_back(family->GetName(), file_bytes + memory_bytes);
  }
  info.engine = ReadEngineStats(primary_->db(), primary_->families().all);
  std::vector<rocksdb::Env::FileAttributes> files;
  if (rocksdb::Env::Default()->GetChildrenFileAttributes(options_.index_dir, &files).ok()) {
    for (const rocksdb::Env::FileAttributes& file : files) info.disk_bytes += file.size_bytes;
  }
  return info;
}

absl::StatusOr<std::optional<storage::v1::DocRecord>> IndexWriter::NewestDocument() const {
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  const std::unique_ptr<rocksdb::Iterator> it(primary_->db()->NewIterator(options, primary_->families().docs));
  it->SeekToLast();
  FL_RETURN_IF_ERROR(FromRocksDb(it->status(), "read the newest document"));
  if (!it->Valid()) return std::nullopt;
  return DecodeDocRecord(View(it->value()));
}

absl::StatusOr<RocksBackup> IndexWriter::Backup(RocksBackups& backups, std::string_view name,
                                                Partition partition) const {
  storage::v1::BackupRecord record;
  record.set_name(std::string(name));
  record.set_store("index");
  record.set_format_version(kFormatVersion);
  record.set_program_version(std::string(kVersion));
  storage::v1::BackupRange& range = *record.add_partitions();
  range.set_partition(partition.value());
  range.set_end_offset(consumed_offset().value());
  return backups.Create(primary_->db(), record);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Writer>> Writer::Open(const WriterOptions& options) {
  const auto open = [&options]() -> absl::StatusOr<std::unique_ptr<Writer>> {
    FL_ASSIGN_OR_RETURN(std::unique_ptr<Primary> primary, Primary::Open(options));
    auto writer = std::make_unique<IndexWriter>(options, std::move(primary));
    FL_RETURN_IF_ERROR(writer->Start());
    return writer;
  };
  absl::StatusOr<std::unique_ptr<Writer>> writer = open();
  if (!absl::IsDataLoss(writer.status())) return writer;
  return absl::DataLossError(
      Cat(writer.status().message(), "; the index is damaged: make it anew from the log, by factline admin rebuild"));
}

}  // namespace factline::store
