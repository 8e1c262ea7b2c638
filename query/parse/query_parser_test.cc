#include "query/parse/query_parser.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protos/vocab/status.h"

namespace factline::query {
namespace {

using ::testing::HasSubstr;

const text::Analyzer& TheAnalyzer() {
  static const auto* const analyzer = new text::Analyzer();
  return *analyzer;
}

std::string Parsed(std::string_view query) {
  const absl::StatusOr<std::optional<Expression>> expression = ParseQuery(query, TheAnalyzer());
  if (!expression.ok()) return std::string(expression.status().message());
  return expression->has_value() ? ToString(**expression) : "";
}

struct Row {
  const char* query;
  const char* want;
};

TEST(QueryParserTest, OperatorsGroupsAndQuotationsMakeTheTree) {
  for (const Row& row : {
           Row{"", ""},
           Row{" \t　", ""},
           Row{"alpha", "alpha"},
           Row{"alpha beta", "(alpha AND beta)"},
           Row{"alpha AND beta", "(alpha AND beta)"},
           Row{"alpha OR beta gamma", "(alpha OR (beta AND gamma))"},
           Row{"(alpha OR beta) gamma", "((alpha OR beta) AND gamma)"},
           Row{"alpha (beta (gamma delta))", "(alpha AND beta AND gamma AND delta)"},
           Row{"alpha OR (beta OR gamma)", "(alpha OR beta OR gamma)"},
           Row{"-alpha", "NOT alpha"},
           Row{"alpha -beta", "(alpha AND NOT beta)"},
           Row{"alpha NOT (beta OR gamma)", "(alpha AND NOT (beta OR gamma))"},
           Row{"NOT -alpha", "alpha"},
           Row{"alpha AND NOT beta", "(alpha AND NOT beta)"},
           Row{"\"alpha beta\"", "\"alpha+0 beta+1\""},
           Row{"-\"alpha beta\" gamma", "(NOT \"alpha+0 beta+1\" AND gamma)"},
           Row{"alpha - beta", "(alpha AND beta)"},
           Row{"alpha。 ！", "alpha"},
           Row{"alpha OR ！", "alpha"},
           Row{"Alpha ＢＥＴＡ", "(alpha AND beta)"},
           Row{"and or not", "(and AND or AND not)"},
       }) {
    EXPECT_EQ(Parsed(row.query), row.want) << row.query;
  }
}

TEST(QueryParserTest, ChineseMarksAreAcceptedWherePeopleTypeThem) {
  EXPECT_EQ(Parsed("（alpha OR beta） gamma"), Parsed("(alpha OR beta) gamma"));
  EXPECT_EQ(Parsed("“alpha beta”"), Parsed("\"alpha beta\""));
  EXPECT_EQ(Parsed("「alpha beta」"), Parsed("\"alpha beta\""));
  EXPECT_EQ(Parsed("＂alpha beta\""), Parsed("\"alpha beta\""));
  EXPECT_EQ(Parsed("alpha －beta"), Parsed("alpha -beta"));
}

TEST(QueryParserTest, AChineseRunBecomesWordsThatMustAllMatch) {
  EXPECT_EQ(Parsed("经济发展"), "(经济 AND 发展)");
  EXPECT_EQ(Parsed("經濟發展"), "(经济 AND 发展)");
  EXPECT_EQ(Parsed("-经济发展"), "NOT (经济 AND 发展)");
}

TEST(QueryParserTest, AChinesePhraseBecomesPairsAtTheirPlaces) {
  EXPECT_EQ(Parsed("\"经济发展\""), "\"经济+0 发展+2\"");
  EXPECT_EQ(Parsed("\"重庆经济圈\""), "\"重庆+0 经济+2 济圈+3\"");
}

TEST(QueryParserTest, AQuotedSingleHanCharacterIsAWord) { EXPECT_EQ(Parsed("\"铝\""), "铝"); }

TEST(QueryParserTest, ErrorsNameTheColumn) {
  for (const Row& row : {
           Row{"alpha OR", "query: column 9: a word, a phrase or a group is expected here"},
           Row{"OR alpha", "query: column 1: a word, a phrase or a group is expected here"},
           Row{"alpha AND", "query: column 7: AND needs something on its right"},
           Row{"经济 (发展", "query: column 4: this '(' is not closed"},
           Row{"经济 (", "query: column 4: this '(' is not closed"},
           Row{"alpha) beta", "query: column 6: this ')' closes nothing"},
           Row{"经济 \"发展", "query: column 4: the quotation that begins here does not end"},
           Row{"alpha NOT", "query: column 7: there is nothing to negate"},
           Row{"！！", "query: column 1: there is no word to search for"},
           Row{"()", "query: column 2: a word, a phrase or a group is expected here"},
           Row{"经济 \xff", "query: column 4: is not UTF-8"},
           Row{"\"经济 \xe7\"", "query: column 5: is not UTF-8"},
       }) {
    EXPECT_EQ(Parsed(row.query), row.want) << row.query;
  }
  EXPECT_EQ(FieldOf(ParseQuery("(", TheAnalyzer()).status()), "query");
}

TEST(QueryParserTest, LengthTermsAndNestingAreBounded) {
  EXPECT_THAT(Parsed(std::string(kMaxQueryBytes + 1, 'a')), HasSubstr("at most 4096"));
  std::string many;
  for (size_t i = 0; i < kMaxQueryTerms; ++i) many += "w" + std::to_string(i) + " ";
  EXPECT_THAT(Parsed(many), HasSubstr("w63"));
  EXPECT_THAT(Parsed(many + "last"), HasSubstr("more than 64 terms"));
  const auto nested = [](size_t depth) { return std::string(depth, '(') + "alpha" + std::string(depth, ')'); };
  EXPECT_EQ(Parsed(nested(kMaxQueryNesting)), "alpha");
  EXPECT_THAT(Parsed(nested(kMaxQueryNesting + 1)), HasSubstr("nested deeper than 32"));
  EXPECT_THAT(Parsed(nested(2000)), HasSubstr("nested deeper than 32"));
  EXPECT_THAT(Parsed(std::string(4000, '-') + "a"), HasSubstr("nested deeper than 32"));
}

}  // namespace
}  // namespace factline::query
