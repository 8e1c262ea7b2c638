#include "query/facets/facet_columns.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "query/testing/news_index.h"

namespace factline::query {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::NewsIndex;

std::shared_ptr<const FacetColumn> Column(FacetColumns* columns, const store::SegmentView& segment,
                                          store::Field field = store::Field::kTag) {
  Interrupt interrupt(nullptr);
  const auto column = columns->Get(segment, field, &interrupt);
  EXPECT_TRUE(column.ok()) << column.status();
  return column.ok() ? *column : nullptr;
}

TEST(FacetColumnTest, GivesEachDocumentItsValuesInTheOrderOfTheirBytes) {
  NewsIndex index;
  index.Commit({{.id = "a", .tags = {"b", "a"}}, {.id = "b"}, {.id = "c", .tags = {"c", "b"}}});
  const auto view = index.View();
  const store::SegmentView& segment = *view->segments().front();
  FacetColumns columns(1 << 20);
  const auto column = Column(&columns, segment);
  ASSERT_EQ(column->value_count(), 3u);
  EXPECT_EQ(column->value(0), "a");
  EXPECT_EQ(column->value(2), "c");
  EXPECT_THAT(column->ValuesOf(segment.base_doc()), ElementsAre(0, 1));
  EXPECT_THAT(column->ValuesOf(segment.base_doc() + 1), IsEmpty());
  EXPECT_THAT(column->ValuesOf(segment.base_doc() + 2), ElementsAre(1, 2));
}

TEST(FacetColumnTest, AFieldThatNoDocumentHasTakesNothingADocument) {
  NewsIndex index;
  index.Commit({{.id = "a"}, {.id = "b"}});
  const auto view = index.View();
  FacetColumns columns(1 << 20);
  const auto column = Column(&columns, *view->segments().front());
  EXPECT_EQ(column->value_count(), 0u);
  EXPECT_THAT(column->ValuesOf(view->segments().front()->base_doc() + 1), IsEmpty());
  EXPECT_EQ(column->size_bytes(), sizeof(FacetColumn));
}

TEST(FacetColumnsTest, KeepAColumnForAllViewsOfItsSegment) {
  NewsIndex index;
  index.Commit({{.id = "a", .tags = {"x"}}});
  FacetColumns columns(1 << 20);
  const auto before = index.View();
  const auto column = Column(&columns, *before->segments().front());
  index.Commit({{.id = "a", .tags = {"y"}}});
  const auto after = index.View();
  ASSERT_NE(before->segments().front(), after->segments().front());
  EXPECT_EQ(Column(&columns, *after->segments().front()), column);
  EXPECT_NE(Column(&columns, *after->segments().back()), column);
}

TEST(FacetColumnsTest, WhatIsInUseStaysAndWhatIsNotGoesForWhatIsWanted) {
  NewsIndex index;
  index.Commit({{.id = "a", .tags = {"x"}}});
  index.Commit({{.id = "b", .tags = {"y"}}});
  const auto view = index.View();
  const store::SegmentView& first = *view->segments()[0];
  const store::SegmentView& second = *view->segments()[1];
  FacetColumns probe(1 << 20);
  FacetColumns columns(Column(&probe, first)->size_bytes() * 3 / 2);  // room for one
  const auto kept = Column(&columns, first);
  ASSERT_NE(kept, nullptr);
  Column(&columns, second);  // made once, to learn its size
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(Column(&columns, second), nullptr);
    EXPECT_EQ(Column(&columns, first), kept);
  }
  int calls = 0;
  while (Column(&columns, second) == nullptr && ++calls < 100) {
  }
  EXPECT_LT(calls, 20);
  EXPECT_NE(Column(&columns, second), nullptr);
  EXPECT_EQ(Column(&columns, second), Column(&columns, second));
  EXPECT_LE(columns.size_bytes(), kept->size_bytes() * 3 / 2);
}

TEST(FacetColumnsTest, NothingIsMadeThatIsLargerThanTheBudget) {
  NewsIndex index;
  index.Commit({{.id = "a", .tags = {"x"}}});
  const auto view = index.View();
  FacetColumns columns(10);
  EXPECT_EQ(Column(&columns, *view->segments().front()), nullptr);
  EXPECT_EQ(Column(&columns, *view->segments().front()), nullptr);
  EXPECT_EQ(columns.size_bytes(), 0u);
}

}  // namespace
}  // namespace factline::query
