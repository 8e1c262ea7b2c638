// Who did what to whom: passives, joint acts, carried subjects, speakers.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "indexer/extract/extract_text.h"
#include "protos/vocab/cat.h"

namespace factline::extract {
namespace {

// "subject | predicate | object", with "!" behind what is denied and "?" behind what is planned.
std::vector<std::string> Facts(std::string_view body) {
  const Extraction extraction = ExtractText(body);
  std::vector<std::string> lines;
  for (const Fact& fact : extraction.facts) {
    const char* mark = fact.modality == Modality::kDenied ? "!" : fact.modality == Modality::kPlanned ? "?" : "";
    lines.push_back(Cat(fact.subject.text, " | ", fact.predicate, " | ", fact.object.text, mark));
  }
  return lines;
}

struct Row {
  const char* claim;
  const char* text;
  std::vector<std::string> want;
};

class RelationTest : public testing::TestWithParam<Row> {};

TEST_P(RelationTest, IsFound) {
  EXPECT_THAT(Facts(GetParam().text), testing::IsSupersetOf(GetParam().want)) << GetParam().claim;
}

INSTANTIATE_TEST_SUITE_P(
    All, RelationTest,
    testing::Values(
        Row{"由 may stand modifiers away from who makes it",
            "由国内龙头企业北川动力有限公司研制生产的钠离子电池已经下线。",
            {"北川动力有限公司 | develops | 钠离子电池"}},
        Row{"who founds jointly is no subject but a partner",
            "云岭储能有限公司由临江大学与北川动力有限公司合资成立。",
            {"云岭储能有限公司 | founded | ", "临江大学 | partners_with | 北川动力有限公司"}},
        Row{"money put into a company founded in the next clause",
            "北川动力有限公司投资4亿元，在宜宾注册成立云岭储能有限公司。",
            {"北川动力有限公司 | invests_in | 云岭储能有限公司", "云岭储能有限公司 | founded | "}},
        Row{"who gives money is named behind the verb of getting",
            "2024年3月，远岭储能公司获得松江资本、滨港产投集团和云泽投资集团有限公司的天使轮投资。",
            {"松江资本 | invests_in | 远岭储能公司", "滨港产投集团 | invests_in | 远岭储能公司",
             "云泽投资集团有限公司 | invests_in | 远岭储能公司"}},
        Row{"what is founded has a name, and its parts belong to it",
            "北川动力有限公司整合资源成立绿色能源研究院，下设临江研究中心。",
            {"绿色能源研究院 | founded | ", "临江研究中心 | affiliated_with | 绿色能源研究院"}},
        Row{"a line that begins with a name and a colon is said by the person",
            "董事长周立民：办好工厂是我们一直坚持的理念。",
            {"周立民 | says | 办好工厂是我们一直坚持的理念"}},
        Row{"an analysis that a comma opens is said",
            "周立民分析，未来市场将呈现几个重要趋势。",
            {"周立民 | says | 未来市场将呈现几个重要趋势"}},
        Row{"what comes from a company is supplied by it",
            "燃料电池等产品来自北川动力有限公司。",
            {"北川动力有限公司 | supplies | 燃料电池"}},
        Row{"我省 is the province that the article names",
            "我省出台《四川省储能规划》。四川很大。",
            {"四川 | issues | 《四川省储能规划》"}},
        Row{"a sentence is about the head of its relative clause",
            "周立民创办的《储能学报》入选“卓越期刊计划”。",
            {"《储能学报》 | founded | ", "《储能学报》 | awarded | 卓越期刊计划"}},
        Row{"he and the official are who spoke before",
            "北川动力有限公司董事长周立民说，市场很大。他认为，明年会更好。该负责人表示，订单很多。",
            {"周立民 | says | 市场很大", "周立民 | says | 明年会更好", "周立民 | says | 订单很多"}},
        Row{"a bridge uses what it is built with", "云岭大桥采用不锈钢轴承。", {"不锈钢轴承 | used_in | 云岭大桥"}},
        Row{"a denial is kept as one",
            "北川动力有限公司否认收购远航船舶有限公司。",
            {"北川动力有限公司 | invests_in | 远航船舶有限公司!"}},
        Row{"where a plant stands is told by place alone",
            "东山区安澜镇金航造船厂内一片繁忙。",
            {"东山区安澜镇金航造船厂 | based_in | 安澜镇"}},
        Row{"and by the clause before",
            "在东山区清风湖畔，北川动力有限公司正在扩建。",
            {"北川动力有限公司 | based_in | 清风湖", "北川动力有限公司 | based_in | 东山区"}},
        Row{"a house's companies are below it",
            "恒岳证券下设全资子公司恒岳基金、恒岳期货。恒岳证券很大。",
            {"恒岳基金 | affiliated_with | 恒岳证券", "恒岳期货 | affiliated_with | 恒岳证券"}},
        Row{"what else a thing is called", "安澜大桥又称“江上彩虹”，很长。", {"安澜大桥 | also_known_as | “江上彩虹”"}},
        Row{"a team develops things", "周立民院士团队研制全球首款固态电池。", {"周立民院士团队 | develops | 固态电池"}},
        Row{"a plan is none of the facts yet",
            "北川动力有限公司拟收购远航船舶有限公司。",
            {"北川动力有限公司 | invests_in | 远航船舶有限公司?"}}));

TEST(RelationTest, WhoFoundsIsNotFounded) {
  const auto facts = Facts("北川动力有限公司在宜宾注册成立云岭储能有限公司。");
  EXPECT_THAT(facts, testing::Contains("云岭储能有限公司 | founded | "));
  EXPECT_THAT(facts, testing::Not(testing::Contains("北川动力有限公司 | founded | ")));
}

TEST(RelationTest, WhoBuildsASiteIsNotFoundedWithIt) {
  for (const char* site : {"该基地", "该生产线", "此项目"}) {
    EXPECT_THAT(Facts("北川动力有限公司举行开工仪式。" + std::string(site) + "总投资约3亿元，计划2031年6月建成投产。"),
                testing::Not(testing::Contains(testing::HasSubstr("founded"))))
        << site;
  }
}

TEST(RelationTest, WhoDecidesToFoundSomethingIsNotFounded) {
  EXPECT_THAT(Facts("临江市水利局决定成立工作小组。"), testing::Not(testing::Contains(testing::HasSubstr("founded"))));
}

TEST(RelationTest, ABureauIsNotPlacedByItsOwnCounty) {
  EXPECT_THAT(Facts("在临江市东山区，东山区水利局开展检查。"),
              testing::Not(testing::Contains(testing::HasSubstr("based_in"))));
}

TEST(RelationTest, ATitleBehindTwoNamesIsTheLastOnes) {
  EXPECT_THAT(Facts("周立民和赵明远教授合作。"), testing::Not(testing::Contains("周立民 | holds_position | ")));
}

TEST(RelationTest, AListEndsWithItsClause) {
  EXPECT_THAT(Facts("固态电池用于船舶、客车，例如，渡轮。"),
              testing::Not(testing::Contains("固态电池 | used_in | 例如")));
}

TEST(RelationTest, ATeamNamedAfterAPersonIsNoPosition) {
  EXPECT_THAT(Facts("2021年，周立民院士团队研制固态电池。"),
              testing::Not(testing::Contains(testing::HasSubstr("holds_position"))));
}

}  // namespace
}  // namespace factline::extract
