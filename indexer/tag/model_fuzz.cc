// Any bytes as a model: it is refused with a byte named, or it tags a text without touching what is not its own. The
// first byte chooses whether the rest is the file itself, or the slots and rows of a file that is otherwise sound.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "indexer/tag/model.h"
#include "indexer/tag/pattern_finder.h"
#include "indexer/tag/tagger.h"
#include "indexer/text/normalizer.h"
#include "protos/vocab/crc32c.h"

namespace factline::tag {
namespace {

constexpr std::string_view kText = "远岭储能总经理林知远在松江港宣布，3月5日将与云泽大学合作。“好！”陈海说";

// Only a checksum that holds lets a fuzzer see what lies behind it.
void MendChecksum(std::string& file) {
  ModelHeader header;
  if (file.size() < sizeof(header)) return;
  std::memcpy(&header, file.data(), sizeof(header));
  header.checksum = MaskCrc32c(Crc32c(std::string_view(file).substr(sizeof(header))));
  std::memcpy(file.data(), &header, sizeof(header));
}

void ParseAndTag(std::string file) {
  MendChecksum(file);
  const AlignedModel aligned(file);
  const absl::StatusOr<Model> model = Model::Parse(aligned.bytes());
  if (!model.ok()) {
    if (model.status().message().find("byte") == absl::string_view::npos) std::abort();
    return;
  }
  const Tagger tagger(*model);
  Tagger::Scratch scratch;
  Tagging tagging;
  tagger.Tag(kText, {}, scratch, tagging);
  uint32_t end = 0;
  for (const Span& word : tagging.words) {
    if (word.begin < end || word.end_exclusive > kText.size()) std::abort();
    end = word.end_exclusive;
  }
  for (const auto* names : {&tagging.press, &tagging.detail, &tagging.names}) {
    end = 0;
    for (const TaggedName& name : *names) {
      if (name.span.begin < end || name.span.end_exclusive <= name.span.begin) std::abort();
      end = name.span.end_exclusive;
    }
    if (end > kText.size()) std::abort();
  }
}

// Hands out the fuzzer's bytes, and zeros behind them.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : bytes_(bytes) {}
  template <typename T>
  void FillValue(T& value) {
    const size_t count = std::min(sizeof(value), bytes_.size());
    std::memcpy(&value, bytes_.data(), count);
    bytes_.remove_prefix(count);
  }

 private:
  std::string_view bytes_;
};

template <typename T>
void Append(const std::vector<T>& part, std::string& file) {
  file.append(reinterpret_cast<const char*>(part.data()), part.size() * sizeof(T));
  file.append((kModelAlignment - file.size() % kModelAlignment) % kModelAlignment, '\0');
}

// A model of the text's first patterns, whose slots, classes, transitions and rows are `bytes`.
std::string ModelOf(Bytes bytes) {
  constexpr size_t kBuckets = 64, kClasses = 3, kPoolUnits = 256;
  std::vector<text::NormalChar> chars;
  text::Normalize(kText, chars);
  PatternFinder finder{text::Dictionary()};
  finder.Find(chars, 0, chars.size());
  ModelHeader header;
  header.bucket_count = kBuckets;
  header.class_count = kClasses;
  header.pool_units = kPoolUnits;
  std::vector<uint32_t> filter(kBuckets, UINT32_MAX);
  std::vector<ModelBucket> buckets(kBuckets);
  for (const Pattern& pattern : finder.patterns()) {
    ModelBucket& bucket = buckets[BucketOf(pattern.key, kBuckets)];
    const auto free = std::find(bucket.fingerprints, bucket.fingerprints + kBucketSlots - 1, 0u);
    if (free == bucket.fingerprints + kBucketSlots - 1) continue;  // the last stays free: it ends a search
    *free = FingerprintOf(pattern.key);
    ModelSlot& slot = bucket.slots[free - bucket.fingerprints];
    bytes.FillValue(slot);
    slot.unit %= 2 * kPoolUnits;
  }
  std::vector<ModelSlot> classes(kClasses);
  for (ModelSlot& slot : classes) bytes.FillValue(slot);
  std::string file;
  Append(std::vector<ModelHeader>{header}, file);
  for (size_t head = 0; head < kHeadCount; ++head) {
    std::vector<int16_t> transitions((kLanesOf[head] + 1) * (kLanesOf[head] + 1));
    for (size_t i = 0; i < transitions.size(); i += 7) bytes.FillValue(transitions[i]);
    Append(transitions, file);
  }
  Append(classes, file);
  Append(filter, file);
  Append(buckets, file);
  std::vector<int8_t> pool(kPoolUnits * kUnitBytes);
  for (int8_t& weight : pool) bytes.FillValue(weight);
  Append(pool, file);
  return file;
}

}  // namespace
}  // namespace factline::tag

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace factline::tag;  // NOLINT: a fuzz entry is a program of its own
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  ParseAndTag(data[0] % 2 == 0 ? std::string(bytes) : ModelOf(Bytes(bytes)));
  return 0;
}
