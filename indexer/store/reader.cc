#include "indexer/store/reader.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "indexer/store/manifest.h"
#include "indexer/store/secondary.h"
#include "indexer/store/segment_data.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/status.h"

namespace factline::store {
namespace {

class SegmentViewImpl final : public SegmentView {
 public:
  SegmentViewImpl(const SegmentEntry& entry, std::shared_ptr<const SegmentData> data,
                  std::shared_ptr<const std::vector<uint64_t>> dead)
      : entry_(entry), data_(std::move(data)), dead_(std::move(dead)) {}

  uint32_t base_doc() const override { return entry_.base_doc; }
  uint32_t doc_count() const override { return entry_.doc_count; }
  uint32_t live_count() const override { return entry_.live_count(); }
  bool IsLive(uint32_t doc) const override {
    if (dead_ == nullptr) return true;
    const uint32_t local = doc - entry_.base_doc;
    return ((*dead_)[local / 64] >> (local % 64) & 1) == 0;
  }
  uint8_t Norm(NormField field, uint32_t doc) const override { return data_->Norm(field, doc); }
  const uint8_t* Norms(NormField field) const override { return data_->Norms(field); }
  int64_t PublishedSeconds(uint32_t doc) const override { return data_->PublishedSeconds(doc); }
  uint32_t SeekPublished(uint32_t doc, int64_t first_second, int64_t last_second) const override {
    return data_->SeekPublished(doc, first_second, last_second);
  }
  int64_t min_published_seconds() const override { return entry_.min_published_seconds; }
  int64_t max_published_seconds() const override { return entry_.max_published_seconds; }
  absl::StatusOr<std::unique_ptr<PostingCursor>> Postings(Field field, std::string_view term) const override {
    return data_->Postings(field, term);
  }
  std::unique_ptr<TermIterator> Terms() const override { return data_->Terms(); }
  std::unique_ptr<TermIterator> TermsFrom(Field field, std::string_view term) const override {
    return data_->TermsFrom(field, term);
  }
  uint64_t key() const override { return data_->key(); }

  const SegmentEntry& entry() const { return entry_; }
  const std::shared_ptr<const SegmentData>& data() const { return data_; }
  const std::shared_ptr<const std::vector<uint64_t>>& dead() const { return dead_; }

 private:
  const SegmentEntry entry_;
  const std::shared_ptr<const SegmentData> data_;
  const std::shared_ptr<const std::vector<uint64_t>> dead_;  // a bit a document; null if all live
};

class IndexViewImpl final : public IndexView {
 public:
  IndexViewImpl(std::shared_ptr<const Secondary> source, const Manifest& manifest,
                std::vector<std::shared_ptr<const SegmentView>> segments)
      : source_(std::move(source)),
        generation_(manifest.generation),
        consumed_(manifest.consumed),
        segments_(std::move(segments)) {
    for (const SegmentEntry& entry : manifest.segments) {
      stats_.live_docs += entry.live_count();
      stats_.docs += entry.doc_count - entry.hole_count;
      stats_.title_tokens += entry.title_tokens;
      stats_.body_tokens += entry.body_tokens;
    }
  }

  uint64_t generation() const override { return generation_; }
  Offset visible_offset() const override { return consumed_; }
  const CollectionStats& stats() const override { return stats_; }
  const std::vector<std::shared_ptr<const SegmentView>>& segments() const override { return segments_; }
  const SegmentView* SegmentOf(uint32_t doc) const override {
    const auto after =
        std::upper_bound(segments_.begin(), segments_.end(), doc,
                         [](uint32_t d, const std::shared_ptr<const SegmentView>& s) { return d < s->base_doc(); });
    if (after == segments_.begin()) return nullptr;
    const SegmentView* segment = (after - 1)->get();
    return doc - segment->base_doc() < segment->doc_count() ? segment : nullptr;
  }
  absl::StatusOr<std::optional<storage::v1::DocRecord>> Document(uint32_t doc) const override {
    return source_->Document(doc);
  }
  absl::StatusOr<std::optional<uint32_t>> FindArticle(std::string_view article_id) const override {
    return source_->FindArticle(article_id);
  }
  const FactReader& facts() const override { return source_->facts(); }
  EngineStats engine_stats() const override { return source_->engine_stats(); }

  const Secondary* source() const { return source_.get(); }

 private:
  const std::shared_ptr<const Secondary> source_;
  const uint64_t generation_;
  const Offset consumed_;
  const std::vector<std::shared_ptr<const SegmentView>> segments_;
  CollectionStats stats_;
};

absl::StatusOr<std::shared_ptr<const std::vector<uint64_t>>> LoadDeletions(const Secondary& source,
                                                                           const SegmentEntry& entry) {
  if (entry.deletions_generation == 0) return nullptr;
  FL_ASSIGN_OR_RETURN(const std::optional<std::string> value,
                      source.ReadLatest(source.families().meta, MetaKey{MetaKey::Part::kDeletions, entry.id}.Encode()));
  if (!value.has_value()) return absl::UnavailableError(Cat("segment ", entry.id.value(), ": no deletions are there"));
  FL_ASSIGN_OR_RETURN(const SegmentDeletions deletions, SegmentDeletions::Decode(*value, entry));
  auto dead = std::make_shared<std::vector<uint64_t>>((entry.doc_count + 63) / 64);
  for (const Roaring* bitmap : {&deletions.holes, &deletions.deleted}) {
    for (const uint32_t doc : *bitmap) {
      const uint32_t local = doc - entry.base_doc;
      (*dead)[local / 64] |= uint64_t{1} << (local % 64);
    }
  }
  return dead;
}

// What `before` has of a segment is taken over; the rest is read. `before` may be null.
absl::StatusOr<std::shared_ptr<const SegmentView>> BuildSegment(const Secondary& source, const SegmentEntry& entry,
                                                                const SegmentViewImpl* before) {
  std::shared_ptr<const SegmentData> data;
  std::shared_ptr<const std::vector<uint64_t>> dead;
  if (before != nullptr) {
    data = before->data();
  } else {
    FL_ASSIGN_OR_RETURN(data, SegmentData::Load(entry, &source));
  }
  if (before != nullptr && before->entry().deletions_generation == entry.deletions_generation) {
    dead = before->dead();
  } else {
    FL_ASSIGN_OR_RETURN(dead, LoadDeletions(source, entry));
  }
  return std::make_shared<SegmentViewImpl>(entry, std::move(data), std::move(dead));
}

absl::StatusOr<Manifest> ReadManifest(const Secondary& source) {
  FL_ASSIGN_OR_RETURN(const std::optional<std::string> value,
                      source.ReadLatest(source.families().meta, MetaKey{MetaKey::Part::kManifest, {}}.Encode()));
  if (!value.has_value()) return absl::NotFoundError("the index has no manifest yet");
  return Manifest::Decode(*value);
}

class SecondaryReader final : public Reader {
 public:
  explicit SecondaryReader(ReaderOptions options) : options_(std::move(options)) {}

  absl::Status Start() {
    std::lock_guard lock(catch_up_mutex_);
    return Reopen();
  }

  absl::Status CatchUp() override {
    std::lock_guard lock(catch_up_mutex_);
    absl::Status status;
    for (int i = 0; i < kTries; ++i) {
      status = source_->CatchUp();
      if (status.ok()) status = Refresh();
      if (status.ok()) return status;
    }
    // The instance has lost the writer's trail: its files were replaced faster than it read them.
    return Reopen();
  }

  std::shared_ptr<const IndexView> View() const override {
    std::lock_guard lock(view_mutex_);
    return view_;
  }
  const IndexVersions& versions() const override { return versions_; }

 private:
  static constexpr int kTries = 3;

  // Under catch_up_mutex_, as Refresh.
  absl::Status Reopen() {
    FL_ASSIGN_OR_RETURN(std::shared_ptr<Secondary> source, Secondary::Open(options_));
    std::swap(source_, source);
    absl::Status status;
    for (int i = 0; i < kTries; ++i) {
      status = Refresh();
      if (status.ok()) return status;
      status.Update(source_->CatchUp());
    }
    if (source != nullptr) std::swap(source_, source);  // no better than the old one, which still serves its view
    return status;
  }

  // Makes a view of what the instance shows now, if that is another generation than the present view's.
  absl::Status Refresh() {
    FL_ASSIGN_OR_RETURN(const Manifest manifest, ReadManifest(*source_));
    std::shared_ptr<const IndexViewImpl> before;
    {
      std::lock_guard lock(view_mutex_);
      before = view_;
    }
    const bool same_source = before != nullptr && before->source() == source_.get();
    if (same_source && before->generation() == manifest.generation) return absl::OkStatus();
    absl::flat_hash_map<SegmentId, const SegmentViewImpl*> known;
    if (same_source) {
      for (const auto& segment : before->segments()) {
        const auto* impl = static_cast<const SegmentViewImpl*>(segment.get());
        known.emplace(impl->entry().id, impl);
      }
    }
    std::vector<std::shared_ptr<const SegmentView>> segments;
    segments.reserve(manifest.segments.size());
    for (const SegmentEntry& entry : manifest.segments) {
      const auto found = known.find(entry.id);
      FL_ASSIGN_OR_RETURN(std::shared_ptr<const SegmentView> segment,
                          BuildSegment(*source_, entry, found == known.end() ? nullptr : found->second));
      segments.push_back(std::move(segment));
    }
    auto view = std::make_shared<const IndexViewImpl>(source_, manifest, std::move(segments));
    if (!same_source) versions_ = manifest.versions;  // an index opened anew may be another
    std::lock_guard lock(view_mutex_);
    view_ = std::move(view);
    return absl::OkStatus();
  }

  const ReaderOptions options_;
  IndexVersions versions_;
  std::mutex catch_up_mutex_;          // taken before view_mutex_
  std::shared_ptr<Secondary> source_;  // guarded by catch_up_mutex_
  mutable std::mutex view_mutex_;
  std::shared_ptr<const IndexViewImpl> view_;  // guarded by view_mutex_
};

}  // namespace

absl::StatusOr<std::unique_ptr<Reader>> Reader::Open(const ReaderOptions& options) {
  auto reader = std::make_unique<SecondaryReader>(options);
  FL_RETURN_IF_ERROR(reader->Start());
  return reader;
}

}  // namespace factline::store
