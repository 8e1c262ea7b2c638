#include "ingest/page/page_splitter.h"

#include <chrono>
#include <random>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ingest/page/code_points.h"
#include "ingest/page/line_coverage.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/utf8.h"

namespace factline::page {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

std::vector<PageArticle> Split(std::string_view page, const SplitOptions& options = {}) {
  auto articles = SplitPage(page, options);
  EXPECT_TRUE(articles.ok()) << articles.status();
  return articles.ok() ? *std::move(articles) : std::vector<PageArticle>{};
}

std::vector<std::string> Bodies(std::string_view page) {
  std::vector<std::string> bodies;
  for (const PageArticle& article : Split(page)) bodies.push_back(article.body);
  return bodies;
}

// A page with two articles, a box, photo news, a cut sentence, a picture and a paragraph printed twice.
constexpr std::string_view kPage = R"(
创新在一线

蓝湾重工联合多家院所，打通储能全链条——

储能电池“拼图”成形

本报记者 方知远

近日，总投资约55亿元的储能电池基地落户江城东港区。基地由蓝湾重工与江城大学共建。

破解“两头在外”的难题

过去，江城储能产业“两头在外”，关键部件跟不上整机节奏。

“每年产能缺口约40万台。”基地负责人林一舟说，新线投产将缓解这

一局面，并带动上游企业落户。

赶制渔船忙 备战开海季

4月6日，东港区的造船厂里焊花飞溅，一派繁忙。

春节过后，船厂承接大量订单，正加快推进。

于小满 摄/视觉江城

核心提示

蓝湾重工与江城大学共建储能电池基地，新线投产将缓解缺口。

储能基地还建起了实训中心，每年培养技工三百名。

储能基地还建起了实训中心，每年培养技工三百名。

推进产学研融合 盐湖研究中心在西港揭牌

本报讯（记者白露 通讯员何田）近日，盐湖产业研究中心在西港揭牌成立。

▲盐湖一角。 于小满 摄

中心将聚焦盐湖资源综合利用。
)";

TEST(PageSplitterTest, DividesANewspaperPage) {
  const std::vector<PageArticle> articles = Split(kPage);
  ASSERT_THAT(articles, SizeIs(4));

  EXPECT_EQ(articles[0].headline, "储能电池“拼图”成形");
  EXPECT_EQ(articles[0].kicker, "蓝湾重工联合多家院所，打通储能全链条——");
  EXPECT_THAT(articles[0].byline, ElementsAre(Credit{"方知远", "记者"}));
  EXPECT_THAT(articles[0].subheads, ElementsAre("创新在一线", "破解“两头在外”的难题"));
  EXPECT_EQ(articles[0].body,
            "近日，总投资约55亿元的储能电池基地落户江城东港区。基地由蓝湾重工与江城大学共建。\n"
            "过去，江城储能产业“两头在外”，关键部件跟不上整机节奏。\n"
            "“每年产能缺口约40万台。”基地负责人林一舟说，新线投产将缓解这一局面，并带动上游企业落户。\n"
            "储能基地还建起了实训中心，每年培养技工三百名。");

  EXPECT_EQ(articles[1].headline, "赶制渔船忙 备战开海季");
  EXPECT_THAT(articles[1].byline, ElementsAre(Credit{"于小满", "摄影"}));
  EXPECT_EQ(articles[1].outlet, "视觉江城");

  EXPECT_EQ(articles[2].headline, "核心提示");
  EXPECT_EQ(articles[2].body, "蓝湾重工与江城大学共建储能电池基地，新线投产将缓解缺口。");

  EXPECT_EQ(articles[3].headline, "推进产学研融合 盐湖研究中心在西港揭牌");
  EXPECT_THAT(articles[3].byline, ElementsAre(Credit{"白露", "记者"}, Credit{"何田", "通讯员"}));
  EXPECT_THAT(articles[3].captions, ElementsAre("盐湖一角。 于小满 摄"));
  EXPECT_EQ(articles[3].body, "近日，盐湖产业研究中心在西港揭牌成立。\n中心将聚焦盐湖资源综合利用。");
}

TEST(PageSplitterTest, HeadlineSourceIsItsPlaceOnThePage) {
  for (const PageArticle& article : Split(kPage)) EXPECT_EQ(article.headline_source.In(kPage), article.headline);
}

TEST(PageSplitterTest, CaptionsBetweenHeadingAndBylineAreNoBody) {
  const std::vector<PageArticle> articles = Split(
      "镁合金为何超群\n\n三月二十四日，研究人员展示储氢粉饼，可储存约四克氢气。\n记者 于小满 摄影 视觉江城\n\n"
      "■江城日报记者 方知远\n\n镁合金是一种轻巧的金属。\n\n在江城，镁合金产业已有二十年。");
  ASSERT_THAT(articles, SizeIs(1));
  EXPECT_EQ(articles[0].body, "镁合金是一种轻巧的金属。\n在江城，镁合金产业已有二十年。");
  EXPECT_THAT(articles[0].captions, ElementsAre(HasSubstr("储氢粉饼")));
  EXPECT_EQ(articles[0].outlet, "江城日报");
}

TEST(PageSplitterTest, ANumberedSeriesIsOneArticleEach) {
  const std::vector<PageArticle> articles = Split(
      "江城“硬核”产品问世\n\n▲四足机器人亮相。\n\n□江城日报记者 方知远\n\n一批产品近日问世。\n\n数读\n\n- 3件** "
      "今年发布**3件**产品\n\n"
      "1 江城天眼：看见更远的小行星\n\n天眼位于东港区。\n\n2 "
      "四足机器人：爬楼梯不怕滑\n\n机器人今年发布。它爬楼梯不怕滑，广泛应\n\n"
      "三件“硬核”产品一览\n\n3 "
      "“飞燕”无人机：获评同行第一\n\n无人机运送了2吨肥料。\n\n（本组稿件由江城日报记者白露、何田撰写）");
  ASSERT_THAT(articles, SizeIs(5));
  EXPECT_EQ(articles[1].headline, "数读");
  EXPECT_EQ(articles[1].body, "3件 今年发布3件产品");
  EXPECT_EQ(articles[2].headline, "江城天眼：看见更远的小行星");
  EXPECT_EQ(articles[3].body, "机器人今年发布。它爬楼梯不怕滑，广泛应");
  EXPECT_THAT(articles[3].captions, ElementsAre("四足机器人亮相。"));
  for (size_t i = 2; i < 5; ++i) {
    EXPECT_EQ(articles[i].kicker, "三件“硬核”产品一览");
    EXPECT_THAT(articles[i].byline, ElementsAre(Credit{"白露", "记者"}, Credit{"何田", "记者"}));
  }
}

TEST(PageSplitterTest, ItemsUnderRunInHeadingsAreArticles) {
  const std::vector<PageArticle> articles = Split(
      "江城早间快讯\n\n江城网消息（早间新闻）：\n大桥通车\n江城大桥昨天通车。\n博览会开幕 "
      "客商云集\n博览会今天开幕，会期三天。\n"
      "展览免费开放\n展览对市民免费。\n");
  ASSERT_THAT(articles, SizeIs(3));
  EXPECT_EQ(articles[0].headline, "大桥通车");
  EXPECT_EQ(articles[0].kicker, "江城早间快讯");
  EXPECT_EQ(articles[1].headline, "博览会开幕 客商云集");
  EXPECT_EQ(articles[2].body, "展览对市民免费。");
  for (const PageArticle& article : articles) EXPECT_EQ(article.outlet, "江城网");
}

TEST(PageSplitterTest, OneWebArticleWithoutLineBreaksIsOneArticle) {
  const std::string text = "江城一家制造企业的新生产线投产后，当地的产业链补上了一环，上下游企业纷纷签约。";
  const std::string more = "负责人表示，企业将在明年建设第二条生产线，并与江城大学共建实训中心，培养更多技工。";
  const std::vector<PageArticle> articles =
      Split("原标题：江城新线投产8月1日，记者获悉：" + text + "图为新线一角。江城网记者 于小满 摄 " + more +
            "来源：江城日报责任编辑：白露");
  ASSERT_THAT(articles, SizeIs(1));
  EXPECT_EQ(articles[0].headline, "江城新线投产");
  EXPECT_EQ(articles[0].outlet, "江城日报");
  EXPECT_THAT(articles[0].captions, ElementsAre("图为新线一角。江城网记者 于小满 摄"));
  EXPECT_EQ(articles[0].body, "8月1日，记者获悉：" + text + more);
  EXPECT_THAT(articles[0].byline, ElementsAre(Credit{"白露", "责任编辑"}));
}

TEST(PageSplitterTest, AWebArticleKeepsItsSubheads) {
  const std::vector<PageArticle> articles = Split(
      "青年齐聚江城\n\n江城网消息（早间新闻）：青年代表今天齐聚。\n港湾青年 "
      "共话未来\n代表们参观了港湾。\n活动持续三天。\n");
  ASSERT_THAT(articles, SizeIs(1));
  EXPECT_THAT(articles[0].subheads, ElementsAre("港湾青年 共话未来"));
}

TEST(PageSplitterTest, DividesAnEnglishPage) {
  const std::vector<PageArticle> articles = Split(
      "Harbour Town Opens Battery Plant\n\nBy Jane Doe and John Roe\n\n"
      "HARBOUR TOWN (Example News) - Blue Bay Industries opened a manufac-\nturing plant on Monday, and 300 people "
      "were\nhired. "
      "The mayor said so.\n\nA Second Line\n\nThe firm plans a second line in 2031.\n\n"
      "Ferry Service Returns\n\nBy Ann Lee, Example News\n\nThe ferry returned on Tuesday.\n");
  ASSERT_THAT(articles, SizeIs(2));
  EXPECT_EQ(articles[0].headline, "Harbour Town Opens Battery Plant");
  EXPECT_THAT(articles[0].byline, ElementsAre(Credit{"Jane Doe", "reporter"}, Credit{"John Roe", "reporter"}));
  EXPECT_EQ(
      articles[0].body,
      "Blue Bay Industries opened a manufacturing plant on Monday, and 300 people were hired. The mayor said so.\n"
      "The firm plans a second line in 2031.");
  EXPECT_THAT(articles[0].subheads, ElementsAre("A Second Line"));
  EXPECT_EQ(articles[1].headline, "Ferry Service Returns");
  EXPECT_EQ(articles[1].outlet, "Example News");
}

TEST(PageSplitterTest, AnEnglishBylinesSecondLineAndDecksTakeNoHeadlineAway) {
  const std::string_view text =
      "REED FERRY - The city council voted on Tuesday to rebuild the\nMill Street bridge, which closed in 2029.\n";
  const std::string body =
      "REED FERRY - The city council voted on Tuesday to rebuild the Mill Street bridge, which closed in 2029.";
  std::vector<PageArticle> articles = Split(Cat("Council approves bridge\n\nBy ANN LEE\nStaff Writer\n\n", text));
  ASSERT_THAT(articles, SizeIs(1));
  EXPECT_EQ(articles[0].headline, "Council approves bridge");
  EXPECT_THAT(articles[0].byline, ElementsAre(Credit{"ANN LEE", "staff writer"}));
  EXPECT_EQ(articles[0].body, body);
  EXPECT_THAT(articles[0].subheads, IsEmpty());

  articles =
      Split(Cat("Council approves bridge\nVote was 5 to 2 after long debate\nWork begins in May\n\nBy ANN LEE\n\n",
                "Bridge Desk\n\nFirst of Two Parts\n\n", text));
  ASSERT_THAT(articles, SizeIs(1));
  EXPECT_EQ(articles[0].headline, "Council approves bridge");
  EXPECT_EQ(articles[0].body, body);
  EXPECT_THAT(articles[0].byline, ElementsAre(Credit{"ANN LEE", "reporter"}));
  EXPECT_THAT(articles[0].subheads, UnorderedElementsAre("Vote was 5 to 2 after long debate", "Work begins in May",
                                                         "Bridge Desk", "First of Two Parts"));
}

TEST(PageSplitterTest, PlainWrappedEnglishIsTextNotHeadings) {
  const std::string body = "The city council voted on Tuesday to rebuild the bridge over Mill Street, which closed.";
  for (const std::string_view wrapped : {
           "The city council voted on Tuesday to rebuild the\nbridge over Mill Street, which closed.",
           "The city council voted on Tuesday to rebuild the bridge over\nMill Street, which closed.",
           "The city council voted on Tuesday to rebuild the bridge over Mill\nStreet, which closed.",
       }) {
    for (const std::string_view above : {"", "By ANN LEE\n\n"}) {
      const std::vector<PageArticle> articles = Split(Cat("Council approves bridge\n\n", above, wrapped, "\n"));
      ASSERT_THAT(articles, SizeIs(1)) << wrapped;
      EXPECT_EQ(articles[0].headline, "Council approves bridge") << wrapped;
      EXPECT_THAT(articles[0].subheads, IsEmpty()) << wrapped;
      EXPECT_EQ(articles[0].body, body);
    }
  }
}

TEST(PageSplitterTest, APointerToAnotherPageEndsAnArticleAndIsNoHeading) {
  const std::vector<PageArticle> articles = Split(
      "Council approves bridge\n\nBy ANN LEE\n\nThe city council voted on Tuesday to rebuild the bridge over Mill\n"
      "Street at a cost of $12 million, which has been\nContinued on A4\n\nFerry Service Returns\n\nBy Jane Doe\n\n"
      "The ferry returned on Tuesday. (Continued on Page 3)\n\n开渔节开幕\n\n本报记者 方知远\n\n开渔节昨天开幕。\n\n"
      "下转A03版\n\n展览开放\n\n本报记者 白露\n\n展览今天开放。\n");
  ASSERT_THAT(articles, SizeIs(4));
  EXPECT_EQ(articles[0].body,
            "The city council voted on Tuesday to rebuild the bridge over Mill Street at a cost of $12 million, which "
            "has been");
  EXPECT_EQ(articles[1].headline, "Ferry Service Returns");
  EXPECT_EQ(articles[1].body, "The ferry returned on Tuesday.");
  EXPECT_EQ(articles[3].headline, "展览开放");
  for (const PageArticle& article : articles) {
    EXPECT_EQ(article.kicker, "");
    EXPECT_THAT(article.subheads, IsEmpty());
  }
}

TEST(PageSplitterTest, AHeadlineOfARoundupsWordsStaysAHeadline) {
  const std::vector<PageArticle> articles =
      Split("江城发布十大要闻\n\n方知远出任蓝湾重工总经理，负责全面工作。\n\n新的分工\n\n他此前主管销售工作多年。\n");
  ASSERT_THAT(articles, SizeIs(1));
  EXPECT_EQ(articles[0].headline, "江城发布十大要闻");
  EXPECT_THAT(articles[0].subheads, ElementsAre("新的分工"));
  EXPECT_EQ(Split("今日要闻\n\n方知远出任蓝湾重工总经理，负责全面工作。\n")[0].headline, "今日要闻");
}

TEST(PageSplitterTest, ALineOfFiguresBelowAHeadlineIsNoHeadline) {
  const std::vector<PageArticle> articles =
      Split("滨江大桥昨日通车\n总投资12.5亿元 全长3.2公里\n\n滨江大桥昨日正式通车，市民纷纷前来。\n");
  ASSERT_THAT(articles, SizeIs(1));
  EXPECT_EQ(articles[0].headline, "滨江大桥昨日通车");
  EXPECT_EQ(articles[0].kicker, "总投资12.5亿元 全长3.2公里");
}

TEST(PageSplitterTest, AHeadingBesideABoxAloneIsThatBoxs) {
  const std::string_view page = "核心提示\n\n蓝湾重工与江城大学共建储能电池基地。\n\n储能基地成形\n";
  EXPECT_THAT(LostLines(page, Split(page)), IsEmpty());
}

TEST(PageSplitterTest, AShortItemOnAnotherNameIsNoSectionOfTheOneAbove) {
  const std::vector<PageArticle> articles = Split(
      "江城召开经济工作会议\n\n全市经济工作会议昨日召开，部署明年工作。会议强调稳中求进。\n\n"
      "蓝湾重工三季度亏损2.1亿元\n\n蓝湾重工昨日披露三季报，公司亏损2.1亿元，同比扩大。\n");
  ASSERT_THAT(articles, SizeIs(2));
  EXPECT_EQ(articles[1].headline, "蓝湾重工三季度亏损2.1亿元");
  EXPECT_THAT(Split("江城储能产业走上快车道\n\n江城去年有蓝湾重工等十家储能企业投产，产值翻番。\n\n"
                    "蓝湾重工补上关键一环\n\n蓝湾重工去年投产储能新线，带动上下游企业落户江城。\n"),
              SizeIs(1));
}

TEST(PageSplitterTest, TheSourceBelowAHeadlineIsThatArticles) {
  const std::vector<PageArticle> articles =
      Split("大桥通车\n\n来源：江城日报\n\n滨江大桥昨日正式通车，市民纷纷前来。\n");
  ASSERT_THAT(articles, SizeIs(1));
  EXPECT_EQ(articles[0].outlet, "江城日报");
}

TEST(PageSplitterTest, ASentenceGoesOnBehindAPictureThatBreaksIt) {
  EXPECT_THAT(
      Bodies(
          "新线投产\n\n本报记者 方知远\n\n新线在东港区投产，首批产品下线，这座\n\n▲新线一角。\n\n工厂由蓝湾重工建设。"),
      ElementsAre("新线在东港区投产，首批产品下线，这座工厂由蓝湾重工建设。"));
}

TEST(PageSplitterTest, BlankPagesHaveNoArticleAndOthersAtLeastOne) {
  EXPECT_THAT(Split(""), IsEmpty());
  EXPECT_THAT(Split(" \n　\n---\n"), IsEmpty());
  EXPECT_THAT(Bodies("只有一个标题"), ElementsAre("只有一个标题"));
  EXPECT_THAT(Bodies("责任编辑：白露"), SizeIs(1));
}

TEST(PageSplitterTest, BadBytesAndLargePagesAreDescribed) {
  const auto invalid = SplitPage("好\xFF");
  EXPECT_EQ(invalid.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(invalid.status().message()), HasSubstr("byte 3"));
  const auto large = SplitPage("0123456789", {.max_page_bytes = 9});
  EXPECT_EQ(large.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(large.status().message()), HasSubstr("10 bytes"));
}

TEST(PageSplitterTest, ArticlesAreBoundedAndTheLastTakesTheRest) {
  std::string page;
  for (int i = 0; i < 50; ++i) page += "本报讯（记者方知远）这是第" + std::to_string(i) + "条消息，内容各不相同。\n\n";
  EXPECT_THAT(Split(page), SizeIs(50));
  const std::vector<PageArticle> bounded = Split(page, {.max_articles = 8});
  ASSERT_THAT(bounded, SizeIs(8));
  EXPECT_THAT(bounded.back().body, HasSubstr("第49条"));
}

void ExpectContract(std::string_view page, const PageArticle& article) {
  ASSERT_FALSE(article.body.empty());
  ASSERT_FALSE(FirstInvalidUtf8(article.body).has_value());
  uint32_t covered_to = 0;
  for (const SourceRun& run : article.body_source) {
    ASSERT_GE(run.body_begin, covered_to);
    covered_to = run.body_begin + run.length_bytes;
    ASSERT_LE(covered_to, article.body.size());
    ASSERT_EQ(page.substr(run.source_begin, run.length_bytes), article.body.substr(run.body_begin, run.length_bytes));
  }
}

TEST(PageSplitterPropertyTest, EveryBodyByteIsTheSourcesOrASeam) {
  for (const PageArticle& article : Split(kPage)) {
    ExpectContract(kPage, article);
    std::string seams = article.body;
    for (auto run = article.body_source.rbegin(); run != article.body_source.rend(); ++run) {
      seams.erase(run->body_begin, run->length_bytes);
    }
    EXPECT_EQ(seams.find_first_not_of("\n "), std::string::npos) << seams;
  }
}

TEST(PageSplitterPropertyTest, RandomPagesKeepTheContract) {
  const std::vector<std::string> kPieces = {"\n",
                                            "\n\n",
                                            "\n",
                                            "蓝湾重工投产新线",
                                            "。",
                                            "，",
                                            "本报记者 方知远",
                                            "于小满 摄",
                                            "数读",
                                            "核心提示",
                                            "▲",
                                            "- ",
                                            "**",
                                            "1 ",
                                            "2 ",
                                            "3 ",
                                            "原标题：",
                                            "本报讯（记者白露）",
                                            "供图",
                                            "  ",
                                            "“",
                                            "”",
                                            "（完）",
                                            "责任编辑：白露",
                                            "By Jane Doe",
                                            "The plant opened.",
                                            "word-",
                                            "江城大桥昨天通车，全长十公里，双向六车道。",
                                            "\xF0\x9F\x98\x80",
                                            "图为",
                                            "来源：",
                                            "<b>"};
  std::mt19937 random(17);
  for (int round = 0; round < 400; ++round) {
    std::string page;
    for (int i = 0; i < 120; ++i) page += kPieces[random() % kPieces.size()];
    for (const PageArticle& article : Split(page)) ExpectContract(page, article);
  }
}

TEST(PageSplitterPropertyTest, NoLineOfThePagesAboveIsLost) { EXPECT_THAT(LostLines(kPage, Split(kPage)), IsEmpty()); }

// Lines of every kind, in any order. Each `#` becomes other characters at each use, so that no line tells another's.
TEST(PageSplitterPropertyTest, NoLineOfARandomPageIsLost) {
  const std::vector<std::string> kLines = {"########",
                                           "##########",
                                           "######，#######",
                                           "###### ######",
                                           "##国内要闻",
                                           "####快讯 ######",
                                           "1 ########",
                                           "2 ########",
                                           "3 ########",
                                           "####——",
                                           "——########",
                                           "######，######，##########。",
                                           "#####，####################。##########，#######。",
                                           "############，########################，####",
                                           "本报讯（记者###）#########，###########。",
                                           "记者 ###",
                                           "本报记者 ### 通讯员 ###",
                                           "▲##########。### 摄",
                                           "图为##########。",
                                           "数读",
                                           "核心提示",
                                           "- ##########",
                                           "来源：江城日报",  // an article has one outlet
                                           "责任编辑：###",
                                           "原标题：############",
                                           "Council ## approves ## bridge",
                                           "By Ann L##",
                                           "Staff Writer",
                                           "The ## council voted to rebuild the ## bridge over Mill\nStreet ##."};
  std::mt19937 random(23);
  for (int round = 0; round < 600; ++round) {
    std::string page;
    for (int i = 0; i < 16; ++i) {
      for (const char c : kLines[random() % kLines.size()]) {
        if (c == '#') {
          AppendUtf8(0x4E00 + random() % 0x4000, page);
        } else {
          page += c;
        }
      }
      page += random() % 3 == 0 ? "\n" : "\n\n";
    }
    ASSERT_THAT(LostLines(page, Split(page)), IsEmpty()) << page;
  }
}

double SecondsToSplit(const std::string& page) {
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(SplitPage(page, {.max_page_bytes = 0}).ok());
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

TEST(PageSplitterPropertyTest, HostilePagesTakeLinearTime) {
  const std::vector<std::string> kPieces = {"标题\n\n",
                                            "“",
                                            "数读\n",
                                            "于小满 摄\n",
                                            "来源：",
                                            "  ",
                                            "**",
                                            "记者 方知远\n",
                                            "\n",
                                            "1 标题\n\n文字。\n\n",
                                            "核心提示\n文字。\n",
                                            "（",
                                            "图片来源：",
                                            "供图",
                                            "a-\nb\n",
                                            "江城。",
                                            "本报讯",
                                            "一行没有句号的文字，而且有逗号\n\n",
                                            "<",
                                            "&nbsp;",
                                            "摄",
                                            "标题 标题标题\n\n文字。\n\n",
                                            "  江",
                                            "。（"};
  for (const std::string& piece : kPieces) {
    std::string page;
    while (page.size() < (1 << 18)) page += piece;
    EXPECT_LT(SecondsToSplit(page), 15) << piece << ": a quadratic step over 256 KiB takes minutes";
  }
}

}  // namespace
}  // namespace factline::page
