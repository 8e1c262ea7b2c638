#include "indexer/extract/entity_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "indexer/extract/alias_rules.h"
#include "indexer/extract/mention.h"
#include "indexer/text/analyzer.h"

namespace factline::extract {
namespace {

using testing::Contains;
using testing::ElementsAre;

std::vector<std::string> ShortForms(EntityType type, std::string_view name) {
  std::vector<std::string> forms;
  ForEachShortForm(type, name, [&](std::string_view form) { forms.emplace_back(form); });
  return forms;
}

TEST(AliasRulesTest, ShortFormsOfNames) {
  EXPECT_THAT(ShortForms(EntityType::kGpe, "西宁市"), ElementsAre("西宁"));
  EXPECT_THAT(ShortForms(EntityType::kOrg, "北川动力有限公司"), Contains("北川动力"));
  EXPECT_THAT(ShortForms(EntityType::kOrg, "临江大学水利研究中心"), Contains("水利研究中心"));
  EXPECT_THAT(ShortForms(EntityType::kPerson, "安德烈·科尔"), ElementsAre("科尔"));
  EXPECT_TRUE(ShortForms(EntityType::kProduct, "钠离子电池").empty());
  EXPECT_TRUE(ShortForms(EntityType::kGpe, "").empty());
}

TEST(AliasRulesTest, BareNameLeavesMarksOut) {
  std::string buffer;
  EXPECT_EQ(BareName("《“甲” 乙》", buffer), "甲乙");
  constexpr std::string_view kPlain = "甲乙";
  EXPECT_EQ(BareName(kPlain, buffer).data(), kPlain.data());
}

TEST(MentionTest, OfTheSamePlaceTheMentionThatStandsFirstStays) {
  constexpr uint32_t kPlaces = 40, kBytes = 12;
  std::vector<NameMention> mentions;
  for (const EntityType type : {EntityType::kFac, EntityType::kOrg, EntityType::kProduct}) {
    for (uint32_t i = 0; i < kPlaces; ++i) mentions.push_back({.span = {i * kBytes, (i + 1) * kBytes}, .type = type});
  }
  ResolveOverlaps(mentions);
  ASSERT_EQ(mentions.size(), kPlaces);
  for (const NameMention& m : mentions) EXPECT_EQ(m.type, EntityType::kFac) << m.span.begin;
}

TEST(MentionTest, TheClearerThenTheLongerOfOverlappingMentionsStays) {
  std::vector<NameMention> mentions = {{.span = {0, 100}, .score = 0.5f},   {.span = {60, 70}, .score = 0.9f},
                                       {.span = {70, 90}, .score = 0.1f},   {.span = {80, 300}, .score = 0.1f},
                                       {.span = {128, 192}, .score = 0.2f}, {.span = {192, 200}, .score = 0.1f}};
  ResolveOverlaps(mentions);
  std::vector<Span> spans;
  for (const NameMention& m : mentions) spans.push_back(m.span);
  EXPECT_THAT(spans, ElementsAre(Span{60, 70}, Span{70, 90}, Span{128, 192}, Span{192, 200}));
}

class EntityTableTest : public testing::Test {
 protected:
  // Mentions are given by their text; each is placed at its first occurrence behind the one before.
  EntityTable Build(std::string_view text, const std::vector<std::pair<EntityType, std::string_view>>& names) {
    analysis_ = analyzer_.Analyze(text);
    list_ = MakeWordList(analysis_, Lexicon::BuiltIn());
    std::vector<NameMention> mentions;
    size_t from = 0;
    for (const auto& [type, name] : names) {
      const size_t at = text.find(name, from);
      EXPECT_NE(at, std::string_view::npos) << name;
      from = at + name.size();
      mentions.push_back(
          {.span = {static_cast<uint32_t>(at), static_cast<uint32_t>(from)}, .type = type, .score = 0.8f});
    }
    return BuildEntityTable(list_, analysis_, mentions, {});
  }

  text::Analyzer analyzer_;
  text::Analysis analysis_;
  WordList list_;
};

TEST_F(EntityTableTest, ANameSeenClearlyOnceIsFoundEverywhere) {
  const EntityTable table = Build("周立民说话。后来周立民走了。", {{EntityType::kPerson, "周立民"}});
  ASSERT_EQ(table.entities.size(), 1);
  EXPECT_EQ(table.entities[0].mentions.size(), 2);
}

TEST_F(EntityTableTest, ShortFormBecomesAnAliasOfTheFullName) {
  const EntityTable table = Build("北川动力有限公司成立。北川动力说。",
                                  {{EntityType::kOrg, "北川动力有限公司"}, {EntityType::kOrg, "北川动力"}});
  ASSERT_EQ(table.entities.size(), 1);
  EXPECT_EQ(table.entities[0].name, "北川动力有限公司");
  EXPECT_THAT(table.entities[0].aliases, ElementsAre("北川动力"));
}

TEST_F(EntityTableTest, ACompanyIsOneWithItsStopAndWithout) {
  const EntityTable table = Build("Norvale Corp. grew. It was good for Norvale Corp.",
                                  {{EntityType::kOrg, "Norvale Corp."}, {EntityType::kOrg, "Norvale Corp"}});
  ASSERT_EQ(table.entities.size(), 1);
  EXPECT_EQ(table.entities[0].name, "Norvale Corp");
  EXPECT_THAT(table.entities[0].aliases, ElementsAre("Norvale Corp."));
}

TEST_F(EntityTableTest, CommonWordStandsForTheOrganisationNamed) {
  const EntityTable table = Build("北川动力有限公司扩产。该公司说。", {{EntityType::kOrg, "北川动力有限公司"}});
  ASSERT_EQ(table.mentions.size(), 2);
  EXPECT_TRUE(table.mentions[1].is_reference);
  EXPECT_EQ(table.mentions[1].entity, table.mentions[0].entity);
}

TEST_F(EntityTableTest, ValuesWithOneNormalFormAreOneEntity) {
  const EntityTable table = Build("投资3亿元，又3亿元。", {});
  ASSERT_EQ(table.entities.size(), 1);
  EXPECT_EQ(table.entities[0].type, EntityType::kMoney);
  EXPECT_EQ(table.entities[0].norm, "300000000 CNY");
  EXPECT_EQ(table.entities[0].mentions.size(), 2);
}

TEST_F(EntityTableTest, EntitiesStandInTheOrderOfTheirFirstMention) {
  const EntityTable table =
      Build("2023年，成都说，周立民来了。", {{EntityType::kGpe, "成都"}, {EntityType::kPerson, "周立民"}});
  ASSERT_EQ(table.entities.size(), 3);
  EXPECT_EQ(table.entities[0].type, EntityType::kDate);
  EXPECT_EQ(table.entities[1].name, "成都");
  EXPECT_EQ(table.entities[2].name, "周立民");
}

}  // namespace
}  // namespace factline::extract
