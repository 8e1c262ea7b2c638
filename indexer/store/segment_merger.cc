#include "indexer/store/segment_merger.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "indexer/store/keys.h"
#include "indexer/store/merged_terms.h"
#include "indexer/store/posting_list.h"
#include "indexer/store/short_list.h"
#include "indexer/store/term_record.h"
#include "indexer/store/term_writer.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/status.h"

namespace factline::store {
namespace {

using Kind = ValueAddress::Kind;

// Merges the lists of one term after the other.
class ListMerger {
 public:
  ListMerger(const std::vector<MergeInput>& inputs, uint32_t base_doc, TermWriter* writer)
      : inputs_(inputs), base_doc_(base_doc), writer_(writer) {}

  // The term that the inputs in `present` stand on.
  absl::Status Merge(const MergedTerms& terms, absl::Span<const size_t> present) {
    records_.clear();
    for (const size_t i : present) {
      FL_ASSIGN_OR_RETURN(TermRecord record, terms.at(i).Record());
      records_.push_back(std::move(record));
    }
    const SegmentTerms& name = terms.at(present.front());
    if (IsShort(present)) {
      list_.Clear();
      for (size_t at = 0; at < present.size(); ++at) {
        const uint32_t doc_shift = inputs_[present[at]].entry.base_doc - base_doc_;
        FL_RETURN_IF_ERROR(list_.Append(records_[at], doc_shift, HasPositions(name.field())));
      }
      return writer_->AddRecord(name.key(), list_.Record(HasPositions(name.field())));
    }
    for (size_t at = 0; at < present.size(); ++at) {
      FL_RETURN_IF_ERROR(
          CopyPostings(inputs_[present[at]], name.field(), terms.at(present[at]).Cursor(std::move(records_[at]))));
    }
    return writer_->FinishTerm(name.key());
  }

 private:
  // Whether all lists are inline, none lost a document, and together they are a short one that stays inline.
  bool IsShort(absl::Span<const size_t> present) const {
    constexpr size_t kGapBytes = 5;  // a first document's gap may grow by it
    size_t postings = 0, bytes = 0;
    for (size_t at = 0; at < present.size(); ++at) {
      const TermRecord& record = records_[at];
      if (record.postings_apart || record.positions_apart) return false;
      if (!inputs_[present[at]].deletions.deleted.isEmpty()) return false;
      postings += record.document_frequency;
      bytes += record.postings.size() + record.positions.size() + kGapBytes;
    }
    return postings < kBlockPostings && bytes <= kInlineBytes;
  }

  // Positions count within their document, so they move as they are.
  absl::Status CopyPostings(const MergeInput& input, Field field, ListCursor cursor) {
    const bool all_live = input.deletions.deleted.isEmpty();
    std::string_view positions;
    for (uint32_t doc = cursor.Next(); doc != kNoMoreDocs; doc = cursor.Next()) {
      if (!all_live && input.deletions.deleted.contains(doc)) continue;
      if (HasPositions(field)) {
        FL_ASSIGN_OR_RETURN(positions, cursor.EncodedPositions());
      }
      FL_RETURN_IF_ERROR(
          writer_->Add(doc - base_doc_, cursor.frequency(), input.data->Norm(NormOf(field), doc), positions));
    }
    return cursor.status();
  }

  const std::vector<MergeInput>& inputs_;
  const uint32_t base_doc_;
  TermWriter* const writer_;
  std::vector<TermRecord> records_;  // of the present term, one an input that has it
  ShortList list_;
};

// What the columns of the merged segment hold, holes included.
struct Columns {
  std::string title_norms;
  std::string body_norms;
  std::string published;
};

void FillTimesRange(const std::vector<MergeInput>& inputs, const Roaring& holes, SegmentEntry* entry) {
  bool is_first = true;
  for (const MergeInput& input : inputs) {
    for (uint64_t doc = input.entry.base_doc; doc < input.entry.doc_end_exclusive(); ++doc) {
      if (holes.contains(static_cast<uint32_t>(doc))) continue;
      const int64_t seconds = input.data->PublishedSeconds(static_cast<uint32_t>(doc));
      entry->min_published_seconds = is_first ? seconds : std::min(entry->min_published_seconds, seconds);
      entry->max_published_seconds = is_first ? seconds : std::max(entry->max_published_seconds, seconds);
      is_first = false;
    }
  }
}

Columns FillColumns(const std::vector<MergeInput>& inputs, const Roaring& holes, SegmentEntry* entry) {
  FillTimesRange(inputs, holes, entry);
  const uint32_t time_bytes = PublishedBytes(entry->min_published_seconds, entry->max_published_seconds);
  Columns columns;
  columns.title_norms.assign(entry->doc_count, '\0');
  columns.body_norms.assign(entry->doc_count, '\0');
  columns.published.assign(uint64_t{time_bytes} * entry->doc_count, '\0');
  for (const MergeInput& input : inputs) {
    for (uint64_t number = input.entry.base_doc; number < input.entry.doc_end_exclusive(); ++number) {
      const uint32_t doc = static_cast<uint32_t>(number);
      if (holes.contains(doc)) continue;
      const uint32_t local = doc - entry->base_doc;
      const uint8_t title = input.data->Norm(NormField::kTitle, doc), body = input.data->Norm(NormField::kBody, doc);
      columns.title_norms[local] = static_cast<char>(title);
      columns.body_norms[local] = static_cast<char>(body);
      entry->title_tokens += DecodeNorm(title);
      entry->body_tokens += DecodeNorm(body);
      const uint64_t delta = static_cast<uint64_t>(input.data->PublishedSeconds(doc)) -
                             static_cast<uint64_t>(entry->min_published_seconds);
      std::memcpy(columns.published.data() + uint64_t{time_bytes} * local, &delta, time_bytes);
    }
  }
  return columns;
}

absl::Status PutColumn(Kind kind, SegmentId id, std::string_view column, size_t bytes_per_doc, SegmentSink* sink) {
  const size_t chunk_bytes = bytes_per_doc * kNormChunkDocs;
  for (uint32_t chunk = 0; !column.empty(); ++chunk) {
    FL_RETURN_IF_ERROR(
        sink->Put({.kind = kind, .segment = id, .ordinal = 0, .number = chunk}, column.substr(0, chunk_bytes)));
    column.remove_prefix(std::min(column.size(), chunk_bytes));
  }
  return absl::OkStatus();
}

// Counts the bytes that pass through to another sink.
class CountingSink final : public SegmentSink {
 public:
  explicit CountingSink(SegmentSink* sink) : sink_(sink) {}
  absl::Status Put(const ValueAddress& address, std::string_view value) override {
    size_bytes_ += value.size();
    return sink_->Put(address, value);
  }
  uint64_t size_bytes() const { return size_bytes_; }

 private:
  SegmentSink* const sink_;
  uint64_t size_bytes_ = 0;
};

}  // namespace

Roaring HolesAfterMerge(const std::vector<MergeInput>& inputs) {
  Roaring holes;
  uint64_t covered_end = inputs.front().entry.base_doc;
  for (const MergeInput& input : inputs) {
    holes.addRange(covered_end, input.entry.base_doc);
    holes |= input.deletions.holes;
    holes |= input.deletions.deleted;
    covered_end = input.entry.doc_end_exclusive();
  }
  return holes;
}

absl::StatusOr<SegmentEntry> MergeSegments(const std::vector<MergeInput>& inputs, SegmentId id, SegmentSink* sink,
                                           const std::function<absl::Status()>& checkpoint) {
  CountingSink counter(sink);
  SegmentEntry merged;
  merged.id = id;
  merged.base_doc = inputs.front().entry.base_doc;
  merged.doc_count = static_cast<uint32_t>(inputs.back().entry.doc_end_exclusive() - merged.base_doc);
  const Roaring holes = HolesAfterMerge(inputs);
  merged.hole_count = static_cast<uint32_t>(holes.cardinality());
  if (merged.hole_count == merged.doc_count) return absl::InvalidArgumentError("no document is left");
  const Columns columns = FillColumns(inputs, holes, &merged);

  TermWriter writer(id, &counter);
  ListMerger lists(inputs, merged.base_doc, &writer);
  std::vector<std::unique_ptr<SegmentTerms>> names;
  for (const MergeInput& input : inputs) names.push_back(input.data->Terms());
  MergedTerms terms(std::move(names));
  for (auto present = terms.Next(); !present.empty(); present = terms.Next()) {
    if (const absl::Status status = lists.Merge(terms, present); !status.ok()) {
      const auto& term = terms.at(present.front());
      return absl::Status(status.code(), ToAbsl(Cat("term '", term.term(), "' of field ",
                                                    static_cast<int>(term.field()), ": ", status.message())));
    }
    if (checkpoint) FL_RETURN_IF_ERROR(checkpoint());
  }
  FL_RETURN_IF_ERROR(terms.status());
  FL_ASSIGN_OR_RETURN(merged.dictionary_slices, writer.Finish());

  const uint32_t time_bytes = PublishedBytes(merged.min_published_seconds, merged.max_published_seconds);
  FL_RETURN_IF_ERROR(PutColumn(Kind::kTitleNorms, id, columns.title_norms, 1, &counter));
  FL_RETURN_IF_ERROR(PutColumn(Kind::kBodyNorms, id, columns.body_norms, 1, &counter));
  FL_RETURN_IF_ERROR(PutColumn(Kind::kPublished, id, columns.published, time_bytes, &counter));
  merged.size_bytes = counter.size_bytes();
  return merged;
}

}  // namespace factline::store
