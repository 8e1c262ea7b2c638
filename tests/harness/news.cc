#include "tests/harness/news.h"

#include <iterator>
#include <random>
#include <string_view>

#include "protos/vocab/cat.h"

namespace factline::harness {
namespace {

constexpr std::string_view kCompanies[] = {"青禾智造", "远岭科技", "南汐新材", "恒岳重工", "蓝蒿生物", "沐川电子",
                                           "云榛数据", "北麓航空", "金湖药业", "澄江汽车", "白桦能源", "海棠芯片"};
constexpr std::string_view kSuffixes[] = {"有限公司", "集团", "股份有限公司", "研究院"};
constexpr std::string_view kPeople[] = {"李文澜", "王嘉木", "张若溪", "陈启航", "刘思远", "赵明轩", "周映雪", "吴承泽"};
constexpr std::string_view kTitles[] = {"董事长", "总经理", "首席科学家", "副总裁", "项目负责人"};
constexpr std::string_view kPlaces[] = {"重庆", "成都", "武汉", "西安", "苏州", "合肥", "长沙", "宁波", "青岛", "贵阳"};
constexpr std::string_view kProducts[] = {"固态电池", "工业机器人",   "碳化硅晶圆", "氢能重卡",
                                          "卫星终端", "医用影像设备", "海上风机",   "轻量化压铸件"};
constexpr std::string_view kIndicators[] = {"产值", "营业收入", "出口额", "研发投入", "销量", "能耗"};

// The standard's distributions differ between libraries; this does not.
template <size_t n>
std::string_view Pick(std::mt19937_64& random, const std::string_view (&words)[n]) {
  return words[random() % n];
}

std::string Company(std::mt19937_64& random) {
  return Cat(Pick(random, kPlaces), Pick(random, kCompanies), Pick(random, kSuffixes));
}

std::string Sentence(std::mt19937_64& random) {
  const int year = 2018 + static_cast<int>(random() % 7);
  const int month = 1 + static_cast<int>(random() % 12);
  const int amount = 1 + static_cast<int>(random() % 90);
  switch (random() % 8) {
    case 0:
      return Cat(year, "年", month, "月，", Company(random), "在", Pick(random, kPlaces), "成立，主要生产",
                 Pick(random, kProducts), "。");
    case 1:
      return Cat(Company(random), "宣布投资", amount, "亿元建设", Pick(random, kProducts), "生产基地。");
    case 2:
      return Cat(Company(random), Pick(random, kTitles), Pick(random, kPeople), "表示，公司计划明年把",
                 Pick(random, kIndicators), "提高", amount, "%。");
    case 3:
      return Cat("今年上半年，", Pick(random, kPlaces), Pick(random, kIndicators), "达到", amount, ".", random() % 10,
                 "亿元，同比增长", 1 + random() % 30, "%。");
    case 4:
      return Cat(Company(random), "与", Company(random), "签订协议，联合研发", Pick(random, kProducts), "。");
    case 5:
      return Cat("第", 1 + random() % 20, "届", Pick(random, kProducts), "产业大会在", Pick(random, kPlaces),
                 "举行，来自各地的", 100 + random() % 900, "家企业参加。");
    case 6:
      return Cat("据介绍，这种", Pick(random, kProducts), "重量下降", amount, "%，续航超过", 300 + random() % 700,
                 "公里。");
    default:
      return Cat(Pick(random, kPeople), "说，", Pick(random, kPlaces), "的企业有信心，也有耐心，“路要一步一步走”。");
  }
}

std::string Body(std::mt19937_64& random, size_t bytes) {
  std::string body;
  for (int sentence = 0; sentence == 0 || body.size() < bytes; ++sentence) {
    if (sentence > 0 && sentence % 3 == 0) body += "\n";
    body += Sentence(random);
  }
  return body;
}

std::string Headline(std::mt19937_64& random, uint64_t seed) {
  return Cat(Pick(random, kCompanies), "新一代", Pick(random, kProducts), "在", Pick(random, kPlaces), "亮相 ",
             MarkerOf(seed));
}

// One second apart, from 2020-01-01 on.
int64_t Published(uint64_t seed) { return 1577836800 + static_cast<int64_t>(seed % 100'000'000); }

}  // namespace

std::string MarkerOf(uint64_t seed) { return Cat("marker", seed); }

v1::Article MakeArticle(uint64_t seed, const NewsOptions& options) {
  std::mt19937_64 random(seed);
  v1::Article article;
  article.set_id(Cat(options.id_prefix, seed));
  article.set_title(Headline(random, seed));
  article.set_body(Body(random, options.body_bytes));
  article.set_source(Cat("paper-", seed % 7));
  article.add_authors(std::string(Pick(random, kPeople)));
  article.mutable_published_time()->set_seconds(Published(seed));
  article.set_language("zh");
  article.add_tags("made-up");
  return article;
}

v1::Page MakePage(uint64_t seed) {
  std::mt19937_64 random(seed);
  v1::Page page;
  page.set_id(Cat("page", seed));
  page.set_source("page-source");
  page.mutable_published_time()->set_seconds(Published(seed));
  std::string text;
  for (uint64_t i = 0; i < 3; ++i) {
    std::mt19937_64 words(seed * 3 + i);
    text += Cat(Pick(words, kCompanies), "的", Pick(words, kProducts), "走出", Pick(words, kPlaces), " ",
                MarkerOf(seed * 3 + i), "\n\n");
    if (i == 0) text += Cat("▲", Pick(words, kProducts), "生产线。记者 ", Pick(words, kPeople), " 摄\n\n");
    text += Cat("本报记者 ", Pick(words, kPeople), "\n\n");
    text += Body(words, 900) + "\n\n";
  }
  page.set_text(text);
  return page;
}

}  // namespace factline::harness
