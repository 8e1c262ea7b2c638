#include "indexer/store/term_record.h"

#include "indexer/store/bytes.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/status.h"

namespace factline::store {
namespace {

constexpr uint8_t kPostingsApart = 1;
constexpr uint8_t kPositionsInline = 2;
constexpr uint8_t kPositionsApart = 4;
constexpr int kImpactCountShift = 3;

size_t CountOf(const Impacts& impacts) {
  size_t count = 0;
  while (count < kImpactCount && impacts[count].max_frequency > 0) ++count;
  return count;
}

absl::Status Corrupt(std::string_view what) { return absl::DataLossError(Cat("term record: ", what)); }

absl::Status ParseChunks(ByteReader* reader, ChunkList* chunks) {
  const uint32_t chunk_count = reader->Varint32();
  // A count that the bytes cannot hold must not reserve memory.
  if (chunk_count == 0 || chunk_count > reader->remaining() / (2 + kImpactsBytes))
    return Corrupt("the number of chunks is out of range");
  chunks->reserve(chunk_count);
  int64_t last_doc = -1;
  for (uint32_t i = 0; i < chunk_count; ++i) {
    ChunkInfo chunk;
    last_doc += reader->Varint32();
    chunk.count = reader->Varint32();
    const std::string_view impacts = reader->Bytes(kImpactsBytes);
    if (!reader->ok()) return Corrupt("cut short");
    chunk.impacts = LoadImpacts(impacts.data());
    if (!IsValid(chunk.impacts)) return Corrupt("a chunk's impacts are none or do not fall");
    if (last_doc < 0 || last_doc > UINT32_MAX) return Corrupt("a chunk's last document is out of range");
    chunk.last_doc = static_cast<uint32_t>(last_doc);
    chunks->push_back(chunk);
  }
  return absl::OkStatus();
}

absl::Status CheckChunks(const TermRecord& record, uint32_t doc_count) {
  uint64_t postings = 0;
  int64_t before = -1;
  for (const ChunkInfo& chunk : record.chunks) {
    if (chunk.count == 0) return Corrupt("a chunk is empty");
    if (chunk.last_doc >= doc_count) return Corrupt("a document is outside the segment");
    if (chunk.last_doc < before + chunk.count) return Corrupt("a chunk has more postings than documents");
    before = chunk.last_doc;
    postings += chunk.count;
  }
  if (postings != record.document_frequency) return Corrupt("chunks and document frequency disagree");
  return absl::OkStatus();
}

}  // namespace

void TermRecord::AppendTo(std::string* out) const {
  const size_t impact_count = CountOf(impacts);
  PutByte(static_cast<uint8_t>((postings_apart ? kPostingsApart : 0) | (positions_inline ? kPositionsInline : 0) |
                               (positions_apart ? kPositionsApart : 0) | impact_count << kImpactCountShift),
          out);
  PutVarint(document_frequency, out);
  PutVarint(collection_frequency - document_frequency, out);
  for (size_t i = 0; i < impact_count; ++i) {
    PutByte(impacts[i].max_frequency, out);
    PutByte(impacts[i].min_norm, out);
  }
  if (postings_apart || positions_apart) PutVarint(ordinal, out);
  if (!postings_apart) {
    PutVarint(chunks[0].last_doc, out);
    PutLengthPrefixed(postings, out);
    if (positions_inline) PutLengthPrefixed(positions, out);
    return;
  }
  PutVarint(chunks.size(), out);
  int64_t before = -1;
  for (const ChunkInfo& chunk : chunks) {
    PutVarint(static_cast<uint64_t>(chunk.last_doc - before), out);
    before = chunk.last_doc;
    PutVarint(chunk.count, out);
    PutImpacts(chunk.impacts, out);
  }
}

absl::StatusOr<TermRecord> TermRecord::Parse(std::string_view bytes, uint32_t doc_count) {
  ByteReader reader(bytes);
  TermRecord record;
  const uint8_t flags = reader.Byte();
  const size_t impact_count = flags >> kImpactCountShift;
  if (impact_count > kImpactCount) return Corrupt("unknown flags");
  record.postings_apart = (flags & kPostingsApart) != 0;
  record.positions_inline = (flags & kPositionsInline) != 0;
  record.positions_apart = (flags & kPositionsApart) != 0;
  if (record.positions_inline && (record.postings_apart || record.positions_apart)) return Corrupt("flags contradict");
  record.document_frequency = reader.Varint32();
  record.collection_frequency = record.document_frequency + reader.Varint();
  for (size_t i = 0; i < impact_count; ++i) {
    record.impacts[i].max_frequency = reader.Byte();
    record.impacts[i].min_norm = reader.Byte();
  }
  if (record.postings_apart || record.positions_apart) record.ordinal = reader.Varint32();
  if (record.postings_apart) {
    FL_RETURN_IF_ERROR(ParseChunks(&reader, &record.chunks));
  } else {
    record.chunks.push_back({reader.Varint32(), record.document_frequency, record.impacts});
    record.postings = reader.LengthPrefixed();
    if (record.positions_inline) record.positions = reader.LengthPrefixed();
  }
  if (!reader.ok()) return Corrupt("cut short");
  if (!reader.done()) return Corrupt("bytes left over");
  if (!IsValid(record.impacts)) return Corrupt("impacts are none or do not fall");
  FL_RETURN_IF_ERROR(CheckChunks(record, doc_count));
  return record;
}

}  // namespace factline::store
