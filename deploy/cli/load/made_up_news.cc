#include "deploy/cli/load/made_up_news.h"

#include <cmath>
#include <iterator>
#include <random>
#include <string_view>

#include "absl/strings/ascii.h"
#include "protos/vocab/cat.h"

namespace factline::load {
namespace {

using Random = std::mt19937_64;  // whose numbers are the same everywhere, unlike the standard's distributions

template <size_t n>
std::string_view Pick(Random& random, const std::string_view (&words)[n]) {
  return words[random() % n];
}

// Pieces one after the other, drawn in that order, which braces give and a call's arguments would not.
struct InOrder {
  template <typename... Pieces>
  explicit InOrder(const Pieces&... pieces) : text(Cat(pieces...)) {}
  std::string text;
};

double Unit(Random& random) { return static_cast<double>(random() >> 11) * 0x1p-53; }

// 0 to `size` - 1, the k-th about as often as 1/k: exponents of uniform numbers.
uint64_t Zipf(Random& random, uint64_t size) {
  return static_cast<uint64_t>(std::exp(Unit(random) * std::log(static_cast<double>(size)))) - 1;
}

constexpr std::string_view kSyllables[] = {"青", "禾", "远", "岭", "南", "汐", "恒", "岳", "蓝", "蒿", "沐", "川",
                                           "云", "榛", "北", "麓", "金", "湖", "澄", "江", "白", "桦", "海", "棠",
                                           "松", "原", "星", "野", "晨", "曦", "嘉", "禄", "瑞", "泽", "明", "朗",
                                           "春", "屿", "秋", "潭", "凌", "霄", "翠", "微", "东", "篱", "映", "雪",
                                           "鸿", "渊", "启", "航", "承", "露", "思", "齐", "若", "溪", "文", "澜"};
constexpr std::string_view kBusiness[] = {"科技", "新材", "重工", "生物", "电子",
                                          "数据", "航空", "药业", "汽车", "能源"};
constexpr std::string_view kForms[] = {"有限公司", "集团", "股份有限公司", "研究院"};
constexpr std::string_view kFamilies[] = {"李", "王", "张", "陈", "刘", "赵", "周", "吴", "孙", "郑"};
constexpr std::string_view kPosts[] = {"董事长", "总经理", "首席科学家", "副总裁", "项目负责人"};
constexpr std::string_view kPlaces[] = {"重庆", "成都", "武汉", "西安", "苏州", "合肥", "长沙", "宁波",
                                        "青岛", "贵阳", "厦门", "昆明", "郑州", "沈阳", "南昌", "兰州"};
constexpr std::string_view kMaterials[] = {"固态", "碳化硅", "氢能", "卫星", "医用",
                                           "海上", "轻量化", "柔性", "高温", "智能"};
constexpr std::string_view kThings[] = {"电池",     "机器人", "晶圆",   "重卡",   "终端",
                                        "影像设备", "风机",   "压铸件", "传感器", "机床"};
constexpr std::string_view kIndicators[] = {"产值", "营业收入", "出口额", "研发投入", "销量", "净利润"};

// The `rank`-th of very many names of two syllables, and of three beyond.
std::string Name(uint64_t rank) {
  constexpr uint64_t kCount = std::size(kSyllables);
  std::string name = Cat(kSyllables[rank % kCount], kSyllables[(rank / kCount + rank * 7 + 3) % kCount]);
  if (rank >= kCount * kCount) name += kSyllables[rank / (kCount * kCount) % kCount];
  return name;
}

std::string Company(Random& random) {
  const uint64_t rank = Zipf(random, 100'000);
  return Cat(kPlaces[rank % std::size(kPlaces)], Name(rank), kBusiness[rank * 3 % std::size(kBusiness)],
             kForms[rank % std::size(kForms)]);
}

std::string Person(Random& random) {
  const uint64_t rank = Zipf(random, 100'000);
  return Cat(kFamilies[rank % std::size(kFamilies)], Name(rank / std::size(kFamilies)));
}

std::string Product(Random& random) {
  return InOrder{Pick(random, kMaterials), kThings[Zipf(random, std::size(kThings))]}.text;
}

uint64_t Between(Random& random, uint64_t least, uint64_t most) { return least + random() % (most - least + 1); }

std::string ChineseSentence(Random& random) {
  const uint64_t amount = Between(random, 1, 90);
  switch (random() % 10) {
    case 0:
      return InOrder{Between(random, 2001, 2025),
                     "年",
                     Between(random, 1, 12),
                     "月，",
                     Company(random),
                     "在",
                     Pick(random, kPlaces),
                     "成立，主要生产",
                     Product(random),
                     "。"}
          .text;
    case 1:
      return InOrder{Company(random), "宣布投资", amount, "亿元建设", Product(random), "生产基地。"}.text;
    case 2:
      return InOrder{Company(random),
                     Pick(random, kPosts),
                     Person(random),
                     "表示，公司计划明年把",
                     Pick(random, kIndicators),
                     "提高",
                     amount,
                     "%。"}
          .text;
    case 3:
      return InOrder{"今年上半年，", Pick(random, kPlaces), Pick(random, kIndicators), "达到", amount, ".",
                     random() % 10,  "亿元，同比增长",      Between(random, 1, 30),    "%。"}
          .text;
    case 4:
      return InOrder{Company(random), "与", Company(random), "签订协议，联合研发", Product(random), "。"}.text;
    case 5:
      return InOrder{"第",
                     Between(random, 1, 20),
                     "届",
                     Product(random),
                     "产业大会在",
                     Pick(random, kPlaces),
                     "举行，来自各地的",
                     Between(random, 100, 999),
                     "家企业参加。"}
          .text;
    case 6:
      return InOrder{"据介绍，这种", Product(random), "重量下降", amount, "%，使用寿命超过", Between(random, 300, 9999),
                     "小时。"}
          .text;
    case 7:
      return InOrder{Person(random), "出任", Company(random), Pick(random, kPosts), "。"}.text;
    case 8:
      return InOrder{Company(random),          "向", Company(random), "交付首批",
                     Between(random, 2, 5000), "台", Product(random), "。"}
          .text;
    default:
      return InOrder{Person(random), "说，", Pick(random, kPlaces), "的企业有信心，也有耐心，“路要一步一步走”。"}.text;
  }
}

constexpr std::string_view kOnsets[] = {"b", "br", "c", "d", "f", "g",  "h", "k", "l",
                                        "m", "n",  "p", "r", "s", "st", "t", "v", "w"};
constexpr std::string_view kRhymes[] = {"al", "an", "ar", "el", "en", "er", "im", "in", "ol", "on", "or", "um"};
constexpr std::string_view kTowns[] = {"Eastquay", "Marlow Bay", "Tidewater", "Northmere", "Saltmarsh", "Harrowfield"};
constexpr std::string_view kGoods[] = {"battery cells", "wind turbines", "ferries",
                                       "pumps",         "sensors",       "machine tools"};

// Letters that make a word with a capital.
std::string Word(uint64_t rank) {
  std::string word;
  do {
    word += Cat(kOnsets[rank % std::size(kOnsets)], kRhymes[rank / std::size(kOnsets) % std::size(kRhymes)]);
    rank /= std::size(kOnsets) * std::size(kRhymes);
  } while (rank > 0);
  word[0] = absl::ascii_toupper(static_cast<unsigned char>(word[0]));
  return word;
}

std::string Firm(Random& random) {
  const uint64_t rank = Zipf(random, 100'000);
  return Cat(Word(rank), rank % 2 == 0 ? " Industries" : " Holdings");
}

std::string EnglishSentence(Random& random) {
  const uint64_t amount = Between(random, 2, 900);
  switch (random() % 5) {
    case 0:
      return InOrder{Firm(random), " will invest $",     amount, " million in a plant for ", Pick(random, kGoods),
                     " in ",       Pick(random, kTowns), ". "}
          .text;
    case 1:
      return InOrder{Firm(random),  " was founded in ",   Between(random, 1950, 2024),
                     " and makes ", Pick(random, kGoods), ". "}
          .text;
    case 2:
      return InOrder{"Revenue of ", Firm(random), " rose ", Between(random, 1, 40), "% to $", amount, " million. "}
          .text;
    case 3:
      return InOrder{Firm(random),         " and ", Firm(random), " signed an agreement to develop ",
                     Pick(random, kGoods), ". "}
          .text;
    default:
      return InOrder{"\"We have orders for ",
                     Between(random, 2, 48),
                     " months\", said ",
                     Word(Zipf(random, 5000)),
                     " ",
                     Word(Zipf(random, 50'000)),
                     ", who runs the works in ",
                     Pick(random, kTowns),
                     ". "}
          .text;
  }
}

}  // namespace

MadeUpText MakeUpText(uint64_t seed, size_t body_bytes) {
  Random random(seed);
  const bool english = random() % 7 == 0;
  MadeUpText text;
  text.language = english ? "en" : "zh";
  text.title = english ? InOrder{Firm(random), " brings ", Pick(random, kGoods), " to ", Pick(random, kTowns)}.text
                       : InOrder{Company(random), "新一代", Product(random), "在", Pick(random, kPlaces), "亮相"}.text;
  for (int sentence = 0; sentence == 0 || text.body.size() < body_bytes; ++sentence) {
    if (sentence > 0 && sentence % 3 == 0) text.body += "\n";
    text.body += english ? EnglishSentence(random) : ChineseSentence(random);
  }
  return text;
}

}  // namespace factline::load
