#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "deploy/formats/charset.h"
#include "deploy/formats/html_page.h"
#include "deploy/formats/main_text.h"
#include "deploy/formats/markup.h"
#include "deploy/formats/plain_html.h"
#include "deploy/formats/test_util.h"

namespace factline::formats {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const char kEnglish1[] =
    "Starbridge, a maker of chips, opened a plant in Bayport on Monday, its third in the county, and said that 300 "
    "people would work there by autumn.";
const char kEnglish2[] =
    "The plant cost 30 million pounds, a sum that the company, which has never made a loss, raised from its own funds.";
const char kChinese1[] =
    "本报讯（记者 "
    "林岚）3月16日，远岭储能科技有限公司在松江港临港新区举行二期基地开工仪式，该基地总投资约32亿元，占地420亩。";
const char kChinese2[] =
    "远岭储能董事长李文澜表示，二期基地计划于2026年投产，届时年产能将达到20吉瓦时，预计新增就业岗位八百个。";

std::string P(const std::string& text) { return "<p>" + text + "</p>\n"; }

// A page as sites make them: the text among all that is not.
std::string Site(const std::string& head, const std::string& article) {
  return "<!DOCTYPE html><html lang=\"en\"><head><title>Starbridge opens a plant | Bay Herald</title>" + head +
         "</head><body class=\"has-sidebar\"><header><a href=/>Bay Herald</a> All the news of the bay, every single "
         "day, "
         "since the year of 1891.</header><nav><ul><li><a href=/a>News</a></li><li><a href=/b>Sport</a></li></ul></nav>"
         "<div id=\"wrap\"><div class=\"story-body\">" +
         article +
         "<div class=\"share-tools\"><a href=x>Share this</a></div><h3>More on this</h3><ul><li><a href=1>Another "
         "headline "
         "that is long enough</a></li><li><a href=2>And one more of those, with commas, and words</a></li></ul></div>"
         "<div class=\"sidebar\"><p>Most read: a long list of other stories, with teasers, that nobody asked for, "
         "today.</p></div>"
         "<div id=\"comments\"><p>I think, therefore I comment, at length, under every article, which is no news at "
         "all.</p>"
         "</div></div><footer><p>© 2024 Bay Herald, a company, registered in Bayport, under number 17, all "
         "rights.</p></footer>"
         "<script>var a = '<p>not, a, paragraph, at, all, but, long, enough, to, look, like, "
         "one</p>';</script></body></html>";
}

v1::Article Read(const std::string& html, const ReadOptions& options = {.name = "file"}) {
  std::optional<RecordContent> content = ArticleFromHtml(html, {}, options);
  if (!content.has_value() || !std::holds_alternative<v1::Article>(*content)) {
    ADD_FAILURE() << "no article";
    return {};
  }
  return std::get<v1::Article>(*content);
}

std::string TextOf(const std::string& html, std::string_view title = "") {
  absl::StatusOr<Document> document = ParseHtml(html);
  return document.ok() ? MainText(document->get(), title) : document.status().ToString();
}

TEST(MainText, FindsTheArticleAmongWhatIsNone) {
  const std::string want = std::string(kEnglish1) + "\n" + kEnglish2 + "\nWhat comes next\n" + kEnglish1;
  EXPECT_EQ(TextOf(Site("", "<h1>Title</h1>" + P(kEnglish1) +
                                "<div class=\"ad\"><p>Buy this, buy that, buy it now, and "
                                "then buy it again, please.</p></div>" +
                                P(kEnglish2) + "<h2>What comes next</h2>" + P(kEnglish1)),
                   "Title"),
            want);
}

TEST(MainText, ChinesePagesAreWeighedLikeEnglishOnes) {
  const std::string want = std::string(kChinese1) + "\n" + kChinese2;
  EXPECT_EQ(TextOf(Site("", P(kChinese1) + P(kChinese2))), want);
}

TEST(MainText, ParagraphsMayBeLineBreaksOrDivsOrCells) {
  EXPECT_EQ(TextOf(Site("", std::string(kEnglish1) + "<br><br>" + kEnglish2 + "<br>")),
            std::string(kEnglish1) + "\n" + kEnglish2);
  EXPECT_EQ(TextOf(Site("", std::string("<div>") + kEnglish1 + "</div><div>" + kEnglish2 + "</div>")),
            std::string(kEnglish1) + "\n" + kEnglish2);
  EXPECT_EQ(TextOf(std::string("<table><tr><td><a href=1>menu</a></td><td>") + P(kEnglish1) + P(kEnglish2) +
                   "</td></tr></table>"),
            std::string(kEnglish1) + "\n" + kEnglish2);
}

TEST(MainText, AnElementThatSaysItIsTheBodyIsBelieved) {
  const std::string page = "<body><div>" + P(kEnglish2) + P(kEnglish2) + P(kEnglish2) +
                           "</div><div itemprop=articleBody>" + P(kEnglish1) + "</div></body>";
  EXPECT_EQ(TextOf(page), kEnglish1);
}

TEST(MainText, APageOfTeasersHasNone) {
  std::string teasers;
  for (int i = 0; i < 50; ++i)
    teasers += "<li><a href=x>Here stands a headline of an article, which is elsewhere</a></li>";
  EXPECT_LT(Columns(TextOf("<body><ul>" + teasers + "</ul></body>")), 120u);
}

TEST(Html, MetadataComesFromJsonLdFirst) {
  const std::string head = R"(<link rel="canonical" href="https://www.bayherald.example/b/17"/>
<meta property="og:title" content="Not this"/><meta name="author" content="Nor this"/><meta name="copyright" content="© Bay Herald">
<script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"WebSite","name":"x"},
{"@type":["NewsArticle"],"headline":"Starbridge &amp; Sons open a plant","datePublished":"2024-03-18T09:30:00Z",
"author":[{"@type":"Person","name":"Ann Reed"},{"@type":"Person","name":"Bo Lind"}],"inLanguage":"en-GB",
"publisher":{"@type":"Organization","name":"Bay Herald"},"copyrightHolder":{"name":"Bay Herald Ltd"},
"license":"https://l.example/by","keywords":"chips, Bayport"}]}</script>)";
  const v1::Article article = Read(Site(head, P(kEnglish1) + P(kEnglish2)));
  EXPECT_EQ(article.id(), "https://www.bayherald.example/b/17");
  EXPECT_EQ(article.url(), "https://www.bayherald.example/b/17");
  EXPECT_EQ(article.title(), "Starbridge & Sons open a plant");
  EXPECT_EQ(article.body(), std::string(kEnglish1) + "\n" + kEnglish2);
  EXPECT_EQ(article.source(), "bayherald.example");
  EXPECT_EQ(article.published_time().seconds(), 1710754200);
  EXPECT_EQ(article.language(), "en");
  EXPECT_THAT(article.authors(), ElementsAre("Ann Reed", "Bo Lind"));
  EXPECT_THAT(article.tags(), ElementsAre("chips", "Bayport"));
  EXPECT_EQ(article.rights().copyright_holder(), "Bay Herald Ltd");
  EXPECT_EQ(article.rights().copyright_notice(), "© Bay Herald");
  EXPECT_EQ(article.rights().url(), "https://l.example/by");
}

TEST(Html, MetadataComesFromOpenGraphThenMetaThenThePageItself) {
  const std::string text = P(kEnglish1) + P(kEnglish2);
  const v1::Article graph =
      Read(Site(R"(<meta property="og:title" content="Graph"><meta property="og:url" content="https://b.example/1">
<meta property="article:published_time" content="2024-03-18T09:30:00+00:00"><meta property="article:author" content="https://social.example/ann">
<meta property="article:author" content="Ann Reed"><meta property="article:tag" content="chips"><meta property="og:locale" content="en_GB">
<script type="application/ld+json">{ broken</script>)",
                text));
  EXPECT_EQ(graph.title(), "Graph");
  EXPECT_EQ(graph.id(), "https://b.example/1");
  EXPECT_EQ(graph.published_time().seconds(), 1710754200);
  EXPECT_THAT(graph.authors(), ElementsAre("Ann Reed"));
  EXPECT_THAT(graph.tags(), ElementsAre("chips"));
  const v1::Article own =
      Read(Site("<meta name=keywords content='储能，基地;x'>",
                "<time datetime='2024-03-18'>18 March</time><a rel=author href=/x>Ann Reed</a>" + text));
  EXPECT_EQ(own.id(), "file");
  EXPECT_EQ(own.title(), "Starbridge opens a plant");
  EXPECT_EQ(own.published_time().seconds(), 1710720000);
  EXPECT_THAT(own.authors(), ElementsAre("Ann Reed"));
  EXPECT_THAT(own.tags(), ElementsAre("储能", "基地", "x"));
}

TEST(Html, TheBodyOfJsonLdServesWhereThePageHasNone) {
  const v1::Article article =
      Read(std::string("<html><head><script "
                       "type='application/ld+json'>{\"@type\":\"Article\",\"headline\":\"T\",\"articleBody\":\"") +
           kEnglish1 + "\"}</script></head><body><div id=app></div></body></html>");
  EXPECT_EQ(article.body(), kEnglish1);
}

TEST(Html, RelativeAddressesAreThoseOfTheOrigin) {
  const std::string page = Site("<link rel=canonical href='/b/17'>", P(kEnglish1) + P(kEnglish2));
  auto content = ArticleFromHtml(page, {.url = "https://b.example/x?utm=1"}, {});
  EXPECT_EQ(std::get<v1::Article>(*content).id(), "https://b.example/b/17");
  EXPECT_EQ(Read(page).id(), "file") << "no origin: a relative address names nothing";
  for (const std::string& address :
       {std::string("https://other.example/b/17"), "https://b.example/" + std::string(3000, 'x')}) {
    const std::string astray = Site("<link rel=canonical href='" + address + "'>", P(kEnglish1) + P(kEnglish2));
    content = ArticleFromHtml(astray, {.url = "https://b.example/x"}, {});
    EXPECT_EQ(std::get<v1::Article>(*content).id(), "https://b.example/x") << address.substr(0, 40);
  }
  content = ArticleFromHtml(page, {}, {});
  EXPECT_THAT(std::get<absl::Status>(*content).ToString(), HasSubstr("id: "));
}

TEST(Html, PagesWithoutRunningTextAreNoArticles) {
  for (const char* html : {"", "<", "<html></html>", "<p>Short.</p>", "\xFF\xFE\xFF", "<!-- <p>"}) {
    EXPECT_FALSE(ArticleFromHtml(html, {}, {.name = "x"}).has_value()) << html;
  }
  auto reader = NewHtmlReader(ReaderOf("<p>Short.</p>"), {.name = "x"});
  EXPECT_THAT(ReadAll(*reader), ElementsAre(HasSubstr("!body: the page has no running text")));
}

TEST(Charset, IsTakenFromMarkHttpMetaOrTheBytes) {
  const std::string gbk = "\xbd\xad\xca\xd0";
  EXPECT_EQ(HtmlToUtf8(gbk, "gb2312"), "江市");
  EXPECT_EQ(HtmlToUtf8("<meta charset=\"GBK\">" + gbk, ""), "<meta charset=\"GBK\">江市");
  EXPECT_EQ(HtmlToUtf8("江市", "gbk"), "江市") << "UTF-8 as it stands";
  EXPECT_EQ(HtmlToUtf8("\xEF\xBB\xBF"
                       "a",
                       ""),
            "a");
  EXPECT_EQ(HtmlToUtf8(std::string("\xFF\xFE"
                                   "a\0",
                                   4),
                       ""),
            "a");
  EXPECT_EQ(HtmlToUtf8("caf\xE9", "iso-8859-1"), "café");
  EXPECT_EQ(HtmlToUtf8("caf\xE9", "no-such-charset"), "café");
  EXPECT_EQ(HtmlToUtf8("\xa4\xa4\xa4\xe5", "big5"), "中文");
}

// ---- hostile pages ----

TEST(HostileHtml, DepthIsBoundedAndLengthCostsNoMoreThanItsShare) {
  std::string deep;
  for (int i = 0; i < 200'000; ++i) deep += "<div>";
  EXPECT_THAT(TextOf(deep + P(kEnglish1)), HasSubstr("nested more than 256 deep"));
  std::string rows[] = {"<p>",  "<b><i>", "<a href=x>", "<table><tr><td>", "&", "<",
                        "<!--", "<li>x",  "</p>",       "<p><a>x</a></p>", "x "};
  for (const std::string& row : rows) {
    std::string page;
    while (page.size() < 300'000) page += row;
    (void)ArticleFromHtml(page, {}, {.name = "x"});
  }
}

TEST(HostileHtml, AnElementWithVeryManyAttributesIsRefused) {
  std::string tag = "<p ";
  for (int i = 0; i < 100'000; ++i) tag += "a" + std::to_string(i) + "=1 ";
  EXPECT_THAT(TextOf(tag + ">" + P(kEnglish1)), HasSubstr("more than 1000 attributes"));
  EXPECT_THAT(TextOf("<p title='" + std::string(100'000, ' ') + "'>" + P(kEnglish1)), Not(HasSubstr("attributes")));
}

TEST(HostileHtml, NoTrickHidesAttributesFromTheBound) {
  std::string attributes;
  std::string joined;
  for (int i = 0; i < 2000; ++i) {
    attributes += " a" + std::to_string(i) + "=1";
    joined += " a" + std::to_string(i) + "=\"1\"";
  }
  for (const std::string& page :
       {std::string("<script") + attributes + ">", "<script></SCRIPT><p" + attributes + ">",
        "<script/><p" + attributes + ">", "<!--><p" + attributes + ">", "<!--x--!><p" + attributes + ">",
        "<p a= \">\"" + attributes + ">", "<p a==\"><p" + attributes + ">", "<p a='<b>'" + attributes + ">",
        "<p" + joined + ">"}) {
    EXPECT_THAT(TextOf(page + P(kEnglish1)), HasSubstr("more than 1000 attributes")) << page.substr(0, 30);
  }
}

TEST(PlainHtml, CanBeReadOneWayOnly) {
  struct Row {
    const char *html, *want;
  } rows[] = {
      {"a < b <c d='\"<e>' f>g</c h>", "a &lt; b <c d=\"&quot;&lt;e&gt;\" f=\"\">g</c>"},
      {"<!DOCTYPE html><!-- <p> -->x<!-->y<!--->z<!--a--!>&amp;<?php ?>", "xyz&amp;"},
      {"<SCRIPT>if (a<b) \"</p>\"</Script >x", "<script></script>x"},
      {"<script type=application/ld+json>{\"a\": \"<p>\"}</script>",
       "<script type=\"application/ld+json\">{\"a\": \"<p>\"}</script>"},
      {"<br/><p a==b c=d/e$=1>", "<br/><p a=\"=b\" c=\"d/e$=1\">"},
      {"<p a='", "<p a=\"\">"},
      {"<!-- x", ""},
      {"<", "&lt;"},
  };
  for (const Row& row : rows) EXPECT_EQ(*PlainHtml(row.html), row.want) << row.html;
}

TEST(HostileHtml, OtherFilesAreNotRead) {
  EXPECT_THAT(
      TextOf("<!DOCTYPE html [<!ENTITY f SYSTEM \"file:///etc/passwd\">]><p>&f; " + std::string(kEnglish1) + "</p>"),
      Not(HasSubstr("root:")));
}

}  // namespace
}  // namespace factline::formats
