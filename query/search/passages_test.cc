#include "query/search/passages.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "query/parse/query_parser.h"

namespace factline::query {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const text::Analyzer& TheAnalyzer() {
  static const auto* const analyzer = new text::Analyzer();
  return *analyzer;
}

// A query's passages, every word worth the same.
class Fixture {
 public:
  explicit Fixture(std::string_view query)
      : expression_(*ParseQuery(query, TheAnalyzer())),
        passages_(expression_.has_value() ? &*expression_ : nullptr, ScoringNumbers(), TheAnalyzer()) {}

  std::vector<std::string> Marked(std::string_view text, Place place = Place::kBody) const {
    std::vector<std::string> marked;
    for (const Span& span : passages_.Highlights(text, place)) marked.emplace_back(span.In(text));
    return marked;
  }

  std::vector<v1::Passage> Best(const v1::StoredArticle& article, size_t max_count) const {
    return passages_.Best(article, max_count);
  }

 private:
  const std::optional<Expression> expression_;
  const Passages passages_;
};

v1::StoredArticle ArticleOf(const std::vector<std::string>& chunks) {
  v1::StoredArticle article;
  for (const std::string& chunk : chunks) {
    v1::Span* const span = article.add_chunks()->mutable_span();
    span->set_begin(static_cast<uint32_t>(article.body().size()));
    article.mutable_body()->append(chunk);
    span->set_end(static_cast<uint32_t>(article.body().size()));
  }
  return article;
}

TEST(PassagesTest, HighlightsAreExactBytesOfTheOriginal) {
  EXPECT_THAT(Fixture("经济").Marked("本市经济增长，經濟向好。"), ElementsAre("经济", "經濟"));
  EXPECT_THAT(Fixture("tesla").Marked("Ｔｅｓｌａ and TESLA, not teslas"), ElementsAre("Ｔｅｓｌａ", "TESLA"));
  EXPECT_THAT(Fixture("經濟").Marked("经济"), ElementsAre("经济"));
}

TEST(PassagesTest, PhrasesAreMarkedWholeAndOnlyWhereTheyStand) {
  EXPECT_THAT(Fixture("\"经济发展\"").Marked("發展經濟，经济發展快；经济的发展"), ElementsAre("经济發展"));
  EXPECT_THAT(Fixture("\"red fox\"").Marked("Red  fox; fox red; red, fox"), ElementsAre("Red  fox"));
}

TEST(PassagesTest, OfALoosePhraseItsPiecesAreMarked) {
  EXPECT_THAT(Fixture("\"镁合金 电池\"~3").Marked("鎂合金，与固態電池；镁合金和他的这种电池"), IsEmpty())
      << "a mark and three characters, then five characters, stand between";
  EXPECT_THAT(Fixture("\"镁合金 电池\"~3").Marked("新的鎂合金与固態電池，电池"), ElementsAre("鎂合金", "電池"));
  EXPECT_THAT(Fixture("\"red fox\"~1").Marked("fox red ＲＥＤ brown Fox fox"), ElementsAre("ＲＥＤ", "Fox"));
  EXPECT_THAT(Fixture("\"red fox\"~1").Marked("red or brown fox"), IsEmpty());
}

TEST(PassagesTest, WordsThatBeginWithAPrefixAreMarked) {
  EXPECT_THAT(Fixture("cata*").Marked("ＣＡＴＡＬＯＧ, cata, concatanate; Cat"), ElementsAre("ＣＡＴＡＬＯＧ", "cata"));
  EXPECT_THAT(Fixture("title:经*").Marked("本市經濟增长", Place::kTitle), ElementsAre("經濟"));
  EXPECT_THAT(Fixture("title:经*").Marked("本市經濟增长", Place::kBody), IsEmpty());
  const v1::StoredArticle article = ArticleOf({"concatenate. ", "a CATALOG of it. "});
  ASSERT_EQ(Fixture("cata*").Best(article, 1).size(), 1u);
  EXPECT_EQ(Fixture("cata*").Best(article, 1)[0].text(), "a CATALOG of it. ");
}

TEST(PassagesTest, NegatedWordsAreNotMarked) {
  EXPECT_THAT(Fixture("alpha -beta").Marked("alpha beta"), ElementsAre("alpha"));
  EXPECT_THAT(Fixture("").Marked("alpha beta"), IsEmpty());
}

TEST(PassagesTest, WordsOfAFieldAreMarkedThereAlone) {
  const Fixture fixture("title:alpha body:\"beta gamma\" delta source:alpha");
  EXPECT_THAT(fixture.Marked("alpha beta gamma delta", Place::kTitle), ElementsAre("alpha", "delta"));
  EXPECT_THAT(fixture.Marked("alpha beta gamma delta", Place::kBody), ElementsAre("beta gamma", "delta"));
}

TEST(PassagesTest, OverlappingHighlightsBecomeOne) {
  const std::vector<std::string> marked = Fixture("\"经济发展\" OR \"发展规划\"").Marked("经济发展规划");
  EXPECT_THAT(marked, ElementsAre("经济发展规划"));
}

TEST(PassagesTest, TheChunksThatHoldMostComeInTextOrder) {
  const v1::StoredArticle article =
      ArticleOf({"nothing here. ", "alpha stands here. ", "more nothing. ", "ALPHA and beta. ", "beta alone. "});
  const std::vector<v1::Passage> best = Fixture("alpha beta").Best(article, 2);
  ASSERT_EQ(best.size(), 2u);
  EXPECT_EQ(best[0].text(), "alpha stands here. ");
  EXPECT_EQ(best[1].text(), "ALPHA and beta. ");
  EXPECT_EQ(article.body().substr(best[1].span().begin(), best[1].span().end() - best[1].span().begin()),
            best[1].text());
  ASSERT_EQ(best[1].highlights_size(), 2);
  EXPECT_EQ(best[1].highlights(0).begin(), 0u);
  EXPECT_EQ(best[1].highlights(0).end(), 5u);
}

TEST(PassagesTest, WithoutAMatchTheFirstChunkIsShown) {
  const v1::StoredArticle article = ArticleOf({"first. ", "second. "});
  const std::vector<v1::Passage> best = Fixture("absent").Best(article, 3);
  ASSERT_EQ(best.size(), 1u);
  EXPECT_EQ(best[0].text(), "first. ");
  EXPECT_EQ(best[0].highlights_size(), 0);
  EXPECT_THAT(Fixture("absent").Best(article, 0), IsEmpty());
  EXPECT_THAT(Fixture("absent").Best(v1::StoredArticle(), 3), IsEmpty());
}

TEST(PassagesTest, SpansOutsideTheBodyAreLeftOut) {
  v1::StoredArticle article = ArticleOf({"alpha. "});
  article.add_chunks()->mutable_span()->set_end(99);
  EXPECT_EQ(Fixture("alpha").Best(article, 3).size(), 1u);
}

}  // namespace
}  // namespace factline::query
