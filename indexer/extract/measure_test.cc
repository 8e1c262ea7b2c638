// Of what a value is said, and what it measures.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "indexer/extract/extract_text.h"
#include "indexer/extract/sample_article.h"
#include "indexer/text/analyzer.h"
#include "protos/vocab/cat.h"

namespace factline::extract {
namespace {

// "subject | indicator | norm" of all measures of the text.
std::vector<std::string> Measures(std::string_view body) {
  const Extraction extraction = ExtractText(body);
  std::vector<std::string> lines;
  for (const Fact& fact : extraction.facts) {
    if (!fact.value) continue;
    lines.push_back(Cat(fact.subject.text, " | ", fact.qualifiers.at("indicator"), " | ", fact.value->norm));
  }
  return lines;
}

struct Row {
  const char* claim;
  const char* text;
  std::vector<std::string> want;
};

class MeasureTest : public testing::TestWithParam<Row> {};

TEST_P(MeasureTest, NamesSubjectAndIndicator) {
  EXPECT_THAT(Measures(GetParam().text), testing::IsSupersetOf(GetParam().want)) << GetParam().claim;
}

INSTANTIATE_TEST_SUITE_P(All, MeasureTest,
                         testing::Values(Row{"who reports is not what is measured",
                                             "临江市统计局数据显示，去年全市茶叶产值达到86亿元。",
                                             {"茶叶 | 产值 | 8600000000 CNY"}},
                                         Row{"nor is the official who speaks",
                                             "临江市水利局局长赵明远介绍，全市渔业企业营收将迈上7千亿元台阶。",
                                             {"渔业企业 | 营收 | 700000000000 CNY"}},
                                         Row{"a company's chairman speaks of the company",
                                             "北川动力有限公司董事长周立民介绍，年产能达到25万吨。",
                                             {"北川动力有限公司 | 年产能 | 250000 吨"}},
                                         Row{"a share goes on about the value before it",
                                             "远航动力股份有限公司出口收入3亿元，占总收入的12%。",
                                             {"远航动力股份有限公司 | 出口收入占总收入 | 12 %"}},
                                         Row{"each of a list has its own value",
                                             "云岭港货运量、临江港货运量分别达到200万吨、300万吨。",
                                             {"云岭港货运量 | 货运量 | 2000000 吨", "临江港 | 货运量 | 3000000 吨"}},
                                         Row{"what is counted is the subject where nothing else is",
                                             "6架无人机从湖边起飞。",
                                             {"无人机 | 数量 | 6 架"}},
                                         Row{"the noun behind a share is what it is a share of",
                                             "85%的生活垃圾由村里处理。",
                                             {"生活垃圾 | 由村里处理 | 85 %"}},
                                         Row{"words before 的 belong to what is counted",
                                             "在全市新认定的300家科技企业中，多数在城南。",
                                             {"全市新认定科技企业 | 数量 | 300 家"}},
                                         Row{"from a value to a value of the same",
                                             "安澜大桥日均流量从3万辆上升为5万辆。",
                                             {"安澜大桥 | 日均流量 | 30000 辆", "安澜大桥 | 日均流量 | 50000 辆"}},
                                         Row{"what a clause begins with counts itself",
                                             "8支车队、90名车手抵达临江市。",
                                             {"车队 | 数量 | 8 支", "车手 | 数量 | 90 名"}},
                                         Row{"what it is compared with is no part of the indicator",
                                             "去年，茶叶产值比上年增长11%。",
                                             {"茶叶 | 产值 | 11 %"}},
                                         Row{"a size stands before the thing that has it",
                                             "此次下线的70吨级陶瓷隔热风机试验成功。",
                                             {"陶瓷隔热风机 | 规格 | 70 吨级"}},
                                         Row{"whose profit it is tells which profit",
                                             "北川动力有限公司营收9亿元，归属于股东的净利润2亿元。",
                                             {"北川动力有限公司 | 归属于股东的净利润 | 200000000 CNY"}},
                                         Row{"how much faster goes on about the value before",
                                             "云岭港货运量200万吨，增长5%，增速高于全省2个百分点。",
                                             {"云岭港 | 货运量增速高于全省 | 2 百分点"}},
                                         Row{"when it was so is no part of what is measured",
                                             "临江市城镇化率2019年为52%。",
                                             {"临江市 | 城镇化率 | 52 %"}},
                                         Row{"a share of at least so much is of the noun behind it",
                                             "90%以上的团队受到表彰。",
                                             {"团队 | 受到表彰 | 90 %"}},
                                         Row{"what the counted do says what is counted, and holds for the next",
                                             "临江市25人失联，其中云岭县9人。",
                                             {"临江市 | 失联 | 25 人", "云岭县 | 失联 | 9 人"}},
                                         Row{"a place named later is not what a value is of",
                                             "全年乡镇企业创造增加值8亿元，东部地区发展平稳。",
                                             {"乡镇企业 | 增加值 | 800000000 CNY"}},
                                         Row{"a bare area is one", "今年全县茶园9万亩。", {"茶园 | 面积 | 90000 亩"}},
                                         Row{"an indicator alone goes on about the clause before",
                                             "北川动力有限公司发布年报，净利润2亿元。",
                                             {"北川动力有限公司 | 净利润 | 200000000 CNY"}}));

TEST(MeasureQualifierTest, AFigureOfTheWholeCityNamesTheCityAndAReportGivesItsPeriod) {
  static const text::Analyzer analyzer;
  const auto extractor = Extractor::Create(BuiltInRulePacks());
  constexpr std::string_view kBody =
      "成都正在变大。成都很美。成都人多。全市茶叶产值达到86亿元。"
      "北川动力有限公司（600123）2023年半年度报告显示，公司净利润2亿元。";
  const text::Analysis analysis = analyzer.Analyze(kBody);
  const std::vector<Span> sentences = SampleSentences(kBody);
  const Extraction extraction = (*extractor)->Extract(analysis, sentences);
  std::vector<std::string> places, dates;
  for (const Fact& fact : extraction.facts) {
    if (fact.qualifiers.contains("place")) places.push_back(fact.qualifiers.at("place"));
    if (fact.value && fact.qualifiers.contains("date")) dates.push_back(fact.qualifiers.at("date"));
  }
  EXPECT_THAT(places, testing::Contains("成都"));
  EXPECT_THAT(dates, testing::Contains("2023-H1"));
}

TEST(MeasureEvidenceTest, ALongSentenceIsCutAroundTheValue) {
  static const text::Analyzer analyzer;
  const auto extractor = Extractor::Create(BuiltInRulePacks());
  std::string body;
  for (int i = 1; i < 30; ++i) body += Cat("全县第", i, "镇粮食产量为", i, "万吨，");
  body += "收成很好。";
  const text::Analysis analysis = analyzer.Analyze(body);
  const std::vector<Span> sentences = SampleSentences(body);
  const Extraction extraction = (*extractor)->Extract(analysis, sentences);
  ASSERT_FALSE(extraction.facts.empty());
  for (const Fact& fact : extraction.facts) {
    EXPECT_TRUE(fact.evidence.Contains(fact.value->span));
    EXPECT_LT(fact.evidence.size_bytes(), body.size() * 2 / 3);
  }
}

TEST(DistributionTest, AValueHandedOutToNobodyStaysWithNobody) {
  const std::vector<std::string> measures = Measures("云岭港奖项、临江港奖项分别达到3项、两项，合计投入8亿元。");
  EXPECT_THAT(measures, testing::Contains("云岭港奖项 | 奖项 | 3 项"));
  EXPECT_THAT(measures, testing::Not(testing::Contains("临江港 | 奖项 | 800000000 CNY")));
  EXPECT_THAT(Measures("云岭港奖项、临江港奖项分别达到两项、3项。"), testing::Contains("临江港 | 奖项 | 3 项"));
}

}  // namespace
}  // namespace factline::extract
