#ifndef FACTLINE_INDEXER_EXTRACT_SAMPLE_ARTICLE_H_
#define FACTLINE_INDEXER_EXTRACT_SAMPLE_ARTICLE_H_

#include <string>
#include <string_view>
#include <vector>

#include "protos/vocab/span.h"

namespace factline::extract {

// An invented article with a statement of most kinds, for tests and the benchmark.
inline constexpr std::string_view kSampleArticle =
    "2021年6月，由临江大学和云岭新区共建的云岭先进储能材料研究院（以下简称研究院）在成都揭牌成立。\n"
    "临江大学教授、云岭先进储能材料研究院副院长陈思远说，研究院研制的钠离子电池能量密度达到160Wh/kg，"
    "比上一代产品提高12%。\n"
    "“我们要把论文写在车间里。”陈思远表示，研究院计划投资3.5亿元，在绵阳建设中试基地。\n"
    "远航动力股份有限公司（600999.SH）发布2023年半年度报告，公司实现营业收入27.96亿元，同比增长15.5%；"
    "净利润2.1亿元，同比下降3.2%。\n"
    "2024年5月10日，第三届西部储能产业博览会在成都举行。会上，钠离子电池荣获“西部创新金奖”。\n"
    "四川省经济和信息化厅印发《四川省新型储能发展行动方案》。该方案提出，到2027年装机规模达到500万千瓦以上。\n";

// Sentences end behind 。！？ with closing quotes, and at line ends.
inline std::vector<Span> SampleSentences(std::string_view body) {
  std::vector<Span> sentences;
  uint32_t begin = 0;
  for (uint32_t at = 0; at < body.size();) {
    const std::string_view rest = body.substr(at);
    if (rest.front() == '\n') {
      if (at > begin) sentences.push_back({begin, at});
      begin = ++at;
      continue;
    }
    if (rest.starts_with("。") || rest.starts_with("！") || rest.starts_with("？")) {
      at += 3;
      while (body.substr(at).starts_with("”")) at += 3;
      sentences.push_back({begin, at});
      begin = at;
      continue;
    }
    ++at;
  }
  if (begin < body.size()) sentences.push_back({begin, static_cast<uint32_t>(body.size())});
  return sentences;
}

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_SAMPLE_ARTICLE_H_
