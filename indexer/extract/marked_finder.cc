#include "indexer/extract/marked_finder.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "indexer/extract/english_names.h"
#include "indexer/extract/term_set.h"
#include "protos/vocab/utf8.h"

namespace factline::extract {
namespace {

using text::PartOfSpeech;
using text::TokenKind;

constexpr size_t kMaxWorkBytes = 300;
constexpr size_t kMaxBriefWords = 8;
constexpr size_t kMaxFullWords = 14;
constexpr size_t kMaxIntroductions = 1000;  // no article names more by two names

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

void FindWorks(const WordList& list, std::vector<NameMention>& mentions) {
  constexpr std::string_view kOpen = "《", kClose = "》";
  size_t open = list.text.find(kOpen);
  while (open != std::string_view::npos) {
    const std::string_view window = list.text.substr(open, kMaxWorkBytes);
    const size_t close = window.find(kClose);
    if (close != std::string_view::npos && close > kOpen.size()) {
      const uint32_t end = static_cast<uint32_t>(open + close + kClose.size());
      const bool shown = list.text.substr(0, end - kClose.size()).ends_with("展");  // 《…作品展》
      mentions.push_back({.span = {static_cast<uint32_t>(open), end},
                          .type = shown ? EntityType::kEvent : EntityType::kWork,
                          .score = 1.0f});
      open = list.text.find(kOpen, end);
    } else {
      open = list.text.find(kOpen, open + kOpen.size());
    }
  }
}

// 2023年半年度报告, 招股说明书: with the year, and the kind of document in front of it.
void FindUnquotedWork(const WordList& list, size_t first, size_t last, std::vector<NameMention>& mentions) {
  for (int n = 0; n < 4 && first > 0 && !list.words[first].after_blank; ++n) {
    const Word& w = list.words[first - 1];
    if (!w.in_value && w.kind != TokenKind::kNumber && !w.Is(WordClass::kWorkUnquoted) && w.term != "年" &&
        w.term != "权益" && w.term != "分派" && w.term != "年度" && w.term != "半年度" && w.term != "季度")
      break;
    --first;
  }
  if (first > 0 && list.words[first - 1].term == "”") {  // “青苗”行动计划
    size_t open = first - 1;
    while (open > 0 && first - open < 10 && list.words[open].term != "“") --open;
    if (list.words[open].term == "“") first = open;
  }
  static constexpr TermSet kPlain = {"行动计划", "行动方案", "实施方案", "指导意见",
                                     "管理办法", "发展规划", "规划纲要"};
  if (first == last && OneOf(list.words[last].term, kPlain)) return;
  mentions.push_back({.span = list.SpanOf(first, last), .type = EntityType::kWork, .score = 0.7f});
}

// The code in a bracket after a company's name: 600000, 600000.SH, HK:00700, NASDAQ: AAPL.
std::optional<size_t> StockCodeEnd(const WordList& list, size_t open) {
  bool digits = false;
  for (size_t i = open + 1; i < list.words.size() && i <= open + 6; ++i) {
    const Word& w = list.words[i];
    if (w.IsCloseParen()) return digits ? std::optional(i) : std::nullopt;
    const std::string_view term = w.term;
    if (w.kind == TokenKind::kNumber || w.kind == TokenKind::kLatin) {
      const size_t count = std::count_if(term.begin(), term.end(), IsDigit);
      if (count >= (w.kind == TokenKind::kNumber ? 4 : 5) && count <= 6 && !w.in_value) digits = true;
      if (count == 6) digits = true;
      if (w.kind == TokenKind::kLatin && term.size() > 9) return std::nullopt;
    } else if (term != "." && term != ":" && term != "：") {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

// The short name right before a stock code: up to six characters back to a stop or a word that leads names.
void FindListedCompany(const WordList& list, size_t open, std::vector<NameMention>& mentions) {
  if (open == 0 || !StockCodeEnd(list, open)) return;
  for (int n = 0; n < 3 && open > 0 && list.words[open - 1].IsCloseParen(); ++n) {  // more brackets in between
    size_t back = open - 1;
    while (back > 0 && open - back < 16 && !list.words[back].IsOpenParen()) --back;
    if (!list.words[back].IsOpenParen()) return;
    open = back;
  }
  if (open == 0) return;
  const Word& ending = list.words[open - 1];  // a full company name is found by its ending
  if (ending.Is(WordClass::kOrgSuffix) && !ending.Is(WordClass::kOrgWeak)) return;
  size_t first = open;
  size_t chars = 0;
  while (first > 0) {
    const Word& w = list.words[first - 1];
    if (first < open && list.words[first].after_blank) break;
    if (w.IsPunctuation() || w.in_value || w.Is(WordClass::kOrgLead) || w.pos == PartOfSpeech::kParticle) break;
    const size_t size = CountCodePoints(w.term);
    if (chars + size > 6) break;
    chars += size;
    --first;
  }
  if (chars >= 2) mentions.push_back({.span = list.SpanOf(first, open - 1), .type = EntityType::kOrg, .score = 0.95f});
}

// 甲乙、丙丁、戊己等行业巨头: short names in a list that the text calls companies.
void FindListedNames(const WordList& list, size_t etc, std::vector<NameMention>& mentions) {
  static constexpr TermSet kKinds = {"企业", "公司",     "巨头", "车企", "厂商", "药企",
                                     "券商", "龙头企业", "机构", "房企", "基金"};
  bool kind = false;
  for (size_t i = etc + 1; i < list.words.size() && i < etc + 6 && !list.words[i].IsPunctuation(); ++i) {
    kind |= OneOf(list.words[i].term, kKinds) || list.words[i].term == "投";  // 跟投, 领投
  }
  std::vector<NameMention> found;
  size_t end = etc;  // of the name being read
  size_t chars = 0;
  size_t at = etc;
  for (; at > 0 && etc - at < 40; --at) {
    const Word& w = list.words[at - 1];
    const bool stop = (w.IsPunctuation() && w.term != "、") || w.in_value || w.Is(WordClass::kOrgLead) ||
                      w.pos == PartOfSpeech::kParticle || w.pos == PartOfSpeech::kPreposition;
    if (w.term == "、" || stop) {
      if (chars >= 2 && chars <= 8 && at < end) {
        found.push_back({.span = list.SpanOf(at, end - 1), .type = EntityType::kOrg, .score = 0.6f});
      }
      if (stop) kind |= OneOf(w.term, kKinds);  // 企业甲乙、丙丁、戊己等
      if (stop || chars > 8) break;
      end = at - 1;
      chars = 0;
      continue;
    }
    chars += CountCodePoints(w.term);
  }
  if (at == 0 && chars >= 2 && chars <= 8 && end > 0) {
    found.push_back({.span = list.SpanOf(0, end - 1), .type = EntityType::kOrg, .score = 0.6f});
  }
  if (kind && found.size() >= 2) mentions.insert(mentions.end(), found.begin(), found.end());
}

size_t FullBegin(const WordList& list, size_t end) {
  size_t first = end;
  while (first > 0 && end - first < kMaxFullWords) {
    const Word& w = list.words[first - 1];
    if (w.IsPunctuation() && w.term != "·" && w.term != "”" && w.term != "“") break;
    --first;
  }
  return first;
}

// （ICM8）, （NLEG）: letters in a bracket behind a name are its short form. The word in the bracket; 0 if it is none.
size_t LatinBrief(const WordList& list, size_t open) {
  if (open + 2 >= list.words.size() || !list.words[open + 2].IsCloseParen()) return 0;
  const Word& w = list.words[open + 1];
  const std::string_view name = w.span.In(list.text);
  constexpr size_t kMinBytes = 3, kMaxBytes = 12;
  if (w.in_value || w.kind != TokenKind::kLatin || name.size() < kMinBytes || name.size() > kMaxBytes) return 0;
  const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  return std::count_if(name.begin(), name.end(), is_capital) >= 1 ? open + 1 : 0;
}

// （Ada Lindqvist）: a name in Latin letters of several words; one behind its last word, 0 if there is none.
size_t LatinNameEnd(const WordList& list, size_t open) {
  constexpr size_t kMinWords = 2, kMaxWords = 4;
  size_t end = open + 1;
  while (end < list.words.size() && list.words[end].kind == TokenKind::kLatin && !list.words[end].in_value) ++end;
  const size_t count = end - open - 1;
  if (count < kMinWords || count > kMaxWords || end >= list.words.size() || !list.words[end].IsCloseParen()) return 0;
  const char first = list.words[open + 1].span.In(list.text).front();
  return first >= 'A' && first <= 'Z' ? end : 0;
}

// 以下简称, 下称, 简称, 又称, 又名: how many words the cue takes at `i`; 0 if none.
size_t AliasCueWords(const WordList& list, size_t i) {
  static constexpr TermSet kCues = {"以下简称", "下称",   "以下称", "简称", "又称",
                                    "又名",     "也称为", "也称",   "亦称", "俗称"};
  std::string joined;
  for (size_t n = 0; n < 3 && i + n < list.words.size() && !list.words[i + n].IsPunctuation(); ++n) {
    joined += list.words[i + n].term;
    if (OneOf(joined, kCues)) {
      if (i + n + 1 < list.words.size() && list.words[i + n + 1].term == "为") ++n;
      return n + 1;
    }
  }
  return 0;
}

}  // namespace

void FindMarkedNames(const WordList& list, std::vector<NameMention>& mentions) {
  FindWorks(list, mentions);
  for (size_t i = 0; i < list.words.size(); ++i) {
    const Word& w = list.words[i];
    if (w.IsOpenParen()) {
      FindListedCompany(list, i, mentions);
    } else if (w.term == "等") {
      FindListedNames(list, i, mentions);
    } else if (w.Is(WordClass::kWorkUnquoted)) {
      FindUnquotedWork(list, i, i, mentions);
    } else if (i > 0 && w.IsHan() && !w.after_blank && list.words[i - 1].IsHan() &&
               Lexicon::BuiltIn().Is(list.TextOf(list.SpanOf(i - 1, i)), WordClass::kWorkUnquoted)) {
      FindUnquotedWork(list, i - 1, i, mentions);
    }
  }
  FindEnglishNames(list, mentions);
}

void FindIntroductions(const WordList& list, std::vector<NameIntroduction>& introductions) {
  for (size_t i = 1; i + 1 < list.words.size() && introductions.size() < kMaxIntroductions; ++i) {
    if (!list.words[i].IsOpenParen()) continue;
    const std::optional<size_t> code_end = StockCodeEnd(list, i);
    size_t brief = i + 1;
    size_t brief_end = code_end.value_or(0);
    const size_t latin = code_end ? 0 : LatinBrief(list, i);
    const size_t latin_end = code_end || latin > 0 ? 0 : LatinNameEnd(list, i);
    if (latin > 0 && list.words[i - 1].IsHan()) {
      brief_end = latin + 1;
    } else if (latin_end > 0 && list.words[i - 1].IsHan()) {
      brief_end = latin_end;
    } else if (!code_end) {
      const size_t cue = AliasCueWords(list, i + 1);
      if (cue == 0) continue;
      brief = i + 1 + cue;
      while (brief < list.words.size() &&
             (list.words[brief].term == "“" || list.words[brief].term == ":" || list.words[brief].term == "："))
        ++brief;
      brief_end = brief;
      while (brief_end < list.words.size() && brief_end < brief + kMaxBriefWords &&
             !list.words[brief_end].IsCloseParen() &&
             (!list.words[brief_end].IsPunctuation() || list.words[brief_end].term == "《" ||
              list.words[brief_end].term == "》" || list.words[brief_end].term == "·")) {
        ++brief_end;
      }
    }
    const size_t full = FullBegin(list, i);
    if (full == i || brief_end <= brief) continue;
    introductions.push_back({.full = list.SpanOf(full, i - 1), .brief = list.SpanOf(brief, brief_end - 1)});
  }
}

}  // namespace factline::extract
