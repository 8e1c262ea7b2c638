#include "indexer/store/short_list.h"

#include <algorithm>

#include "indexer/store/bytes.h"
#include "indexer/store/posting_list.h"
#include "protos/vocab/cat.h"

namespace factline::store {
namespace {

absl::Status Corrupt(std::string_view what) { return absl::DataLossError(Cat("short list: ", what)); }

// Whether the bytes are so many varints, the last byte of each with the high bit clear, and no more.
bool AreNumbers(std::string_view varints, uint64_t count) {
  const auto is_last = [](char c) { return (c & 0x80) == 0; };
  return (varints.empty() || is_last(varints.back())) &&
         static_cast<uint64_t>(std::count_if(varints.begin(), varints.end(), is_last)) == count;
}

}  // namespace

void ShortList::Add(uint32_t doc, uint32_t frequency, uint8_t norm, absl::Span<const uint32_t> positions) {
  impacts_.Add(frequency, norm);
  PutShortPosting(static_cast<uint32_t>(doc - last_doc_ - 1), frequency, &postings_);
  uint32_t before = 0;
  for (const uint32_t position : positions) {
    PutVarint(position - before, &positions_);
    before = position;
  }
  ++chunk_.count;
  chunk_.last_doc = doc;
  last_doc_ = doc;
  collection_frequency_ += frequency;
}

absl::Status ShortList::Append(const TermRecord& record, uint32_t doc_shift, bool has_positions) {
  ByteReader reader(record.postings);
  const uint8_t kept_frequency = record.impacts[0].max_frequency;
  const uint64_t max_frequency = kept_frequency == kUnboundedFrequency ? UINT64_MAX : kept_frequency;
  std::string_view after_first;  // of the first posting, its gap
  uint64_t doc = UINT64_MAX;     // before the segment's first
  uint64_t frequencies = 0;
  uint64_t first_code = 0;
  for (uint32_t i = 0; i < record.document_frequency; ++i) {
    const uint64_t code = reader.Varint();
    if ((code >> 1) > UINT32_MAX) return Corrupt("a gap is out of range");
    if (i == 0) {
      first_code = code;
      after_first = reader.rest();
    }
    doc += (code >> 1) + 1;
    const uint64_t frequency = (code & 1) != 0 ? 1 : uint64_t{reader.Varint32()} + 2;
    if (frequency > max_frequency) return Corrupt("a frequency is above its list's greatest");
    frequencies += frequency;
  }
  if (!reader.ok()) return Corrupt("cut short");
  if (!reader.done()) return Corrupt("bytes left over");
  const ChunkInfo& chunk = record.chunks[0];
  if (doc != chunk.last_doc) return Corrupt("documents do not add up");
  if (frequencies != record.collection_frequency) return Corrupt("frequencies do not add up");
  if (record.positions_inline != has_positions) return Corrupt("positions are not what the field has");
  if (!AreNumbers(record.positions, has_positions ? frequencies : 0)) return Corrupt("positions do not add up");

  const int64_t first_doc = static_cast<int64_t>(first_code >> 1) + doc_shift;
  if (first_doc <= last_doc_) return Corrupt("documents do not ascend");
  PutVarint(static_cast<uint64_t>(first_doc - last_doc_ - 1) << 1 | (first_code & 1), &postings_);
  postings_ += after_first;
  positions_ += record.positions;

  impacts_.Add(record.impacts);
  chunk_.count += chunk.count;
  chunk_.last_doc = chunk.last_doc + doc_shift;
  last_doc_ = chunk_.last_doc;
  collection_frequency_ += frequencies;
  return absl::OkStatus();
}

TermRecord ShortList::Record(bool has_positions) const {
  TermRecord record;
  record.document_frequency = chunk_.count;
  record.collection_frequency = collection_frequency_;
  record.impacts = impacts_.Build();
  record.positions_inline = has_positions;
  record.chunks.push_back({chunk_.last_doc, chunk_.count, record.impacts});
  record.postings = postings_;
  record.positions = positions_;
  return record;
}

void ShortList::Clear() {
  chunk_ = ChunkInfo();
  impacts_.Clear();
  collection_frequency_ = 0;
  last_doc_ = -1;
  postings_.clear();
  positions_.clear();
}

}  // namespace factline::store
