#include "ingest/page/lead.h"

#include <string>

#include "gtest/gtest.h"

namespace factline::page {
namespace {

std::string Show(std::string_view paragraph) {
  const Lead lead = ParseLead(paragraph);
  std::string shown(paragraph.substr(lead.stripped_bytes));
  for (const Credit& credit : lead.credits.people) shown += " | " + credit.name + "=" + credit.role;
  if (!lead.credits.outlet.empty()) shown += " | @" + lead.credits.outlet;
  return shown + (lead.begins_article ? " | begins" : "");
}

TEST(LeadTest, CreditsBeforeTheNewsAreNoBody) {
  const struct {
    std::string_view in, want;
  } kRows[] = {
      {"本报讯（记者方知远）近日，新线投产。", "近日，新线投产。 | 方知远=记者 | begins"},
      {"本报讯（记者方知远 于小满 通讯员白露）“好！”他说。",
       "“好！”他说。 | 方知远=记者 | 于小满=记者 | 白露=通讯员 | begins"},
      {"本报讯 近日，新线投产。", "近日，新线投产。 | begins"},
      {"江城网消息：据统计，产量增长。", "据统计，产量增长。 | @江城网 | begins"},
      {"江城网消息（早间新闻）：江城投产新线。", "江城投产新线。 | @江城网 | begins"},
      {"江城时刻新闻8月2日讯（记者 方知远 于小满）8月2日，会议举行。",
       "8月2日，会议举行。 | 方知远=记者 | 于小满=记者 | @江城时刻新闻 | begins"},
      {"江城网东港8月10日电 (记者 方知远)10日，大桥封顶。", "10日，大桥封顶。 | 方知远=记者 | @江城网 | begins"},
      {"1998电影网讯伴随着新片", "伴随着新片 | @1998电影网 | begins"},
      {"江城财经 方知远 8月16日，新债获批。", "8月16日，新债获批。 | 方知远= | @江城财经"},
      {"记者 方知远在8月4日的会上获悉", "在8月4日的会上获悉 | 方知远=记者"},
      {"（记者 方知远）近日，新线投产。", "近日，新线投产。 | 方知远=记者 | begins"},
      {"LONDON (Example News) - Sales rose.", "Sales rose. | @Example News | begins"},
  };
  for (const auto& row : kRows) EXPECT_EQ(Show(row.in), row.want) << row.in;
}

TEST(LeadTest, DatelinesThatCreditNobodyStay) {
  EXPECT_EQ(Show("江城网东港8月10日讯 蓝湾重工近日公告。"),
            "江城网东港8月10日讯 蓝湾重工近日公告。 | @江城网 | begins");
  EXPECT_EQ(Show("江城日报消息，8月16日，传闻流出。"), "江城日报消息，8月16日，传闻流出。 | @江城日报 | begins");
  EXPECT_EQ(Show("LONDON, July 3 - Sales rose."), "LONDON, July 3 - Sales rose. | begins");
}

TEST(LeadTest, SentencesThatOnlyLookAlikeAreLeftAlone) {
  for (std::string_view text : {"记者从会上获悉，新线投产。", "记者在现场看到，机声隆隆。",
                                "据江城网消息，新线投产。后天是晴天。", "家电（下同）销量增长。", "新闻通讯：一线见闻",
                                "The plant - the largest - opened.", "（以下简称公司）投产。"}) {
    EXPECT_EQ(ParseLead(text).stripped_bytes, 0u) << text;
  }
}

TEST(OriginalTitleTest, EndsWhereTheNewsBegins) {
  const struct {
    std::string_view in, title, rest;
  } kRows[] = {
      {"原标题：蓝湾重工新线投产8月7日—9日，江城举行活动。", "蓝湾重工新线投产", "8月7日—9日，江城举行活动。"},
      {"原标题：开工率达97.5%8月1日，记者获悉", "开工率达97.5%", "8月1日，记者获悉"},
      {"原标题：江城桥梁封顶中新网江城8月10日电（方知远）10日", "江城桥梁封顶", "中新网江城8月10日电（方知远）10日"},
      {"原标题：主力资金净买入564万元截至2023年8月14日收盘", "主力资金净买入564万元", "截至2023年8月14日收盘"},
      {"原标题：推介会在江城举行图为推介会现场。", "推介会在江城举行", "图为推介会现场。"},
      {"原标题：江城县关于助学的公告为巩固成果，现公告。", "江城县关于助学的公告", "为巩固成果，现公告。"},
      {"原标题：绿发会参与OpenFarm项目报告翻译工作OpenFarm项目启动。", "绿发会参与OpenFarm项目报告翻译工作",
       "OpenFarm项目启动。"},
  };
  for (const auto& row : kRows) {
    const OriginalTitle title = ParseOriginalTitle(row.in);
    EXPECT_EQ(row.in.substr(title.title_begin, title.title_end - title.title_begin), row.title) << row.in;
    EXPECT_EQ(row.in.substr(title.body_begin), row.rest) << row.in;
  }
}

TEST(OriginalTitleTest, StaysInTheTextWhereItsEndIsUncertain) {
  const OriginalTitle title = ParseOriginalTitle("原标题：蓝湾重工投产记者走进车间看到机声隆隆。第二句。");
  EXPECT_EQ(title.title_end, title.title_begin);
  EXPECT_EQ(title.body_begin, 0u);
}

}  // namespace
}  // namespace factline::page
