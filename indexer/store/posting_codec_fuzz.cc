// Any bytes as the values of a segment: decoders report or decode, and never touch what is not theirs. The first byte
// chooses the decoder.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "indexer/store/dictionary.h"
#include "indexer/store/list_cursor.h"
#include "indexer/store/manifest.h"
#include "indexer/store/segment_data.h"
#include "indexer/store/short_list.h"
#include "indexer/store/stored_text.h"
#include "indexer/store/term_record.h"

namespace factline::store {
namespace {

// Gives the same bytes for every value.
class OneValueStore final : public ValueStore {
 public:
  explicit OneValueStore(std::string_view bytes) : value_(std::make_shared<const std::string>(bytes)) {}
  absl::StatusOr<SharedValue> Get(const ValueAddress&) const override { return value_; }

 private:
  const SharedValue value_;
};

// Asks for the bound of the block at `target`: one of postings has impacts to go by, whatever the bytes.
void LookAhead(PostingCursor* cursor, uint32_t target) {
  const PostingCursor::BlockBound bound = cursor->ShallowSeek(target);
  if (cursor->status().ok() && bound.last_doc_inclusive != kNoMoreDocs && !IsValid(bound.impacts)) std::abort();
}

void Walk(PostingCursor* cursor, bool has_positions) {
  int64_t last = -1;
  std::vector<uint32_t> positions;
  LookAhead(cursor, 0);
  for (uint32_t doc = cursor->Next(); doc != kNoMoreDocs; doc = cursor->Next()) {
    if (doc <= last) std::abort();  // cursors ascend, whatever the bytes
    last = doc;
    if (has_positions && cursor->Positions(&positions).ok() && positions.size() != cursor->frequency()) std::abort();
  }
  if (!cursor->status().ok() && cursor->status().message().empty()) std::abort();
}

// A term record, and the rest as its chunks.
void FuzzRecord(std::string_view bytes) {
  if (bytes.empty()) return;
  const size_t record_bytes = static_cast<uint8_t>(bytes[0]);
  const std::string_view record = bytes.substr(1, record_bytes);
  const std::string_view chunk = bytes.size() > 1 + record_bytes ? bytes.substr(1 + record_bytes) : std::string_view();
  const OneValueStore store(chunk);
  auto parsed = TermRecord::Parse(record, 1 << 20);
  if (!parsed.ok()) return;
  ListCursor cursor({SegmentId(1), 0, &store}, *parsed, nullptr);
  Walk(&cursor, true);
  ListCursor seeking({SegmentId(1), 0, &store}, *parsed, nullptr);
  for (uint32_t target = 0; target < (1 << 20); target += 4099) {
    LookAhead(&seeking, target);
    if (seeking.SeekGE(target) < target) std::abort();
  }
}

// A term record joined in front of a good one: taken, it leaves the good one's postings as they are.
void FuzzJoin(std::string_view bytes) {
  constexpr uint32_t kDocs = 1 << 20;
  const auto record = TermRecord::Parse(bytes, kDocs);
  if (!record.ok() || record->postings_apart || record->positions_apart) return;
  if (record->document_frequency >= kBlockPostings - 1) return;
  ShortList good;
  good.Add(3, 2, 40, {5, 700});
  ShortList joined;
  if (!joined.Append(*record, 0, true).ok()) return;
  if (!joined.Append(good.Record(true), kDocs, true).ok()) std::abort();
  std::string joined_bytes;
  joined.Record(true).AppendTo(&joined_bytes);
  const auto whole = TermRecord::Parse(joined_bytes, 2 * kDocs);
  if (!whole.ok()) std::abort();
  const OneValueStore store("");
  ListCursor cursor({SegmentId(1), 0, &store}, *whole, nullptr);
  std::vector<uint32_t> positions;
  if (cursor.SeekGE(kDocs) != kDocs + 3 || cursor.frequency() != 2) std::abort();
  if (!cursor.Positions(&positions).ok() || positions != std::vector<uint32_t>{5, 700}) std::abort();
}

// A fresh segment of the documents that its first byte counts.
void FuzzFresh(std::string_view bytes) {
  if (bytes.empty()) return;
  const OneValueStore store(bytes.substr(1));
  SegmentEntry entry;
  entry.id = SegmentId(1);
  entry.fresh = true;
  entry.doc_count = 1 + static_cast<uint8_t>(bytes[0]) % 8;
  const auto segment = SegmentData::Load(entry, &store);
  if (!segment.ok()) return;
  const auto terms = (*segment)->Terms();
  while (terms->Next()) {
    const auto cursor = terms->Postings();
    if (cursor.ok()) Walk(cursor->get(), HasPositions(terms->field()));
    (*segment)->Postings(terms->field(), terms->term()).status().IgnoreError();
  }
}

void FuzzManifest(std::string_view bytes) {
  const auto manifest = Manifest::Decode(bytes);
  if (!manifest.ok()) return;
  const auto again = Manifest::Decode(manifest->Encode());
  if (!again.ok() || again->segments.size() != manifest->segments.size()) std::abort();
}

}  // namespace
}  // namespace factline::store

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace factline::store;  // NOLINT: a fuzz entry is a program of its own
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 6) {
    case 0:
      FuzzRecord(bytes);
      break;
    case 1:
      FuzzFresh(bytes);
      break;
    case 2:
      FuzzManifest(bytes);
      break;
    case 3:
      DecodeDocRecord(bytes).status().IgnoreError();
      break;
    case 4:
      DictionaryIndex().AppendSlice(bytes).IgnoreError();
      break;
    default:
      FuzzJoin(bytes);
  }
  return 0;
}
