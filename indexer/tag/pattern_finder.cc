#include "indexer/tag/pattern_finder.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>

#include "indexer/text/dictionary_format.h"

namespace factline::tag {
namespace {

using text::CharClass;
using text::NormalChar;
using text::PartOfSpeech;

// Kinds of keys. Frozen: they are hashed into the keys that models store.
enum class KeyKind : uint64_t {
  kUnigram = 1,
  kBigram = 2,
  kTrigram = 3,
  kFourgram = 4,
  kSkip = 5,
  kTypes = 6,
  kMatch = 7,
  kWord = 8,
  kWordClasses = 9,
};

// Character types. Frozen likewise.
enum CharType : uint8_t {
  kBorder,
  kBlank,
  kLetter,
  kDigit,
  kHan,
  kHanNumeral,
  kHanDate,
  kComma,
  kStop,
  kListComma,
  kOpenTitle,
  kCloseTitle,
  kOpenQuote,
  kCloseQuote,
  kOpenBracket,
  kCloseBracket,
  kMiddleDot,
  kDash,
  kOtherMark,
  kSurname,    // most often begins a person's name
  kSoundOnly,  // writes the sounds of foreign names
  kPlaceEnd,   // ends many names of places
  kBodyEnd,    // ends many names of organisations
};

// What these characters are known for; of several, the first. General knowledge, not taken from any corpus.
constexpr struct {
  CharType type;
  std::u32string_view chars;
} kKnownFor[] = {
    {kHanNumeral, U"一二三四五六七八九十百千万亿零〇两"},
    {kHanDate, U"年月日时"},
    {kSurname,
     U"赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许吕张孔曹严魏陶姜戚谢邹喻柏窦潘葛奚范彭郎鲁韦昌苗凤俞柳酆鲍史唐费廉"
     U"岑薛雷贺倪汤滕殷罗毕郝邬乐傅皮卞齐康伍余顾孟黄穆萧尹姚邵湛汪祁毛禹狄贝臧戴谈宋庞熊纪舒屈项祝董梁杜阮"
     U"蓝闵季贾娄童颜郭梅盛林刁钟徐邱骆蔡樊胡凌霍虞柯管卢莫房裘缪丁宣邓郁单杭洪诸左崔钮龚程嵇邢裴陆荣翁荀惠"
     U"甄曲封芮羿储靳汲邴糜井段富巫乌焦巴牧隗车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司韶郜"
     U"黎薄印宿白怀蒲邰鄂索咸籍赖卓蔺屠蒙池乔胥苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍郤璩桑桂濮牛寿扈燕冀郏浦尚"
     U"农温庄晏柴瞿阎充慕茹习宦艾容慎戈廖庾终暨居衡步耿满弘匡寇广禄阙欧沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那"
     U"简饶曾毋沙养鞠丰巢关蒯查荆游竺逯肖佟苟佘闫岳晋楚付覃谌冼芦仝丛亓"},
    {kSoundOnly, U"尔斯克拉特德里巴马诺夫亚卡萨维普洛伯伦雷纳莫弗科达坦塔埃阿迪基佩奥恩茨默哈贝穆努佐赫埔帕蒂耶姆鲍"},
    {kPlaceEnd, U"省市县区乡镇村州旗江河湖海山岭岛路街港湾桥站寺峡沟屯坝坡庄"},
    {kBodyEnd, U"部局委院会厅司厂校队团社行署处所党军店馆台报矿"},
};

// Of each Han character of the first plane.
const std::array<uint8_t, 65536> kHanTypes = [] {
  std::array<uint8_t, 65536> types;
  types.fill(kHan);
  for (size_t i = std::size(kKnownFor); i-- > 0;) {
    for (const char32_t cp : kKnownFor[i].chars) types[cp] = kKnownFor[i].type;
  }
  return types;
}();

uint8_t TypeOf(const NormalChar& c) {
  switch (c.cls) {
    case CharClass::kBlank:
      return kBlank;
    case CharClass::kLetter:
      return kLetter;
    case CharClass::kDigit:
      return kDigit;
    case CharClass::kHan:
      break;
    case CharClass::kPunctuation:
      switch (c.cp) {
        case U',':
        case U';':
        case U':':
          return kComma;
        case U'。':
        case U'!':
        case U'?':
          return kStop;
        case U'、':
          return kListComma;
        case U'《':
        case U'〈':
          return kOpenTitle;
        case U'》':
        case U'〉':
          return kCloseTitle;
        case U'“':
        case U'‘':
        case U'「':
        case U'『':
          return kOpenQuote;
        case U'”':
        case U'’':
        case U'」':
        case U'』':
          return kCloseQuote;
        case U'(':
        case U'[':
          return kOpenBracket;
        case U')':
        case U']':
          return kCloseBracket;
        case U'·':
        case U'•':
        case U'・':
          return kMiddleDot;
        case U'—':
        case U'-':
          return kDash;
        default:
          return kOtherMark;
      }
  }
  return kHanTypes[c.cp < kHanTypes.size() ? c.cp : 0];
}

constexpr uint64_t Mix(uint64_t hash, uint64_t value) {
  hash = (hash ^ value) * 0x9E3779B97F4A7C15u;
  return hash ^ hash >> 29;
}

constexpr uint64_t Seed(KeyKind kind) { return Mix(0x7461676765723031u, static_cast<uint64_t>(kind)); }

bool EndsSentence(char32_t cp) { return cp == U'。' || cp == U'!' || cp == U'?'; }

bool Closes(char32_t cp) { return cp == U'”' || cp == U'’' || cp == U'」' || cp == U'』' || cp == U')'; }

constexpr uint8_t kFirstTypeClass = 24;  // classes of words that are no Han words: their first character's type

}  // namespace

size_t WindowEnd(const std::vector<NormalChar>& chars, size_t begin) {
  const size_t limit = std::min(chars.size(), begin + kMaxWindowChars);
  for (size_t i = begin; i < limit; ++i) {
    if (!EndsSentence(chars[i].cp)) continue;
    size_t end = i + 1;
    while (end < limit && (EndsSentence(chars[end].cp) || Closes(chars[end].cp))) ++end;
    return end;
  }
  return limit;
}

void PatternFinder::Find(const std::vector<NormalChar>& chars, size_t begin, size_t end_exclusive) {
  const size_t size = end_exclusive - begin;
  patterns_.clear();
  hashes_.assign(size + 2, Mix(0, kBorder));
  types_.assign(size + 4, kBorder);
  for (size_t i = 0; i < size; ++i) {
    hashes_[i + 1] = Mix(1, chars[begin + i].cp);
    types_[i + 2] = TypeOf(chars[begin + i]);
  }
  FindWords(chars, begin, end_exclusive);
  AddCharacters();
  AddMatches(chars, begin, end_exclusive);
  AddWords();
}

void PatternFinder::FindWords(const std::vector<NormalChar>& chars, size_t begin, size_t end) {
  words_.clear();
  const auto add = [&](size_t at, size_t word_size, uint8_t cls) {
    words_.push_back({static_cast<uint16_t>(at - begin), static_cast<uint16_t>(word_size), cls});
  };
  for (size_t at = begin; at < end;) {
    const CharClass cls = chars[at].cls;
    size_t run_end = at + 1;
    if (cls != CharClass::kPunctuation) {
      while (run_end < end && chars[run_end].cls == cls) ++run_end;
    }
    if (cls != CharClass::kHan) {
      add(at, run_end - at, kFirstTypeClass + types_[at - begin + 2]);
      at = run_end;
      continue;
    }
    for (const text::Segmenter::Word& word : segmenter_.Segment(chars, at, run_end)) {
      add(at, word.size_chars, static_cast<uint8_t>(word.pos));
      at += word.size_chars;
    }
  }
}

void PatternFinder::AddCharacters() {
  const int size = static_cast<int>(hashes_.size()) - 2;
  for (int i = 0; i < size + 2; ++i) {
    const int at = i - 1;
    const uint64_t* h = &hashes_[i];
    Add(RowScheme::kUnigram, Mix(Seed(KeyKind::kUnigram), h[0]), at);
    if (at + 1 > size) continue;
    Add(RowScheme::kBigram, Mix(Mix(Seed(KeyKind::kBigram), h[0]), h[1]), at);
    if (at + 2 > size) continue;
    Add(RowScheme::kSkip, Mix(Mix(Seed(KeyKind::kSkip), h[0]), h[2]), at);
    const uint64_t three = Mix(Mix(Mix(Seed(KeyKind::kTrigram), h[0]), h[1]), h[2]);
    Add(RowScheme::kTrigram, three, at);
    if (at + 3 > size) continue;
    Add(RowScheme::kFourgram, Mix(Mix(Seed(KeyKind::kFourgram), three), h[3]), at);
  }
  for (int i = 0; i < size; ++i) {
    uint64_t key = Seed(KeyKind::kTypes);
    for (int j = 0; j < 5; ++j) key = Mix(key, types_[i + j]);
    Add(RowScheme::kTypes, key, i);
  }
}

void PatternFinder::AddMatches(const std::vector<NormalChar>& chars, size_t begin, size_t end) {
  for (size_t at = begin; at < end; ++at) {
    if (chars[at].cls != CharClass::kHan) continue;
    uint32_t state = text::Dictionary::kRoot;
    const size_t limit = std::min(end, at + text::kMaxWordChars);
    for (size_t i = at; i < limit; ++i) {
      state = dictionary_.Next(state, chars[i].cp);
      if (state == text::Dictionary::kNone) break;
      const text::Dictionary::Entry entry = dictionary_.At(state);
      const size_t word_size = i + 1 - at;
      if (!entry.is_word || word_size < 2) continue;
      const uint64_t cls = static_cast<uint64_t>(entry.pos) * 8 + std::min<size_t>(word_size, 6);
      Add(RowScheme::kMatch, Mix(Seed(KeyKind::kMatch), cls), static_cast<int>(at - begin),
          static_cast<int>(word_size));
    }
  }
}

void PatternFinder::AddWords() {
  const int count = static_cast<int>(words_.size());
  const auto cls = [&](int i) -> uint64_t {
    if (i < 0 || i >= count) return 255;
    const PathWord& word = words_[i];
    // Of one Han character, what it is known for says more than its part of speech.
    const uint8_t type = types_[word.begin + 2u];
    if (word.size == 1 && type >= kSurname) return 256u + type;
    return word.cls * 4u + std::min<uint64_t>(word.size, 4) - 1;
  };
  for (int i = 0; i < count; ++i) {
    const PathWord& word = words_[i];
    uint64_t key = Seed(KeyKind::kWord);
    for (int j = 0; j < word.size; ++j) key = Mix(key, hashes_[word.begin + 1 + j]);
    Add(RowScheme::kWord, key, i);
    Add(RowScheme::kMatch, Mix(Mix(Mix(Seed(KeyKind::kWordClasses), cls(i - 1)), cls(i)), cls(i + 1)), word.begin,
        word.size);
  }
}

}  // namespace factline::tag
