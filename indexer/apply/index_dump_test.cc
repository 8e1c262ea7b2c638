#include "indexer/apply/index_dump.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace factline::apply {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(CompareDumpsTest, EqualDumpsHaveNoDifferences) {
  EXPECT_THAT(CompareDumps({"article a\tx=1"}, {"article a\tx=1"}, 5), IsEmpty());
  EXPECT_THAT(CompareDumps({}, {}, 5), IsEmpty());
}

TEST(CompareDumpsTest, SaysWhatDiffersAndWhatIsMissing) {
  EXPECT_THAT(CompareDumps({"article a\tx=1\ty=2\tz=3", "article b\tx=1", "fact d\tx=1"},
                           {"article a\tx=1\ty=5", "article c\tx=1", "fact d\tx=1", "fact e\tx"}, 5),
              ElementsAre("article a: y=2 against y=5, z=3 against nothing", "article b: only in the first",
                          "article c: only in the second", "fact e: only in the second"));
}

TEST(CompareDumpsTest, DifferencesAreBounded) {
  EXPECT_THAT(CompareDumps({"a", "b", "c"}, {}, 2), ElementsAre("a: only in the first", "and more"));
  EXPECT_THAT(CompareDumps({"a"}, {}, 0), IsEmpty());
}

}  // namespace
}  // namespace factline::apply
