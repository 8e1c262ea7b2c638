#include "query/search/intersect.h"

#include <algorithm>
#include <iterator>
#include <random>
#include <vector>

#include "gtest/gtest.h"
#include "indexer/store/posting_cursor.h"

namespace factline::query {
namespace {

std::vector<uint32_t> RandomDocs(std::mt19937* random, uint32_t max_count, uint32_t max_gap) {
  const auto below = [random](uint32_t limit) { return (*random)() % limit; };
  std::vector<uint32_t> docs(below(max_count + 1));
  uint32_t doc = below(2 * max_gap);
  for (uint32_t& out : docs) {
    out = doc;
    doc += 1 + below(max_gap);
  }
  return docs;
}

TEST(IntersectTest, BothWaysFindTheSamePlacesAsSets) {
  std::mt19937 random(5);
  for (int round = 0; round < 20'000; ++round) {
    std::vector<uint32_t> a = RandomDocs(&random, store::kMaxBlockPostings, 1 + random() % 9);
    std::vector<uint32_t> b = RandomDocs(&random, store::kMaxBlockPostings, 1 + random() % 9);
    std::vector<uint32_t> want;
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(want));
    // Documents anywhere in their range, as sums of two parts that differ from run to run.
    const uint32_t begin = random() % 2 == 0 ? random() % 1000 : UINT32_MAX - 3000;
    const uint32_t base_a = begin - random() % 50, base_b = begin - random() % 50;
    for (uint32_t& doc : a) doc += begin - base_a;
    for (uint32_t& doc : b) doc += begin - base_b;
    const DocRun run_a = {a.data(), base_a, static_cast<uint32_t>(a.size())};
    const DocRun run_b = {b.data(), base_b, static_cast<uint32_t>(b.size())};
    for (const auto intersect : {&Intersect, &IntersectPlainly}) {
      uint8_t places_a[store::kMaxBlockPostings + 4], places_b[store::kMaxBlockPostings + 4];
      const uint32_t count = intersect(run_a, run_b, places_a, places_b);
      std::vector<uint32_t> found_a, found_b;
      for (uint32_t i = 0; i < count; ++i) {
        found_a.push_back(a[places_a[i]] + base_a - begin);
        found_b.push_back(b[places_b[i]] + base_b - begin);
      }
      ASSERT_EQ(found_a, want);
      ASSERT_EQ(found_b, want);
    }
  }
}

}  // namespace
}  // namespace factline::query
