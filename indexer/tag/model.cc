#include "indexer/tag/model.h"

#include <bit>

#include "protos/vocab/crc32c.h"
#include "protos/vocab/status.h"

namespace factline::tag {
namespace {

absl::Status Wrong(size_t byte, std::string_view what) {
  return absl::InvalidArgumentError(Cat("tagger model, byte ", byte, ": ", what));
}

// Hands out a model's parts one after the other.
class Parts {
 public:
  explicit Parts(std::string_view bytes) : bytes_(bytes) {}

  template <typename T>
  const T* Take(size_t count) {
    const T* part = reinterpret_cast<const T*>(bytes_.data() + at_);
    at_ += count * sizeof(T);
    at_ = (at_ + kModelAlignment - 1) / kModelAlignment * kModelAlignment;
    return part;
  }
  size_t at() const { return at_; }

 private:
  const std::string_view bytes_;
  size_t at_ = 0;
};

}  // namespace

absl::StatusOr<Model> Model::Parse(std::string_view bytes) {
  if (bytes.size() < sizeof(ModelHeader)) return Wrong(bytes.size(), "ends inside the header");
  if (reinterpret_cast<uintptr_t>(bytes.data()) % kModelAlignment != 0) {
    return Wrong(0, Cat("does not lie at a multiple of ", kModelAlignment));
  }
  Model model;
  model.header_ = reinterpret_cast<const ModelHeader*>(bytes.data());
  const ModelHeader& header = *model.header_;
  if (header.magic != kModelMagic) return Wrong(0, "no tagger model");
  if (header.version != kModelVersion) {
    return Wrong(offsetof(ModelHeader, version),
                 Cat("version ", header.version, ", this program reads ", kModelVersion));
  }
  if (header.bucket_count == 0) return Wrong(offsetof(ModelHeader, bucket_count), "no buckets");
  const size_t pool_bytes = size_t{header.pool_units} * kUnitBytes;
  Parts parts(bytes);
  parts.Take<ModelHeader>(1);
  for (size_t head = 0; head < kHeadCount; ++head) {
    const size_t labels = kLanesOf[head] + 1;
    model.transitions_[head] = parts.Take<int16_t>(labels * labels);
  }
  const size_t buckets_at = parts.at();
  model.bucket_count_ = header.bucket_count;
  model.buckets_ = parts.Take<ModelBucket>(model.bucket_count_);
  model.pool_ = parts.Take<int8_t>(pool_bytes);
  if (parts.at() != bytes.size()) {
    return Wrong(bytes.size(), Cat("the file ends here; its header promises ", parts.at(), " bytes"));
  }
  const uint32_t checksum = MaskCrc32c(Crc32c(bytes.substr(sizeof(ModelHeader))));
  if (checksum != header.checksum)
    return Wrong(offsetof(ModelHeader, checksum), "the checksum is not that of the bytes");
  for (size_t i = 0; i < model.bucket_count_ * kBucketSlots; ++i) {
    const ModelSlot& slot = model.buckets_[i / kBucketSlots].slots[i % kBucketSlots];
    const size_t end = size_t{slot.unit} * kUnitBytes +
                       kPressRowBytes * static_cast<size_t>(std::popcount(slot.press_rows)) +
                       kContrastRowBytes * static_cast<size_t>(std::popcount(slot.contrast_rows)) +
                       kDetailRowBytes * static_cast<size_t>(std::popcount(slot.detail_rows));
    if (end > pool_bytes) {
      return Wrong(buckets_at + i / kBucketSlots * sizeof(ModelBucket), "a slot's rows lie outside the pool");
    }
  }
  return model;
}

}  // namespace factline::tag
