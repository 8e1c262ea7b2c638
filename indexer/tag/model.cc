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
  if (header.class_count == 0) return Wrong(offsetof(ModelHeader, class_count), "no classes");
  const size_t pool_bytes = size_t{header.pool_units} * kUnitBytes;
  Parts parts(bytes);
  parts.Take<ModelHeader>(1);
  for (size_t head = 0; head < kHeadCount; ++head) {
    const size_t labels = kLanesOf[head] + 1;
    model.transitions_[head] = parts.Take<int16_t>(labels * labels);
  }
  model.bucket_count_ = header.bucket_count;
  const size_t classes_at = parts.at();
  model.classes_ = parts.Take<ModelSlot>(header.class_count);
  model.filter_ = parts.Take<uint32_t>(model.bucket_count_);
  const size_t buckets_at = parts.at();
  model.buckets_ = parts.Take<ModelBucket>(model.bucket_count_);
  model.pool_ = parts.Take<int8_t>(pool_bytes);
  if (parts.at() != bytes.size()) {
    return Wrong(bytes.size(), Cat("the file ends here; its header promises ", parts.at(), " bytes"));
  }
  const uint32_t checksum = MaskCrc32c(Crc32c(bytes.substr(sizeof(ModelHeader))));
  if (checksum != header.checksum)
    return Wrong(offsetof(ModelHeader, checksum), "the checksum is not that of the bytes");
  const auto check = [&](const ModelSlot& slot, size_t byte) {
    const size_t end =
        size_t{slot.unit} * kUnitBytes + kPressRowBytes * static_cast<size_t>(std::popcount(slot.press_rows)) +
        kContrastRowBytes * static_cast<size_t>(std::popcount(slot.contrast_rows)) +
        kDetailRowBytes *
            static_cast<size_t>(std::popcount(slot.detail_rows) + std::popcount(slot.detail_contrast_rows));
    if (end > pool_bytes) return Wrong(byte, "a slot's rows lie outside the pool");
    if (slot.cls >= header.class_count) return Wrong(byte, "a slot of a class that the model does not have");
    return absl::OkStatus();
  };
  for (size_t i = 0; i < header.class_count; ++i) {
    FL_RETURN_IF_ERROR(check(model.classes_[i], classes_at + i * sizeof(ModelSlot)));
  }
  size_t full_buckets = 0;  // one behind another
  for (size_t i = 0; i < model.bucket_count_ * kBucketSlots; ++i) {
    if (i % kBucketSlots == 0) {
      const ModelBucket& bucket = model.buckets_[i / kBucketSlots];
      full_buckets = bucket.fingerprints[kBucketSlots - 1] == 0 ? 0 : full_buckets + 1;
      if (full_buckets > kLongestRun) {
        return Wrong(buckets_at + i / kBucketSlots * sizeof(ModelBucket), "too many full buckets one behind another");
      }
    }
    FL_RETURN_IF_ERROR(check(model.buckets_[i / kBucketSlots].slots[i % kBucketSlots],
                             buckets_at + i / kBucketSlots * sizeof(ModelBucket)));
  }
  return model;
}

}  // namespace factline::tag
