#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "deploy/formats/feed.h"
#include "deploy/formats/news_ml.h"
#include "deploy/formats/test_util.h"

namespace factline::formats {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kRss[] = R"(<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
     xmlns:media="http://search.yahoo.com/mrss/"><channel>
<title>Bay Herald — Business</title><link>https://www.bayherald.example/business</link><language>en-gb</language>
<copyright>© 2024 Bay Herald</copyright>
<item><media:title>not this</media:title><title>Starbridge &amp; Sons open a plant</title>
  <link>https://www.bayherald.example/b/17</link><guid isPermaLink="false">17</guid>
  <description>Short.</description>
  <content:encoded><![CDATA[<p>The plant cost &pound;30m.</p><script>x()</script><ul><li>One</li><li>Two</li></ul>]]></content:encoded>
  <author>ann@bayherald.example (Ann Reed)</author><dc:creator>Bo Lind</dc:creator>
  <category>chips</category><category domain="d">Bayport</category>
  <pubDate>Mon, 18 Mar 2024 09:30:00 GMT</pubDate></item>
<item><title>No guid</title><link>https://www.bayherald.example/b/18</link><description>A &lt;b&gt;bold&lt;/b&gt; step.</description></item>
<item><title>Nothing names it</title></item>
<item><guid>urn:19</guid><title>When</title><pubDate>yesterday</pubDate></item>
<item><guid>urn:20</guid><title>Last</title><dc:date>2024-03-19T00:00:00Z</dc:date><dc:rights>CC BY</dc:rights></item>
</channel></rss>)";

TEST(Rss, IsMappedFieldByFieldAndABadItemStandsAlone) {
  auto reader = NewFeedReader(ReaderOf(kRss), {});
  auto first = reader->Next();
  ASSERT_TRUE(first.has_value());
  ASSERT_EQ(Brief(*first), "#1 article bayherald.example:17");
  const auto& article = std::get<v1::Article>(first->what);
  EXPECT_EQ(article.title(), "Starbridge & Sons open a plant");
  EXPECT_EQ(article.body(), "The plant cost £30m.\nOne\nTwo");
  EXPECT_EQ(article.url(), "https://www.bayherald.example/b/17");
  EXPECT_EQ(article.source(), "bayherald.example");
  EXPECT_EQ(article.language(), "en-gb");
  EXPECT_THAT(article.authors(), ElementsAre("Ann Reed", "Bo Lind"));
  EXPECT_THAT(article.tags(), ElementsAre("chips", "Bayport"));
  EXPECT_EQ(article.published_time().seconds(), 1710754200);
  EXPECT_EQ(article.rights().copyright_notice(), "© 2024 Bay Herald");
  auto second = reader->Next();
  EXPECT_EQ(Brief(*second), "#2 article https://www.bayherald.example/b/18");
  EXPECT_EQ(std::get<v1::Article>(second->what).body(), "A bold step.");
  EXPECT_THAT(Brief(*reader->Next()), HasSubstr("#3 !guid: "));
  EXPECT_THAT(Brief(*reader->Next()), HasSubstr("#4 !pubDate: 'yesterday'"));
  auto last = reader->Next();
  EXPECT_EQ(Brief(*last), "#5 article urn:20");
  EXPECT_EQ(std::get<v1::Article>(last->what).rights().copyright_notice(), "CC BY");
  EXPECT_FALSE(reader->Next().has_value());
}

TEST(Rss, Version1AndOldEncodingsAreRead) {
  const std::string gbk =
      "<?xml version=\"1.0\" encoding=\"GBK\"?><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" "
      "xmlns=\"http://purl.org/rss/1.0/\"><channel><title>t</title></channel>"
      "<item rdf:about=\"https://a.example/1\"><title>\xbd\xad\xca\xd0</title></item></rdf:RDF>";
  auto reader = NewFeedReader(ReaderOf(gbk), {});
  const std::vector<v1::Article> articles = ArticlesOf(*reader);
  ASSERT_EQ(articles.size(), 1u);
  EXPECT_EQ(articles[0].id(), "https://a.example/1");
  EXPECT_EQ(articles[0].title(), "江市");
}

constexpr char kAtom[] =
    R"(<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh" xml:base="https://binhai.example/news/"
  xmlns:at="http://purl.org/atompub/tombstones/1.0">
<title>滨海</title><link href="https://binhai.example/"/><link rel="self" href="feed.xml"/><author><name>编辑部</name></author><rights>© 滨海</rights>
<entry><id>tag:binhai.example,2024:1</id><title type="html">储能 &amp;amp; 电网</title><link href="1.html"/><link rel="license" href="https://l.example/by"/>
  <published>2024-03-18T09:30:00+08:00</published><updated>2024-03-19T09:30:00+08:00</updated>
  <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>第一段。</p><p>第二段。</p></div></content>
  <author><name>林岚</name></author><category term="energy" label="能源"/></entry>
<entry xml:lang="en"><id>tag:2</id><title>Two</title><updated>2024-03-19T09:30:00Z</updated><summary type="html">&lt;p&gt;Sum.&lt;/p&gt;</summary></entry>
<at:deleted-entry ref="tag:binhai.example,2024:0" when="2024-03-19T00:00:00Z"/>
<entry><title>nameless</title></entry></feed>)";

TEST(Atom, IsMappedFieldByFieldAndTombstonesWithdraw) {
  auto reader = NewFeedReader(ReaderOf(kAtom), {});
  auto record = reader->Next();
  ASSERT_EQ(Brief(*record), "#1 article tag:binhai.example,2024:1");
  const auto first = std::get<v1::Article>(record->what);
  EXPECT_EQ(first.title(), "储能 & 电网");
  EXPECT_EQ(first.body(), "第一段。\n第二段。");
  EXPECT_EQ(first.url(), "https://binhai.example/news/1.html");
  EXPECT_EQ(first.source(), "binhai.example");
  EXPECT_EQ(first.language(), "zh");
  EXPECT_THAT(first.authors(), ElementsAre("林岚"));
  EXPECT_THAT(first.tags(), ElementsAre("能源"));
  EXPECT_EQ(first.published_time().seconds(), 1710725400);
  EXPECT_EQ(first.rights().copyright_notice(), "© 滨海");
  EXPECT_EQ(first.rights().url(), "https://l.example/by");
  record = reader->Next();
  const auto second = std::get<v1::Article>(record->what);
  EXPECT_EQ(second.body(), "Sum.");
  EXPECT_EQ(second.language(), "en");
  EXPECT_THAT(second.authors(), ElementsAre("编辑部"));
  EXPECT_EQ(Brief(*reader->Next()), "#3 withdraws tag:binhai.example,2024:0");
  EXPECT_THAT(Brief(*reader->Next()), HasSubstr("#4 !id: "));
}

TEST(Atom, ATombstoneNamesItsEntryAsTheEntryDoes) {
  const std::string body = "<entry><id>901</id></entry><at:deleted-entry xmlns:at='x' ref='901'/></feed>";
  auto reader = NewFeedReader(ReaderOf("<feed><link href='https://binhai.example/'/>" + body), {});
  EXPECT_THAT(ReadAll(*reader), ElementsAre("#1 article binhai.example:901", "#2 withdraws binhai.example:901"));
  auto nameless = NewFeedReader(ReaderOf("<feed>" + body), {});
  EXPECT_THAT(ReadAll(*nameless), ElementsAre(HasSubstr("#1 !id: '901' is the feed's own"), HasSubstr("#2 !ref: ")));
}

std::string NewsItem(const std::string& guid, const std::string& item_meta, const std::string& content_set) {
  return R"(<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid=")" + guid + R"(" version="2" xml:lang="en">
<catalogRef href="http://www.iptc.org/std/catalog/catalog.IPTC-G2-Standards_36.xml"/>
<rightsInfo><copyrightHolder><name>Songjiang Wire</name></copyrightHolder><copyrightNotice>© 2024 Songjiang Wire</copyrightNotice>
<usageTerms>Not for print before noon.</usageTerms><link rel="irel:rights" href="https://wire.example/terms"/></rightsInfo>
<rightsInfo idrefs="x"><usageTerms>of the picture alone</usageTerms></rightsInfo>
<itemMeta><itemClass qcode="ninat:text"/><provider qcode="nprov:SJW"><name>Songjiang Wire</name></provider>
<versionCreated>2024-03-18T09:30:00+08:00</versionCreated>)" +
         item_meta + R"(</itemMeta>
<contentMeta><by>By Lin Lan</by><language tag="en-GB"/><keyword>ports</keyword>
<subject qcode="medtop:1"><name xml:lang="en">storage</name></subject>
<headline role="hldrole:sub">Second</headline><headline role="hldrole:main">Port &amp; storage</headline>
<description>A summary.</description></contentMeta>
<contentSet>)" +
         content_set + "</contentSet></newsItem>";
}

constexpr char kXhtml[] = R"(<inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml">
<head><title>no</title></head><body><p>One <b>bold</b> step.</p><p>Two.</p></body></html></inlineXML>)";

TEST(NewsMl, IsMappedFieldByField) {
  auto reader = NewNewsMlReader(
      ReaderOf(NewsItem("urn:1", "<embargoed>2024-03-18T12:00:00+08:00</embargoed><pubStatus qcode=\"stat:usable\"/>",
                        kXhtml)),
      {});
  const std::vector<v1::Article> articles = ArticlesOf(*reader);
  ASSERT_EQ(articles.size(), 1u);
  const v1::Article& article = articles[0];
  EXPECT_EQ(article.id(), "urn:1");
  EXPECT_EQ(article.title(), "Port & storage");
  EXPECT_EQ(article.body(), "One bold step.\nTwo.");
  EXPECT_EQ(article.source(), "Songjiang Wire");
  EXPECT_EQ(article.language(), "en-GB");
  EXPECT_THAT(article.authors(), ElementsAre("By Lin Lan"));
  EXPECT_THAT(article.tags(), ElementsAre("ports", "storage"));
  EXPECT_EQ(article.published_time().seconds(), 1710725400);
  EXPECT_EQ(article.rights().copyright_holder(), "Songjiang Wire");
  EXPECT_EQ(article.rights().copyright_notice(), "© 2024 Songjiang Wire");
  EXPECT_EQ(article.rights().usage_terms(), "Not for print before noon.");
  EXPECT_EQ(article.rights().url(), "https://wire.example/terms");
  EXPECT_EQ(article.rights().embargo_time().seconds(), 1710734400);
}

TEST(NewsMl, AMessageHoldsManyAndOneThatIsCanceledIsWithdrawn) {
  const std::string nitf =
      "<inlineXML "
      "contenttype=\"application/nitf+xml\"><nitf><body><body.head><hedline><hl1>H</hl1></hedline></body.head>"
      "<body.content><p>Nitf text.</p></body.content></body></nitf></inlineXML>";
  const std::string plain = "<inlineData contenttype=\"text/plain\">Line one &lt; two.\nLine two.</inlineData>";
  const std::string message =
      "<newsMessage xmlns=\"http://iptc.org/std/nar/2006-10-01/\"><header><sent>2024-03-18</sent></header><itemSet>" +
      NewsItem("urn:1", "", nitf) + NewsItem("urn:2", "<embargoed/>", plain) +
      NewsItem("urn:3", "<pubStatus qcode=\"stat:canceled\"/><embargoed>soon</embargoed>", "") + NewsItem("", "", "") +
      NewsItem("urn:5", "<pubStatus qcode=\"stat:what\"/>", plain) +
      NewsItem("urn:6", "<embargoed>soon</embargoed>", plain) + "<packageItem guid=\"p\"><itemMeta/></packageItem>" +
      NewsItem("urn:8", "", "") + "</itemSet></newsMessage>";
  auto reader = NewNewsMlReader(ReaderOf(message), {});
  auto first = reader->Next();
  EXPECT_EQ(std::get<v1::Article>(first->what).body(), "Nitf text.");
  auto second = reader->Next();
  EXPECT_EQ(std::get<v1::Article>(second->what).body(), "Line one < two.\nLine two.");
  EXPECT_EQ(std::get<v1::Article>(second->what).rights().embargo_time().seconds(), 253402300799);
  EXPECT_EQ(Brief(*reader->Next()), "#3 withdraws urn:3");
  EXPECT_THAT(Brief(*reader->Next()), HasSubstr("#4 !guid: "));
  EXPECT_THAT(Brief(*reader->Next()), HasSubstr("#5 !pubStatus: 'what'"));
  EXPECT_THAT(Brief(*reader->Next()), HasSubstr("#6 !embargoed: 'soon'"));
  auto last = reader->Next();
  EXPECT_EQ(Brief(*last), "#8 article urn:8");
  EXPECT_EQ(std::get<v1::Article>(last->what).body(), "A summary.");
  EXPECT_EQ(reader->skipped(), 1u);
}

TEST(NewsMl, PicturesArePassedOver) {
  std::string picture = NewsItem("urn:1", "", "");
  picture.replace(picture.find("ninat:text"), 10, "ninat:picture");
  auto reader = NewNewsMlReader(ReaderOf(picture), {});
  EXPECT_THAT(ReadAll(*reader), ElementsAre());
  EXPECT_EQ(reader->skipped(), 1u);
}

// ---- hostile files ----

std::string Feed(const std::string& items) { return "<rss><channel>" + items + "</channel></rss>"; }
std::string FeedItem(const std::string& id, const std::string& text = "t") {
  return "<item><guid>urn:" + id + "</guid><description>" + text + "</description></item>";
}

TEST(HostileXml, WhatExpandsIsRefused) {
  std::string laughs = "<!DOCTYPE rss [<!ENTITY a0 \"ha\">";
  for (int i = 1; i < 30; ++i) {
    laughs += "<!ENTITY a" + std::to_string(i) + " \"";
    for (int j = 0; j < 10; ++j) laughs += "&a" + std::to_string(i - 1) + ";";
    laughs += "\">";
  }
  laughs += "]>";
  const std::string in_text = laughs + Feed(FeedItem("1", "&a29;"));
  const std::string in_attribute = laughs + "<rss x=\"&a29;\">" + FeedItem("1") + "</rss>";
  const std::string external =
      "<!DOCTYPE rss [<!ENTITY f SYSTEM \"file:///etc/passwd\">]>" + Feed(FeedItem("1", "&f;"));
  const std::string parameter =
      "<!DOCTYPE rss [<!ENTITY % f SYSTEM \"http://127.0.0.1:1/x\"> %f;]>" + Feed(FeedItem("1"));
  // Each <b/> would get it.
  const std::string attribute = "<!DOCTYPE rss [<!ATTLIST b x CDATA \"ha\">]>" + Feed(FeedItem("1", "<b/>"));
  for (const std::string& file : {in_text, in_attribute, external, parameter, attribute}) {
    auto reader = NewFeedReader(ReaderOf(file), {});
    const std::vector<std::string> read = ReadAll(*reader);
    ASSERT_EQ(read.size(), 1u) << file.substr(0, 60);
    EXPECT_THAT(read[0], HasSubstr("#1 !: XML: ")) << file.substr(0, 60);
  }
}

TEST(HostileXml, AHarmlessDoctypeIsNone) {
  auto reader = NewFeedReader(
      ReaderOf(
          "<!DOCTYPE rss PUBLIC \"-//Netscape Communications//DTD RSS 0.91//EN\" \"http://127.0.0.1:1/rss-0.91.dtd\">" +
          Feed(FeedItem("1"))),
      {});
  EXPECT_THAT(ReadAll(*reader), ElementsAre("#1 article urn:1"));
}

TEST(HostileXml, WhatIsNotWellFormedEndsTheFileAfterTheItemsBefore) {
  const std::string padding(1000, ' ');
  auto reader = NewFeedReader(ReaderOf("<rss><channel>" + FeedItem("1") + FeedItem("2") + padding +
                                       "<item><guid>urn:3</wrong>" + FeedItem("4")),
                              {});
  EXPECT_THAT(ReadAll(*reader), ElementsAre("#1 article urn:1", "#2 article urn:2", HasSubstr("before byte")));
  for (const char* start : {"", "<", "<rss>", "<rss><channel><item>", "\xFF\xFE<", "no markup"}) {
    auto cut = NewFeedReader(ReaderOf(start), {});
    EXPECT_EQ(ReadAll(*cut).size(), 1u) << start;
  }
}

TEST(HostileXml, DepthAndLengthAreBounded) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  auto reader = NewFeedReader(ReaderOf(Feed(FeedItem("1") + "<item>" + deep)), {});
  EXPECT_THAT(ReadAll(*reader).back(), HasSubstr("!: XML: "));
  const std::string filler(5000, 'x');
  auto longer = NewFeedReader(ReaderOf(Feed(FeedItem("1") + FeedItem("2", std::string(1 << 20, 'x')) + FeedItem("3"))),
                              {.max_item_bytes = 100'000});
  const std::vector<std::string> read = ReadAll(*longer);
  EXPECT_EQ(read[0], "#1 article urn:1");
  EXPECT_THAT(read.back(), HasSubstr("#2 !: an item has more bytes than --max_item_bytes=100000"));
}

TEST(HostileXml, AttributesAreCountedInAnyEncoding) {
  const auto file_of = [](int attributes) {
    std::string item = "<item a='>'";
    for (int i = 0; i < attributes; ++i) item += " a" + std::to_string(i) + " = \"'\"";
    return Feed(FeedItem("1", std::string(10'000, '"')) + item + "><guid>urn:2</guid></item>");
  };
  std::string wide = "\xFF\xFE";
  for (const char c : file_of(1000)) wide += std::string({c, '\0'});
  for (const std::string& file : {file_of(1000), wide}) {
    auto reader = NewFeedReader(ReaderOf(file), {});
    EXPECT_THAT(ReadAll(*reader).back(), HasSubstr("!: XML: an element has more than 1000 attributes"));
  }
  auto reader = NewFeedReader(ReaderOf(file_of(999)), {});
  EXPECT_THAT(ReadAll(*reader), ElementsAre("#1 article urn:1", "#2 article urn:2"));
}

TEST(HostileXml, AFileMayBeAsLongAsItLikesWithItemsThatAreNot) {
  std::string items;
  for (int i = 0; i < 3000; ++i) items += FeedItem(std::to_string(i), std::string(1000, 'x'));
  auto reader = NewFeedReader(ReaderOf(Feed(items)), {.max_item_bytes = 100'000});
  EXPECT_EQ(ArticlesOf(*reader).size(), 3000u);
}

TEST(HostileXml, AModuleWithoutItsNamespaceIsNoFault) {
  auto reader = NewFeedReader(ReaderOf(Feed("<item><guid>urn:1</guid><x:y>z</x:y></item>" + FeedItem("2"))), {});
  EXPECT_THAT(ReadAll(*reader), ElementsAre("#1 article urn:1", "#2 article urn:2"));
}

}  // namespace
}  // namespace factline::formats
