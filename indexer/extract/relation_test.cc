// Who did what to whom: passives, joint acts, carried subjects, speakers.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "indexer/extract/extract_text.h"
#include "protos/vocab/cat.h"

namespace factline::extract {
namespace {

constexpr const char* kMarks[] = {"", "?", "~", "!"};

// "subject | predicate | object", with a mark behind what is planned, estimated or denied.
std::vector<std::string> Facts(std::string_view body) {
  const Extraction extraction = ExtractText(body);
  std::vector<std::string> lines;
  for (const Fact& fact : extraction.facts) {
    lines.push_back(Cat(fact.subject.text, " | ", fact.predicate, " | ", fact.object.text,
                        kMarks[static_cast<size_t>(fact.modality)]));
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

// All that is told by one predicate: no more, and meant as the text means it.
struct ToldRow {
  const char* text;
  const char* predicate;
  std::vector<std::string> want;  // "subject > object", with the mark
};

void ExpectTold(const std::vector<ToldRow>& rows) {
  for (const ToldRow& row : rows) {
    std::vector<std::string> found;
    for (const Fact& fact : ExtractText(row.text).facts) {
      if (fact.predicate != row.predicate) continue;
      found.push_back(Cat(fact.subject.text, " > ", fact.object.text, kMarks[static_cast<size_t>(fact.modality)]));
    }
    EXPECT_THAT(found, testing::UnorderedElementsAreArray(row.want)) << row.text;
  }
}

TEST(ToldAsMeantTest, WhoIsBoughtDoesNotBuy) {
  ExpectTold({
      {"Zeltina Ltd was acquired by Dorvik Corp in 2020.", "invests_in", {"Dorvik Corp > Zeltina Ltd"}},
      {"Zeltina Ltd has been bought by Dorvik Corp for $5 million.", "invests_in", {"Dorvik Corp > Zeltina Ltd"}},
      {"Zeltina Ltd was acquired in 2020 by rival Dorvik Corp.", "invests_in", {"Dorvik Corp > Zeltina Ltd"}},
      {"Zeltina Ltd, acquired by Dorvik Corp in 2020, makes pumps.", "invests_in", {"Dorvik Corp > Zeltina Ltd"}},
      {"Zeltina Ltd was taken over by Dorvik Corp.", "invests_in", {"Dorvik Corp > Zeltina Ltd"}},
      {"Zeltina Ltd will be acquired by Dorvik Corp.", "invests_in", {"Dorvik Corp > Zeltina Ltd?"}},
      {"Zeltina Ltd was not acquired by Dorvik Corp.", "invests_in", {"Dorvik Corp > Zeltina Ltd!"}},
      {"远航船舶有限公司被北川动力有限公司收购。", "invests_in", {"北川动力有限公司 > 远航船舶有限公司"}},
      {"Zeltina Ltd is being bought with cash from Dorvik Corp.", "invests_in", {}},
      {"Dorvik Corp acquired Zeltina Ltd in 2020.", "invests_in", {"Dorvik Corp > Zeltina Ltd"}},
      {"Dorvik Corp has invested $10 million in Zeltina Ltd.", "invests_in", {"Dorvik Corp > Zeltina Ltd"}},
  });
}

TEST(ToldAsMeantTest, WhatIsGivenUpIsDenied) {
  ExpectTold({
      {"北川动力有限公司放弃收购远航船舶有限公司。", "invests_in", {"北川动力有限公司 > 远航船舶有限公司!"}},
      {"北川动力有限公司终止收购远航船舶有限公司。", "invests_in", {"北川动力有限公司 > 远航船舶有限公司!"}},
      {"北川动力有限公司取消了对远航船舶有限公司的投资。", "invests_in", {"北川动力有限公司 > 远航船舶有限公司!"}},
      {"北川动力有限公司不再计划收购远航船舶有限公司。", "invests_in", {"北川动力有限公司 > 远航船舶有限公司!"}},
      {"北川动力有限公司收购远航船舶有限公司的传闻不实。", "invests_in", {"北川动力有限公司 > 远航船舶有限公司!"}},
      {"北川动力有限公司与远航船舶有限公司解除战略合作协议。",
       "partners_with",
       {"北川动力有限公司 > 远航船舶有限公司!"}},
      {"Dorvik Corp failed to acquire Zeltina Ltd.", "invests_in", {"Dorvik Corp > Zeltina Ltd!"}},
      {"Dorvik Corp abandoned its bold plan to acquire Zeltina Ltd.", "invests_in", {"Dorvik Corp > Zeltina Ltd!"}},
      {"北川动力有限公司退出对远航船舶有限公司的投资。", "invests_in", {"北川动力有限公司 > 远航船舶有限公司!"}},
      {"北川动力有限公司不生产钠离子电池。", "produces", {"北川动力有限公司 > 钠离子电池!"}},
      {"Dorvik Corp denied reports that it had acquired Zeltina Ltd.", "invests_in", {"Dorvik Corp > Zeltina Ltd!"}},
      {"Dorvik Corp ended talks to acquire Zeltina Ltd.", "invests_in", {"Dorvik Corp > Zeltina Ltd!"}},
      {"Dorvik Corp is in talks to acquire Zeltina Ltd.", "invests_in", {"Dorvik Corp > Zeltina Ltd?"}},
      {"Dorvik Corp has no plans to acquire Zeltina Ltd.", "invests_in", {"Dorvik Corp > Zeltina Ltd!"}},
      {"Rumours that Dorvik Corp had acquired Zeltina Ltd are false.", "invests_in", {"Dorvik Corp > Zeltina Ltd!"}},
      // But what is told behind it is so.
      {"Dorvik Corp did not only acquire Zeltina Ltd, it closed it.", "invests_in", {"Dorvik Corp > Zeltina Ltd"}},
      {"北川动力有限公司不排除收购远航船舶有限公司。", "invests_in", {"北川动力有限公司 > 远航船舶有限公司?"}},
      {"放弃上市的北川动力有限公司收购远航船舶有限公司。", "invests_in", {"北川动力有限公司 > 远航船舶有限公司"}},
      {"北川动力有限公司放弃上市后收购远航船舶有限公司。", "invests_in", {"北川动力有限公司 > 远航船舶有限公司"}},
      {"Dorvik Corp failed to list and acquired Zeltina Ltd.", "invests_in", {"Dorvik Corp > Zeltina Ltd"}},
  });
}

TEST(ToldAsMeantTest, WhatIsSupposedOrAskedIsNoFact) {
  ExpectTold({
      {"如果北川动力有限公司投资远航船舶有限公司，股价会上涨。", "invests_in", {}},
      {"北川动力有限公司是否投资了远航船舶有限公司，尚不清楚。", "invests_in", {}},
      {"北川动力有限公司收购了远航船舶有限公司吗？", "invests_in", {}},
      {"据传北川动力有限公司收购了远航船舶有限公司。", "invests_in", {}},
      {"If Dorvik Corp acquires Zeltina Ltd, prices may rise.", "invests_in", {}},
      {"Nobody knows whether Dorvik Corp acquired Zeltina Ltd.", "invests_in", {}},
      {"Rumours that Dorvik Corp had acquired Zeltina Ltd lifted shares.", "invests_in", {}},
      {"Did Dorvik Corp acquire Zeltina Ltd, as it said?", "invests_in", {}},
      {"Was Zeltina Ltd founded in 1990?", "founded", {}},
      {"北川动力有限公司收购了远航船舶有限公司，为什么？", "invests_in", {"北川动力有限公司 > 远航船舶有限公司"}},
  });
}

TEST(ToldAsMeantTest, AnOfficeThatIsNotHeldIsDenied) {
  ExpectTold({
      {"周立民不再担任北川动力有限公司董事长。", "holds_position", {"周立民 > 北川动力有限公司!"}},
      {"周立民拒绝出任北川动力有限公司董事长。", "holds_position", {"周立民 > 北川动力有限公司!"}},
      {"周立民将出任北川动力有限公司董事长。", "holds_position", {"周立民 > 北川动力有限公司?"}},
      {"周立民辞去北川动力有限公司董事长职务。", "holds_position", {"周立民 > 北川动力有限公司!"}},
      {"周立民拒绝辞去北川动力有限公司董事长职务。", "holds_position", {"周立民 > 北川动力有限公司"}},
      {"北川动力有限公司将由周立民担任董事长。", "holds_position", {"周立民 > ?"}},
      {"大会将对以周立民为董事长的北川动力有限公司表示祝贺。", "holds_position", {"周立民 > "}},
      {"周立民是否担任北川动力有限公司董事长，尚不清楚。", "holds_position", {}},
      {"周立民曾任北川动力有限公司董事长。", "holds_position", {"周立民 > 北川动力有限公司"}},
      {"周立民担任北川动力有限公司董事长。", "holds_position", {"周立民 > 北川动力有限公司"}},
      {"John Aldous is no longer chief executive of Zeltina Ltd.", "holds_position", {"John Aldous > Zeltina Ltd!"}},
      {"John Aldous was fired as chief executive of Zeltina Ltd.", "holds_position", {"John Aldous > Zeltina Ltd!"}},
      {"John Aldous resigned on Monday as chief executive of Zeltina Ltd.",
       "holds_position",
       {"John Aldous > Zeltina Ltd!"}},
      {"John Aldous, who stepped down as chief executive of Zeltina Ltd, was there.",
       "holds_position",
       {"John Aldous > Zeltina Ltd!"}},
      {"Zeltina Ltd fired its chief executive John Aldous.", "holds_position", {"John Aldous > Zeltina Ltd!"}},
      {"Zeltina Ltd fired John Aldous as chief executive.", "holds_position", {"John Aldous > Zeltina Ltd!"}},
      {"John Aldous left his post as chief executive of Zeltina Ltd.",
       "holds_position",
       {"John Aldous > Zeltina Ltd!"}},
      {"John Aldous rejected an offer to become chief executive of Zeltina Ltd.",
       "holds_position",
       {"John Aldous > Zeltina Ltd!"}},
      {"John Aldous refused to become chief executive of Zeltina Ltd.",
       "holds_position",
       {"John Aldous > Zeltina Ltd!"}},
      {"John Aldous will become chief executive of Zeltina Ltd.", "holds_position", {"John Aldous > Zeltina Ltd?"}},
      {"Zeltina Ltd will appoint John Aldous as chief executive.", "holds_position", {"John Aldous > Zeltina Ltd?"}},
      {"If John Aldous becomes chief executive of Zeltina Ltd, shares may fall.", "holds_position", {}},
      // What was so is asserted.
      {"John Aldous, former chief executive of Zeltina Ltd, was there.",
       "holds_position",
       {"John Aldous > Zeltina Ltd"}},
      {"John Aldous was chief executive of Zeltina Ltd.", "holds_position", {"John Aldous > Zeltina Ltd"}},
  });
}

TEST(ToldAsMeantTest, WhoTakesOverHoldsTheOffice) {
  ExpectTold({
      {"赵明远接替周立民担任北川动力有限公司董事长。", "holds_position", {"赵明远 > 北川动力有限公司"}},
      {"赵明远从周立民手中接任北川动力有限公司董事长。", "holds_position", {"赵明远 > 北川动力有限公司"}},
      {"赵明远将接替周立民担任北川动力有限公司董事长。", "holds_position", {"赵明远 > 北川动力有限公司?"}},
      {"Mary Whitmore replaced John Aldous as chairman of Zeltina Ltd.",
       "holds_position",
       {"Mary Whitmore > Zeltina Ltd"}},
      {"John Aldous was replaced by Mary Whitmore as chairman of Zeltina Ltd.",
       "holds_position",
       {"Mary Whitmore > Zeltina Ltd"}},
      {"John Aldous was replaced as chairman of Zeltina Ltd.", "holds_position", {"John Aldous > Zeltina Ltd!"}},
  });
}

TEST(ToldAsMeantTest, AReckoningIsNoPlan) {
  ExpectTold({
      {"北川动力有限公司预计2025年营业收入将超过26亿元。", "measure", {"北川动力有限公司 > ~"}},
      {"北川动力有限公司营业收入将超过26亿元。", "measure", {"北川动力有限公司 > ?"}},
      {"北川动力有限公司营业收入预计到2027年将超过26亿元。", "measure", {"北川动力有限公司 > ?"}},
  });
}

}  // namespace
}  // namespace factline::extract
