#include "indexer/store/manifest.h"

#include <algorithm>
#include <utility>

#include "indexer/store/bytes.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/status.h"

namespace factline::store {
namespace {

absl::Status Corrupt(std::string_view what) { return absl::DataLossError(Cat("manifest: ", what)); }

void PutSegment(const SegmentEntry& entry, std::string* out) {
  PutVarint(entry.id.value(), out);
  PutByte(entry.fresh, out);
  PutVarint(entry.base_doc, out);
  PutVarint(entry.doc_count, out);
  PutVarint(entry.hole_count, out);
  PutVarint(entry.deleted_count, out);
  PutVarint(entry.deletions_generation, out);
  PutSigned(entry.min_published_seconds, out);
  PutSigned(entry.max_published_seconds, out);
  PutVarint(entry.title_tokens, out);
  PutVarint(entry.body_tokens, out);
  PutVarint(entry.dictionary_slices, out);
  PutVarint(entry.size_bytes, out);
}

SegmentEntry TakeSegment(ByteReader* reader) {
  SegmentEntry entry;
  entry.id = SegmentId(reader->Varint());
  entry.fresh = reader->Byte() != 0;
  entry.base_doc = reader->Varint32();
  entry.doc_count = reader->Varint32();
  entry.hole_count = reader->Varint32();
  entry.deleted_count = reader->Varint32();
  entry.deletions_generation = reader->Varint();
  entry.min_published_seconds = reader->Signed();
  entry.max_published_seconds = reader->Signed();
  entry.title_tokens = reader->Varint();
  entry.body_tokens = reader->Varint();
  entry.dictionary_slices = reader->Varint32();
  entry.size_bytes = reader->Varint();
  return entry;
}

absl::Status CheckSegment(const SegmentEntry& entry, uint64_t docs_before, const Manifest& manifest) {
  if (entry.doc_count == 0) return Corrupt("a segment is empty");
  if (entry.base_doc < docs_before) return Corrupt("segments overlap");
  if (entry.doc_end_exclusive() > manifest.next_doc) return Corrupt("a segment reaches past the last document");
  if (uint64_t{entry.hole_count} + entry.deleted_count > entry.doc_count)
    return Corrupt("more deletions than documents");
  if (entry.min_published_seconds > entry.max_published_seconds) return Corrupt("a time range is upside down");
  if (entry.id.value() >= manifest.next_segment) return Corrupt("a segment's id is not given out yet");
  return absl::OkStatus();
}

}  // namespace

std::string Manifest::Encode() const {
  std::string out;
  PutVarint(versions.format_version, &out);
  PutLengthPrefixed(versions.analyzer_version, &out);
  PutLengthPrefixed(versions.extractor_version, &out);
  PutVarint(generation, &out);
  PutVarint(consumed.value(), &out);
  PutVarint(next_doc, &out);
  PutVarint(next_segment, &out);
  PutVarint(segments.size(), &out);
  for (const SegmentEntry& entry : segments) PutSegment(entry, &out);
  return out;
}

absl::StatusOr<Manifest> Manifest::Decode(std::string_view bytes) {
  ByteReader reader(bytes);
  Manifest manifest;
  manifest.versions.format_version = reader.Varint32();
  if (!reader.ok()) return Corrupt("cut short");
  if (manifest.versions.format_version != kFormatVersion) {
    return absl::FailedPreconditionError(Cat("the index has format ", manifest.versions.format_version,
                                             ", this program reads and writes ", kFormatVersion,
                                             ": rebuild it from the log with `factline admin rebuild`"));
  }
  manifest.versions.analyzer_version = reader.LengthPrefixed();
  manifest.versions.extractor_version = reader.LengthPrefixed();
  manifest.generation = reader.Varint();
  manifest.consumed = Offset(reader.Varint());
  manifest.next_doc = reader.Varint32();
  manifest.next_segment = reader.Varint();
  const uint64_t segment_count = reader.Varint();
  uint64_t docs_before = 0;
  for (uint64_t i = 0; i < segment_count && reader.ok(); ++i) {
    manifest.segments.push_back(TakeSegment(&reader));
    if (!reader.ok()) break;
    FL_RETURN_IF_ERROR(CheckSegment(manifest.segments.back(), docs_before, manifest));
    docs_before = manifest.segments.back().doc_end_exclusive();
  }
  if (!reader.ok()) return Corrupt("cut short");
  if (!reader.done()) return Corrupt("bytes left over");
  return manifest;
}

size_t Manifest::SegmentOf(uint32_t doc) const {
  const auto after = std::upper_bound(segments.begin(), segments.end(), doc,
                                      [](uint32_t d, const SegmentEntry& entry) { return d < entry.base_doc; });
  if (after == segments.begin()) return segments.size();
  const auto found = after - 1;
  return doc < found->doc_end_exclusive() ? static_cast<size_t>(found - segments.begin()) : segments.size();
}

void PutRoaring(const Roaring& bitmap, std::string* out) {
  std::string bytes(bitmap.getSizeInBytes(), '\0');
  bitmap.write(bytes.data());
  PutLengthPrefixed(bytes, out);
}

absl::StatusOr<Roaring> ParseRoaring(std::string_view bytes) {
  ByteReader reader(bytes);
  const std::string_view portable = reader.LengthPrefixed();
  if (!reader.ok() || !reader.done()) return absl::DataLossError("bitmap: cut short or bytes left over");
  // The C interface says by null what the C++ one says by an exception.
  roaring_bitmap_t* bitmap = roaring_bitmap_portable_deserialize_safe(portable.data(), portable.size());
  if (bitmap == nullptr) return absl::DataLossError("bitmap: not a Roaring bitmap");
  Roaring result(bitmap);  // takes it over
  if (result.getSizeInBytes() != portable.size()) return absl::DataLossError("bitmap: bytes left over");
  return result;
}

std::string SegmentDeletions::Encode() const {
  std::string out;
  std::string bitmap;
  PutRoaring(holes, &bitmap);
  PutLengthPrefixed(bitmap, &out);
  bitmap.clear();
  PutRoaring(deleted, &bitmap);
  PutLengthPrefixed(bitmap, &out);
  return out;
}

absl::StatusOr<SegmentDeletions> SegmentDeletions::Decode(std::string_view bytes, const SegmentEntry& entry) {
  ByteReader reader(bytes);
  const std::string_view holes = reader.LengthPrefixed();
  const std::string_view deleted = reader.LengthPrefixed();
  if (!reader.ok() || !reader.done()) return absl::DataLossError("deletions: cut short or bytes left over");
  SegmentDeletions deletions;
  FL_ASSIGN_OR_RETURN(deletions.holes, ParseRoaring(holes));
  FL_ASSIGN_OR_RETURN(deletions.deleted, ParseRoaring(deleted));
  for (const Roaring* bitmap : {&deletions.holes, &deletions.deleted}) {
    if (bitmap->isEmpty()) continue;
    if (bitmap->minimum() < entry.base_doc || bitmap->maximum() >= entry.doc_end_exclusive()) {
      return absl::DataLossError("deletions: a document is outside the segment");
    }
  }
  if (deletions.holes.cardinality() != entry.hole_count || deletions.deleted.cardinality() != entry.deleted_count) {
    return absl::DataLossError("deletions: the counts differ from the manifest's");
  }
  return deletions;
}

}  // namespace factline::store
