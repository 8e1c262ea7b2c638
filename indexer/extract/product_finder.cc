#include "indexer/extract/product_finder.h"

#include <algorithm>
#include <array>

#include "indexer/extract/term_set.h"
#include "protos/vocab/utf8.h"

namespace factline::extract {
namespace {

using text::PartOfSpeech;
using text::TokenKind;

constexpr size_t kMaxWords = 12;
constexpr size_t kMaxBytes = 75;
constexpr float kClear = 0.5f;     // with words that make it one thing
constexpr float kRepeated = 0.3f;  // counts only where it comes twice

bool IsOpenQuote(const Word& w) { return w.term == "“" || w.term == "「"; }
bool IsCloseQuote(const Word& w) { return w.term == "”" || w.term == "」"; }
bool IsOneHan(const Word& w) { return w.IsHan() && w.span.size_bytes() <= 4; }

bool IsPlace(const Word& w) { return w.in_place || w.Is(WordClass::kGpe) || w.pos == PartOfSpeech::kPlaceName; }

// Characters that begin technical words: 超大, 高强, 双臂, 抗冻.
constexpr TermSet kPrefixes = {"超", "高", "低", "双", "多", "全", "无", "非", "抗", "防", "微", "纳"};
constexpr TermSet kMeasures = {"个", "台", "款", "种", "项", "套", "批", "件", "组", "条", "家", "座", "辆", "架",
                               "艘", "大", "类", "次", "名", "位", "代", "年", "部", "颗", "枚", "门", "支", "根"};

// 三 in 三轮, 六 in 六轴, 第二代: a numeral that is part of the name.
bool IsNumeralInside(const Word& w, const Word& right) {
  if (w.pos != PartOfSpeech::kNumeral) return false;
  for (const std::string_view measure : kMeasures) {
    if (w.term.ends_with(measure)) return w.term.starts_with("第") && measure == "代";
  }
  if (w.term.starts_with("一") || w.term.starts_with("两") || w.term.starts_with("几")) return false;
  return !OneOf(right.term, kMeasures);
}

enum class Step { kStop, kInside, kBegin };

// May the word stand inside a product's name, and may the name begin with it? `left` stands before it, if anything
// does.
Step StepOf(const Word& w, const Word& right, const Word* left) {
  if (w.IsPunctuation()) return w.term == "-" || w.term == "·" ? Step::kInside : Step::kStop;
  // CP-300自升式平台: the number of a model.
  if (w.kind == TokenKind::kNumber && !w.after_blank && left != nullptr && left->term == "-") return Step::kInside;
  if (w.in_value || w.kind == TokenKind::kNumber) return Step::kStop;
  if (IsNumeralInside(w, right)) return Step::kBegin;
  if (w.kind == TokenKind::kLatin) return Step::kBegin;
  if (IsPlace(w) || w.Is(WordClass::kOrgProper) || w.Is(WordClass::kOrg) || w.pos == PartOfSpeech::kOrgName) {
    return Step::kStop;
  }
  // 远辰 + 储能: a company's short name stands in front of its product.
  if (w.Is(WordClass::kOrgWeak) && left != nullptr && left->IsHan() &&
      (left->pos == PartOfSpeech::kUnknown || left->pos == PartOfSpeech::kPersonName)) {
    return Step::kStop;
  }
  if (w.Is(WordClass::kProductVerb) || w.Is(WordClass::kProductLead) || w.Is(WordClass::kTitle) ||
      w.Is(WordClass::kSpeech))
    return Step::kStop;
  if (OneOf(w.term, kPrefixes)) return Step::kBegin;
  switch (w.pos) {
    case PartOfSpeech::kParticle:
    case PartOfSpeech::kPreposition:
    case PartOfSpeech::kPronoun:
    case PartOfSpeech::kConjunction:
    case PartOfSpeech::kTime:
    case PartOfSpeech::kLocative:
    case PartOfSpeech::kNumeral:
    case PartOfSpeech::kMeasureWord:
    case PartOfSpeech::kAdverb:
    case PartOfSpeech::kOther:
      return Step::kStop;
    case PartOfSpeech::kVerb: {
      if (w.span.size_bytes() > 6) return Step::kStop;
      if (IsOneHan(w)) return Step::kInside;
      // 测绘航空设备 begins with a verb where nothing else could be its subject.
      const bool free = left != nullptr && (left->term == "的" || left->term == "、" || left->term == "出" ||
                                            left->term == "了" || left->Is(WordClass::kProductVerb));
      if (free) return Step::kBegin;
      return w.Is(WordClass::kOrgLead) ? Step::kStop : Step::kInside;
    }
    default:
      return Step::kBegin;
  }
}

// 千瓦级, 万吨级: the unit in front of 级 belongs to the name. How many words it takes.
size_t GradeWords(const WordList& list, size_t grade) {
  size_t n = 0;
  while (n < 2 && n < grade && IsOneHan(list.words[grade - 1 - n]) && !list.words[grade - 1 - n].IsPunctuation() &&
         !list.words[grade - 1 - n].Is(WordClass::kProductLead)) {
    ++n;
  }
  return n;
}

struct Reach {
  size_t begin;
  int modifiers = 0;
  bool marked = false;  // Latin letters, a quotation, a word that no dictionary has
};

Reach WalkLeft(const WordList& list, size_t anchor) {
  Reach reach{.begin = anchor};
  for (size_t j = anchor, steps = 0; j > 0 && steps < kMaxWords; ++steps) {
    const Word& right = list.words[j];
    --j;
    const Word& w = list.words[j];
    if (right.after_blank && (right.IsHan() || w.IsHan())) break;
    if (list.words[anchor].span.end_exclusive - w.span.begin > kMaxBytes) break;
    if (IsCloseQuote(w)) {
      size_t open = j;
      while (open > 0 && j - open < 8 && !IsOpenQuote(list.words[open])) --open;
      if (!IsOpenQuote(list.words[open]) || j + 1 != anchor) break;
      reach = {.begin = open, .modifiers = reach.modifiers + 1, .marked = true};
      break;
    }
    if (w.term == "级" && j > 0) {
      const size_t grade = GradeWords(list, j);
      if (grade == 0) break;
      j -= grade;
      reach.begin = j;
      ++reach.modifiers;
      break;
    }
    const Step step = StepOf(w, right, j > 0 ? &list.words[j - 1] : nullptr);
    if (step == Step::kStop) break;
    ++reach.modifiers;
    if (step == Step::kBegin) reach.begin = j;
    reach.marked |= w.kind == TokenKind::kLatin || (w.pos == PartOfSpeech::kUnknown && !IsOneHan(w));
  }
  return reach;
}

bool FollowsMaking(const WordList& list, size_t begin) {
  for (size_t n = 0, i = begin; i > 0 && n < 5; ++n) {
    --i;
    const Word& w = list.words[i];
    if (w.Is(WordClass::kProductVerb)) return true;
    const bool led = w.Is(WordClass::kProductLead) || w.term == "了" || w.term == "出" || w.term == "的" ||
                     w.pos == PartOfSpeech::kNumeral || w.pos == PartOfSpeech::kMeasureWord || w.in_value;
    if (!led || w.IsPunctuation()) return false;
  }
  return false;
}

// 隔热材料 + 与系统: a bare head behind a joiner shares the modifiers.
size_t ExtendOverJoiner(const WordList& list, size_t anchor) {
  const size_t n = list.words.size();
  if (anchor + 2 >= n) return anchor;
  const std::string_view joiner = list.words[anchor + 1].term;
  const Word& next = list.words[anchor + 2];
  if ((joiner != "与" && joiner != "及") || !next.Is(WordClass::kProductHead) || !next.Is(WordClass::kProductGeneric)) {
    return anchor;
  }
  return anchor + 3 < n && list.words[anchor + 3].Ends(WordClass::kProductHead) ? anchor : anchor + 2;
}

// 汽车产业, 船舶、航空装备等领域: a trade or a field, where the things of it are meant by kind.
bool NamesAField(const WordList& list, size_t end) {
  static constexpr TermSet kFields = {"产业",   "行业", "领域", "集群", "企业", "市场", "产业链", "产业集群",
                                      "增加值", "板块", "赛道", "专业", "学科", "方向", "方面",   "制造业",
                                      "业",     "车企", "厂商", "展区", "公司", "生态"};
  constexpr size_t kMaxWords = 24, kMaxBehindEtc = 4;
  const size_t n = list.words.size();
  if (end + 1 >= n) return false;
  if (OneOf(list.words[end + 1].term, kFields)) return true;
  const auto joins = [&](size_t i) {
    const std::string_view term = list.words[i].term;
    return term == "、" || term == "和" || term == "及" || term == "与" || term == "以及";
  };
  if (!joins(end + 1) && list.words[end + 1].term != "等") return false;
  for (size_t i = end + 1; i < n && i < end + kMaxWords; ++i) {
    const Word& w = list.words[i];
    if (w.IsPunctuation() && w.term != "、") return false;
    if (w.term != "等") {
      if (i > end + 1 && OneOf(w.term, kFields)) return true;
      continue;
    }
    for (size_t j = i + 1; j < n && j <= i + kMaxBehindEtc && !list.words[j].IsPunctuation(); ++j) {
      if (OneOf(list.words[j].term, kFields)) return true;
    }
    return false;
  }
  return false;
}

void TryAnchor(const WordList& list, size_t anchor, std::vector<NameMention>& mentions) {
  const Word& word = list.words[anchor];
  if (word.Is(WordClass::kProductGeneric) && !word.Is(WordClass::kProductHead)) return;
  const Reach reach = WalkLeft(list, anchor);
  const bool made = FollowsMaking(list, reach.begin);
  const bool weak = word.Is(WordClass::kProductWeak) || word.Is(WordClass::kProductGeneric);
  const size_t end = ExtendOverJoiner(list, anchor);
  const Span span = list.SpanOf(reach.begin, end);
  const std::string_view name = list.TextOf(span);
  const size_t chars = CountCodePoints(name);
  const Lexicon& lexicon = Lexicon::BuiltIn();
  if (lexicon.Is(name, WordClass::kProductGeneric) || lexicon.Is(name, WordClass::kProductLead)) return;
  if (!made && NamesAField(list, end)) return;
  if (reach.modifiers == 0) {
    // One dictionary word (动力电池): a name where it is made, or spoken of again.
    if (weak || chars < 3) return;
    const bool compound = chars >= 4;  // 钠离子电池
    mentions.push_back({.span = span, .type = EntityType::kProduct, .score = made || compound ? kClear : kRepeated});
    return;
  }
  if (chars < 4) return;
  const bool of_place = reach.begin > 0 && IsPlace(list.words[reach.begin - 1]) && word.term == "指数";
  const bool clear = weak ? made || of_place || (reach.marked && chars >= 6) || end != anchor
                          : made || reach.marked || reach.modifiers >= 2 || chars >= 5;
  if (!clear && word.term == "指数") return;  // 运价指数: an indicator, however often
  mentions.push_back({.span = span, .type = EntityType::kProduct, .score = clear ? kClear : kRepeated});
}

// 研制, 发明: verbs of which only things are the object; 推出 and 发布 are of programmes and people too.
bool FollowsInvention(const WordList& list, size_t begin) {
  for (size_t n = 0, i = begin; i > 0 && n < 3; ++n) {
    const Word& w = list.words[--i];
    if (w.IsPunctuation()) return false;
    if (w.Is(WordClass::kProductVerb))
      return w.term.starts_with("研") || w.term.starts_with("发明") || w.term.ends_with("制");
  }
  return false;
}

// 第二代背负系统，以及“云雀背包”: a quotation joined to a product is another.
bool GoesOnFrom(const WordList& list, size_t open, const std::vector<NameMention>& mentions) {
  if (mentions.empty() || mentions.back().type != EntityType::kProduct) return false;
  const std::string_view joiner = list.words[open - 1].term;
  if (joiner != "、" && joiner != "和" && joiner != "及" && joiner != "以及" && joiner != "与") return false;
  const uint32_t at = list.words[open - 1].span.begin;
  return mentions.back().span.end_exclusive <= at && at - mentions.back().span.end_exclusive <= 6;
}

// “云雀背包” behind a verb of making or 名为.
void TryQuoted(const WordList& list, size_t open, std::vector<NameMention>& mentions) {
  static constexpr TermSet kNaming = {"名为", "叫", "叫做", "名叫", "命名为", "称为", "一款", "一种"};
  if (open == 0) return;
  size_t close = open + 1;
  while (close < list.words.size() && close < open + 8 && !list.words[close].IsPunctuation()) ++close;
  if (close >= list.words.size() || !IsCloseQuote(list.words[close]) || close == open + 1) return;
  const Word& last = list.words[close - 1];
  const bool thing = last.Ends(WordClass::kProductHead) || last.Ends(WordClass::kProductSuffix);
  const bool noun = last.pos != PartOfSpeech::kVerb && last.pos != PartOfSpeech::kOther;
  const bool named = OneOf(list.words[open - 1].term, kNaming);
  if (!thing && !(noun && (named || FollowsInvention(list, open) || GoesOnFrom(list, open, mentions)))) return;
  const Span span = list.SpanOf(open + 1, close - 1);
  const size_t chars = CountCodePoints(list.TextOf(span));
  if (chars < 3 || chars > 14) return;
  mentions.push_back({.span = span, .type = EntityType::kProduct, .score = kClear});
}

// Verbs of which only things are the object.
bool IsInventing(const Word& w) {
  static constexpr TermSet kVerbs = {"研制",   "研发", "研制出", "研发出",   "自主研发", "自主研制", "成功研制",
                                     "开发出", "发明", "制备",   "研制成功", "试制",     "首创",     "攻克"};
  return OneOf(w.term, kVerbs);
}

// Ends of noun phrases behind verbs of making that are no product: 研发能力, 研制任务.
bool IsNoThing(const Word& w) {
  static constexpr TermSet kNoThings = {"能力",   "人员", "任务", "工作", "投入", "中心", "团队", "机构", "项目",
                                        "水平",   "经费", "费用", "过程", "模式", "方向", "周期", "成果", "产品",
                                        "新产品", "需求", "体系", "计划", "企业", "公司", "基地", "难题", "问题",
                                        "难关",   "瓶颈", "阶段", "领域", "环节", "成本", "实力", "生产", "制造",
                                        "应用",   "设计", "创新", "人才", "队伍", "方案", "平台", "部门"};
  return OneOf(w.term, kNoThings) || w.term.ends_with("化") || w.Is(WordClass::kOrgSuffix) ||
         w.Ends(WordClass::kOrgOffice);
}

// 研制全球首款深井测温光缆: the noun phrase behind a verb of inventing is a thing, whatever it ends with.
void TryInvented(const WordList& list, size_t verb, std::vector<NameMention>& mentions) {
  constexpr size_t kMaxLeads = 8, kMaxPhraseWords = 9, kMinChars = 3, kMaxChars = 16;
  size_t begin = verb + 1;
  for (size_t n = 0; n < kMaxLeads && begin < list.words.size(); ++n, ++begin) {
    const Word& w = list.words[begin];
    if (w.IsPunctuation() || w.after_blank) return;
    const bool lead = w.Is(WordClass::kProductLead) || w.in_value || IsPlace(w) || w.Is(WordClass::kProductVerb) ||
                      w.pos == PartOfSpeech::kParticle || w.pos == PartOfSpeech::kMeasureWord ||
                      w.pos == PartOfSpeech::kAdverb ||
                      (w.pos == PartOfSpeech::kNumeral &&
                       !IsNumeralInside(w, begin + 1 < list.words.size() ? list.words[begin + 1] : w)) ||
                      w.pos == PartOfSpeech::kLocative || w.pos == PartOfSpeech::kPronoun || w.term == "出" ||
                      w.term == "成功" || w.term == "第一";
    if (!lead) break;
  }
  size_t end = begin;
  while (end < list.words.size() && end - begin < kMaxPhraseWords && !list.words[end].IsPunctuation() &&
         !(end > begin && list.words[end].after_blank) &&
         StepOf(list.words[end], end + 1 < list.words.size() ? list.words[end + 1] : list.words[end],
                end > begin ? &list.words[end - 1] : nullptr) != Step::kStop) {
    ++end;
  }
  if (end == begin) return;
  static const Word kEndOfText{.kind = TokenKind::kPunctuation};
  const Word& after = end < list.words.size() ? list.words[end] : kEndOfText;
  // The phrase must be over: 研发储能技术人员 goes on, 研制数控机床取得突破 does not.
  const bool over = after.IsPunctuation() || after.pos == PartOfSpeech::kParticle ||
                    after.pos == PartOfSpeech::kConjunction || after.pos == PartOfSpeech::kPreposition ||
                    after.pos == PartOfSpeech::kPronoun || after.pos == PartOfSpeech::kVerb ||
                    after.pos == PartOfSpeech::kAdverb;
  const Word& last = list.words[end - 1];
  const bool noun = last.pos == PartOfSpeech::kNoun || last.pos == PartOfSpeech::kUnknown ||
                    last.pos == PartOfSpeech::kOtherName || last.pos == PartOfSpeech::kPersonName ||
                    (IsOneHan(last) && end - begin >= 2);
  if (!over || !noun || IsNoThing(last) || IsNoThing(list.words[begin])) return;
  const Span span = list.SpanOf(begin, end - 1);
  const size_t chars = CountCodePoints(list.TextOf(span));
  if (chars < kMinChars || chars > kMaxChars || Lexicon::BuiltIn().Is(list.TextOf(span), WordClass::kProductGeneric))
    return;
  mentions.push_back({.span = span, .type = EntityType::kProduct, .score = kClear});
}

// C919, GLM-4: capitals with a digit. Alone it may be anything (a pipe's width, a grade), so it needs a thing beside
// it.
void TryModelNumber(const WordList& list, size_t i, std::vector<NameMention>& mentions) {
  const std::string_view name = list.TextOf(list.words[i].span);
  const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (name.size() < 3 || name.size() > 16 || !is_capital(name.front()) ||
      !std::any_of(name.begin(), name.end(), is_digit)) {
    return;
  }
  const Word* before = i > 0 ? &list.words[i - 1] : nullptr;
  const Word* after = i + 1 < list.words.size() ? &list.words[i + 1] : nullptr;
  if (before != nullptr && (before->term == "(" || before->term == "（")) return;
  const auto thing = [](const Word* w) {
    return w != nullptr &&
           (w->Ends(WordClass::kProductHead) || w->term == "型" || w->term == "系列" || w->term == "型号");
  };
  const bool clear = thing(before) || thing(after) || FollowsMaking(list, i);
  mentions.push_back({.span = list.words[i].span, .type = EntityType::kProduct, .score = clear ? 0.45f : kRepeated});
}

// 蛟龙 in 蛟龙号, 飞鱼 in 飞鱼六号, 雪 + 龙 in 雪龙2号: where the name in front of the number begins; `end` if none.
size_t NumberedStem(const WordList& list, size_t end) {
  if (end == 0 || list.words[end].after_blank) return end;
  const Word& w = list.words[end - 1];
  if (IsCloseQuote(w)) {
    size_t open = end - 1;
    while (open > 0 && end - open < 5 && !IsOpenQuote(list.words[open])) --open;
    return IsOpenQuote(list.words[open]) ? open : end;
  }
  static constexpr TermSet kAddresses = {"路", "街", "巷", "道", "楼", "线", "院",   "栋",
                                         "第", "月", "弄", "室", "令", "字", "大街", "地铁"};
  const auto may_name = [](const Word& word) {
    if (!word.IsHan() || word.in_value || word.Is(WordClass::kOrgLead) || word.Is(WordClass::kProductLead))
      return false;
    return word.pos == PartOfSpeech::kNoun || word.pos == PartOfSpeech::kPlaceName ||
           word.pos == PartOfSpeech::kOrgName || word.pos == PartOfSpeech::kOtherName ||
           word.pos == PartOfSpeech::kUnknown || word.pos == PartOfSpeech::kPersonName;
  };
  for (const std::string_view address : kAddresses) {
    if (w.term.ends_with(address)) return end;
  }
  if (!IsOneHan(w)) return may_name(w) ? end - 1 : end;
  if (end < 2 || w.after_blank || !IsOneHan(list.words[end - 2]) || !may_name(w)) return end;
  const Word& first = list.words[end - 2];
  return may_name(first) || first.pos == PartOfSpeech::kMeasureWord || first.pos == PartOfSpeech::kAdjective ? end - 2
                                                                                                             : end;
}

// 蛟龙号, 飞鱼六号探测器, “远山”号: ships, craft and engines that bear a name and a number.
void TryNumbered(const WordList& list, size_t i, std::vector<NameMention>& mentions) {
  const Word& w = list.words[i];
  if (!w.term.ends_with("号") || w.Is(WordClass::kProductLead)) return;
  if (i + 1 < list.words.size() && IsCloseQuote(list.words[i + 1])) {  // “远山10号”: whatever a date reads like
    constexpr size_t kMaxQuoted = 6, kMinQuoted = 3;
    size_t open = i;
    while (open > 0 && i - open < kMaxQuoted && !list.words[open].IsPunctuation()) --open;
    if (!IsOpenQuote(list.words[open]) || CountCodePoints(list.TextOf(list.SpanOf(open + 1, i))) < kMinQuoted) return;
    mentions.push_back({.span = list.SpanOf(open + 1, i), .type = EntityType::kProduct, .score = 0.75f});
    return;
  }
  if (w.in_value) return;
  size_t number = i;
  if (w.term == "号") {
    if (i > 0 && list.words[i - 1].kind == TokenKind::kNumber && !list.words[i - 1].after_blank) --number;
  } else if (w.pos != PartOfSpeech::kNumeral || w.term.starts_with("第") || w.term.starts_with("头")) {
    return;
  }
  const size_t begin = NumberedStem(list, number);
  if (begin == number) return;
  static constexpr TermSet kNoThings = {"线", "楼", "院", "文件", "公告", "令", "门",    "馆",
                                        "仓", "井", "矿", "台风", "站",   "桥", "召集令"};
  static constexpr TermSet kMore = {"实验室", "空间站", "舰", "轮", "列车", "核心舱", "试验船"};
  static constexpr TermSet kPurposes = {"试验", "探测", "运载", "载人", "货运", "科考", "测量", "勘探", "通信", "遥感"};
  const size_t n = list.words.size();
  if (i + 1 < n && OneOf(list.words[i + 1].term, kNoThings)) return;
  size_t end = i;
  constexpr size_t kMaxHeadWords = 3;
  for (size_t j = i + 1; j < n && j <= i + kMaxHeadWords && list.words[j].IsHan() && !list.words[j].after_blank; ++j) {
    const Word& more = list.words[j];
    const bool head = more.Ends(WordClass::kProductHead) || OneOf(more.term, kMore);
    if (!head && more.pos != PartOfSpeech::kNoun && !OneOf(more.term, kPurposes)) break;
    if (head || (more.Ends(WordClass::kProductSuffix) && OneOf(list.words[j - 1].term, kPurposes))) end = j;
  }
  const Span span = list.SpanOf(begin, end);
  if (CountCodePoints(list.TextOf(span)) >= 3)
    mentions.push_back({.span = span, .type = EntityType::kProduct, .score = 0.62f});
}

// The head may be a word's end, or one character that the dictionary could not join (压 + 沙 + 机).
bool IsAnchor(const WordList& list, size_t i) {
  const Word& w = list.words[i];
  if (!w.IsHan() || IsPlace(w)) return false;
  if (w.Ends(WordClass::kProductHead)) return true;
  if (IsOneHan(w) && i > 0 && IsOneHan(list.words[i - 1]) &&
      Lexicon::BuiltIn().Is(list.TextOf(list.SpanOf(i - 1, i)), WordClass::kProductHead)) {
    return true;  // 电 + 芯
  }
  const Lexicon& lexicon = Lexicon::BuiltIn();
  // 构件 is none by itself, 结构件 is.
  return w.Ends(WordClass::kProductSuffix) &&
         lexicon.SuffixIn(w.term, WordClass::kProductSuffix).size() >
             lexicon.SuffixIn(w.term, WordClass::kProductGeneric).size() &&
         (w.pos == PartOfSpeech::kNoun || w.pos == PartOfSpeech::kUnknown || w.pos == PartOfSpeech::kOtherName);
}

}  // namespace

void FindProducts(const WordList& list, std::vector<NameMention>& mentions) {
  for (size_t i = 0; i < list.words.size(); ++i) {
    const Word& w = list.words[i];
    if (IsInventing(w)) TryInvented(list, i, mentions);
    if (w.IsHan() && w.term.ends_with("号")) TryNumbered(list, i, mentions);
    if (IsOpenQuote(w)) {
      TryQuoted(list, i, mentions);
    } else if (w.kind == TokenKind::kLatin && !w.in_value) {
      TryModelNumber(list, i, mentions);
    } else if (IsAnchor(list, i)) {
      TryAnchor(list, i, mentions);
    }
  }
}

}  // namespace factline::extract
