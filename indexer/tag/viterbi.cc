#include "indexer/tag/viterbi.h"

#include <algorithm>
#include <array>
#include <limits>

#include "indexer/tag/model.h"

namespace factline::tag {
namespace {

// Eight 16-bit numbers, in what the compiler knows as one register.
typedef int16_t Lanes __attribute__((vector_size(16)));
constexpr size_t kLaneCount = 8;

Lanes Load(const int16_t* from) {
  Lanes lanes;
  __builtin_memcpy(&lanes, from, sizeof(lanes));
  return lanes;
}
void Store(Lanes lanes, int16_t* to) { __builtin_memcpy(to, &lanes, sizeof(lanes)); }
Lanes Splat(int16_t x) { return Lanes{x, x, x, x, x, x, x, x}; }
Lanes Max(Lanes a, Lanes b) { return a > b ? a : b; }

#ifdef __SSE2__
typedef long long Register __attribute__((vector_size(16)));
typedef short Shorts __attribute__((vector_size(16)));
Lanes Add(Lanes a, Lanes b) { return (Lanes)__builtin_ia32_paddsw128((Shorts)a, (Shorts)b); }
Lanes Subtract(Lanes a, Lanes b) { return (Lanes)__builtin_ia32_psubsw128((Shorts)a, (Shorts)b); }
#else
int16_t AddSaturating(int a, int b) {
  return static_cast<int16_t>(
      std::clamp(a + b, int{std::numeric_limits<int16_t>::min()}, int{std::numeric_limits<int16_t>::max()}));
}

Lanes Add(Lanes a, Lanes b) {
  Lanes sum;
  for (size_t i = 0; i < kLaneCount; ++i) sum[i] = AddSaturating(a[i], b[i]);
  return sum;
}
Lanes Subtract(Lanes a, Lanes b) {
  Lanes difference;
  for (size_t i = 0; i < kLaneCount; ++i) difference[i] = AddSaturating(a[i], -int{b[i]});
  return difference;
}
#endif

template <Head kHead>
class Viterbi {
 public:
  static constexpr int kLabels = static_cast<int>(kLanesOf[static_cast<size_t>(kHead)]) + 1;
  static constexpr size_t kRegisters = (kLabels + kLaneCount - 1) / kLaneCount;
  static constexpr size_t kWidth = kRegisters * kLaneCount;

  explicit Viterbi(const int16_t* transitions) : transitions_(transitions) {
    int16_t row[kWidth];
    for (int p = 0; p < kLabels; ++p) {
      std::fill(row, row + kWidth, kNever);
      std::copy(transitions + p * kLabels, transitions + (p + 1) * kLabels, row);
      for (size_t r = 0; r < kRegisters; ++r) from_[p][r] = Load(row + r * kLaneCount);
    }
  }

  void Run(const int16_t* scores, size_t stride, size_t size, uint8_t* labels, std::vector<int16_t>& best) {
    if (size == 0) return;
    best.resize(std::max(best.size(), size * kWidth));
    for (size_t l = 0; l < kWidth; ++l) {
      const int label = static_cast<int>(l);
      best[l] = label < kLabels && !LabelContinues(kHead, label) ? scores[label] : kNever;
    }
    for (size_t i = 1; i < size; ++i) Step(scores + i * stride, &best[(i - 1) * kWidth], &best[i * kWidth]);
    GoBack(size, labels, best);
  }

 private:
  void Step(const int16_t* scores, const int16_t* before, int16_t* after) const {
    Lanes top[kRegisters];
    for (size_t r = 0; r < kRegisters; ++r) top[r] = Splat(kNever);
    for (int p = 0; p < kLabels; ++p) {
      const Lanes x = Splat(before[p]);
      for (size_t r = 0; r < kRegisters; ++r) top[r] = Max(top[r], Add(x, from_[p][r]));
    }
    for (size_t r = 0; r < kRegisters; ++r) top[r] = Add(top[r], Load(scores + r * kLaneCount));
    // Relative to one label that a sequence can always be in, so that long texts stay within 16 bits.
    const int16_t zero = kHead == Head::kWords ? std::max<int16_t>(top[0][int{kWordOnly}], top[0][int{kWordLast}])
                                               : static_cast<int16_t>(top[0][0]);
    for (size_t r = 0; r < kRegisters; ++r) Store(Subtract(top[r], Splat(zero)), after + r * kLaneCount);
  }

  void GoBack(size_t size, uint8_t* labels, const std::vector<int16_t>& best) const {
    const int16_t* last = &best[(size - 1) * kWidth];
    int label = 0;
    for (int l = 1; l < kLabels; ++l) {
      if (!LabelOpens(kHead, l) && last[l] > last[label]) label = l;
    }
    for (size_t i = size - 1;; --i) {
      labels[i] = static_cast<uint8_t>(label);
      if (i == 0) return;
      const int16_t* before = &best[(i - 1) * kWidth];
      int top = std::numeric_limits<int>::min(), from = 0;
      for (int p = 0; p < kLabels; ++p) {
        if (!MayFollow(kHead, p, label)) continue;
        const int x = before[p] + transitions_[p * kLabels + label];
        if (x > top) {
          top = x;
          from = p;
        }
      }
      label = from;
    }
  }

  const int16_t* const transitions_;
  std::array<std::array<Lanes, kRegisters>, kLabels> from_;
};

}  // namespace

void DecodeWords(const int16_t* scores, size_t stride, size_t size, const int16_t* transitions, uint8_t* labels,
                 std::vector<int16_t>& best) {
  Viterbi<Head::kWords>(transitions).Run(scores, stride, size, labels, best);
}

void DecodePress(const int16_t* scores, size_t stride, size_t size, const int16_t* transitions, uint8_t* labels,
                 std::vector<int16_t>& best) {
  Viterbi<Head::kPress>(transitions).Run(scores, stride, size, labels, best);
}

void DecodeDetail(const int16_t* scores, size_t stride, size_t size, const int16_t* transitions, uint8_t* labels,
                  std::vector<int16_t>& best) {
  Viterbi<Head::kDetail>(transitions).Run(scores, stride, size, labels, best);
}

}  // namespace factline::tag
