#ifndef FACTLINE_INDEXER_TAG_MODEL_H_
#define FACTLINE_INDEXER_TAG_MODEL_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "indexer/tag/tag.h"

namespace factline::tag {

// A model's bytes, little-endian. FORMAT.md gives the reasons.
//
//   model       := ModelHeader transitions classes filter buckets pool
//   transitions := for each head, int16[(1 + lanes)²], [label][next]; kNever where `next` may not follow
//   classes     := ModelSlot[class_count]: rows that patterns share; [0] has none
//   filter      := uint32[bucket_count]: bit FilterBitOf(key) of the bucket of each key that the model knows
//   buckets     := ModelBucket[bucket_count]
//   pool        := uint8[pool_units * 4]: the patterns' rows; a pattern's rows of press, contrast, detail, detail
//   contrast
//
// Each part, each head's transitions too, begins at a multiple of 64 bytes.
//
// A press row holds int8 weights of: nothing, the labels 1 to 12 of kPress, the labels 1 to 3 of kWords. A contrast row
// holds what Style::kMsra adds to the labels 1 to 12 and kDaily takes away, a
// detail contrast row what kWeb adds to a detail row and kDesk takes away. A detail row holds the labels 1 to 32 of
// kDetail. A pattern lies in the first free slot from its own bucket on, round the end, so that a free slot ends the
// search.
inline constexpr uint64_t kModelMagic = 0x314741544C460D0Au;  // "\n\rFLTAG1"
inline constexpr uint32_t kModelVersion = 3;
inline constexpr size_t kBucketSlots = 4;
inline constexpr size_t kLongestRun = 1024;  // of full buckets: bounds a look-up
inline constexpr size_t kModelAlignment = 64;
inline constexpr size_t kUnitBytes = 4;
inline constexpr size_t kPressRowBytes = 16;
inline constexpr size_t kContrastRowBytes = 12;
inline constexpr size_t kDetailRowBytes = 32;
inline constexpr size_t kFirstWordLane = 13;  // of a press row
inline constexpr int16_t kNever = -32768;
inline constexpr float kStyleScale = 1.0f / 32;  // what the number 1 of `daily` and `web` stands for, in nats

struct ModelSlot {
  uint32_t unit = 0;                 // where the pattern's rows begin in the pool, in units of 4 bytes
  uint8_t press_rows = 0;            // bit r: the pattern has a row r of kPressRowBytes
  uint8_t contrast_rows = 0;         // likewise of kContrastRowBytes
  uint8_t detail_rows = 0;           // likewise of kDetailRowBytes
  int8_t daily = 0;                  // how much the pattern speaks for Style::kDaily, against kMsra
  int8_t web = 0;                    // likewise for kWeb
  uint8_t detail_contrast_rows = 0;  // likewise
  uint16_t cls = 0;                  // the class whose rows the pattern has too, below class_count; of a class, 0
};

// One cache line, so that a look-up costs one miss.
struct alignas(64) ModelBucket {
  uint32_t fingerprints[kBucketSlots] = {};  // 0: the slot is free
  ModelSlot slots[kBucketSlots];
};
static_assert(sizeof(ModelSlot) == 12 && sizeof(ModelBucket) == 64);

struct ModelHeader {
  uint64_t magic = kModelMagic;
  uint32_t version = kModelVersion;
  uint32_t checksum = 0;  // MaskCrc32c of all that follows the header
  uint32_t bucket_count = 0;
  uint32_t pool_units = 0;
  uint32_t dictionary_fingerprint = 0;  // of the dictionary that the model was trained with
  uint32_t class_count = 0;
  float scale[4] = {};  // of each head: the weight that the number 1 stands for; the last is 0
};
static_assert(sizeof(ModelHeader) == 48);

constexpr uint32_t FingerprintOf(uint64_t key) {
  return static_cast<uint32_t>(key) == 0 ? 1 : static_cast<uint32_t>(key);
}
constexpr size_t BucketOf(uint64_t key, size_t bucket_count) {
  return static_cast<size_t>((key >> 32) * static_cast<uint64_t>(bucket_count) >> 32);
}
// Which of 32 parts of its bucket's share of all keys a key lies in.
constexpr int FilterBitOf(uint64_t key, size_t bucket_count) {
  return static_cast<int>(static_cast<uint32_t>((key >> 32) * static_cast<uint64_t>(bucket_count)) >> 27);
}

// Read access to a model. Immutable: any number of threads. A copy is a few pointers.
class Model {
 public:
  // `bytes` must lie at a multiple of kModelAlignment, and outlive the model. INVALID_ARGUMENT names the byte that is
  // wrong; a model that parses is safe to use with any text.
  static absl::StatusOr<Model> Parse(std::string_view bytes);

  // The one in the program.
  static const Model& BuiltIn();

  // Whether the model may know a pattern: true for all that it knows, and for one of ten that it does not. The filter
  // is small enough to stay in a core's own cache, the buckets are not.
  bool MayKnow(uint64_t key) const {
    return (filter_[BucketOf(key, bucket_count_)] >> FilterBitOf(key, bucket_count_) & 1) != 0;
  }

  // What the model knows of a pattern; nullptr if nothing.
  const ModelSlot* Find(uint64_t key) const {
    const uint32_t fingerprint = FingerprintOf(key);
    size_t bucket = BucketOf(key, bucket_count_);
    for (size_t looked_at = 0; looked_at < kLongestRun; ++looked_at) {
      const ModelBucket& here = buckets_[bucket];
      for (size_t i = 0; i < kBucketSlots; ++i) {
        if (here.fingerprints[i] == fingerprint) return &here.slots[i];
        if (here.fingerprints[i] == 0) return nullptr;
      }
      if (++bucket == bucket_count_) bucket = 0;
    }
    return nullptr;
  }
  void Prefetch(uint64_t key) const { __builtin_prefetch(&buckets_[BucketOf(key, bucket_count_)]); }

  // The rows of a slot, one behind another in the order of their bits: press, contrast, detail, detail contrast.
  const int8_t* RowsOf(const ModelSlot& slot) const { return pool_ + kUnitBytes * size_t{slot.unit}; }

  // The rows that a slot's class has, which RowsOf finds likewise.
  const ModelSlot& ClassOf(const ModelSlot& slot) const { return classes_[slot.cls]; }

  // [label][next], of a head with 1 + kLanesOf[head] labels.
  const int16_t* transitions(Head head) const { return transitions_[static_cast<size_t>(head)]; }
  float scale(Head head) const { return header_->scale[static_cast<size_t>(head)]; }
  uint32_t dictionary_fingerprint() const { return header_->dictionary_fingerprint; }
  uint32_t checksum() const { return header_->checksum; }

 private:
  const ModelHeader* header_ = nullptr;
  const int16_t* transitions_[kHeadCount] = {};
  const ModelSlot* classes_ = nullptr;
  const uint32_t* filter_ = nullptr;
  const ModelBucket* buckets_ = nullptr;
  const int8_t* pool_ = nullptr;
  size_t bucket_count_ = 0;
};

// A copy of a model's bytes where Model::Parse takes them.
class AlignedModel {
 public:
  explicit AlignedModel(std::string_view bytes)
      : lines_((bytes.size() + kModelAlignment - 1) / kModelAlignment), size_(bytes.size()) {
    if (!bytes.empty()) std::memcpy(data(), bytes.data(), bytes.size());
  }
  char* data() { return reinterpret_cast<char*>(lines_.data()); }
  std::string_view bytes() const { return {reinterpret_cast<const char*>(lines_.data()), size_}; }

 private:
  std::vector<ModelBucket> lines_;
  size_t size_;
};

}  // namespace factline::tag

#endif  // FACTLINE_INDEXER_TAG_MODEL_H_
