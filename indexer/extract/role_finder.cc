#include "indexer/extract/role_finder.h"

#include <algorithm>

#include "indexer/extract/term_set.h"
#include "protos/vocab/utf8.h"

namespace factline::extract {
namespace {

using text::PartOfSpeech;
using text::TokenKind;

constexpr size_t kMinChars = 2, kMaxChars = 6;
constexpr float kScore = 0.45f;     // above the tagger's organisations, below what rules know
constexpr float kHasScore = 0.55f;  // above the tagger's persons: no person has a share price
constexpr float kSure = 0.75f;      // an ending that names one thing, or a list
constexpr float kWeak = 0.35f;      // below: needs more evidence

bool IsOneChar(const Word& w) { return w.span.size_bytes() <= 3; }

// May the word lie inside such a name?
bool MayLieInside(const Word& w) {
  constexpr uint64_t kNever = Bit(WordClass::kOrgLead) | Bit(WordClass::kOrgHas) | Bit(WordClass::kOrgDoes) |
                              Bit(WordClass::kTitle) | Bit(WordClass::kSpeech) | Bit(WordClass::kNameStop) |
                              Bit(WordClass::kOrgGeneric);
  if (w.in_value || w.in_place || w.is & kNever) return false;
  if (w.kind == TokenKind::kLatin) return true;
  if (!w.IsHan()) return false;
  switch (w.pos) {
    case PartOfSpeech::kNoun:
    case PartOfSpeech::kUnknown:
    case PartOfSpeech::kPersonName:
    case PartOfSpeech::kOtherName:
    case PartOfSpeech::kOrgName:
      return true;
    case PartOfSpeech::kPlaceName:
      return !w.Is(WordClass::kGpe);
    case PartOfSpeech::kAdjective:
    case PartOfSpeech::kVerb:
    case PartOfSpeech::kNumeral:
      return IsOneChar(w);
    default:
      return false;
  }
}

// Does the word show that the phrase is a name: one that the dictionary does not have, or a loose character?
bool IsLoose(const Word& w) {
  if (w.kind == TokenKind::kLatin) return true;
  if (IsOneChar(w))
    return w.pos == PartOfSpeech::kNoun || w.pos == PartOfSpeech::kUnknown || w.pos == PartOfSpeech::kPersonName ||
           w.pos == PartOfSpeech::kVerb;
  return w.pos == PartOfSpeech::kUnknown || w.pos == PartOfSpeech::kPersonName || w.pos == PartOfSpeech::kOtherName;
}

bool IsJoiner(std::string_view term) {
  return term == "、" || term == "和" || term == "及" || term == "与" || term == "以及";
}

// Does a name end before the word, or begin behind it?
bool Bounds(const Word& w) {
  return w.IsPunctuation() || w.in_value || w.Is(WordClass::kOrgLead) || w.pos == PartOfSpeech::kPreposition ||
         w.pos == PartOfSpeech::kParticle || w.pos == PartOfSpeech::kConjunction || w.pos == PartOfSpeech::kTime ||
         w.pos == PartOfSpeech::kAdverb;
}

// A surname and one or two characters: more likely a person.
bool LooksLikePerson(std::string_view name) {
  return CountCodePoints(name) <= 3 &&
         Lexicon::BuiltIn().Is(name.substr(0, NextCodePoint(name, 0)), WordClass::kSurname);
}

// Words [first, end) as a name.
bool IsName(const WordList& list, size_t first, size_t end) {
  if (first >= end) return false;
  const std::string_view name = list.TextOf(list.SpanOf(first, end - 1));
  const size_t chars = CountCodePoints(name);
  if (chars < kMinChars || chars > kMaxChars) return false;
  bool loose = false;
  for (size_t i = first; i < end; ++i) loose |= IsLoose(list.words[i]);
  if (!loose) return false;
  if (list.words[end - 1].Is(WordClass::kGpeSuffix) && IsOneChar(list.words[end - 1])) return false;
  constexpr uint64_t kCommon = Bit(WordClass::kOrgGeneric) | Bit(WordClass::kOrgLead) | Bit(WordClass::kGpe) |
                               Bit(WordClass::kLoc) | Bit(WordClass::kGpeNot) | Bit(WordClass::kTitle);
  return !(Lexicon::BuiltIn().Classes(name) & kCommon);
}

// The word's classes, with those of what it makes together with the next one: 官 + 网.
uint64_t ClassesAt(const WordList& list, size_t i) {
  const Word& w = list.words[i];
  if (!w.IsHan() || !IsOneChar(w) || i + 1 >= list.words.size()) return w.is;
  const Word& next = list.words[i + 1];
  if (!next.IsHan() || !IsOneChar(next) || next.after_blank) return w.is;
  return w.is | Lexicon::BuiltIn().Classes(list.TextOf(list.SpanOf(i, i + 1)));
}

// The name that ends before word `end`, which is of the classes `is`.
void TryBefore(const WordList& list, size_t end, uint64_t is, std::vector<NameMention>& mentions) {
  if (end == 0 || list.words[end].after_blank) return;
  const bool has = is & Bit(WordClass::kOrgHas);
  size_t first = end, bytes = 0;
  while (first > 0 && bytes <= 3 * kMaxChars && MayLieInside(list.words[first - 1])) {
    --first;
    bytes += list.words[first].span.size_bytes();
    if (list.words[first].after_blank) break;
  }
  if (first > 0 && !list.words[first].after_blank && !Bounds(list.words[first - 1])) return;
  if (!IsName(list, first, end)) return;
  const Span span = list.SpanOf(first, end - 1);
  if (!has && LooksLikePerson(list.TextOf(span))) return;
  mentions.push_back({.span = span, .type = EntityType::kOrg, .score = has ? kHasScore : kScore});
}

// 发布2023年年报, 公布一季度业绩: only companies do.
bool PublishesFigures(const WordList& list, size_t verb) {
  static constexpr TermSet kVerbs = {"发布", "公布", "披露"};
  static constexpr TermSet kFigures = {"财报", "年报", "业绩", "季报", "中报", "半年报", "年度报告", "公告", "一季报"};
  constexpr size_t kMaxBehind = 10;
  if (!OneOf(list.words[verb].term, kVerbs)) return false;
  for (size_t i = verb + 1; i < list.words.size() && i <= verb + kMaxBehind; ++i) {
    const Word& w = list.words[i];
    if (w.IsPunctuation() && w.term != "《") return false;
    if (OneOf(w.term, kFigures) || (w.term == "财" && i + 1 < list.words.size() && list.words[i + 1].term == "报")) {
      return true;
    }
  }
  return false;
}

// The names that begin behind word `verb`.
void TryBehind(const WordList& list, size_t verb, std::vector<NameMention>& mentions) {
  constexpr int kMaxNames = 8;
  size_t first = verb + 1;
  for (int n = 0; n < kMaxNames && first < list.words.size(); ++n) {
    size_t end = first;
    while (end < list.words.size() && end - first < kMaxChars && !IsJoiner(list.words[end].term) &&
           MayLieInside(list.words[end]) && !(end > first && list.words[end].after_blank)) {
      ++end;
    }
    if (end < list.words.size() && !Bounds(list.words[end]) && !list.words[end].Is(WordClass::kOrgHas)) return;
    if (!IsName(list, first, end)) return;
    mentions.push_back({.span = list.SpanOf(first, end - 1), .type = EntityType::kOrg, .score = kScore});
    if (end >= list.words.size() || !IsJoiner(list.words[end].term)) return;
    first = end + 1;
  }
}

// ChatBox, iPad: small and capital letters mixed, in Chinese text, name a product where a verb of making stands before
// them, or where they come again.
void TryLatinProduct(const WordList& list, size_t i, std::vector<NameMention>& mentions) {
  constexpr size_t kMinBytes = 4;
  constexpr float kMade = 0.5f, kUnclear = 0.3f;
  const Word& w = list.words[i];
  const std::string_view name = list.TextOf(w.span);
  const auto beside_latin = [&](size_t j) { return list.words[j].kind == TokenKind::kLatin; };
  if (w.in_value || name.size() < kMinBytes || (i > 0 && beside_latin(i - 1)) ||
      (i + 1 < list.words.size() && beside_latin(i + 1))) {
    return;
  }
  const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto is_small = [](char c) { return c >= 'a' && c <= 'z'; };
  if (std::none_of(name.begin() + 1, name.end(), is_capital) || std::none_of(name.begin(), name.end(), is_small))
    return;
  static constexpr TermSet kActs = {"同意", "计划", "拟",   "联合", "合作", "投资",
                                    "认为", "决定", "承诺", "融资", "估值"};
  const size_t next = i + 1;
  if (next < list.words.size() && (OneOf(list.words[next].term, kActs) || list.words[next].Is(WordClass::kSpeech))) {
    mentions.push_back({.span = w.span, .type = EntityType::kOrg, .score = kScore});
    return;
  }
  const bool made = i > 0 && list.words[i - 1].Is(WordClass::kProductVerb);
  mentions.push_back({.span = w.span, .type = EntityType::kProduct, .score = made ? kMade : kUnclear});
}

// 西航、北航和远山集团: loose names in a list with one that is sure.
void TryBeside(const WordList& list, Span sure, std::vector<NameMention>& mentions) {
  constexpr int kMaxNames = 8;
  constexpr size_t kMaxListedChars = 4;
  const auto at = std::lower_bound(list.words.begin(), list.words.end(), sure.begin,
                                   [](const Word& w, uint32_t byte) { return w.span.begin < byte; });
  size_t end = static_cast<size_t>(at - list.words.begin());
  for (int n = 0; n < kMaxNames && end > 1 && IsJoiner(list.words[end - 1].term); ++n) {
    --end;
    size_t first = end;
    while (first > 0 && end - first < kMaxChars && MayLieInside(list.words[first - 1]) &&
           !IsJoiner(list.words[first - 1].term)) {
      --first;
    }
    if (first > 0 && !Bounds(list.words[first - 1]) && !IsJoiner(list.words[first - 1].term)) return;
    if (!IsName(list, first, end) || CountCodePoints(list.TextOf(list.SpanOf(first, end - 1))) > kMaxListedChars)
      return;
    mentions.push_back({.span = list.SpanOf(first, end - 1), .type = EntityType::kOrg, .score = kScore});
    end = first;
  }
}

}  // namespace

void FindRoleNames(const WordList& list, std::vector<NameMention>& mentions) {
  constexpr uint64_t kRoles = Bit(WordClass::kOrgHas) | Bit(WordClass::kOrgDoes);
  const size_t known = mentions.size();
  std::vector<uint32_t> roles;  // where words begin that bodies have or do, in order
  std::vector<uint32_t> taken;  // where verbs end that are done to bodies, in order
  for (size_t i = 0; i < list.words.size(); ++i) {
    const Word& w = list.words[i];
    if (w.kind == TokenKind::kLatin) TryLatinProduct(list, i, mentions);
    const uint64_t is = ClassesAt(list, i);
    if (w.Is(WordClass::kOrgTaken)) TryBehind(list, i, mentions);
    if (w.Is(WordClass::kOrgTaken) || (w.pos == PartOfSpeech::kVerb && w.term == "投资"))
      taken.push_back(w.span.end_exclusive);
    if (is & (kRoles | Bit(WordClass::kSpeech))) roles.push_back(w.span.begin);
    if (is & kRoles) TryBefore(list, i, is, mentions);
    if (w.pos == PartOfSpeech::kVerb && PublishesFigures(list, i))
      TryBefore(list, i, Bit(WordClass::kOrgHas), mentions);
  }
  for (size_t i = 0; i < known; ++i) {
    if (mentions[i].type == EntityType::kOrg && mentions[i].score >= kSure) TryBeside(list, mentions[i].span, mentions);
  }
  for (size_t i = 0; i < known && !(roles.empty() && taken.empty()); ++i) {
    NameMention& m = mentions[i];
    if (m.type != EntityType::kOrg || m.score >= kWeak) continue;
    if (std::binary_search(roles.begin(), roles.end(), m.span.end_exclusive) ||
        std::binary_search(taken.begin(), taken.end(), m.span.begin)) {
      m.score = kScore;
    }
  }
}

}  // namespace factline::extract
