#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "indexer/extract/compound_finder.h"
#include "indexer/extract/marked_finder.h"
#include "indexer/extract/person_finder.h"
#include "indexer/extract/place_finder.h"
#include "indexer/extract/product_finder.h"
#include "indexer/extract/role_finder.h"
#include "indexer/text/analyzer.h"

namespace factline::extract {
namespace {

// "TYPE name" of all that the finders find, overlaps resolved.
std::vector<std::string> Names(std::string_view text) {
  static const text::Analyzer analyzer;
  const text::Analysis analysis = analyzer.Analyze(text);
  WordList list = MakeWordList(analysis, Lexicon::BuiltIn());
  std::vector<NameMention> mentions;
  FindPlaces(list, mentions);
  FindMarkedNames(list, mentions);
  FindCompoundNames(list, mentions);
  FindProducts(list, mentions);
  FindPersons(list, mentions);
  FindRoleNames(list, mentions);
  ResolveOverlaps(mentions);
  std::vector<std::string> names;
  for (const NameMention& m : mentions) {
    names.push_back(std::string(EntityTypeName(m.type)) + " " + std::string(m.span.In(text)));
  }
  return names;
}

struct Row {
  const char* text;
  std::vector<std::string> want;
};

class NamesTest : public testing::TestWithParam<Row> {};

TEST_P(NamesTest, AreFoundWhole) { EXPECT_EQ(Names(GetParam().text), GetParam().want) << GetParam().text; }

INSTANTIATE_TEST_SUITE_P(
    All, NamesTest,
    testing::Values(
        Row{"记者从四川省水利厅获悉", {"ORG 四川省水利厅"}},
        Row{"由成都大学锂电及新材料研究院承担", {"ORG 成都大学锂电及新材料研究院"}},
        Row{"临江大学和北川大学签约", {"ORG 临江大学", "ORG 北川大学"}},
        Row{"国家能源材料工程技术研究中心", {"ORG 国家能源材料工程技术研究中心"}}, Row{"物流公司很多", {}},
        Row{"研究中心", {}}, Row{"印发《长江保护规划》", {"WORK 《长江保护规划》"}},
        Row{"荣获“西部创新金奖”", {"AWARD 西部创新金奖"}},
        Row{"第三届西部储能产业博览会", {"EVENT 第三届西部储能产业博览会"}},
        Row{"在成都和绵阳", {"GPE 成都", "GPE 绵阳"}}, Row{"董事长周立民说", {"TITLE 董事长", "PERSON 周立民"}},
        Row{"研制出双臂潜水机器人", {"PRODUCT 双臂潜水机器人"}},
        Row{"提供万吨级钢壳船舶发动机", {"PRODUCT 万吨级钢壳船舶发动机"}},
        Row{"第二代陶瓷隔热材料与系统", {"PRODUCT 第二代陶瓷隔热材料与系统"}},
        Row{"研制出“云雀背包”", {"PRODUCT 云雀背包"}}, Row{"推出“社区之星”", {}}, Row{"关键设备很多", {}},
        Row{"发生严重暴力恐怖事件", {}}, Row{"创造有利条件", {}}, Row{"中国高铁", {"GPE 中国"}}, Row{"，一路走来", {}},
        Row{"举行5个专题论坛", {}}, Row{"列入“早种树，多栽花”", {}},
        Row{"入选“中部创新行动”支持", {"AWARD 中部创新行动"}}, Row{"获得金奖", {"AWARD 金奖"}},
        Row{"落户清风湖畔", {"LOC 清风湖"}}, Row{"西部地区增长", {"LOC 西部地区"}},
        Row{"“远山”号试验船和飞鱼六号探测器返航", {"PRODUCT “远山”号试验船", "PRODUCT 飞鱼六号探测器"}},
        Row{"“远山者10号”完成首航", {"PRODUCT 远山者10号"}}, Row{"地铁1号线与中山路23号", {"FAC 中山路"}},
        Row{"煤炭企业联盛集团", {"ORG 联盛集团"}}, Row{"蒙内铁路和乌江特大桥", {"FAC 蒙内铁路", "FAC 乌江特大桥"}},
        Row{"在大小水库旁", {}}, Row{"发展新能源汽车、锂电池等产业", {}},
        Row{"研制成功全球首款光纤温度计", {"PRODUCT 光纤温度计"}}, Row{"自主研制能力很强", {}},
        Row{"安澜路和普照寺", {"FAC 安澜路", "FAC 普照寺"}}, Row{"祁连山泄洪隧洞", {"FAC 祁连山泄洪隧洞"}},
        Row{"四川重点灌溉项目", {"GPE 四川"}}, Row{"第五届长三角风筝交流大会", {"EVENT 第五届长三角风筝交流大会"}},
        Row{"实施“青苗”行动计划", {"WORK “青苗”行动计划"}}, Row{"安德烈·科尔表示", {"PERSON 安德烈·科尔"}},
        Row{"恒远（600123.SH）公告", {"ORG 恒远"}}, Row{"据穹图官网介绍", {"ORG 穹图"}},
        Row{"对此，穹图方面回应", {"ORG 穹图"}}, Row{"Q站宣布上线", {"ORG Q站"}}, Row{"主办方宣布", {}},
        Row{"吸引赞助企业穹图、珞野等落户", {"ORG 穹图", "ORG 珞野"}},
        Row{"穹图、珞野和远山集团", {"ORG 穹图", "ORG 珞野", "ORG 远山集团"}}, Row{"BoxChat同意加入", {"ORG BoxChat"}},
        Row{"四川省组织开展", {"GPE 四川省"}}, Row{"泰国经济高速增长", {"GPE 泰国"}},
        Row{"推出BoxChat服务", {"PRODUCT BoxChat"}}, Row{"住房和城乡建设部", {"ORG 住房和城乡建设部"}},
        Row{"今年远山新品发布会上", {"EVENT 远山新品发布会"}}, Row{"四川云岭地震造成", {"EVENT 四川云岭地震"}},
        Row{"穹图集团董事会主席周立民", {"ORG 穹图集团", "TITLE 董事会主席", "PERSON 周立民"}}, Row{"一些企业宣布", {}},
        Row{"去年收购穹图、珞野", {"ORG 穹图", "ORG 珞野"}}, Row{"收购粮食", {}}, Row{"收购旧家电", {}},
        Row{"穹图、岚汐、珞野等跟投", {"ORG 穹图", "ORG 岚汐", "ORG 珞野"}},
        Row{"Ada Lindqvist表示", {"PERSON Ada Lindqvist"}},
        Row{"Northlight Energy Inc said", {"ORG Northlight Energy Inc"}}));

TEST(MentionTest, OfOverlappingMentionsTheClearerThenTheLongerStays) {
  std::vector<NameMention> mentions = {
      {.span = {0, 6}, .type = EntityType::kGpe, .score = 0.5f},
      {.span = {0, 9}, .type = EntityType::kOrg, .score = 0.5f},
      {.span = {6, 12}, .type = EntityType::kFac, .score = 0.4f},
      {.span = {12, 15}, .type = EntityType::kGpe, .score = 0.1f},
  };
  ResolveOverlaps(mentions);
  ASSERT_EQ(mentions.size(), 2);
  EXPECT_EQ(mentions[0].type, EntityType::kOrg);
  EXPECT_EQ(mentions[1].type, EntityType::kGpe);
}

TEST(IntroductionsTest, FindShortFormsAndStockCodes) {
  static const text::Analyzer analyzer;
  constexpr std::string_view kText = "北川动力有限公司（以下简称北川）与恒远股份（600123）合作。（图为现场）";
  const text::Analysis analysis = analyzer.Analyze(kText);
  const WordList list = MakeWordList(analysis, Lexicon::BuiltIn());
  std::vector<NameIntroduction> introductions;
  FindIntroductions(list, introductions);
  std::vector<std::string> briefs;
  for (const NameIntroduction& i : introductions) briefs.emplace_back(i.brief.In(kText));
  EXPECT_THAT(briefs, testing::ElementsAre("北川", "600123"));
}

}  // namespace
}  // namespace factline::extract
