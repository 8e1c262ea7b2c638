// Names that other names make: teams, plants without the places in front, bodies that have parts.

#include "indexer/extract/derived_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "indexer/extract/extract_text.h"
#include "protos/vocab/cat.h"

namespace factline::extract {
namespace {

// "TYPE name" of all entities, with "/" and its aliases behind.
std::vector<std::string> Names(std::string_view body) {
  std::vector<std::string> names;
  for (const Entity& entity : ExtractText(body).entities) {
    std::string line = Cat(EntityTypeName(entity.type), " ", entity.name);
    for (const std::string& alias : entity.aliases) line += Cat("/", alias);
    names.push_back(line);
  }
  return names;
}

TEST(DerivedNamesTest, ATeamIsABodyNamedAfterItsLeader) {
  EXPECT_THAT(Names("周立民院士团队研制固态电池。"), testing::Contains("ORG 周立民院士团队"));
  EXPECT_THAT(Names("周立民教授团队研制固态电池。团队还获得金奖。"), testing::Contains("ORG 周立民教授团队/团队"));
}

TEST(DerivedNamesTest, APlantIsNamedApartFromTheTownItStandsIn) {
  EXPECT_THAT(Names("东山区安澜镇金航造船厂内一片繁忙。"),
              testing::IsSupersetOf({"GPE 东山区", "GPE 安澜镇", "ORG 东山区安澜镇金航造船厂/金航造船厂"}));
}

TEST(DerivedNamesTest, ABureauKeepsTheCountyInItsName) {
  EXPECT_THAT(Names("临江县水利局发布通知。"), testing::Contains("ORG 临江县水利局"));
}

TEST(DerivedNamesTest, TheWorksAtAFacilityNameItToo) {
  EXPECT_THAT(Names("安澜路二期工程进展顺利。安澜路很长。"), testing::Contains("FAC 安澜路二期工程/安澜路"));
}

TEST(DerivedNamesTest, ABodyThatHasAPartIsNamedWithIt) {
  EXPECT_THAT(Names("临江大学材料学院教授周立民说，很好。"),
              testing::IsSupersetOf({"ORG 临江大学", "ORG 临江大学材料学院"}));
}

TEST(DerivedNamesTest, PartsOfBodiesEndAsParts) {
  struct Row {
    const char* name;
    const char* whole;
  };
  for (const auto& [name, whole] : {Row{"临江大学材料学院", "临江大学"}, Row{"北川石化公司炼油厂", "北川石化公司"},
                                    Row{"北川大学临江研究院", ""}, Row{"大学学院", ""}, Row{"", ""}}) {
    EXPECT_EQ(std::string_view(name).substr(0, WholeOfPart(name)), whole) << name;
  }
}

TEST(DerivedNamesTest, BranchesOfAHouseAreKnownByItsStem) {
  EXPECT_THAT(Names("恒岳证券公布年报。恒岳证券参股恒岳基金和恒岳期货。"),
              testing::IsSupersetOf({"ORG 恒岳证券", "ORG 恒岳基金", "ORG 恒岳期货"}));
}

TEST(DerivedNamesTest, LettersInABracketAreAShortForm) {
  EXPECT_THAT(Names("第三届西部储能产业博览会（WSE3）在成都举行。"),
              testing::Contains("EVENT 第三届西部储能产业博览会/WSE3"));
}

}  // namespace
}  // namespace factline::extract
