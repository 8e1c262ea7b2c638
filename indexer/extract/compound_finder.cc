#include "indexer/extract/compound_finder.h"

#include <algorithm>
#include <array>

#include "indexer/extract/term_set.h"
#include "protos/vocab/utf8.h"

namespace factline::extract {
namespace {

using text::PartOfSpeech;
using text::TokenKind;

constexpr size_t kMaxWords = 16;
constexpr size_t kMaxQuotedWords = 10;
constexpr size_t kMaxNameBytes = 120;

// How names of one type are built.
struct Shape {
  EntityType type;
  WordClass suffix;
  WordClass generic;  // what is no name by itself
  WordClass lead;     // what ends the walk
  int min_modifiers;  // words before the ending, if nothing proper is among them
  size_t min_chars;
  float score;
  bool numbers_inside;  // 第八届, 2024年, 25GWh
};

constexpr std::array<Shape, 4> kShapes = {{
    {EntityType::kOrg, WordClass::kOrgSuffix, WordClass::kOrgGeneric, WordClass::kOrgLead, 99, 3, 0.8f, false},
    {EntityType::kEvent, WordClass::kEventSuffix, WordClass::kEventGeneric, WordClass::kOrgLead, 3, 5, 0.8f, true},
    {EntityType::kAward, WordClass::kAwardSuffix, WordClass::kAwardGeneric, WordClass::kOrgLead, 2, 4, 0.7f, false},
    {EntityType::kFac, WordClass::kFacSuffix, WordClass::kFacGeneric, WordClass::kOrgLead, 99, 4, 0.7f, true},
}};

bool IsPlace(const Word& w) {
  return w.in_place || w.Is(WordClass::kGpe) || w.Is(WordClass::kLoc) ||
         (w.pos == PartOfSpeech::kPlaceName && !w.Is(WordClass::kGpeNot)) ||
         (w.Ends(WordClass::kGpeSuffix) && !w.Is(WordClass::kGpeNot) && w.span.size_bytes() >= 6 &&
          (w.pos != PartOfSpeech::kNoun || (w.span.size_bytes() >= 9 && !w.term.ends_with("区"))));
}

// What an office, a plant or a project is named after: a place, a body, a rank.
bool IsHead(const Word& w) {
  return IsPlace(w) || w.Is(WordClass::kOrg) || w.Is(WordClass::kOrgProper) || w.pos == PartOfSpeech::kOrgName ||
         w.Ends(WordClass::kOrgSuffix);
}

// 安澜 in 安澜大桥: a name that the dictionary has for a person or does not have at all heads a work's name.
bool HeadsWork(const Word& w) {
  return w.IsHan() && w.span.size_bytes() >= 6 &&
         (w.pos == PartOfSpeech::kPersonName || w.pos == PartOfSpeech::kUnknown);
}

bool IsOneChar(const Word& w) { return w.span.size_bytes() <= 4; }

// Words that make a phrase the name of one thing rather than of a kind.
bool IsProper(const Word& w) {
  if (IsPlace(w) || w.Is(WordClass::kOrg) || w.Is(WordClass::kOrgProper)) return true;
  if (w.kind == TokenKind::kLatin) return true;
  if (!w.IsHan()) return false;
  switch (w.pos) {
    case PartOfSpeech::kOrgName:
    case PartOfSpeech::kOtherName:
    case PartOfSpeech::kPersonName:
    case PartOfSpeech::kUnknown:
      return true;
    case PartOfSpeech::kNoun:
      return IsOneChar(w) && !w.Is(WordClass::kGpeSuffix);
    default:
      return w.Is(WordClass::kGpeAbbreviation) && IsOneChar(w);
  }
}

bool IsJoiner(const Word& w) {
  return w.term == "暨" || w.term == "和" || w.term == "及" || w.term == "与" || w.term == "及其";
}
bool IsOpenQuote(const Word& w) { return w.term == "“" || w.term == "「" || w.term == "‘"; }
bool IsCloseQuote(const Word& w) { return w.term == "”" || w.term == "」" || w.term == "’"; }

// The step of the walk: may this word lie inside the name, and may the name begin with it?
enum class Step { kStop, kInside, kBegin };

bool BuildsOrMoves(const Word& w);

// 承建方, 代工厂商: whose part a company plays stands before its name.
bool IsParty(const Word& w) {
  if (!w.IsHan() || w.span.size_bytes() < 9) return false;
  return w.term.ends_with("方") || w.term.ends_with("商");
}

// Characters that say nothing of one thing: 大小水库, 该公司.
bool IsPlainChar(const Word& w) {
  static constexpr TermSet kPlain = {"大", "小", "新", "老", "高", "低", "长", "短", "多", "全",
                                     "各", "本", "该", "此", "上", "下", "前", "后", "主", "支",
                                     "原", "总", "分", "子", "母", "旧", "两", "同", "等", "副"};
  return OneOf(w.term, kPlain);
}

bool MayBeLoose(const Word& w) {
  if (!w.IsHan() || !IsOneChar(w) || w.in_value || w.Is(WordClass::kGpeSuffix)) return false;
  switch (w.pos) {
    case PartOfSpeech::kNoun:
    case PartOfSpeech::kUnknown:
    case PartOfSpeech::kAdjective:
    case PartOfSpeech::kVerb:
    case PartOfSpeech::kPersonName:
    case PartOfSpeech::kPlaceName:
    case PartOfSpeech::kOtherName:
      return !w.Is(WordClass::kOrgLead) && !BuildsOrMoves(w);
    case PartOfSpeech::kLocative:
      return w.term == "东" || w.term == "西" || w.term == "南" || w.term == "北" || w.term == "中";
    default:
      return false;
  }
}

// 联 + 盛 + 集团, 蒙 + 内 + 铁路: two or three loose characters between a word that ends what came before and an ending
// of names. Where the name begins; `anchor` if there is none.
size_t LooseStem(const WordList& list, size_t anchor) {
  constexpr size_t kMinChars = 2, kMaxChars = 3;
  size_t begin = anchor;
  bool plain = true;
  while (begin > 0 && anchor - begin <= kMaxChars && !list.words[begin].after_blank &&
         MayBeLoose(list.words[begin - 1])) {
    --begin;
    plain &= IsPlainChar(list.words[begin]);
  }
  const size_t chars = anchor - begin;
  if (chars < kMinChars || chars > kMaxChars || plain || IsPlainChar(list.words[anchor - 1])) return anchor;
  if (begin == 0 || list.words[begin].after_blank) return begin;
  const Word& left = list.words[begin - 1];
  const bool ends = left.IsPunctuation() || left.Is(WordClass::kOrgLead) || IsParty(left) ||
                    left.term.ends_with("企业") || IsPlace(left) || left.pos == PartOfSpeech::kPreposition ||
                    left.pos == PartOfSpeech::kParticle || left.pos == PartOfSpeech::kConjunction || left.in_value ||
                    (left.pos == PartOfSpeech::kVerb && !IsOneChar(left));
  return ends ? begin : anchor;
}

// Endings that loose characters in front make a name: works of which each has one.
bool EndsNamedWork(const Word& w) {
  static constexpr TermSet kWorks = {"大桥", "铁路", "城际铁路", "高铁",     "高速", "高速公路", "水库", "水电站",
                                     "隧道", "运河", "特大桥",   "水利枢纽", "油田", "气田",     "煤矿", "灌区"};
  return OneOf(w.term, kWorks);
}

bool BuildsOrMoves(const Word& w) {
  static constexpr TermSet kVerbs = {"建", "修", "有", "是", "到", "去", "来", "进",
                                     "出", "过", "沿", "跨", "穿", "用", "起", "造"};
  return OneOf(w.term, kVerbs);
}

// 今年, 去年: the year of telling is no part of an event's name.
bool IsDeicticYear(const Word& w) {
  static constexpr TermSet kYears = {"今年", "去年", "明年", "前年", "本年", "当年"};
  return OneOf(w.term, kYears);
}

Step StepOf(const Word& w, const Shape& shape) {
  if (w.IsPunctuation()) return w.term == "·" || w.term == "-" ? Step::kInside : Step::kStop;
  if (shape.type == EntityType::kEvent && IsDeicticYear(w)) return Step::kStop;
  if (w.term == "特" && shape.type == EntityType::kFac) return Step::kInside;  // 特 + 大桥
  if (shape.type == EntityType::kOrg && IsParty(w)) return Step::kStop;
  // 煤炭企业 + 安澜集团: a kind of company stands before the name of one.
  if (shape.type == EntityType::kOrg && w.span.size_bytes() > 6 &&
      (w.term.ends_with("企业") || w.term.ends_with("巨头")))
    return Step::kStop;
  if (w.in_value && !shape.numbers_inside) return Step::kStop;
  if (w.kind == TokenKind::kLatin) return Step::kBegin;
  if (w.term == "暨") return Step::kStop;
  if (w.term == "第" && shape.numbers_inside) return Step::kBegin;
  if (w.kind == TokenKind::kNumber || w.in_value) return shape.numbers_inside ? Step::kBegin : Step::kStop;
  if (w.Is(WordClass::kOrgVerb)) return Step::kInside;
  if (shape.type == EntityType::kAward && w.Is(WordClass::kAwardVerb)) return Step::kStop;
  const bool loose_noun = IsOneChar(w) && w.pos == PartOfSpeech::kNoun;  // 经 in 经信委
  if (w.Is(shape.lead) && !w.Is(WordClass::kOrgProper) && !loose_noun) return Step::kStop;
  if (IsProper(w)) return Step::kBegin;
  switch (w.pos) {
    case PartOfSpeech::kParticle:
    case PartOfSpeech::kPreposition:
    case PartOfSpeech::kPronoun:
    case PartOfSpeech::kConjunction:
      return Step::kStop;
    case PartOfSpeech::kAdverb:
    case PartOfSpeech::kTime:
      // 青年, 现代: the dictionary's words of time are not all dates.
      if (shape.type == EntityType::kEvent && w.pos == PartOfSpeech::kTime && !IsOneChar(w)) return Step::kInside;
      // Names are made of loose characters that have other lives as words: 太 in 太川.
      return shape.type == EntityType::kOrg && IsOneChar(w) ? Step::kInside : Step::kStop;
    case PartOfSpeech::kNumeral:
    case PartOfSpeech::kMeasureWord:
      if (shape.numbers_inside && w.term.starts_with("第")) return Step::kBegin;
      return shape.numbers_inside || IsOneChar(w) ? Step::kInside : Step::kStop;
    case PartOfSpeech::kVerb:
      if (shape.type == EntityType::kOrg && IsOneChar(w)) return Step::kInside;
      // 墩 in 四方墩林场; 建, 修 and the like build what follows.
      if (shape.type == EntityType::kFac && IsOneChar(w) && !BuildsOrMoves(w)) return Step::kInside;
      return shape.type == EntityType::kEvent && w.span.size_bytes() <= 6 ? Step::kInside : Step::kStop;
    case PartOfSpeech::kLocative:
      return Step::kInside;
    default:
      return Step::kBegin;
  }
}

// 第五届: of an event it makes the one name.
bool IsOrdinal(const Word& w, const Shape& shape) {
  return shape.type == EntityType::kEvent && w.pos == PartOfSpeech::kNumeral && w.term.starts_with("第") &&
         w.term.ends_with("届");
}

// 远航 in 远航动力有限公司: a verb that is a company's name stands before a word of trade.
bool IsVerbName(const Word& w, const Word& right, const Shape& shape) {
  return shape.type == EntityType::kOrg && w.IsHan() && w.pos == PartOfSpeech::kVerb && w.span.size_bytes() == 6 &&
         right.Is(WordClass::kOrgWeak) && !w.Is(shape.lead) && !w.Is(WordClass::kProductVerb) &&
         !w.Is(WordClass::kSpeech);
}

bool IsNameStem(const Word& w) {
  return w.IsHan() && (w.pos == PartOfSpeech::kNoun || w.pos == PartOfSpeech::kAdjective) && IsOneChar(w);
}

struct Reach {
  size_t begin;
  bool proper = false;
  bool quoted = false;
  int modifiers = 0;
};

// The opening mark of the pair that closes at `close`, if it is near; else `close`.
size_t OpeningOf(const WordList& list, size_t close, bool (*is_open)(const Word&)) {
  for (size_t back = 1; back <= kMaxQuotedWords && back <= close; ++back) {
    const Word& w = list.words[close - back];
    if (is_open(w)) return close - back;
    if (w.IsPunctuation() && w.term != "+" && w.term != "·" && w.term != "-" && w.term != "、") break;
  }
  return close;
}

// A joiner lies inside a name (锂电及新材料研究院) where its left side is a bare modifier, no name of its own.
bool JoinsModifiers(const WordList& list, size_t joiner) {
  if (joiner == 0) return false;
  const Word& left = list.words[joiner - 1];
  if (!left.IsHan() || IsPlace(left) || left.Ends(WordClass::kOrgSuffix) || left.pos == PartOfSpeech::kOrgName) {
    return left.Is(WordClass::kOrgWeak) && left.pos == PartOfSpeech::kNoun;
  }
  return left.pos == PartOfSpeech::kNoun || left.pos == PartOfSpeech::kOtherName || left.Is(WordClass::kOrgVerb);
}

Reach WalkLeft(const WordList& list, size_t anchor, const Shape& shape) {
  Reach reach{.begin = anchor};
  bool only_proper = false;  // past a joiner only something proper may begin the name
  bool place_taken = false;
  bool content = false;       // something that names has been taken: more than 股份有限 before 公司
  bool verb_crossed = false;  // 联合, 投资: inside a name (远山联合证券), or the verb before one
  for (size_t j = anchor, steps = 0; j > 0 && steps < kMaxWords; ++steps) {
    const Word& right = list.words[j];
    --j;
    const Word& w = list.words[j];
    if (right.after_blank && (right.IsHan() || w.IsHan())) break;
    if (list.words[anchor].span.end_exclusive - w.span.begin > kMaxNameBytes) break;
    if (IsCloseQuote(w) || w.IsCloseParen()) {
      const bool quote = IsCloseQuote(w);
      const size_t open = OpeningOf(
          list, j, quote ? IsOpenQuote : +[](const Word& at) { return at.IsOpenParen(); });
      if (open == j) break;
      if (!quote && (open == 0 || list.words[open - 1].IsPunctuation())) break;
      j = open;
      if (quote) {
        reach = {.begin = j, .proper = true, .quoted = true, .modifiers = reach.modifiers + 1};
      }
      continue;
    }
    if (w.Is(WordClass::kOrgLead) && right.Is(WordClass::kOrg)) break;  // 经 + 科技部
    if (IsJoiner(w) && !(shape.type == EntityType::kOrg && list.words[anchor].Is(WordClass::kOrgWeak)) &&
        (shape.type == EntityType::kOrg || shape.type == EntityType::kEvent) && JoinsModifiers(list, j)) {
      only_proper = true;
      continue;
    }
    Step step = StepOf(w, shape);
    // 临江县 + 建设 + 制造基地: a verb between where and what.
    if (shape.type == EntityType::kFac && w.term == "建设" && j + 1 < anchor && j > 0 && IsPlace(list.words[j - 1]))
      break;
    bool proper = IsProper(w) || IsOrdinal(w, shape);
    if (step == Step::kStop && IsVerbName(w, right, shape)) {
      step = Step::kBegin;
      proper = true;
    }
    // 泄洪 in 泄洪隧洞: what it is built for.
    if (step == Step::kStop && shape.type == EntityType::kFac && w.pos == PartOfSpeech::kVerb && j + 1 == anchor &&
        w.span.size_bytes() == 6 && list.words[anchor].Is(WordClass::kFacWork) && !w.Is(shape.lead)) {
      step = Step::kInside;
    }
    if (shape.type == EntityType::kEvent && w.in_value && w.pos == PartOfSpeech::kMeasureWord && w.term != "年" &&
        !w.term.ends_with("届")) {
      break;  // 3个论坛
    }
    // A title ends the name before it (邮政局局长……国务院); inside a name it stands right before the ending
    // (工程师学会).
    if (w.Is(WordClass::kTitle) && !w.Is(WordClass::kOrgProper) && j + 1 != anchor) step = Step::kStop;
    if (step == Step::kStop) break;
    if (verb_crossed && (!IsNameStem(w) && !proper)) break;
    if (verb_crossed &&
        (w.pos == PartOfSpeech::kOrgName || (w.Ends(WordClass::kOrgSuffix) && !w.Is(WordClass::kOrgWeak))))
      break;
    verb_crossed = w.Is(WordClass::kOrgVerb) && w.Is(shape.lead) && content;
    if (place_taken && !IsPlace(w) && !w.Is(WordClass::kOrg) && w.pos != PartOfSpeech::kOrgName &&
        w.kind != TokenKind::kLatin && !w.Ends(WordClass::kOrgSuffix) && !w.in_value && w.term != "驻" &&
        !IsOrdinal(w, shape)) {
      break;
    }
    if (only_proper && w.Ends(WordClass::kOrgSuffix) && !w.Is(WordClass::kOrgGeneric)) break;
    ++reach.modifiers;
    if (step == Step::kBegin && (!only_proper || proper)) {
      reach.begin = j;
      reach.proper |= proper;
      content |= !w.Ends(WordClass::kOrgSuffix) && !w.term.starts_with("有限") && w.term != "责任";
    }
    place_taken |= IsPlace(w);
  }
  return reach;
}

// The suffix is the whole word, or the word is itself a name that ends in it.
bool AnchorIsProper(const Word& anchor, const Shape& shape) {
  if (anchor.Is(shape.generic) || anchor.Is(shape.suffix)) return false;
  return anchor.pos == PartOfSpeech::kOrgName || anchor.pos == PartOfSpeech::kOtherName ||
         anchor.pos == PartOfSpeech::kUnknown || anchor.pos == PartOfSpeech::kPlaceName;
}

bool NeedsHead(const Word& anchor, const Shape& shape) {
  return shape.type == EntityType::kFac || (shape.type == EntityType::kOrg && anchor.Is(WordClass::kOrgOffice));
}

// “西部创新金奖”: a quotation that ends with the suffix is the name as a whole.
void TryQuoted(const WordList& list, size_t anchor, const Shape& shape, std::vector<NameMention>& mentions) {
  if (anchor + 1 >= list.words.size() || !IsCloseQuote(list.words[anchor + 1])) {
    return;
  }
  const size_t open = OpeningOf(list, anchor + 1, IsOpenQuote);
  if (open == anchor + 1 || open + 1 >= anchor) return;
  if (list.words[anchor].term == "工程" || list.words[anchor].term == "项目") return;  // “强国工程” is a programme
  const Span span = list.SpanOf(open + 1, anchor);
  if (span.size_bytes() > kMaxNameBytes || CountCodePoints(list.TextOf(span)) < shape.min_chars) return;
  mentions.push_back({.span = span, .type = shape.type, .score = shape.score});
}

// 中国高铁, 世界铁路: a country and a kind name nothing.
bool NamesAKind(const WordList& list, size_t begin, size_t anchor) {
  const Word& word = list.words[anchor];
  static constexpr TermSet kKinds = {"高铁", "铁路", "公路", "高速", "项目", "工程", "口岸", "基地"};
  if (std::find(kKinds.begin(), kKinds.end(), word.term) == kKinds.end()) return false;
  for (size_t i = begin; i < anchor; ++i) {
    const Word& w = list.words[i];
    const bool wide = w.Is(WordClass::kOrgProper) || w.Is(WordClass::kFacPlain) || w.term.ends_with("国");
    if (!wide) return w.pos == PartOfSpeech::kNumeral && i + 1 == anchor;
  }
  return true;
}

// 我国重点水利项目: words of praise make it no name.
bool IsDescription(const WordList& list, size_t begin, size_t anchor) {
  for (size_t i = begin; i < anchor; ++i) {
    if (list.words[i].Is(WordClass::kFacPlain)) return true;
  }
  return false;
}

// 健身中心, 新工厂: a place to go to rather than a body.
bool EndsAsFacility(const Word& word, const WordList& list, size_t anchor) {
  constexpr size_t kMinBytes = 9;
  const Lexicon& lexicon = Lexicon::BuiltIn();
  if (lexicon.SuffixIn(word.term, WordClass::kFacSuffix).size() >= kMinBytes) return true;
  if (anchor == 0 || list.words[anchor].after_blank || !list.words[anchor - 1].IsHan()) return false;
  const std::string_view joined = list.TextOf(list.SpanOf(anchor - 1, anchor));
  return lexicon.SuffixIn(joined, WordClass::kFacSuffix).size() >
         std::max<size_t>(word.span.size_bytes(), kMinBytes - 1);
}

// 金奖 right behind a verb of winning is the award; elsewhere it is a word.
bool IsBareAward(const WordList& list, size_t anchor, const Shape& shape) {
  const Word& word = list.words[anchor];
  return shape.type == EntityType::kAward && anchor > 0 && word.span.size_bytes() >= 6 && !word.Is(shape.generic) &&
         word.Is(shape.suffix) && list.words[anchor - 1].Is(WordClass::kAwardVerb);
}

// 成立绿色能源研究院: what is founded has a name, though nothing in it is proper.
bool IsFounded(const WordList& list, size_t begin, size_t anchor, const Shape& shape) {
  static constexpr TermSet kVerbs = {"成立", "设立", "组建", "创办", "创立", "筹建", "揭牌"};
  static constexpr TermSet kBodies = {"研究院",   "研究所", "研究中心", "实验室", "联盟",
                                      "产业联盟", "协会",   "学会",     "基金会", "学院"};
  constexpr size_t kMinChars = 6;
  if (shape.type != EntityType::kOrg || begin == 0 || begin == anchor) return false;
  const Word& verb = list.words[begin - 1];
  const bool founded =
      OneOf(verb.term, kVerbs) || (verb.term == "了" && begin > 1 && OneOf(list.words[begin - 2].term, kVerbs));
  return founded && OneOf(list.words[anchor].term, kBodies) &&
         CountCodePoints(list.TextOf(list.SpanOf(begin, anchor))) >= kMinChars;
}

// 经济高速增长: how fast, no road.
bool IsSpeed(const WordList& list, size_t anchor) {
  static constexpr TermSet kMoves = {"增长", "发展", "运转", "运行", "扩张", "推进", "前进", "成长", "行驶", "旋转"};
  return list.words[anchor].term == "高速" && anchor + 1 < list.words.size() &&
         OneOf(list.words[anchor + 1].term, kMoves);
}

bool TryLooseStem(const WordList& list, size_t anchor, const Shape& shape, std::vector<NameMention>& mentions) {
  const Word& word = list.words[anchor];
  const bool company = shape.type == EntityType::kOrg && (word.term == "集团" || word.term == "公司");
  if (!company && !(shape.type == EntityType::kFac && EndsNamedWork(word))) return false;
  const size_t begin = LooseStem(list, anchor);
  if (begin == anchor || (company && begin > 0 && IsPlace(list.words[begin - 1]))) return false;  // 四川远辰集团
  mentions.push_back({.span = list.SpanOf(begin, anchor), .type = shape.type, .score = shape.score});
  return true;
}

void TryShape(const WordList& list, size_t anchor, const Shape& shape, std::vector<NameMention>& mentions) {
  const Word& word = list.words[anchor];
  if (IsSpeed(list, anchor)) return;
  if (TryLooseStem(list, anchor, shape, mentions)) return;
  const Reach reach = WalkLeft(list, anchor, shape);
  if (word.term == "组织" && reach.begin + 1 == anchor && IsPlace(list.words[reach.begin])) return;  // 全县组织开展
  const bool anchor_proper = AnchorIsProper(word, shape);
  if (word.Is(shape.generic) && !word.Is(shape.suffix)) return;  // 布局, 高新技术: the suffix is a part of another word
  const bool weak = shape.type == EntityType::kOrg && word.Is(WordClass::kOrgWeak);
  const bool headed = IsHead(list.words[reach.begin]) ||
                      (shape.type == EntityType::kFac && reach.begin < anchor && HeadsWork(list.words[reach.begin]));
  if (!anchor_proper && NeedsHead(word, shape) && !headed && !reach.quoted) return;
  if (reach.begin == anchor && IsBareAward(list, anchor, shape)) {
    mentions.push_back({.span = word.span, .type = shape.type, .score = shape.score});
    return;
  }
  if (reach.begin == anchor && !anchor_proper && !word.Is(WordClass::kOrg)) return;
  if (!reach.proper && !anchor_proper && reach.modifiers < shape.min_modifiers &&
      !IsFounded(list, reach.begin, anchor, shape)) {
    return;
  }
  if (weak && reach.quoted) return;
  if (word.term == "董事会" && anchor + 1 < list.words.size() && list.words[anchor + 1].term == "主席") return;
  if (shape.type == EntityType::kFac &&
      (IsDescription(list, reach.begin, anchor) || NamesAKind(list, reach.begin, anchor))) {
    return;
  }
  if (shape.type == EntityType::kOrg && EndsAsFacility(word, list, anchor)) return;
  const Span span = list.SpanOf(reach.begin, anchor);
  const std::string_view name = list.TextOf(span);
  if (CountCodePoints(name) < shape.min_chars - (reach.begin == anchor ? 1 : 0)) return;
  if (Lexicon::BuiltIn().Is(name, shape.generic) || Lexicon::BuiltIn().Is(name, shape.lead)) return;
  mentions.push_back({.span = span, .type = shape.type, .score = weak ? 0.3f : shape.score});
}

// Endings of two words: 展销 + 活动.
uint64_t JoinedClasses(const WordList& list, size_t i) {
  if (i == 0 || list.words[i].after_blank || !list.words[i - 1].IsHan()) return 0;
  const Span span = list.SpanOf(i - 1, i);
  constexpr size_t kMaxBytes = 18;
  if (span.size_bytes() > kMaxBytes) return 0;
  // One character behind a word (体育运动 + 会): the ending may begin inside that word.
  return IsOneChar(list.words[i]) ? Lexicon::BuiltIn().SuffixClasses(list.TextOf(span))
                                  : Lexicon::BuiltIn().Classes(list.TextOf(span));
}

// 入选“甲乙计划”: what is quoted behind a verb of winning is the award, whatever it ends with.
void TryQuotedAward(const WordList& list, size_t open, std::vector<NameMention>& mentions) {
  constexpr size_t kMaxBack = 6;
  bool won = false, plain = false;
  for (size_t n = 1; n <= kMaxBack && n <= open && !won; ++n) {
    const Word& w = list.words[open - n];
    if (w.IsPunctuation() && w.term != "、" && !IsCloseQuote(w)) return;
    won = w.Is(WordClass::kAwardVerb);
    plain = w.Is(WordClass::kAwardVerbPlain);
  }
  if (!won) return;
  size_t close = open + 1;
  while (close < list.words.size() && close < open + kMaxQuotedWords && !IsCloseQuote(list.words[close])) {
    if (list.words[close].IsPunctuation() && list.words[close].term != "·" && list.words[close].term != "+") return;
    ++close;
  }
  if (close >= list.words.size() || !IsCloseQuote(list.words[close]) || close == open + 1) return;
  // 获得 and the like are of anything: only what is called a title, or ends like an award.
  if (plain && !list.words[close - 1].Ends(WordClass::kAwardSuffix) &&
      (close + 1 >= list.words.size() || !list.words[close + 1].Ends(WordClass::kAwardSuffix))) {
    return;
  }
  const Span span = list.SpanOf(open + 1, close - 1);
  const size_t chars = CountCodePoints(list.TextOf(span));
  if (chars >= 3 && chars <= 24) mentions.push_back({.span = span, .type = EntityType::kAward, .score = 0.85f});
}

// 工业 + 和 + 信息化 + 部: a listed body of several words that ends at `i`.
void TryListedWords(const WordList& list, size_t i, std::vector<NameMention>& mentions) {
  constexpr size_t kMaxWords = 5;
  bool joined = false;
  for (size_t n = 1; n <= kMaxWords && n <= i && list.words[i - n].IsHan(); ++n) {
    joined |= list.words[i - n].term == "和";
    if (!joined || list.words[i - n].term == "和") continue;
    const Span span = list.SpanOf(i - n, i);
    if (!Lexicon::BuiltIn().Is(list.TextOf(span), WordClass::kOrg)) continue;
    mentions.push_back({.span = span, .type = EntityType::kOrg, .score = 0.85f});
    return;
  }
}

}  // namespace

void FindCompoundNames(const WordList& list, std::vector<NameMention>& mentions) {
  for (size_t i = 0; i < list.words.size(); ++i) {
    const Word& word = list.words[i];
    if (IsOpenQuote(word)) TryQuotedAward(list, i, mentions);
    if (!word.IsHan()) continue;
    const uint64_t ends = word.ends | JoinedClasses(list, i);
    if (ends == 0) continue;
    for (const Shape& shape : kShapes) {
      if (!(ends & Bit(shape.suffix))) continue;
      if (shape.type == EntityType::kOrg && i >= 2) TryListedWords(list, i, mentions);
      TryShape(list, i, shape, mentions);
      TryQuoted(list, i, shape, mentions);
    }
    if (word.Is(WordClass::kOrg)) mentions.push_back({.span = word.span, .type = EntityType::kOrg, .score = 0.75f});
  }
}

}  // namespace factline::extract
