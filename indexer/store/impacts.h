#ifndef FACTLINE_INDEXER_STORE_IMPACTS_H_
#define FACTLINE_INDEXER_STORE_IMPACTS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace factline::store {

// The frequency of an Impact that stands for itself and all greater ones.
constexpr uint8_t kUnboundedFrequency = 255;

// A posting is below an impact if it has neither a greater frequency nor a smaller length byte.
struct Impact {
  uint8_t max_frequency = 0;  // 0: nothing is below it
  uint8_t min_norm = 0;

  friend bool operator==(const Impact&, const Impact&) = default;
};

// The most that postings of some range can weigh: each of them is below one of the impacts. Ranking turns them into an
// upper bound of a score. The most frequent comes first, then both numbers fall; what is left over is {0, 0}, so that
// no range without postings has any.
constexpr size_t kImpactCount = 3;
using Impacts = std::array<Impact, kImpactCount>;

// Whether they are as the above says of a range with postings: bounds are taken from them unseen, so who reads them
// from bytes asks.
bool IsValid(const Impacts& impacts);

bool Covers(const Impacts& impacts, uint32_t frequency, uint8_t norm);

// Finds the impacts of a range from what lies in it. Which pairs are joined where there are too many is chosen by how
// little that raises BM25's bound, for lengths around the greatest seen; every choice holds.
class ImpactsBuilder {
 public:
  void Add(uint32_t frequency, uint8_t norm) {
    const auto kept = static_cast<uint8_t>(frequency < kUnboundedFrequency ? frequency : kUnboundedFrequency);
    for (const Impact& impact : frontier_) {
      if (impact.max_frequency >= kept && impact.min_norm <= norm) return;
    }
    Insert({kept, norm});
  }
  void Add(const Impacts& impacts);

  Impacts Build() const;
  void Clear() { frontier_.clear(); }

 private:
  void Insert(Impact impact);

  std::vector<Impact> frontier_;  // none below another; both numbers fall
};

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_IMPACTS_H_
