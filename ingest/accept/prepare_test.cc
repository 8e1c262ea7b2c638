#include "ingest/accept/prepare.h"

#include <gtest/gtest.h>

#include "protos/vocab/hash.h"
#include "protos/vocab/status.h"

namespace factline::accept {
namespace {

v1::Article Sample() {
  v1::Article article;
  article.set_id("a-1");
  article.set_title("  Starbridge\n opens a plant ");
  article.set_body("\r\nThe plant opened on Monday.\r\n\r\n  It makes chips. It employs 300 people.\n");
  return article;
}

v1::StoredArticle Stored(const v1::Article& article) {
  auto item = PrepareArticle(article, {});
  EXPECT_TRUE(item.ok()) << item.status();
  return std::get<PreparedArticle>(item->what).article;
}

TEST(PrepareArticle, TidiesTitleAndBody) {
  const v1::StoredArticle article = Stored(Sample());
  EXPECT_EQ(article.title(), "Starbridge opens a plant");
  EXPECT_EQ(article.body(), "The plant opened on Monday.\nIt makes chips. It employs 300 people.");
  EXPECT_EQ(article.language(), "en");
  EXPECT_FALSE(article.has_published_time());
}

TEST(PrepareArticle, ChunksCoverTheBodyInWholeSentences) {
  const v1::StoredArticle article = Stored(Sample());
  ASSERT_GE(article.chunks_size(), 1);
  EXPECT_EQ(article.chunks(0).span().begin(), 0u);
  EXPECT_EQ(article.chunks(article.chunks_size() - 1).span().end(), article.body().size());
  int sentences = 0;
  for (const v1::Chunk& chunk : article.chunks()) sentences += chunk.sentences_size();
  EXPECT_EQ(sentences, 3);
}

TEST(PrepareArticle, KeepsAGivenLanguage) {
  v1::Article article = Sample();
  article.set_language("fr");
  EXPECT_EQ(Stored(article).language(), "fr");
}

TEST(PrepareArticle, HashFollowsEveryField) {
  const std::string hash = PrepareArticle(Sample(), {})->content_hash;
  EXPECT_EQ(hash.size(), 16u);
  EXPECT_EQ(PrepareArticle(Sample(), {})->content_hash, hash);
  v1::Article tagged = Sample();
  tagged.add_tags("ab");
  v1::Article tagged_twice = Sample();
  tagged_twice.add_tags("a");
  tagged_twice.add_tags("b");
  v1::Article dated = Sample();
  dated.mutable_published_time();
  EXPECT_NE(PrepareArticle(tagged, {})->content_hash, hash);
  EXPECT_NE(PrepareArticle(tagged, {})->content_hash, PrepareArticle(tagged_twice, {})->content_hash);
  EXPECT_NE(PrepareArticle(dated, {})->content_hash, hash);
}

TEST(PrepareArticle, RightsAreKeptAndPartOfTheContent) {
  v1::Article embargoed = Sample();
  embargoed.mutable_rights()->set_usage_terms("not before noon");
  embargoed.mutable_rights()->mutable_embargo_time()->set_seconds(1714521600);
  v1::Article later = embargoed;
  later.mutable_rights()->mutable_embargo_time()->set_seconds(1714521601);
  EXPECT_EQ(Stored(embargoed).rights().SerializeAsString(), embargoed.rights().SerializeAsString());
  EXPECT_FALSE(Stored(Sample()).has_rights());
  EXPECT_NE(PrepareArticle(embargoed, {})->content_hash, PrepareArticle(Sample(), {})->content_hash);
  EXPECT_NE(PrepareArticle(embargoed, {})->content_hash, PrepareArticle(later, {})->content_hash);
}

TEST(PreparePage, NumbersItsArticlesAndMapsBodiesToTheSource) {
  v1::Page page;
  page.set_id("page-9");
  page.set_source("bay-herald");
  page.set_text(
      "星桥电子新厂投产\n本报记者 林小禾\n本报讯 星桥电子5月1日宣布，位于南湾的新工厂正式投产。"
      "公司表示，新厂年产能为三百万片。\n");
  const auto item = PreparePage(page, {});
  ASSERT_TRUE(item.ok()) << item.status();
  const auto& prepared = std::get<PreparedPage>(item->what);
  EXPECT_EQ(prepared.page_id, "page-9");
  EXPECT_EQ(prepared.text, page.text());
  ASSERT_GE(prepared.articles.size(), 1u);
  const v1::StoredArticle& article = prepared.articles[0].article;
  EXPECT_EQ(article.id(), "page-9#1");
  EXPECT_EQ(article.page_id(), "page-9");
  EXPECT_EQ(article.source(), "bay-herald");
  EXPECT_EQ(article.language(), "zh");
  EXPECT_EQ(article.content_hash(), StableHash({"article text", article.title(), article.body()}));
  ASSERT_GE(article.source_runs_size(), 1);
  for (const v1::SourceRun& run : article.source_runs()) {
    EXPECT_EQ(article.body().substr(run.body_begin(), run.length_bytes()),
              page.text().substr(run.source_begin(), run.length_bytes()));
  }
}

TEST(PrepareArticle, TheStoredHashIsThatOfTheStoredText) {
  const v1::StoredArticle article = Stored(Sample());
  EXPECT_EQ(article.content_hash(), StableHash({"article text", article.title(), article.body()}));
  // Byte by byte as the protocol describes it: SHA-256 over each field after its length.
  EXPECT_EQ(ToHex(StableHash({"article text", "T", "B"})), "bbef47f9c4863291ba83ddea1daeec58");
  v1::Article tagged = Sample();
  tagged.add_tags("ab");
  EXPECT_EQ(Stored(tagged).content_hash(), article.content_hash()) << "the same text has the same hash";
}

TEST(PreparePage, IdsOfItsArticlesMustFit) {
  v1::Page page;
  page.set_id(std::string(256, 'p'));
  page.set_text("星桥电子新厂投产\n本报讯 星桥电子5月1日宣布，位于南湾的新工厂正式投产。\n");
  EXPECT_EQ(FieldOf(PreparePage(page, {}).status()), "page.id");
}

TEST(PreparePage, WithoutAnArticleNamesTheText) {
  v1::Page page;
  page.set_id("p");
  page.set_text("\n \n");
  EXPECT_EQ(FieldOf(PreparePage(page, {}).status()), "page.text");
}

TEST(PrepareDeletion, NamesTheId) { EXPECT_EQ(FieldOf(PrepareDeletion("").status()), "id"); }

}  // namespace
}  // namespace factline::accept
