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

// Rows without a number of at least some size are left out: they cost much room and change few labels. The size is the
// first of these, or the next ones, with which the model is small enough.
constexpr int kFirstSmallest = 6;
constexpr int kLastSmallest = 100;

constexpr double kLoad = 0.85;       // share of slots that are taken
constexpr float kLargestWeight = 4;  // larger ones are cut to it: finer steps serve more than they do

// The rows of one pattern, by head; -1 where a head does not know it.
struct PatternRows {
  int64_t row[kHeadCount] = {-1, -1, -1};
  int64_t contrast[kHeadCount] = {-1, -1, -1};
  RowScheme scheme = RowScheme::kUnigram;
  uint32_t sentences = 0;  // that it occurs in, for the head which saw it most often
};

int8_t Quantize(float weight, float scale) {
  return static_cast<int8_t>(std::clamp(std::lround(weight / scale), -127L, 127L));
}

class Builder {
 public:
  Builder(const std::array<HeadWeights, kHeadCount>& heads, const StyleLearner& styles, int smallest)
      : heads_(heads), styles_(styles), smallest_(smallest), classes_of_(heads[0].vocabulary->classes()) {
    for (size_t head = 0; head < kHeadCount; ++head) {
      header_.scale[head] = ScaleOf(heads_[head]);
      for (const auto& [key, entry] : heads_[head].vocabulary->entries()) {
        if (entry.by_class) continue;
        PatternRows& rows = patterns_[entry.contrast ? Vocabulary::ContrastKey(key) : key];
        (entry.contrast ? rows.contrast : rows.row)[head] = entry.row;
        rows.scheme = entry.scheme;
        rows.sentences = std::max(rows.sentences, entry.sentences);
      }
    }
  }

  std::string Build(uint32_t dictionary_fingerprint) {
    AddClasses();
    AddPatterns();
    FillSlots();
    header_.class_count = static_cast<uint32_t>(classes_.size());
    header_.bucket_count = static_cast<uint32_t>(buckets_.size());
    header_.pool_units = static_cast<uint32_t>(pool_.size() / kUnitBytes);
    header_.dictionary_fingerprint = dictionary_fingerprint;
    std::string bytes;
    Append(std::vector<ModelHeader>{header_}, bytes);
    for (size_t head = 0; head < kHeadCount; ++head)
      Append(TransitionsOf(static_cast<Head>(head), heads_[head], header_.scale[head]), bytes);
    Append(classes_, bytes);
    Append(filter_, bytes);
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
    uint8_t detail_contrast = 0;
    uint16_t cls = 0;
  };

  void QuantizeRow(Head head, int64_t first, int r, int8_t* to) const {
    const size_t index = static_cast<size_t>(head);
    if (first < 0) return;
    const Crf& crf = *heads_[index].crf;
    const float* weights = crf.row(static_cast<uint32_t>(first + r));
    for (size_t lane = 0; lane < crf.lanes(); ++lane) to[lane] = Quantize(weights[lane], header_.scale[index]);
  }

  // A class's rows: those of its fine and its coarse class together.
  void QuantizeClassRow(Head head, uint32_t fine, int r, int8_t* to) const {
    const size_t index = static_cast<size_t>(head);
    const Vocabulary& vocabulary = *heads_[index].vocabulary;
    if (vocabulary.classes() == nullptr) return;
    const Crf& crf = *heads_[index].crf;
    for (const uint64_t key : {Vocabulary::FineKey(fine), Vocabulary::CoarseKey(classes_of_->CoarseOf(fine))}) {
      const uint32_t row = vocabulary.RowOf(key);
      if (row == Vocabulary::kNone) continue;
      const float* weights = crf.row(row + static_cast<uint32_t>(r));
      for (size_t lane = 0; lane < crf.lanes(); ++lane) {
        to[lane] =
            static_cast<int8_t>(std::clamp(to[lane] + int{Quantize(weights[lane], header_.scale[index])}, -127, 127));
      }
    }
  }

  void AddClasses() {
    classes_.resize(1);
    if (classes_of_ == nullptr) return;
    uint32_t count = 0;
    for (const auto& [key, fine] : classes_of_->classes()) count = std::max(count, fine + 1);
    for (uint32_t fine = 0; fine < count; ++fine) {
      const int rows = kRowsOf[static_cast<size_t>(classes_of_->SchemeOf(fine))];
      ModelSlot slot;
      slot.unit = static_cast<uint32_t>(pool_.size() / kUnitBytes);
      for (int r = 0; r < rows; ++r) {
        int8_t row[kPressRowBytes] = {};
        QuantizeClassRow(Head::kPress, fine, r, row + 1);
        QuantizeClassRow(Head::kWords, fine, r, row + kFirstWordLane);
        DropIfSmall(row + 1, kLanesOf[static_cast<size_t>(Head::kPress)]);
        DropIfSmall(row + kFirstWordLane, kLanesOf[static_cast<size_t>(Head::kWords)]);
        if (AddRow(row, sizeof(row))) slot.press_rows |= static_cast<uint8_t>(1u << r);
      }
      for (int r = 0; r < rows; ++r) {
        int8_t row[kDetailRowBytes] = {};
        QuantizeClassRow(Head::kDetail, fine, r, row);
        DropIfSmall(row, sizeof(row));
        if (AddRow(row, sizeof(row))) slot.detail_rows |= static_cast<uint8_t>(1u << r);
      }
      classes_.push_back(slot);
    }
    any_ = false;
  }

  // The most frequent first: their rows are read over and over, and lie on few pages.
  void AddPatterns() {
    if (classes_of_ != nullptr) {
      for (const auto& [key, fine] : classes_of_->classes()) patterns_[key].scheme = classes_of_->SchemeOf(fine);
    }
    std::vector<std::pair<uint64_t, const PatternRows*>> ordered;
    for (const auto& [key, rows] : patterns_) ordered.push_back({key, &rows});
    std::stable_sort(ordered.begin(), ordered.end(),
                     [](const auto& a, const auto& b) { return a.second->sentences > b.second->sentences; });
    for (const auto& [key, rows] : ordered) AddRows(key, *rows);
  }

  void AddRows(uint64_t key, const PatternRows& rows) {
    Taken taken = {key, static_cast<uint32_t>(pool_.size() / kUnitBytes)};
    const int count = kRowsOf[static_cast<size_t>(rows.scheme)];
    for (int r = 0; r < count; ++r) {
      int8_t row[kPressRowBytes] = {};
      QuantizeRow(Head::kPress, rows.row[static_cast<size_t>(Head::kPress)], r, row + 1);
      QuantizeRow(Head::kWords, rows.row[static_cast<size_t>(Head::kWords)], r, row + kFirstWordLane);
      DropIfSmall(row + 1, kLanesOf[static_cast<size_t>(Head::kPress)]);
      DropIfSmall(row + kFirstWordLane, kLanesOf[static_cast<size_t>(Head::kWords)]);
      if (AddRow(row, sizeof(row))) taken.press |= static_cast<uint8_t>(1u << r);
    }
    for (int r = 0; r < count; ++r) {
      int8_t row[kContrastRowBytes] = {};
      QuantizeRow(Head::kPress, rows.contrast[static_cast<size_t>(Head::kPress)], r, row);
      DropIfSmall(row, sizeof(row));
      if (AddRow(row, sizeof(row))) taken.contrast |= static_cast<uint8_t>(1u << r);
    }
    for (int r = 0; r < count; ++r) {
      int8_t row[kDetailRowBytes] = {};
      QuantizeRow(Head::kDetail, rows.row[static_cast<size_t>(Head::kDetail)], r, row);
      DropIfSmall(row, sizeof(row));
      if (AddRow(row, sizeof(row))) taken.detail |= static_cast<uint8_t>(1u << r);
    }
    for (int r = 0; r < count; ++r) {
      int8_t row[kDetailRowBytes] = {};
      QuantizeRow(Head::kDetail, rows.contrast[static_cast<size_t>(Head::kDetail)], r, row);
      DropIfSmall(row, sizeof(row));
      if (AddRow(row, sizeof(row))) taken.detail_contrast |= static_cast<uint8_t>(1u << r);
    }
    const uint32_t fine = classes_of_ == nullptr ? PatternClasses::kNone : classes_of_->FineOf(key);
    if (fine != PatternClasses::kNone) {
      taken.cls = static_cast<uint16_t>(fine + 1);
      any_ = true;
    }
    if (any_) taken_.push_back(taken);
    any_ = false;
  }

  // A row of small weights only is left out. A pattern that loses all its rows stays for what it says of the style.
  void DropIfSmall(int8_t* row, size_t size) {
    if (std::all_of(row, row + size, [](int8_t w) { return w == 0; })) return;
    any_ = true;
    if (std::all_of(row, row + size, [&](int8_t w) { return std::abs(w) < smallest_; })) std::fill_n(row, size, 0);
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
    filter_.assign(buckets, 0);
    for (const Taken& taken : taken_) {
      size_t slot = BucketOf(taken.key, buckets) * kBucketSlots;
      filter_[BucketOf(taken.key, buckets)] |= 1u << FilterBitOf(taken.key, buckets);
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
      to.detail_contrast_rows = taken.detail_contrast;
      to.cls = taken.cls;
      to.daily = Quantize(styles_.weight(taken.key, Style::kDaily), kStyleScale);
      to.web = Quantize(styles_.weight(taken.key, Style::kWeb), kStyleScale);
    }
  }

  template <typename T>
  static void Append(const std::vector<T>& part, std::string& bytes) {
    bytes.append(reinterpret_cast<const char*>(part.data()), part.size() * sizeof(T));
    bytes.append((kModelAlignment - bytes.size() % kModelAlignment) % kModelAlignment, '\0');
  }

  const std::array<HeadWeights, kHeadCount> heads_;
  const StyleLearner& styles_;
  const int smallest_;
  const PatternClasses* const classes_of_;
  ModelHeader header_;
  std::map<uint64_t, PatternRows> patterns_;  // ordered: the bytes must not depend on a hash table's whims
  bool any_ = false;                          // the pattern at hand has a row, dropped or not
  std::vector<Taken> taken_;
  std::vector<ModelSlot> classes_;
  std::vector<uint32_t> filter_;
  std::vector<ModelBucket> buckets_;
  std::vector<int8_t> pool_;
};

}  // namespace

float ScaleOf(const HeadWeights& weights) {
  float largest = 0.01f;
  const Crf& crf = *weights.crf;
  for (uint32_t r = 0; r < weights.vocabulary->row_count(); ++r) {
    for (size_t lane = 0; lane < crf.lanes(); ++lane) largest = std::max(largest, std::abs(crf.row(r)[lane]));
  }
  return std::min(largest, kLargestWeight) / 127;
}

std::vector<int16_t> TransitionsOf(Head head, const HeadWeights& weights, float scale) {
  const size_t labels = kLanesOf[static_cast<size_t>(head)] + 1;
  std::vector<int16_t> all(labels * labels, kNever);
  for (size_t p = 0; p < labels; ++p) {
    for (size_t q = 0; q < labels; ++q) {
      if (!MayFollow(head, static_cast<int>(p), static_cast<int>(q))) continue;
      const float bias = q == 0 ? 0 : weights.name_bias;
      const float weight = weights.crf->transition(static_cast<int>(p), static_cast<int>(q)) + bias;
      all[p * labels + q] = static_cast<int16_t>(std::clamp(std::lround(weight / scale), -10000L, 10000L));
    }
  }
  return all;
}

std::string BuildModel(const std::array<HeadWeights, kHeadCount>& heads, const StyleLearner& styles,
                       uint32_t dictionary_fingerprint, size_t max_bytes) {
  std::string bytes;
  for (int smallest = kFirstSmallest; smallest <= kLastSmallest; ++smallest) {
    bytes = Builder(heads, styles, smallest).Build(dictionary_fingerprint);
    if (bytes.size() <= max_bytes) break;
  }
  return bytes;
}

}  // namespace factline::tag
