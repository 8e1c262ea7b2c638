#include "indexer/extract/extractor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "indexer/extract/extraction_check.h"
#include "indexer/extract/sample_article.h"
#include "indexer/text/analyzer.h"

namespace factline::extract {
namespace {

using testing::Contains;
using testing::Not;

class ExtractorTest : public testing::Test {
 protected:
  static Extraction Extract(std::string_view body, std::vector<RulePackSource> packs = BuiltInRulePacks()) {
    static const text::Analyzer analyzer;
    const auto extractor = Extractor::Create(packs);
    EXPECT_TRUE(extractor.ok()) << extractor.status();
    const text::Analysis analysis = analyzer.Analyze(body);
    const std::vector<Span> sentences = SampleSentences(body);
    return (*extractor)->Extract(analysis, sentences);
  }

  // "subject | predicate | object", for `measure` "subject | measure | indicator = number unit".
  static std::vector<std::string> Lines(const Extraction& extraction) {
    std::vector<std::string> lines;
    for (const Fact& fact : extraction.facts) {
      std::string object = fact.object.text;
      if (fact.value) object = fact.qualifiers.at("indicator") + " = " + fact.value->norm;
      lines.push_back(fact.subject.text + " | " + fact.predicate + " | " + object);
    }
    return lines;
  }
  static std::vector<std::string> Facts(std::string_view body) { return Lines(Extract(body)); }

  static const Fact* Find(const Extraction& extraction, std::string_view predicate) {
    for (const Fact& fact : extraction.facts) {
      if (fact.predicate == predicate) return &fact;
    }
    return nullptr;
  }

  static const Entity* FindEntity(const Extraction& extraction, std::string_view name) {
    for (const Entity& entity : extraction.entities) {
      if (entity.name == name) return &entity;
    }
    return nullptr;
  }
};

TEST_F(ExtractorTest, FindsTheStatementsOfTheSampleArticle) {
  const std::vector<std::string> facts = Facts(kSampleArticle);
  for (const char* fact : {
           "云岭先进储能材料研究院 | founded | ",
           "云岭先进储能材料研究院 | also_known_as | 研究院",
           "陈思远 | holds_position | 临江大学",
           "陈思远 | holds_position | 云岭先进储能材料研究院",
           "云岭先进储能材料研究院 | develops | 钠离子电池",
           "陈思远 | says | 我们要把论文写在车间里",
           "远航动力股份有限公司 | measure | 营业收入 = 2796000000 CNY",
           "第三届西部储能产业博览会 | held | ",
           "钠离子电池 | awarded | 西部创新金奖",
           "四川省经济和信息化厅 | issues | 《四川省新型储能发展行动方案》",
       }) {
    EXPECT_THAT(facts, Contains(fact));
  }
}

TEST_F(ExtractorTest, EverySpanLiesInTheBodyAndReadsAsItSays) {
  EXPECT_THAT(ExtractionCheck(kSampleArticle, Extract(kSampleArticle)).faults(), testing::IsEmpty());
}

TEST_F(ExtractorTest, AWholeNamedByItsPartIsMentionedInTextOrder) {
  const std::string body =
      "临江大学材料学院的周立民说，电池已经量产。临江大学今年扩招。临江大学材料学院获奖。临江大学举行论坛。";
  const Extraction extraction = Extract(body);
  EXPECT_THAT(ExtractionCheck(body, extraction).faults(), testing::IsEmpty());
  const Entity* whole = FindEntity(extraction, "临江大学");
  ASSERT_NE(whole, nullptr);
  EXPECT_EQ(whole->mentions.size(), 4);
}

TEST_F(ExtractorTest, IntroducedShortFormNamesTheSameEntity) {
  const Extraction extraction = Extract(kSampleArticle);
  const Entity* institute = FindEntity(extraction, "云岭先进储能材料研究院");
  ASSERT_NE(institute, nullptr);
  EXPECT_THAT(institute->aliases, Contains("研究院"));
  EXPECT_EQ(FindEntity(extraction, "研究院"), nullptr);
}

TEST_F(ExtractorTest, PlansAreToldFromAchievements) {
  const Extraction plan = Extract("北川动力有限公司计划于2026年在宜宾召开第五届储能论坛。");
  ASSERT_NE(Find(plan, "held"), nullptr);
  EXPECT_EQ(Find(plan, "held")->modality, Modality::kPlanned);
  const Extraction done = Extract("2023年6月1日，第五届储能论坛在宜宾召开。");
  ASSERT_NE(Find(done, "held"), nullptr);
  EXPECT_EQ(Find(done, "held")->modality, Modality::kAsserted);
  EXPECT_EQ(Find(done, "held")->qualifiers.at("date"), "2023-06-01");
  EXPECT_EQ(Find(done, "held")->qualifiers.at("place"), "宜宾");
}

TEST_F(ExtractorTest, DenialIsKept) {
  const Extraction extraction = Extract("北川动力有限公司没有获得“西部创新金奖”。");
  ASSERT_NE(Find(extraction, "awarded"), nullptr);
  EXPECT_EQ(Find(extraction, "awarded")->modality, Modality::kDenied);
}

TEST_F(ExtractorTest, TitlesInARowAreOneOfficeEach) {
  const std::vector<std::string> facts = Facts("临江市水利局党组成员、副局长赵明远表示，水库已经建成。");
  EXPECT_EQ(std::count(facts.begin(), facts.end(), "赵明远 | holds_position | 临江市水利局"), 2);
}

TEST_F(ExtractorTest, QuotationOverSentencesIsOneSpeech) {
  const Extraction extraction = Extract("“产业链要补齐。我们等不起。”北川动力有限公司董事长周立民说。");
  const Fact* speech = Find(extraction, "says");
  ASSERT_NE(speech, nullptr);
  EXPECT_EQ(speech->subject.text, "周立民");
  EXPECT_EQ(speech->object.text, "产业链要补齐。我们等不起");
  EXPECT_EQ(speech->evidence.begin, 0);
}

TEST_F(ExtractorTest, StatementInsideASpeechNamesItsSource) {
  const Extraction extraction = Extract("北川动力有限公司董事长周立民介绍，公司年产能达到25GWh。");
  const Fact* measure = Find(extraction, "measure");
  ASSERT_NE(measure, nullptr);
  EXPECT_EQ(measure->source, "周立民");
  EXPECT_EQ(measure->subject.text, "北川动力有限公司");
}

TEST_F(ExtractorTest, ChangeBelongsToTheValueBeforeIt) {
  const Extraction extraction = Extract("北川动力有限公司实现营业收入12亿元，同比增长8%。");
  bool found = false;
  for (const Fact& fact : extraction.facts) {
    if (!fact.value || fact.value->unit != "%") continue;
    found = true;
    EXPECT_EQ(fact.subject.text, "北川动力有限公司");
    EXPECT_EQ(fact.qualifiers.at("change"), "increase");
    EXPECT_THAT(fact.qualifiers.at("indicator"), testing::HasSubstr("营业收入"));
  }
  EXPECT_TRUE(found);
}

TEST_F(ExtractorTest, SameStatementStandsOnce) {
  const std::vector<std::string> facts = Facts("第五届储能论坛在宜宾召开。\n据悉，第五届储能论坛在宜宾召开。");
  EXPECT_EQ(std::count(facts.begin(), facts.end(), "第五届储能论坛 | held | "), 1);
}

TEST_F(ExtractorTest, StatementsThatDifferInChangeDateOrModalityAreKeptApart) {
  const auto norms = [](const Extraction& extraction) {
    std::vector<std::string> found;
    for (const Fact& fact : extraction.facts) {
      if (fact.value) found.push_back(fact.value->norm + " " + fact.qualifiers.at("change"));
    }
    return found;
  };
  const Extraction changes = Extract("北川动力有限公司净利润2亿元，同比下降3.2%，环比增长3.2%。");
  EXPECT_THAT(norms(changes), testing::IsSupersetOf({"3.2 % decrease", "3.2 % increase"}));
  const Extraction quarters = Extract("一季度北川动力有限公司营业收入增长5%；二季度北川动力有限公司营业收入增长5%。");
  EXPECT_THAT(norms(quarters), testing::ElementsAre("5 % increase", "5 % increase"));
  const Extraction numbers = Extract("北川动力有限公司营业收入12345678元，其中北川动力有限公司营业收入12345679元。");
  EXPECT_EQ(norms(numbers).size(), 2);
  const Extraction plan = Extract("第五届储能论坛将在宜宾召开。\n2023年6月1日，第五届储能论坛在宜宾召开。");
  EXPECT_EQ(std::count_if(plan.facts.begin(), plan.facts.end(), [](const Fact& f) { return f.predicate == "held"; }),
            2);
}

TEST_F(ExtractorTest, AStatementRepeatedWithoutItsDateStandsOnceWithIt) {
  for (const char* body : {"2023年6月1日，第五届储能论坛在宜宾召开。\n第五届储能论坛在宜宾召开。",
                           "第五届储能论坛在宜宾召开。\n2023年6月1日，第五届储能论坛在宜宾召开。"}) {
    const Extraction extraction = Extract(body);
    ASSERT_EQ(extraction.facts.size(), 1) << body;
    EXPECT_EQ(extraction.facts[0].qualifiers.at("date"), "2023-06-01");
  }
  const Extraction two = Extract(
      "第五届储能论坛在宜宾召开。\n2023年6月1日，第五届储能论坛在宜宾召开。\n2024年6月1日，第五届储能论坛在宜宾召开。");
  EXPECT_EQ(two.facts.size(), 2);
}

TEST_F(ExtractorTest, AQuotationWithoutAVerbIsOfItsOwnRule) {
  const Extraction extraction =
      Extract("“产业链要补齐。我们再也等不起了。”谈起往事，北川动力有限公司董事长周立民很平静。");
  const Fact* speech = Find(extraction, "says");
  ASSERT_NE(speech, nullptr);
  EXPECT_EQ(speech->rule_id, "facts/quotation");
  EXPECT_FLOAT_EQ(speech->confidence, 0.71f);
}

TEST_F(ExtractorTest, EnglishCompanySpeaksAndIsSomewhere) {
  const std::vector<std::string> facts = Facts(
      "Northlight Energy Inc, based in Singapore, won attention. Chief Executive Jane Miller said the plant will "
      "open.");
  EXPECT_THAT(facts, Contains("Jane Miller | says | the plant will open"));
  EXPECT_THAT(facts, Contains("Northlight Energy Inc | based_in | Singapore"));
}

TEST_F(ExtractorTest, UserPackAddsAPredicateWithoutCode) {
  std::vector<RulePackSource> packs = BuiltInRulePacks();
  packs.push_back({.name = "mine.rules",
                   .text = "rule sues\n  predicate sues\n  cue 起诉\n  subject ORG before\n  object ORG after\n"});
  const std::vector<std::string> facts = Lines(Extract("北川动力有限公司起诉远航电子有限公司。", packs));
  EXPECT_THAT(facts, Contains("北川动力有限公司 | sues | 远航电子有限公司"));
  EXPECT_THAT(Facts("北川动力有限公司起诉远航电子有限公司。"), Not(Contains(testing::HasSubstr("| sues |"))));
}

TEST_F(ExtractorTest, ASecondRuleOfAnyFormRuns) {
  std::vector<RulePackSource> packs = BuiltInRulePacks();
  std::string text;
  for (const char* form : {"quotation", "position", "measure", "alias", "placed"}) {
    text += std::string("rule my-") + form + "\n  predicate my_" + form + "\n  form " + form + "\n  confidence 0.5\n";
  }
  packs.push_back({.name = "mine.rules", .text = text});
  const Extraction found = Extract(
      "北川动力有限公司（以下简称北川动力）董事长周立民介绍，公司年产能达到25GWh。\n东山区清风湖畔，坐落着远航船厂。\n"
      "“产业链要补齐。我们再也等不起了。”谈起往事，周立民很平静。\n在东山区的远航电子有限公司建成。",
      packs);
  for (const char* predicate : {"my_quotation", "my_position", "my_measure", "my_alias", "my_placed"}) {
    const Fact* fact = Find(found, predicate);
    ASSERT_NE(fact, nullptr) << predicate;
    EXPECT_LE(fact->confidence, 0.5f) << predicate;
    EXPECT_GT(fact->confidence, 0.3f) << predicate;
  }
}

TEST_F(ExtractorTest, WhatAUsersSpeechRuleFindsIsTheSourceOfTheFactsInside) {
  const std::vector<RulePackSource> packs = {
      {.name = "a.rules",
       .text = "rule claims\n  predicate claims\n  form speech\n  cue 声称\n  subject PERSON before\n"},
      {.name = "b.rules", .text = "rule measure\n  predicate measure\n  form measure\n"}};
  const Extraction found = Extract("北川动力有限公司董事长周立民声称，远航电子有限公司年产能达到25GWh。", packs);
  ASSERT_NE(Find(found, "claims"), nullptr);
  ASSERT_NE(Find(found, "measure"), nullptr);
  EXPECT_EQ(Find(found, "claims")->source, "");
  EXPECT_EQ(Find(found, "measure")->source, "周立民");
}

TEST_F(ExtractorTest, CuesOfTwoRulesAtOnePlaceAreReadInTheOrderOfTheRules) {
  for (const bool swapped : {false, true}) {
    RulePackSource a{.name = "a.rules",
                     .text = "rule a\n  predicate sues\n  cue 起诉\n  subject ORG before\n  object ORG after\n"};
    RulePackSource b{.name = "b.rules",
                     .text = "rule b\n  predicate sues\n  cue 起诉\n  subject ORG before\n  object ORG after\n"};
    std::vector<RulePackSource> packs = {a, b};
    if (swapped) std::swap(packs[0], packs[1]);
    const Extraction found = Extract("北川动力有限公司起诉远航电子有限公司。", packs);
    ASSERT_EQ(found.facts.size(), 1);
    EXPECT_EQ(found.facts[0].rule_id, swapped ? "b/b" : "a/a");
  }
}

TEST_F(ExtractorTest, WrongPackIsRefusedByNameAndLine) {
  const auto extractor = Extractor::Create({{.name = "bad.rules", .text = "rule a\n  predicate Sues\n"}});
  EXPECT_EQ(extractor.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(std::string(extractor.status().message()).rfind("bad.rules:2: ", 0), 0) << extractor.status();
}

TEST_F(ExtractorTest, VersionChangesWithThePacks) {
  std::vector<RulePackSource> packs = BuiltInRulePacks();
  const auto before = Extractor::Create(packs);
  const auto again = Extractor::Create(packs);
  packs.push_back({.name = "more.rules", .text = "hint planned 谋求\n"});
  const auto after = Extractor::Create(packs);
  EXPECT_EQ((*before)->Version(), (*again)->Version());
  EXPECT_NE((*before)->Version(), (*after)->Version());
  const auto tagged = Extractor::Create(packs, {.tagged_names = true});
  EXPECT_NE((*tagged)->Version(), (*after)->Version());
}

TEST_F(ExtractorTest, TheTaggerNamesPersonsThatNoRuleTells) {
  const text::Analyzer analyzer;
  const std::string body = "晨钟乐队在村口搭起了台子，霍青山拉起了二胡。";
  const text::Analysis analysis = analyzer.Analyze(body);
  const std::vector<Span> sentences = {{0, static_cast<uint32_t>(body.size())}};
  for (const bool tagged_names : {false, true}) {
    const auto extractor = Extractor::Create(BuiltInRulePacks(), {.tagged_names = tagged_names});
    ASSERT_TRUE(extractor.ok()) << extractor.status();
    const Extraction found = (*extractor)->Extract(analysis, sentences);
    const bool is_named = std::any_of(found.entities.begin(), found.entities.end(), [](const Entity& entity) {
      return entity.type == EntityType::kPerson && entity.name == "霍青山";
    });
    EXPECT_TRUE(is_named) << tagged_names;
  }
}

TEST_F(ExtractorTest, HalfABracketIsNoPartOfAName) {
  const Extraction found = Extract("瀚澜船舶重工有限公司（以下简称瀚澜船舶）总经理石瑞麟介绍，公司目前手持订单31艘。");
  EXPECT_FALSE(found.entities.empty());
  for (const Entity& entity : found.entities) EXPECT_EQ(entity.name.find("）"), std::string::npos) << entity.name;
}

TEST_F(ExtractorTest, AYearInChineseNumeralsIsADateAndACompanyOfManyIsNoName) {
  const Extraction found = Extract("二〇二四年，霍青山来到县城一家纺织科技公司工作。");
  EXPECT_TRUE(std::any_of(found.entities.begin(), found.entities.end(), [](const Entity& entity) {
    return entity.type == EntityType::kDate && entity.name == "二〇二四年";
  }));
  for (const Entity& entity : found.entities) EXPECT_EQ(entity.name.find("一家"), std::string::npos) << entity.name;
}

TEST_F(ExtractorTest, ANameInOtherLettersIsOfThePersonBeforeIt) {
  const Extraction found = Extract("首席分析师安德烈·科尔（Andre Kolberg）表示，市场很大。");
  const auto person = std::find_if(found.entities.begin(), found.entities.end(),
                                   [](const Entity& entity) { return entity.type == EntityType::kPerson; });
  ASSERT_NE(person, found.entities.end());
  EXPECT_THAT(person->aliases, Contains("Andre Kolberg"));
  EXPECT_THAT(Lines(found), Not(Contains("安德烈·科尔 | also_known_as | Andre Kolberg")));
}

TEST_F(ExtractorTest, NothingInGivesNothingOut) {
  EXPECT_TRUE(Extract("").entities.empty());
  EXPECT_TRUE(Extract("。").facts.empty());
}

}  // namespace
}  // namespace factline::extract
