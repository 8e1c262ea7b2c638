#include "ingest/accept/validate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "protos/vocab/status.h"

namespace factline::accept {
namespace {

using ::testing::HasSubstr;

constexpr Limits kLimits = {.max_article_bytes = 1000, .max_page_bytes = 2000};

v1::Article GoodArticle() {
  v1::Article article;
  article.set_id("bay-herald/2024-05-01/3");
  article.set_title("Starbridge opens\na plant");
  article.set_body("The plant opened.\n\n\tIt makes chips.\x02");
  article.set_source("bay-herald");
  article.add_authors("J. Roe");
  article.mutable_published_time()->set_seconds(1714521600);
  article.set_url("https://example.org/3");
  article.set_language("en-GB");
  article.add_tags("chips");
  return article;
}

TEST(ValidateArticle, TakesAGoodOne) {
  EXPECT_EQ(ValidateArticle(GoodArticle(), kLimits), absl::OkStatus());
  v1::Article least;
  least.set_id("x");
  least.set_title("t");
  EXPECT_EQ(ValidateArticle(least, kLimits), absl::OkStatus());
}

TEST(ValidateArticle, NamesTheFieldAtFault) {
  struct Row {
    std::function<void(v1::Article*)> spoil;
    std::string field, text;
  };
  const std::vector<Row> rows = {
      {[](v1::Article* a) { a->clear_id(); }, "article.id", "empty"},
      {[](v1::Article* a) { a->set_id("　 "); }, "article.id", "empty"},
      {[](v1::Article* a) { a->set_id(std::string(257, 'a')); }, "article.id", "257 bytes"},
      {[](v1::Article* a) { a->set_id("a\nb"); }, "article.id", "U+000A at byte 1"},
      {[](v1::Article* a) { a->set_id("ab\xff"); }, "article.id", "not UTF-8: byte 2"},
      {[](v1::Article* a) { a->set_title(std::string(4097, 'a')); }, "article.title", "4097 bytes"},
      {[](v1::Article* a) { a->set_title("a\x07"); }, "article.title", "U+0007"},
      {[](v1::Article* a) { a->set_body(std::string(1001, 'a')); }, "article.body", "at most 1000"},
      {[](v1::Article* a) { a->set_body(std::string("a\0b", 3)); }, "article.body", "U+0000 at byte 1"},
      {[](v1::Article* a) { a->set_body("\xe6\x98"); }, "article.body", "not UTF-8: byte 0"},
      {[](v1::Article* a) { a->set_title(" "), a->set_body("\n"); }, "article.body", "empty"},
      {[](v1::Article* a) { a->set_source(std::string(257, 's')); }, "article.source", "257"},
      {[](v1::Article* a) { a->set_source("a\xc2\x85"); }, "article.source", "U+0085"},
      {[](v1::Article* a) { a->add_authors(""); }, "article.authors[1]", "empty"},
      {[](v1::Article* a) {
         for (int i = 0; i < 64; ++i) a->add_authors("x");
       },
       "article.authors", "65 entries"},
      {[](v1::Article* a) { a->add_tags(std::string(257, 't')); }, "article.tags[1]", "257"},
      {[](v1::Article* a) {
         for (int i = 0; i < 64; ++i) a->add_tags("x");
       },
       "article.tags", "65 entries"},
      {[](v1::Article* a) { a->set_url(std::string(2049, 'u')); }, "article.url", "2049"},
      {[](v1::Article* a) { a->mutable_rights()->set_usage_terms(std::string(4097, 'r')); },
       "article.rights.usage_terms", "4097"},
      {[](v1::Article* a) { a->mutable_rights()->set_copyright_holder("a\x01"); }, "article.rights.copyright_holder",
       "U+0001"},
      {[](v1::Article* a) { a->mutable_rights()->set_copyright_notice("\xff"); }, "article.rights.copyright_notice",
       "UTF-8"},
      {[](v1::Article* a) { a->mutable_rights()->set_url("a\nb"); }, "article.rights.url", "U+000A"},
      {[](v1::Article* a) { a->mutable_rights()->mutable_embargo_time()->set_nanos(-1); },
       "article.rights.embargo_time", "nanos"},
      {[](v1::Article* a) { a->set_language("english language"); }, "article.language", "BCP 47"},
      {[](v1::Article* a) { a->set_language("e"); }, "article.language", "BCP 47"},
      {[](v1::Article* a) { a->set_language("zh-"); }, "article.language", "BCP 47"},
      {[](v1::Article* a) { a->mutable_published_time()->set_seconds(253402300800); }, "article.published_time",
       "9999"},
      {[](v1::Article* a) { a->mutable_published_time()->set_seconds(-62135596801); }, "article.published_time",
       "1 to"},
      {[](v1::Article* a) { a->mutable_published_time()->set_nanos(-1); }, "article.published_time", "nanos"},
      {[](v1::Article* a) { a->mutable_published_time()->set_nanos(1'000'000'000); }, "article.published_time",
       "nanos"},
  };
  for (const Row& row : rows) {
    v1::Article article = GoodArticle();
    row.spoil(&article);
    const absl::Status status = ValidateArticle(article, kLimits);
    EXPECT_EQ(FieldOf(status), row.field) << status;
    EXPECT_THAT(status.ToString(), HasSubstr(row.text));
  }
}

TEST(ValidatePage, NamesTheFieldAtFault) {
  v1::Page page;
  page.set_id("p");
  EXPECT_EQ(FieldOf(ValidatePage(page, kLimits)), "page.text");
  page.set_text(std::string(2001, 'x'));
  EXPECT_EQ(FieldOf(ValidatePage(page, kLimits)), "page.text");
  page.set_text("text");
  EXPECT_EQ(ValidatePage(page, kLimits), absl::OkStatus());
  page.clear_id();
  EXPECT_EQ(FieldOf(ValidatePage(page, kLimits)), "page.id");
}

TEST(ValidateRequestId, IsAnyTextOf128Bytes) {
  EXPECT_TRUE(ValidateRequestId("").ok());
  EXPECT_TRUE(ValidateRequestId(std::string(128, 'r')).ok());
  EXPECT_EQ(FieldOf(ValidateRequestId(std::string(129, 'r'))), "request_id");
  EXPECT_EQ(FieldOf(ValidateRequestId("\xff")), "request_id");
}

}  // namespace
}  // namespace factline::accept
