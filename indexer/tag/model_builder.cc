#include "indexer/tag/model_builder.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <map>
#include <vector>

#include "indexer/tag/model.h"
#include "indexer/tag/style_learner.h"
#include "protos/vocab/crc32c.h"

namespace factline::tag {
namespace {

// Rows without a number of at least this size are left out: they cost much room and change few labels.
constexpr int kSmallestPress = 8;
constexpr int kSmallestWords = 7;
constexpr int kSmallestContrast = 8;
constexpr int kSmallestDetail = 8;

constexpr double kLoad = 0.85;       // share of slots that are taken
constexpr float kLargestWeight = 4;  // larger ones are cut to it: finer steps serve more than they do

// The rows of one pattern, by head; -1 where a head does not know it.
struct PatternRows {
  int64_t row[kHeadCount] = {-1, -1, -1};
  int64_t contrast = -1;
  RowScheme scheme = RowScheme::kUnigram;
};

int8_t Quantize(float weight, float scale) {
  return static_cast<int8_t>(std::clamp(std::lround(weight / scale), -127L, 127L));
}

class Builder {
 public:
  Builder(const std::array<HeadWeights, kHeadCount>& heads, const StyleLearner& styles)
      : heads_(heads), styles_(styles) {
    for (size_t head = 0; head < kHeadCount; ++head) {
      header_.scale[head] = ScaleOf(head);
      for (const auto& [key, entry] : heads_[head].vocabulary->entries()) {
        PatternRows& rows = patterns_[entry.contrast ? Vocabulary::ContrastKey(key) : key];
        (entry.contrast ? rows.contrast : rows.row[head]) = entry.row;
        rows.scheme = entry.scheme;
      }
    }
  }

  std::string Build(uint32_t dictionary_fingerprint) {
    for (auto& [key, rows] : patterns_) AddRows(key, rows);
    FillSlots();
    header_.bucket_count = static_cast<uint32_t>(buckets_.size());
    header_.pool_units = static_cast<uint32_t>(pool_.size() / kUnitBytes);
    header_.dictionary_fingerprint = dictionary_fingerprint;
    std::string bytes;
    Append(std::vector<ModelHeader>{header_}, bytes);
    for (size_t head = 0; head < kHeadCount; ++head) Append(Transitions(head), bytes);
    Append(buckets_, bytes);
    Append(pool_, bytes);
    header_.checksum = MaskCrc32c(Crc32c(std::string_view(bytes).substr(sizeof(header_))));
    std::memcpy(bytes.data(), &header_, sizeof(header_));
    return bytes;
  }

 private:
  struct Taken {
    uint64_t key;
    uint32_t unit;
    uint8_t press = 0;
    uint8_t contrast = 0;
    uint8_t detail = 0;
  };

  float ScaleOf(size_t head) const {
    float largest = 0.01f;
    const Crf& crf = *heads_[head].crf;
    for (uint32_t r = 0; r < heads_[head].vocabulary->row_count(); ++r) {
      for (size_t lane = 0; lane < crf.lanes(); ++lane) largest = std::max(largest, std::abs(crf.row(r)[lane]));
    }
    return std::min(largest, kLargestWeight) / 127;
  }

  void QuantizeRow(Head head, int64_t first, int r, int8_t* to) const {
    const size_t index = static_cast<size_t>(head);
    if (first < 0) return;
    const Crf& crf = *heads_[index].crf;
    const float* weights = crf.row(static_cast<uint32_t>(first + r));
    for (size_t lane = 0; lane < crf.lanes(); ++lane) to[lane] = Quantize(weights[lane], header_.scale[index]);
  }

  void AddRows(uint64_t key, const PatternRows& rows) {
    Taken taken = {key, static_cast<uint32_t>(pool_.size() / kUnitBytes)};
    const int count = kRowsOf[static_cast<size_t>(rows.scheme)];
    for (int r = 0; r < count; ++r) {
      int8_t row[kPressRowBytes] = {};
      QuantizeRow(Head::kPress, rows.row[static_cast<size_t>(Head::kPress)], r, row + 1);
      QuantizeRow(Head::kWords, rows.row[static_cast<size_t>(Head::kWords)], r, row + kFirstWordLane);
      DropIfSmall(row + 1, kLanesOf[static_cast<size_t>(Head::kPress)], kSmallestPress);
      DropIfSmall(row + kFirstWordLane, kLanesOf[static_cast<size_t>(Head::kWords)], kSmallestWords);
      if (AddRow(row, sizeof(row))) taken.press |= static_cast<uint8_t>(1u << r);
    }
    for (int r = 0; r < count; ++r) {
      int8_t row[kContrastRowBytes] = {};
      QuantizeRow(Head::kPress, rows.contrast, r, row);
      DropIfSmall(row, sizeof(row), kSmallestContrast);
      if (AddRow(row, sizeof(row))) taken.contrast |= static_cast<uint8_t>(1u << r);
    }
    for (int r = 0; r < count; ++r) {
      int8_t row[kDetailRowBytes] = {};
      QuantizeRow(Head::kDetail, rows.row[static_cast<size_t>(Head::kDetail)], r, row);
      DropIfSmall(row, sizeof(row), kSmallestDetail);
      if (AddRow(row, sizeof(row))) taken.detail |= static_cast<uint8_t>(1u << r);
    }
    if (any_) taken_.push_back(taken);
    any_ = false;
  }

  // A row of small weights only is left out. A pattern that loses all its rows stays for what it says of the style.
  void DropIfSmall(int8_t* row, size_t size, int smallest) {
    if (std::all_of(row, row + size, [](int8_t w) { return w == 0; })) return;
    any_ = true;
    if (std::all_of(row, row + size, [&](int8_t w) { return std::abs(w) < smallest; })) std::fill_n(row, size, 0);
  }

  bool AddRow(const int8_t* row, size_t size) {
    if (std::all_of(row, row + size, [](int8_t w) { return w == 0; })) return false;
    pool_.insert(pool_.end(), row, row + size);
    return true;
  }

  void FillSlots() {
    const size_t buckets =
        std::max<size_t>(2, static_cast<size_t>(static_cast<double>(taken_.size()) / kLoad / kBucketSlots) + 1);
    buckets_.assign(buckets, ModelBucket());
    for (const Taken& taken : taken_) {
      size_t slot = BucketOf(taken.key, buckets) * kBucketSlots;
      const uint32_t fingerprint = FingerprintOf(taken.key);
      const auto at = [&]() -> uint32_t& { return buckets_[slot / kBucketSlots].fingerprints[slot % kBucketSlots]; };
      // Two keys of one bucket with the same fingerprint come one in thousands of millions: the first stays.
      while (at() != 0 && at() != fingerprint) slot = (slot + 1) % (buckets * kBucketSlots);
      if (at() != 0) continue;
      at() = fingerprint;
      ModelSlot& to = buckets_[slot / kBucketSlots].slots[slot % kBucketSlots];
      to.unit = taken.unit;
      to.press_rows = taken.press;
      to.contrast_rows = taken.contrast;
      to.detail_rows = taken.detail;
      to.daily = Quantize(styles_.weight(taken.key, Style::kDaily), kStyleScale);
      to.web = Quantize(styles_.weight(taken.key, Style::kWeb), kStyleScale);
    }
  }

  std::vector<int16_t> Transitions(size_t head) const {
    const size_t labels = kLanesOf[head] + 1;
    std::vector<int16_t> all(labels * labels, kNever);
    for (size_t p = 0; p < labels; ++p) {
      for (size_t q = 0; q < labels; ++q) {
        if (!MayFollow(static_cast<Head>(head), static_cast<int>(p), static_cast<int>(q))) continue;
        const float bias = q == 0 ? 0 : heads_[head].name_bias;
        const float weight = heads_[head].crf->transition(static_cast<int>(p), static_cast<int>(q)) + bias;
        all[p * labels + q] =
            static_cast<int16_t>(std::clamp(std::lround(weight / header_.scale[head]), -10000L, 10000L));
      }
    }
    return all;
  }

  template <typename T>
  static void Append(const std::vector<T>& part, std::string& bytes) {
    bytes.append(reinterpret_cast<const char*>(part.data()), part.size() * sizeof(T));
    bytes.append((kModelAlignment - bytes.size() % kModelAlignment) % kModelAlignment, '\0');
  }

  const std::array<HeadWeights, kHeadCount> heads_;
  const StyleLearner& styles_;
  ModelHeader header_;
  std::map<uint64_t, PatternRows> patterns_;  // ordered: the bytes must not depend on a hash table's whims
  bool any_ = false;                          // the pattern at hand has a row, dropped or not
  std::vector<Taken> taken_;
  std::vector<ModelBucket> buckets_;
  std::vector<int8_t> pool_;
};

}  // namespace

std::string BuildModel(const std::array<HeadWeights, kHeadCount>& heads, const StyleLearner& styles,
                       uint32_t dictionary_fingerprint) {
  return Builder(heads, styles).Build(dictionary_fingerprint);
}

}  // namespace factline::tag
