#include "indexer/store/fresh_builder.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "indexer/store/bytes.h"
#include "indexer/store/dictionary.h"
#include "indexer/store/keys.h"
#include "indexer/store/posting_list.h"
#include "indexer/store/segment_data.h"
#include "indexer/store/term_record.h"
#include "protos/vocab/cat.h"

namespace factline::store {
namespace {

constexpr uint32_t kNone = UINT32_MAX;

// The batch turned around: for each term the documents that have it, as a chain in document order.
class Inversion {
 public:
  struct Posting {
    const DocumentTerm* term;
    uint32_t doc;
    uint32_t next;
  };
  struct List {
    const DocumentTerm* name;  // any document's: same field, same term
    uint32_t first;
    uint32_t last;
  };

  explicit Inversion(absl::Span<const Document* const> documents) {
    for (uint32_t doc = 0; doc < documents.size(); ++doc) {
      for (const DocumentTerm& term : documents[doc]->terms) Add(term, doc);
    }
    std::sort(lists_.begin(), lists_.end(), [](const List& a, const List& b) {
      return std::pair(a.name->field, std::string_view(a.name->term)) <
             std::pair(b.name->field, std::string_view(b.name->term));
    });
  }

  const std::vector<List>& lists() const { return lists_; }
  const Posting& posting(uint32_t number) const { return postings_[number]; }

 private:
  void Add(const DocumentTerm& term, uint32_t doc) {
    const uint32_t number = static_cast<uint32_t>(postings_.size());
    postings_.push_back({&term, doc, kNone});
    const auto [found, is_new] = list_of_.try_emplace(std::pair(term.field, ToAbsl(term.term)), lists_.size());
    if (is_new) {
      lists_.push_back({&term, number, number});
    } else {
      List& list = lists_[found->second];
      postings_[list.last].next = number;
      list.last = number;
    }
  }

  std::vector<Posting> postings_;
  std::vector<List> lists_;
  absl::flat_hash_map<std::pair<Field, absl::string_view>, uint32_t> list_of_;
};

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

  std::string Encode(const Inversion& inversion, const Inversion::List& list) {
    const Field field = list.name->field;
    const std::string& norms = NormOf(field) == NormField::kTitle ? columns_.title_norms : columns_.body_norms;
    TermRecord record;
    for (uint32_t number = list.first; number != kNone; number = inversion.posting(number).next) {
      const Inversion::Posting& posting = inversion.posting(number);
      record.collection_frequency += posting.term->frequency;
      // Without limits the encoder keeps everything to itself until Finish, and the sink cannot fail.
      encoder_
          .Add(posting.doc, posting.term->frequency, static_cast<uint8_t>(norms[posting.doc]), posting.term->positions)
          .IgnoreError();
    }
    encoder_.Finish().IgnoreError();
    record.document_frequency = chunk_.info.count;
    record.impact = chunk_.info.impact;
    record.chunks = {chunk_.info};
    record.postings = chunk_.postings;
    record.positions = chunk_.positions;
    record.positions_inline = HasPositions(field);
    std::string bytes;
    record.AppendTo(&bytes);
    return bytes;
  }

 private:
  const Columns& columns_;
  PostingChunk chunk_;
  PostingEncoder encoder_;
};

}  // namespace

FreshSegment BuildFresh(absl::Span<const Document* const> documents, uint32_t base_doc) {
  FreshSegment segment;
  segment.entry.fresh = true;
  segment.entry.base_doc = base_doc;
  segment.entry.doc_count = static_cast<uint32_t>(documents.size());
  const Columns columns = FillColumns(documents, &segment.entry);

  const Inversion inversion(documents);
  RecordEncoder encoder(columns);
  DictionaryBlockBuilder block;
  DictionaryIndex index;
  std::string blocks;
  const auto close_block = [&] {
    index.Append(block.first_key());
    PutLengthPrefixed(block.Finish(), &blocks);
  };
  for (const Inversion::List& list : inversion.lists()) {
    block.Add(TermKey(list.name->field, list.name->term), encoder.Encode(inversion, list));
    if (block.size_bytes() >= kDictionaryBlockBytes) close_block();
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
