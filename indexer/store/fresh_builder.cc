#include "indexer/store/fresh_builder.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
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
  const DocumentTerm* term = nullptr;
  uint32_t doc = 0;
};

// A term of the batch, in order by the numbers that sort as it does.
struct BatchTerm {
  uint64_t head, tail;
  const DocumentTerm* name;  // of its first posting
  uint32_t number;           // in the order of coming
  uint32_t count = 0;        // of its postings

  bool operator<(const BatchTerm& other) const {
    if (head != other.head) return head < other.head;
    if (tail != other.tail) return tail < other.tail;
    return name->term < other.name->term;  // the same field if the heads are equal
  }
};

// A term to look up, by the same numbers.
struct TermName {
  uint64_t head, tail;
  std::string_view term;

  friend bool operator==(const TermName& a, const TermName& b) {
    return a.head == b.head && a.tail == b.tail && a.term.size() == b.term.size() &&
           (a.term.size() <= kTermHeadBytes || a.term == b.term);
  }
  template <typename H>
  friend H AbslHashValue(H h, const TermName& name) {
    return H::combine(std::move(h), name.head, name.tail);
  }
};

constexpr size_t kPrefetchAhead = 16;

// The batch turned around: its terms in order, and all postings in that order, those of one term by document; then
// kPrefetchAhead ones that are none, to be looked at ahead.
struct Inverted {
  std::vector<BatchTerm> terms;
  std::vector<Posting> postings;
};

// Terms are numbered as they come, so that only the terms are sorted, and no posting.
Inverted Invert(absl::Span<const Document* const> documents) {
  Inverted inverted;
  std::vector<BatchTerm>& terms = inverted.terms;
  absl::flat_hash_map<TermName, uint32_t> numbers;
  std::vector<uint32_t> number_of;  // by posting
  for (const Document* document : documents) {
    for (const DocumentTerm& term : document->terms) {
      const auto number = static_cast<uint32_t>(terms.size());
      const TermName name = {TermHead(term.field, term.term), TermTail(term.term), term.term};
      const auto [found, is_new] = numbers.try_emplace(name, number);
      if (is_new) terms.push_back({name.head, name.tail, &term, number});
      ++terms[found->second].count;
      number_of.push_back(found->second);
    }
  }
  std::sort(terms.begin(), terms.end());
  std::vector<uint32_t> ends(terms.size());  // of each term's postings so far, by number
  uint32_t begin = 0;
  for (const BatchTerm& term : terms) {
    ends[term.number] = begin;
    begin += term.count;
  }
  inverted.postings.resize(number_of.size() + kPrefetchAhead);
  size_t next = 0;
  for (uint32_t doc = 0; doc < documents.size(); ++doc) {
    for (const DocumentTerm& term : documents[doc]->terms) {
      inverted.postings[ends[number_of[next++]]++] = {&term, doc};
    }
  }
  return inverted;
}

// Postings lie in the order in which they are encoded, what they point to does not: it is asked for ahead.
void PrefetchAhead(const Posting& posting) {
  const char* const term = reinterpret_cast<const char*>((&posting)[kPrefetchAhead].term);
  __builtin_prefetch(term);
  __builtin_prefetch(term + sizeof(DocumentTerm) - 1);
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
      PrefetchAhead(posting);
      list_.Add(posting.doc, posting.term->frequency, Norm(posting), posting.term->positions);
    }
    list_.Record(HasPositions(postings.front().term->field)).AppendTo(&bytes_);
  }

  void EncodeLong(absl::Span<const Posting> postings) {
    TermRecord record;
    for (const Posting& posting : postings) {
      PrefetchAhead(posting);
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

  const Inverted inverted = Invert(documents);
  RecordEncoder encoder(columns);
  DictionaryBlockBuilder block;
  DictionaryIndex index;
  std::string blocks;
  const auto close_block = [&] {
    index.Append(block.first_key());
    PutLengthPrefixed(block.Finish(), &blocks);
  };
  size_t begin = 0;
  for (const BatchTerm& term : inverted.terms) {
    const absl::Span<const Posting> postings(inverted.postings.data() + begin, term.count);
    begin += term.count;
    block.Add(TermKey(term.name->field, term.name->term), encoder.Encode(postings));
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
