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

std::string Parsed(std::string_view query, Joining joining = Joining::kAll) {
  const absl::StatusOr<std::optional<Expression>> expression = ParseQuery(query, TheAnalyzer(), joining);
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

TEST(QueryParserTest, ASlopLetsThePiecesOfAPhraseStandApart) {
  for (const Row& row : {
           Row{"\"alpha beta\"~3", "\"alpha+0 | beta+1\"~3"},
           Row{"“alpha beta”～3^2", "\"alpha+0 | beta+1\"~3^2"},
           Row{"title:\"alpha beta\"~3 gamma", "(title:\"alpha+0 | beta+1\"~3 AND gamma)"},
           Row{"\"经济发展\"~2", "\"经济+0 | 发展+2\"~2"},
           Row{"\"經濟圈 发展\"~2", "\"经济+0 济圈+1 | 发展+3\"~2"},
           Row{"\"经济的发展\"~2", "\"经济+0 济的+1 | 发展+3\"~2"},
           Row{"\"alpha, 经济\"~1", "\"alpha+0 | 经济+2\"~1"},
           Row{"\"alpha\"~3", "\"alpha+0\""},
           Row{"\"alpha beta\"~0", "\"alpha+0 beta+1\""},
           Row{"\"铝\"~2", "铝"},
           Row{"3~5 alpha", "(3 AND 5 AND alpha)"},
           Row{"\"alpha beta\" ~3", "(\"alpha+0 beta+1\" AND 3)"},
       }) {
    EXPECT_EQ(Parsed(row.query), row.want) << row.query;
  }
}

TEST(QueryParserTest, AStarMakesAWordAPrefix) {
  for (const Row& row : {
           Row{"cata*", "cata*"},
           Row{"CATA＊ beta", "(cata* AND beta)"},
           Row{"title:经济*^2", "title:经济*^2"},
           Row{"-鎂*", "NOT 镁*"},
           Row{"solid-sta*", "(solid AND sta*)"},
           Row{"GPT经济*", "(gpt AND 经济*)"},
           Row{"远岭储*", "\"远岭+0 岭储+1\""},
           Row{"title:镁合*", "title:\"镁合+0\""},
           Row{"* alpha **", "alpha"},
           Row{"\"alpha*\"", "\"alpha+0\""},
           Row{"source:alpha*", "source:alpha*"},
           Row{"al*pha", "(al AND pha)"},
           Row{"al*pha*", "(al AND pha*)"},
       }) {
    EXPECT_EQ(Parsed(row.query), row.want) << row.query;
  }
  EXPECT_EQ(Parsed("alpha cata*", Joining::kAny), "(alpha OR cata*)");
}

TEST(QueryParserTest, AWordOfStarsTakesNoMoreStackThanAnother) {
  std::string stars;
  while (stars.size() < kMaxQueryBytes) stars += "a*";
  EXPECT_EQ(Parsed(stars), "query: column 1: the query has more than 64 terms");
}

TEST(QueryParserTest, AQuotedSingleHanCharacterIsAWord) { EXPECT_EQ(Parsed("\"铝\""), "铝"); }

TEST(QueryParserTest, FieldsSayWhereWordsStandAndWhatArticlesAre) {
  for (const Row& row : {
           Row{"title:alpha", "title:alpha"},
           Row{"title:经济发展", "(title:经济 AND title:发展)"},
           Row{"title：alpha beta", "(title:alpha AND beta)"},
           Row{"body:\"alpha beta\"", "body:\"alpha+0 beta+1\""},
           Row{"title:(alpha OR \"beta gamma\") delta", "((title:alpha OR title:\"beta+0 gamma+1\") AND delta)"},
           Row{"-title:alpha", "NOT title:alpha"},
           Row{"title:-alpha", "NOT title:alpha"},
           Row{"source:morning-news alpha", "(source:morning-news AND alpha)"},
           Row{"source:OR", "source:OR"},
           Row{"source:-x^2", "source:-x^2"},
           Row{"source:\"the \u65e9\u62a5\" OR lang:en", "(source:the 早报 OR lang:en)"},
           Row{"(entity:重庆大学 OR tag:经济) -alpha", "((entity:重庆大学 OR tag:经济) AND NOT alpha)"},
           Row{"http://a.b 10:30", "(http AND a AND b AND 10 AND 30)"},
           Row{"Title:alpha", "(title AND alpha)"},
           Row{"date:1970-01-02", "date:86400..172799"},
           Row{"date:1970-01-02..1970-01-03", "date:86400..259199"},
           Row{"date:1970-01-02..", "date:86400.."},
           Row{"date:..1970-01-01", "date:..86399"},
           Row{"date:>=1970-01-02 alpha", "(date:86400.. AND alpha)"},
           Row{"date:>1970-01-01", "date:86400.."},
           Row{"date:<1970-01-02", "date:..86399"},
           Row{"date:<=1970-01-01T00:00:10Z", "date:..10"},
       }) {
    EXPECT_EQ(Parsed(row.query), row.want) << row.query;
  }
}

TEST(QueryParserTest, AnyOfTheWordsWillDoWhereThatIsAskedFor) {
  for (const Row& row : {
           Row{"alpha beta", "(alpha OR beta)"},
           Row{"经济的发展 alpha", "(经济 OR 的^0.3 OR 发展 OR alpha)"},
           Row{"经济发展", "(经济 OR 发展 OR \"经济+0 发展+2\"^0.2)"},
           Row{"alpha -经济发展", "(alpha AND NOT (经济 AND 发展))"},
           Row{"alpha AND 经济发展", "(alpha AND 经济 AND 发展)"},
           Row{"经济发展 AND alpha beta", "((经济 AND 发展 AND alpha) OR beta)"},
           Row{"(alpha beta) AND gamma", "(alpha AND beta AND gamma)"},
           Row{"alpha AND beta gamma", "((alpha AND beta) OR gamma)"},
           Row{"alpha beta -gamma", "((alpha OR beta) AND NOT gamma)"},
           Row{"alpha source:x beta date:1970-01-02", "((alpha OR beta) AND source:x AND date:86400..172799)"},
           Row{"alpha (beta gamma) \"delta epsilon\"", "(alpha OR beta OR gamma OR \"delta+0 epsilon+1\")"},
           Row{"alpha", "alpha"},
           Row{"-alpha lang:en", "(NOT alpha AND lang:en)"},
           Row{"title:(alpha beta)^2", "(title:alpha^2 OR title:beta^2)"},
       }) {
    EXPECT_EQ(Parsed(row.query, Joining::kAny), row.want) << row.query;
  }
}

TEST(QueryParserTest, WeightsStandRightBehindWhatTheyWeigh) {
  for (const Row& row : {
           Row{"alpha^2 beta", "(alpha^2 AND beta)"},
           Row{"\"alpha beta\"^0.5", "\"alpha+0 beta+1\"^0.5"},
           Row{"(alpha OR beta^3)^2", "(alpha^2 OR beta^6)"},
           Row{"title:alpha^2", "title:alpha^2"},
           Row{"title:(alpha beta)^2", "(title:alpha^2 AND title:beta^2)"},
           Row{"经济发展^2", "(经济^2 AND 发展^2)"},
           Row{"-alpha^2 beta", "(NOT alpha^2 AND beta)"},
           Row{"alpha ^2", "(alpha AND 2)"},
           Row{"alpha^beta", "(alpha AND beta)"},
       }) {
    EXPECT_EQ(Parsed(row.query), row.want) << row.query;
  }
}

TEST(QueryParserTest, ErrorsNameTheColumn) {
  for (const Row& row : {
           Row{"alpha title:", "query: column 7: nothing follows 'title:'"},
           Row{"(source: x)", "query: column 2: nothing follows 'source:'"},
           Row{"source:(a OR b)", "query: column 8: 'source:' wants a word or a quotation"},
           Row{"tag:\"\"", "query: column 5: 'tag:' has an empty value"},
           Row{"title:(a body:b)", "query: column 10: 'body:' cannot stand within another field's parentheses"},
           Row{"date:soon",
               "query: column 6: 'date:' wants a day, month, year or instant, two of them as 2024-01..2024-03, or one "
               "behind < <= > >="},
           Row{"source:\"a b\"^2 alpha", "query: column 13: 'source:' scores nothing that could have a weight"},
           Row{"alpha^2^3", "query: column 8: nothing stands before this that it can belong to"},
           Row{"alpha \"b c\"~101", "query: column 12: '~' wants a whole number, at most 100"},
           Row{"\"b c\"~99999999999", "query: column 6: '~' wants a whole number, at most 100"},
           Row{"(\"b c\"^2~3)",
               "query: column 9: '~' and a number stand right behind a quotation of words, before its weight"},
           Row{"(b c)~3",
               "query: column 6: '~' and a number stand right behind a quotation of words, before its weight"},
           Row{"(source:\"b c\"~3)",
               "query: column 14: '~' and a number stand right behind a quotation of words, before its weight"},
           Row{"x \"镁 电池\"~3",
               "query: column 3: '镁' alone cannot be found apart from the words beside it: join it to one, or leave "
               "out '~'"},
           Row{"a alpha-*", "query: column 3: '*' wants to stand right behind a word"},
           Row{"a* b* c* d* e* f* g* h* i*", "query: column 25: the query has more than 8 words that end in '*'"},
           Row{"alpha^0", "query: column 6: '^' wants a weight over 0, at most 100"},
           Row{"alpha^1.2.3", "query: column 6: '^' wants a weight over 0, at most 100"},
           Row{"alpha^101", "query: column 6: '^' wants a weight over 0, at most 100"},
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

TEST(QueryParserTest, NeighboursTakeOnlyTheRoomThatWordsLeave) {
  std::string run;
  for (int i = 0; i < 15; ++i) run += "经济发展";
  const auto count = [](std::string_view text, std::string_view part) {
    size_t found = 0;
    for (size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++found;
    return found;
  };
  const std::string both = Parsed(run + " " + run, Joining::kAny);
  EXPECT_EQ(count(both, " OR "), 61u) << "sixty words and two phrases of two pairs: " << both;
  EXPECT_EQ(count(both, "^0.2"), 2u);
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
