#include "indexer/store/fresh_builder.h"

#include <algorithm>
#include <cassert>
#include <utility>
#include <vector>

#include "indexer/store/bytes.h"
#include "indexer/store/dictionary.h"
#include "indexer/store/keys.h"
#include "indexer/store/posting_list.h"
#include "indexer/store/segment_data.h"
#include "indexer/store/short_list.h"
#include "indexer/store/term_record.h"
#include "protos/vocab/cat.h"

namespace factline::store {
namespace {

// One term of one document of the batch.
struct Posting {
  uint64_t head;  // TermHead: most comparisons end here
  const DocumentTerm* term;
  uint32_t doc;

  bool IsOfSameTerm(const Posting& other) const { return head == other.head && term->term == other.term->term; }
  bool operator<(const Posting& other) const {  // the same field if the heads are equal
    return head != other.head ? head < other.head : term->term < other.term->term;
  }
};

// The batch turned around: all postings by term, those of one term by document. Each document's terms are sorted, so
// that neighbours are merged, then neighbours of neighbours.
std::vector<Posting> Invert(absl::Span<const Document* const> documents) {
  std::vector<Posting> postings;
  std::vector<size_t> ends = {0};  // of the sorted runs
  for (uint32_t doc = 0; doc < documents.size(); ++doc) {
    for (const DocumentTerm& term : documents[doc]->terms)
      postings.push_back({TermHead(term.field, term.term), &term, doc});
    assert(std::is_sorted(postings.begin() + static_cast<ptrdiff_t>(ends.back()), postings.end()));
    ends.push_back(postings.size());
  }
  std::vector<Posting> merged(postings.size());
  while (ends.size() > 2) {
    std::vector<size_t> merged_ends = {0};
    for (size_t i = 0; i + 1 < ends.size(); i += 2) {
      const size_t end = ends[std::min(i + 2, ends.size() - 1)];
      const auto at = [&postings](size_t place) { return postings.begin() + static_cast<ptrdiff_t>(place); };
      std::merge(at(ends[i]), at(ends[i + 1]), at(ends[i + 1]), at(end),
                 merged.begin() + static_cast<ptrdiff_t>(ends[i]));  // keeps the order of documents
      merged_ends.push_back(end);
    }
    postings.swap(merged);
    ends.swap(merged_ends);
  }
  return postings;
}

struct Columns {
  std::string title_norms;
  std::string body_norms;
  std::string published;
};

Columns FillColumns(absl::Span<const Document* const> documents, SegmentEntry* entry) {
  const auto seconds_of = [](const Document* d) { return d->record.article().published_time().seconds(); };
  const auto [earliest, latest] =
      std::minmax_element(documents.begin(), documents.end(),
                          [&](const Document* a, const Document* b) { return seconds_of(a) < seconds_of(b); });
  entry->min_published_seconds = seconds_of(*earliest);
  entry->max_published_seconds = seconds_of(*latest);
  const uint32_t time_bytes = PublishedBytes(entry->min_published_seconds, entry->max_published_seconds);
  Columns columns;
  for (const Document* document : documents) {
    const uint8_t title = EncodeNorm(document->title_tokens), body = EncodeNorm(document->body_tokens);
    PutByte(title, &columns.title_norms);
    PutByte(body, &columns.body_norms);
    entry->title_tokens += DecodeNorm(title);
    entry->body_tokens += DecodeNorm(body);
    const uint64_t delta =
        static_cast<uint64_t>(seconds_of(document)) - static_cast<uint64_t>(entry->min_published_seconds);
    columns.published.append(reinterpret_cast<const char*>(&delta), time_bytes);  // little endian
  }
  return columns;
}

// Encodes one term after the other.
class RecordEncoder {
 public:
  explicit RecordEncoder(const Columns& columns)
      : columns_(columns), encoder_({.block_position_bytes = SIZE_MAX}, [this](PostingChunk chunk) {
          chunk_ = std::move(chunk);
          return absl::OkStatus();
        }) {}

  // The record of one term, all its postings; until the next one.
  const std::string& Encode(absl::Span<const Posting> postings) {
    bytes_.clear();
    if (postings.size() < kBlockPostings) {
      EncodeShort(postings);
    } else {
      EncodeLong(postings);
    }
    return bytes_;
  }

 private:
  uint8_t Norm(const Posting& posting) const {
    const std::string& norms =
        NormOf(posting.term->field) == NormField::kTitle ? columns_.title_norms : columns_.body_norms;
    return static_cast<uint8_t>(norms[posting.doc]);
  }

  void EncodeShort(absl::Span<const Posting> postings) {
    list_.Clear();
    for (const Posting& posting : postings) {
      list_.Add(posting.doc, posting.term->frequency, Norm(posting), posting.term->positions);
    }
    list_.Record(HasPositions(postings.front().term->field)).AppendTo(&bytes_);
  }

  void EncodeLong(absl::Span<const Posting> postings) {
    TermRecord record;
    for (const Posting& posting : postings) {
      record.collection_frequency += posting.term->frequency;
      // Without limits the encoder keeps everything to itself until Finish, and the sink cannot fail.
      encoder_.Add(posting.doc, posting.term->frequency, Norm(posting), posting.term->positions).IgnoreError();
    }
    encoder_.Finish().IgnoreError();
    record.document_frequency = chunk_.info.count;
    record.impacts = chunk_.info.impacts;
    record.chunks = {chunk_.info};
    record.postings = chunk_.postings;
    record.positions = chunk_.positions;
    record.positions_inline = HasPositions(postings.front().term->field);
    record.AppendTo(&bytes_);
  }

  const Columns& columns_;
  PostingChunk chunk_;
  PostingEncoder encoder_;
  ShortList list_;
  std::string bytes_;
};

}  // namespace

FreshSegment BuildFresh(absl::Span<const Document* const> documents, uint32_t base_doc) {
  FreshSegment segment;
  segment.entry.fresh = true;
  segment.entry.base_doc = base_doc;
  segment.entry.doc_count = static_cast<uint32_t>(documents.size());
  const Columns columns = FillColumns(documents, &segment.entry);

  const std::vector<Posting> postings = Invert(documents);
  RecordEncoder encoder(columns);
  DictionaryBlockBuilder block;
  DictionaryIndex index;
  std::string blocks;
  const auto close_block = [&] {
    index.Append(block.first_key());
    PutLengthPrefixed(block.Finish(), &blocks);
  };
  for (size_t begin = 0; begin < postings.size();) {
    size_t end = begin + 1;
    while (end < postings.size() && postings[end].IsOfSameTerm(postings[begin])) ++end;
    const DocumentTerm& name = *postings[begin].term;
    block.Add(TermKey(name.field, name.term), encoder.Encode(absl::MakeSpan(&postings[begin], end - begin)));
    if (block.size_bytes() >= kDictionaryBlockBytes) close_block();
    begin = end;
  }
  if (!block.empty()) close_block();

  segment.value = columns.title_norms + columns.body_norms + columns.published;
  std::string slices;
  for (const std::string& slice : index.Encode()) slices += slice;
  PutLengthPrefixed(slices, &segment.value);
  segment.value += blocks;
  segment.entry.size_bytes = segment.value.size();
  return segment;
}

}  // namespace factline::store
