#include "indexer/store/segment_merger.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "indexer/store/bytes.h"
#include "indexer/store/dictionary.h"
#include "indexer/store/keys.h"
#include "indexer/store/posting_list.h"
#include "indexer/store/short_list.h"
#include "indexer/store/term_record.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/status.h"

namespace factline::store {
namespace {

using Kind = ValueAddress::Kind;

// A record with more than this inline would crowd its neighbours out of their block.
constexpr size_t kInlineBytes = 2 << 10;
constexpr size_t kWholeListBytes = 64 << 10;

// Encodes one term after the other: lists inline or apart, records into blocks.
class TermWriter {
 public:
  TermWriter(SegmentId id, SegmentSink* sink)
      : id_(id), sink_(sink), encoder_({.whole_list_bytes = kWholeListBytes}, [this](PostingChunk chunk) {
          return TakeChunk(std::move(chunk));
        }) {}

  absl::Status Add(uint32_t local, uint32_t frequency, uint8_t norm, std::string_view encoded_positions) {
    record_.collection_frequency += frequency;
    return encoder_.AddEncoded(local, frequency, norm, encoded_positions);
  }

  // Ends the list of `key` = TermKey. A term without postings leaves no trace.
  absl::Status FinishTerm(std::string_view key) {
    FL_RETURN_IF_ERROR(encoder_.Finish());
    if (!first_.has_value()) return absl::OkStatus();
    FL_RETURN_IF_ERROR(PlaceFirstChunk());
    for (size_t i = 0; i < record_.chunks.size(); ++i) {
      const ChunkInfo& chunk = record_.chunks[i];
      record_.document_frequency += chunk.count;
      Impact& impact = record_.impact;
      impact.min_norm = i == 0 ? chunk.impact.min_norm : std::min(impact.min_norm, chunk.impact.min_norm);
      impact.max_frequency = std::max(impact.max_frequency, chunk.impact.max_frequency);
    }
    if (record_.postings_apart || record_.positions_apart) record_.ordinal = next_ordinal_++;
    absl::Status added = AddRecord(key, record_);
    record_ = TermRecord();
    first_.reset();
    return added;
  }

  // A term whose list is inline in its record.
  absl::Status AddRecord(std::string_view key, const TermRecord& record) {
    record_bytes_.clear();
    record.AppendTo(&record_bytes_);
    block_.Add(key, record_bytes_);
    return block_.size_bytes() >= kDictionaryBlockBytes ? CloseBlock() : absl::OkStatus();
  }

  // After the last term. Returns the number of dictionary slices.
  absl::StatusOr<uint32_t> Finish() {
    if (!block_.empty()) FL_RETURN_IF_ERROR(CloseBlock());
    const std::vector<std::string> slices = index_.Encode();
    for (uint32_t i = 0; i < slices.size(); ++i) FL_RETURN_IF_ERROR(Put(Kind::kDictionarySlice, i, slices[i]));
    return static_cast<uint32_t>(slices.size());
  }

 private:
  absl::Status Put(Kind kind, uint32_t number, std::string_view value) {
    return sink_->Put({.kind = kind, .segment = id_, .ordinal = 0, .number = number}, value);
  }
  absl::Status PutApart(Kind kind, uint32_t chunk, std::string_view value) {
    return sink_->Put({.kind = kind, .segment = id_, .ordinal = next_ordinal_, .number = chunk}, value);
  }

  // The first chunk waits: only a list of one chunk may go inline.
  absl::Status TakeChunk(PostingChunk chunk) {
    record_.chunks.push_back(chunk.info);
    if (record_.chunks.size() == 1) {
      first_ = std::move(chunk);
      return absl::OkStatus();
    }
    if (!record_.postings_apart) FL_RETURN_IF_ERROR(MoveFirstChunkApart());
    return PutChunk(chunk, static_cast<uint32_t>(record_.chunks.size() - 1));
  }

  absl::Status MoveFirstChunkApart() {
    record_.postings_apart = true;
    record_.positions_apart = !first_->positions.empty();
    return PutChunk(*first_, 0);
  }

  absl::Status PutChunk(const PostingChunk& chunk, uint32_t number) {
    FL_RETURN_IF_ERROR(PutApart(Kind::kPostings, number, chunk.postings));
    return record_.positions_apart ? PutApart(Kind::kPositions, number, chunk.positions) : absl::OkStatus();
  }

  absl::Status PlaceFirstChunk() {
    if (record_.postings_apart) return absl::OkStatus();
    if (first_->postings.size() > kInlineBytes) return MoveFirstChunkApart();
    record_.postings = first_->postings;
    if (first_->positions.empty()) return absl::OkStatus();
    if (first_->postings.size() + first_->positions.size() <= kInlineBytes) {
      record_.positions_inline = true;
      record_.positions = first_->positions;
      return absl::OkStatus();
    }
    record_.positions_apart = true;
    return PutApart(Kind::kPositions, 0, first_->positions);
  }

  absl::Status CloseBlock() {
    const uint32_t number = static_cast<uint32_t>(index_.block_count());
    index_.Append(block_.first_key());
    return Put(Kind::kDictionaryBlock, number, block_.Finish());
  }

  const SegmentId id_;
  SegmentSink* const sink_;
  PostingEncoder encoder_;
  TermRecord record_;                  // of the present term
  std::optional<PostingChunk> first_;  // its first chunk
  uint32_t next_ordinal_ = 0;
  std::string record_bytes_;
  DictionaryBlockBuilder block_;
  DictionaryIndex index_;
};

// The inputs' terms as one sorted stream.
class MergedTerms {
 public:
  explicit MergedTerms(const std::vector<MergeInput>& inputs) : names_(inputs.size()) {
    for (const MergeInput& input : inputs) iterators_.push_back(input.data->Terms());
    for (size_t i = 0; i < iterators_.size(); ++i) Push(i);
  }

  // The inputs that have the next term, in order of documents; empty after the last term or if status() is bad.
  const std::vector<size_t>& Next() {
    for (const size_t i : present_) Push(i);
    present_.clear();
    if (!status_.ok()) return present_;
    while (!heap_.empty() && (present_.empty() || Compare(heap_.front(), present_.front()) == 0)) {
      std::pop_heap(heap_.begin(), heap_.end(), After{this});
      present_.push_back(heap_.back());  // the heap breaks ties by number
      heap_.pop_back();
    }
    return present_;
  }

  const SegmentTerms& at(size_t input) const { return *iterators_[input]; }
  const absl::Status& status() const { return status_; }

 private:
  struct Name {
    uint64_t head = 0;
    std::string_view term;  // until its iterator moves
  };
  struct After {
    const MergedTerms* terms;
    bool operator()(size_t a, size_t b) const {
      const int order = terms->Compare(a, b);
      return order != 0 ? order > 0 : a > b;
    }
  };

  int Compare(size_t a, size_t b) const {
    const Name &left = names_[a], &right = names_[b];
    if (left.head != right.head) return left.head < right.head ? -1 : 1;
    return left.term.compare(right.term);
  }

  void Push(size_t i) {
    if (iterators_[i]->Next()) {
      names_[i] = {TermHead(iterators_[i]->field(), iterators_[i]->term()), iterators_[i]->term()};
      heap_.push_back(i);
      std::push_heap(heap_.begin(), heap_.end(), After{this});
    } else {
      status_.Update(iterators_[i]->status());
    }
  }

  std::vector<std::unique_ptr<SegmentTerms>> iterators_;
  std::vector<Name> names_;  // the present term of each input
  std::vector<size_t> heap_;
  std::vector<size_t> present_;
  absl::Status status_;
};

// Merges the lists of one term after the other.
class ListMerger {
 public:
  ListMerger(const std::vector<MergeInput>& inputs, uint32_t base_doc, TermWriter* writer)
      : inputs_(inputs), base_doc_(base_doc), writer_(writer) {}

  // The term that the inputs in `present` stand on.
  absl::Status Merge(const MergedTerms& terms, const std::vector<size_t>& present) {
    records_.clear();
    for (const size_t i : present) {
      FL_ASSIGN_OR_RETURN(TermRecord record, terms.at(i).Record());
      records_.push_back(std::move(record));
    }
    const SegmentTerms& name = terms.at(present.front());
    if (IsShort(present)) {
      list_.Clear();
      for (size_t at = 0; at < present.size(); ++at) {
        FL_RETURN_IF_ERROR(list_.Append(records_[at], inputs_[present[at]].entry.base_doc - base_doc_));
      }
      return writer_->AddRecord(name.key(), list_.Record(HasPositions(name.field())));
    }
    for (size_t at = 0; at < present.size(); ++at) {
      FL_RETURN_IF_ERROR(CopyPostings(inputs_[present[at]], name.field(), terms.at(present[at]).Cursor(records_[at])));
    }
    return writer_->FinishTerm(name.key());
  }

 private:
  // Whether all lists are inline, none lost a document, and together they are a short one that stays inline.
  bool IsShort(const std::vector<size_t>& present) const {
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

absl::StatusOr<SegmentEntry> MergeSegments(const std::vector<MergeInput>& inputs, SegmentId id, SegmentSink* sink) {
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
  MergedTerms terms(inputs);
  for (const std::vector<size_t>* present = &terms.Next(); !present->empty(); present = &terms.Next()) {
    FL_RETURN_IF_ERROR(lists.Merge(terms, *present));
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
