#include "indexer/store/term_cache.h"

#include "gtest/gtest.h"

namespace factline::store {
namespace {

std::shared_ptr<const SegmentTerm> Term(uint32_t frequency, size_t bytes) {
  auto term = std::make_shared<SegmentTerm>();
  term->record.document_frequency = frequency;
  term->holder = std::make_shared<const std::string>(bytes, 'x');
  return term;
}

TEST(TermCacheTest, KnowsTermsOfEachSegmentAndWhatItLacks) {
  TermCache cache(1 << 20);
  cache.Insert(SegmentId(1), "a", Term(3, 10));
  cache.Insert(SegmentId(2), "a", Term(0, 0));
  ASSERT_NE(cache.Find(SegmentId(1), "a"), nullptr);
  EXPECT_EQ(cache.Find(SegmentId(1), "a")->record.document_frequency, 3u);
  ASSERT_NE(cache.Find(SegmentId(2), "a"), nullptr);
  EXPECT_EQ(cache.Find(SegmentId(2), "a")->record.document_frequency, 0u);
  EXPECT_EQ(cache.Find(SegmentId(1), "b"), nullptr);
}

TEST(TermCacheTest, KeepsItsBudgetAndWhatIsUsed) {
  constexpr size_t kBudget = 1 << 20;
  TermCache cache(kBudget);
  for (int i = 0; i < 5000; ++i) {
    cache.Insert(SegmentId(1), std::to_string(i), Term(1, 1000));
    EXPECT_LE(cache.size_bytes(), kBudget);
    if (i == 0 || i > 100) {
      EXPECT_NE(cache.Find(SegmentId(1), "0"), nullptr) << i;
    }
  }
  EXPECT_EQ(cache.Find(SegmentId(1), "1"), nullptr);
  TermCache nothing(0);
  nothing.Insert(SegmentId(1), "a", Term(1, 10));
  EXPECT_EQ(nothing.Find(SegmentId(1), "a"), nullptr);
}

}  // namespace
}  // namespace factline::store
