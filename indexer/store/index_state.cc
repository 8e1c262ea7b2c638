#include "indexer/store/index_state.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "indexer/store/keys.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/status.h"

namespace factline::store {
namespace {

std::string ManifestKey() { return MetaKey{MetaKey::Part::kManifest, {}}.Encode(); }
std::string DeletionsKey(SegmentId segment) { return MetaKey{MetaKey::Part::kDeletions, segment}.Encode(); }

absl::Status CheckVersions(const IndexVersions& stored, const IndexVersions& ours) {
  if (stored.analyzer_version == ours.analyzer_version && stored.extractor_version == ours.extractor_version) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      Cat("the index was made by analyser '", stored.analyzer_version, "' and extractor '", stored.extractor_version,
          "', this program has '", ours.analyzer_version, "' and '", ours.extractor_version, "': rebuild the index"));
}

}  // namespace

absl::Status IndexState::Load(const Primary& primary, const IndexVersions& versions) {
  if (versions.format_version != 0 && versions.format_version != kFormatVersion) {
    return absl::FailedPreconditionError(
        Cat("format ", versions.format_version, " is asked for, this program writes ", kFormatVersion));
  }
  const Families& families = primary.families();
  FL_ASSIGN_OR_RETURN(const std::optional<std::string> stored, primary.Read(families.meta, ManifestKey()));
  if (!stored.has_value()) {
    manifest_.versions = versions;
    manifest_.versions.format_version = kFormatVersion;
    manifest_.generation = 1;
    rocksdb::WriteBatch batch = NewBatch();
    batch.Put(families.meta, ManifestKey(), manifest_.Encode());
    return primary.Write(&batch, /*sync=*/true);
  }
  FL_ASSIGN_OR_RETURN(manifest_, Manifest::Decode(*stored));
  FL_RETURN_IF_ERROR(CheckVersions(manifest_.versions, versions));
  for (const SegmentEntry& entry : manifest_.segments) {
    if (entry.deletions_generation == 0) continue;
    FL_ASSIGN_OR_RETURN(const std::optional<std::string> value, primary.Read(families.meta, DeletionsKey(entry.id)));
    if (!value.has_value()) return absl::DataLossError(Cat("segment ", entry.id.value(), " lacks its deletions"));
    FL_ASSIGN_OR_RETURN(deletions_[entry.id], SegmentDeletions::Decode(*value, entry));
  }
  return absl::OkStatus();
}

SegmentDeletions IndexState::DeletionsOf(SegmentId segment) const {
  const auto found = deletions_.find(segment);
  return found == deletions_.end() ? SegmentDeletions() : found->second;
}

IndexState::Draft IndexState::NewDraft() const {
  Draft draft;
  draft.manifest = manifest_;
  ++draft.manifest.generation;
  return draft;
}

bool IndexState::Delete(uint32_t doc, Draft* draft) const {
  const size_t index = draft->manifest.SegmentOf(doc);
  if (index == draft->manifest.segments.size()) return false;
  SegmentEntry& entry = draft->manifest.segments[index];
  auto found = draft->deletions.find(entry.id);
  if (found == draft->deletions.end()) found = draft->deletions.emplace(entry.id, DeletionsOf(entry.id)).first;
  SegmentDeletions& deletions = found->second;
  if (deletions.holes.contains(doc) || !deletions.deleted.addChecked(doc)) return false;
  ++entry.deleted_count;
  entry.deletions_generation = draft->manifest.generation;
  return true;
}

absl::Status IndexState::Replace(const std::vector<MergeInput>& inputs, SegmentEntry merged, Draft* draft) const {
  std::vector<SegmentEntry>& segments = draft->manifest.segments;
  const auto begin = std::find_if(segments.begin(), segments.end(),
                                  [&](const SegmentEntry& entry) { return entry.id == inputs.front().entry.id; });
  const auto is_input = [](const SegmentEntry& entry, const MergeInput& input) { return entry.id == input.entry.id; };
  if (static_cast<size_t>(segments.end() - begin) < inputs.size() ||
      !std::equal(begin, begin + static_cast<ptrdiff_t>(inputs.size()), inputs.begin(), is_input)) {
    return absl::InternalError("the manifest lost segments that were being merged");
  }
  SegmentDeletions deletions;
  if (merged.doc_count > 0) deletions.holes = HolesAfterMerge(inputs);
  for (const MergeInput& input : inputs) {
    draft->gone.push_back(input.entry.id);
    deletions.deleted |= DeletionsOf(input.entry.id).deleted;
    deletions.deleted -= input.deletions.deleted;  // at the start: these are purged
  }
  const auto after = segments.erase(begin, begin + static_cast<ptrdiff_t>(inputs.size()));
  if (merged.doc_count == 0) return absl::OkStatus();
  merged.deleted_count = static_cast<uint32_t>(deletions.deleted.cardinality());
  if (merged.deleted_count + merged.hole_count > 0) {
    merged.deletions_generation = draft->manifest.generation;
    draft->deletions.emplace(merged.id, std::move(deletions));
  }
  segments.insert(after, merged);
  return absl::OkStatus();
}

void IndexState::Append(const Families& families, const Draft& draft, rocksdb::WriteBatch* batch) const {
  batch->Put(families.meta, ManifestKey(), draft.manifest.Encode());
  for (const auto& [segment, deletions] : draft.deletions) {
    batch->Put(families.meta, DeletionsKey(segment), deletions.Encode());
  }
  for (const SegmentId segment : draft.gone) {
    if (deletions_.contains(segment)) batch->Delete(families.meta, DeletionsKey(segment));
  }
}

void IndexState::Adopt(Draft draft) {
  const uint64_t given_out = manifest_.next_segment;
  manifest_ = std::move(draft.manifest);
  manifest_.next_segment = std::max(manifest_.next_segment, given_out);
  for (auto& [segment, deletions] : draft.deletions) deletions_[segment] = std::move(deletions);
  for (const SegmentId segment : draft.gone) deletions_.erase(segment);
}

void IndexState::SkipSegmentIdsThrough(SegmentId used) {
  manifest_.next_segment = std::max(manifest_.next_segment, used.value() + 1);
}

}  // namespace factline::store
