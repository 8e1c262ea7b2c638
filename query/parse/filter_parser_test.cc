#include "query/parse/filter_parser.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protos/vocab/hash.h"
#include "protos/vocab/status.h"

namespace factline::query {
namespace {

using ::testing::HasSubstr;

FactFilter Facts(std::string_view text) {
  absl::StatusOr<FactFilter> filter = ParseFactFilter(text);
  EXPECT_TRUE(filter.ok()) << text << ": " << filter.status();
  return filter.ok() ? *std::move(filter) : FactFilter();
}

std::string FactError(std::string_view text) { return std::string(ParseFactFilter(text).status().message()); }

TEST(FilterParserTest, ABlankFilterRestrictsNothing) {
  const FactFilter filter = Facts("  ");
  EXPECT_FALSE(filter.subject || filter.object || filter.predicate || filter.value || filter.published_first);
  EXPECT_TRUE(filter.entities.empty());
}

TEST(FilterParserTest, TheDocumentedExampleIsUnderstood) {
  const FactFilter filter = Facts("predicate = invests_in AND value >= 100000000 AND modality = planned");
  EXPECT_EQ(filter.predicate, "invests_in");
  EXPECT_EQ(filter.modality, v1::MODALITY_PLANNED);
  ASSERT_TRUE(filter.value.has_value());
  EXPECT_TRUE(filter.value->Contains(1e8));
  EXPECT_FALSE(filter.value->Contains(99999999));
}

TEST(FilterParserTest, NamesAreExactPrefixesOrIds) {
  const std::string id(16, 'x');
  const FactFilter filter =
      Facts(Cat("subject=\"青石电池\" AND object = 青石* AND entity = ", ToHex(id), " AND entity = 甲"));
  EXPECT_EQ(filter.subject->text, "青石电池");
  EXPECT_FALSE(filter.subject->is_prefix);
  EXPECT_EQ(filter.object->text, "青石");
  EXPECT_TRUE(filter.object->is_prefix);
  ASSERT_EQ(filter.entities.size(), 2u);
  EXPECT_EQ(filter.entities[0].entity_id, id);
  EXPECT_EQ(filter.entities[1].entity_id, "");
}

TEST(FilterParserTest, QuotedValuesTakeEscapesBlanksAndOtherMarks) {
  EXPECT_EQ(*Facts(R"(source = "a \"b\" AND \\ \*")").source, R"(a "b" AND \ *)");
  EXPECT_EQ(*Facts("source = 'a \"b\"'").source, "a \"b\"");
  EXPECT_EQ(*Facts("source = “晚报”").source, "晚报");
  EXPECT_EQ(*Facts("article_id = page:7#2").article_id, "page:7#2");
  EXPECT_TRUE(Facts("subject = \"青石*\"").subject->is_prefix);
}

TEST(FilterParserTest, NumbersNarrowEachOther) {
  const NumberRange range = *Facts("value > 1 AND value >= 1 AND value < 5e0 AND value <= 7").value;
  EXPECT_FALSE(range.Contains(1));
  EXPECT_TRUE(range.Contains(1.5));
  EXPECT_FALSE(range.Contains(5));
  EXPECT_TRUE(Facts("value = 3").value->Contains(3));
  EXPECT_FALSE(Facts("value = 3 AND value = 4").value->Contains(3));
}

TEST(FilterParserTest, TimesAreInclusiveRangesOfWholeDays) {
  constexpr int64_t kDay = 86400;
  EXPECT_EQ(Facts("published >= 1970-01-02").published_first, kDay);
  EXPECT_EQ(Facts("published > 1970-01-02").published_first, 2 * kDay);
  EXPECT_EQ(Facts("published < 1970-01-02").published_last, kDay - 1);
  EXPECT_EQ(Facts("published <= 1970-01-02").published_last, 2 * kDay - 1);
  EXPECT_EQ(Facts("published = 1970-01").published_last, 31 * kDay - 1);
  EXPECT_EQ(Facts("published >= 1970-01-02T00:00:05Z").published_first, kDay + 5);
  EXPECT_EQ(Facts("event_date <= 1970-01-02").event_last, 1);
  EXPECT_EQ(Facts("event_date > 1970-01").event_first, 31);
  EXPECT_EQ(Facts("event_date = 1969-12-31T23:00:00Z").event_first, -1);
}

struct Row {
  const char* filter;
  const char* want;
};

TEST(FilterParserTest, ErrorsNameFieldAndColumn) {
  for (const Row& row : {
           Row{"colour = red", "filter: column 1: there is no field `colour`"},
           Row{"predicate = a OR predicate = b", "filter: column 15: AND or the end of the filter is expected here"},
           Row{"NOT predicate = a", "filter: column 1: only comparisons joined by AND"},
           Row{"(predicate = a)", "filter: column 1: the name of a field is expected here"},
           Row{"predicate = a AND", "filter: column 15: AND needs a comparison on its right"},
           Row{"predicate", "filter: column 10: one of = < <= > >= is expected here"},
           Row{"predicate != a", "filter: column 11: one of = < <= > >= is expected here"},
           Row{"predicate : a", "filter: column 11: one of"},
           Row{"predicate =", "filter: column 12: a value is expected here"},
           Row{"predicate > a", "filter: column 11: `predicate` can only be compared with ="},
           Row{"predicate = a AND predicate = b", "filter: column 19: `predicate` stands twice"},
           Row{"predicate = a*", "filter: column 13: `predicate` takes no prefix"},
           Row{"subject = 青*石", "filter: column 12: a star may only end a value"},
           Row{"subject = \"青石", "filter: column 11: the quotation that begins here does not end"},
           Row{"subject = \"\"", "filter: column 11: `subject` needs a name"},
           Row{"value >= viel", "filter: column 10: 'viel' is no number"},
           Row{"value >= inf", "filter: column 10: 'inf' is no number"},
           Row{"published >= 2024-02-30", "filter: column 14: '2024-02-30' is neither a date"},
           Row{"event_date = soon", "filter: column 14: 'soon' is neither a date"},
           Row{"confidence < 1", "filter: column 12: `confidence` can only be compared with > and >="},
           Row{"modality = perhaps", "filter: column 12: there is no modality 'perhaps'"},
           Row{"modality = unspecified", "filter: column 12: there is no modality"},
           Row{"subject = \xff", "filter: column 11: is not UTF-8"},
       }) {
    EXPECT_THAT(FactError(row.filter), HasSubstr(row.want)) << row.filter;
  }
  EXPECT_EQ(FieldOf(ParseFactFilter("x").status()), "filter");
}

TEST(FilterParserTest, EntityFiltersKnowTheirOwnFields) {
  const absl::StatusOr<EntityFilter> filter = ParseEntityFilter("type = ORG AND name = \"青石*\" AND article_id = a1");
  ASSERT_TRUE(filter.ok()) << filter.status();
  EXPECT_EQ(filter->type, v1::ENTITY_TYPE_ORG);
  EXPECT_TRUE(filter->name->is_prefix);
  EXPECT_EQ(filter->article_id, "a1");
  EXPECT_THAT(std::string(ParseEntityFilter("predicate = a").status().message()),
              HasSubstr("column 1: there is no field"));
  EXPECT_THAT(std::string(ParseEntityFilter("type = FISH").status().message()),
              HasSubstr("column 8: there is no type"));
}

TEST(FilterParserTest, LengthAndComparisonsAreBounded) {
  EXPECT_THAT(FactError(std::string(kMaxFilterBytes + 1, ' ')), HasSubstr("at most 4096"));
  std::string many = "value > 0";
  for (size_t i = 1; i < kMaxComparisons; ++i) many += " AND value > 0";
  Facts(many);
  EXPECT_THAT(FactError(many + " AND value > 0"), HasSubstr("more than 32 comparisons"));
}

}  // namespace
}  // namespace factline::query
