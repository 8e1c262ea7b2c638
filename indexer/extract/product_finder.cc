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
bool IsOneChar(const Word& w) { return w.IsHan() && w.span.size_bytes() <= 4; }

bool IsPlace(const Word& w) { return w.in_place || w.Is(WordClass::kGpe) || w.pos == PartOfSpeech::kPlaceName; }

// Characters that begin technical words: 超大, 高强, 双臂, 抗冻.
constexpr TermSet kPrefixes = {"超", "高", "低", "双", "多", "全", "无", "非", "抗", "防", "微", "纳"};
constexpr TermSet kMeasures = {"个", "台", "款", "种", "项", "套", "批", "件", "组", "条", "家",
                               "座", "辆", "架", "艘", "大", "类", "次", "名", "位", "代", "年"};

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
      if (IsOneChar(w)) return Step::kInside;
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
  while (n < 2 && n < grade && IsOneChar(list.words[grade - 1 - n]) && !list.words[grade - 1 - n].IsPunctuation() &&
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
    reach.marked |= w.kind == TokenKind::kLatin || (w.pos == PartOfSpeech::kUnknown && !IsOneChar(w));
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

// The head may be a word's end, or one character that the dictionary could not join (压 + 沙 + 机).
bool IsAnchor(const WordList& list, size_t i) {
  const Word& w = list.words[i];
  if (!w.IsHan() || IsPlace(w)) return false;
  if (w.Ends(WordClass::kProductHead)) return true;
  if (IsOneChar(w) && i > 0 && IsOneChar(list.words[i - 1]) &&
      Lexicon::BuiltIn().Is(list.TextOf(list.SpanOf(i - 1, i)), WordClass::kProductHead)) {
    return true;  // 电 + 芯
  }
  return w.Ends(WordClass::kProductSuffix) && !w.Ends(WordClass::kProductGeneric) &&
         (w.pos == PartOfSpeech::kNoun || w.pos == PartOfSpeech::kUnknown || w.pos == PartOfSpeech::kOtherName);
}

}  // namespace

void FindProducts(const WordList& list, std::vector<NameMention>& mentions) {
  for (size_t i = 0; i < list.words.size(); ++i) {
    const Word& w = list.words[i];
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
