#include "ingest/page/headline.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "protos/vocab/cat.h"

namespace factline::page {
namespace {

std::string Choose(const std::vector<std::string>& headings, const std::string& body) {
  std::vector<SourceText> texts;
  for (const std::string& heading : headings) {
    texts.push_back(SourceText(heading, {0, static_cast<uint32_t>(heading.size())}));
  }
  const Title title = ChooseTitle(texts, {SourceText(body, {0, static_cast<uint32_t>(body.size())})});
  std::string chosen = Cat(title.kicker.view(), " | ", title.headline.view());
  for (const SourceText& other : title.others) chosen += Cat(" | ", other.view());
  return chosen;
}

TEST(ChooseTitleTest, TheLastHeadingIsTheHeadlineUnlessOthersFitBetter) {
  const std::string body = "江城重工的镁合金构件连续三年摘得未来技术奖。镁合金为何能超群出众？";
  const struct {
    std::vector<std::string> headings;
    std::string want;
  } kRows[] = {
      {{}, " | "},
      {{"镁合金构件获奖"}, " | 镁合金构件获奖"},
      {{"连续三年摘得未来技术奖", "镁合金为何能超群"}, "连续三年摘得未来技术奖 | 镁合金为何能超群"},
      {{"镁合金为何能超群", "——江城重工创新纪事"}, "——江城重工创新纪事 | 镁合金为何能超群"},
      {{"赶工忙生产 备战开海季"}, " | 赶工忙生产 备战开海季"},
      {{"连续三年摘得镁协会未来技术奖 江城镁合金为何能超群出众"},
       "连续三年摘得镁协会未来技术奖 | 江城镁合金为何能超群出众"},
      {{"把嘱托落实在大地上", "镁合金为何能超群出众", "两月经济数据出炉"},
       " | 镁合金为何能超群出众 | 把嘱托落实在大地上 | 两月经济数据出炉"},
      {{"滨江大桥昨日通车", "总投资12亿元 全长3公里"}, "总投资12亿元 全长3公里 | 滨江大桥昨日通车"},
      {{"总投资12亿元 全长3公里", "滨江大桥昨日通车"}, "总投资12亿元 全长3公里 | 滨江大桥昨日通车"},
      {{"Council approves bridge", "Vote was 5 to 2"}, " | Council approves bridge | Vote was 5 to 2"},
      {{"Local News", "Council approves bridge"}, "Local News | Council approves bridge"},
      {{"Local News", "Council approves bridge", "Vote was 5 to 2"},
       "Local News | Council approves bridge | Vote was 5 to 2"},
      {{"创新在一线", "江城重工连续三年摘奖——", "镁合金构件为何超群"},
       "江城重工连续三年摘奖—— | 镁合金构件为何超群 | 创新在一线"},
  };
  for (const auto& row : kRows) EXPECT_EQ(Choose(row.headings, body), row.want);
}

}  // namespace
}  // namespace factline::page
