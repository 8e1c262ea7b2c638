#include "ingest/page/classify.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <utility>

#include "ingest/page/captions.h"
#include "ingest/page/code_points.h"
#include "ingest/page/english_byline.h"
#include "ingest/page/tail.h"

namespace factline::page {
namespace {

constexpr size_t kMaxHeadingCodePoints = 50;
constexpr size_t kMaxQuestionHeadingCodePoints = 26;
constexpr size_t kMaxEnglishHeadingBytes = 120;
constexpr size_t kMaxLabelCodePoints = 8;
constexpr size_t kMaxShortLineBytes = 300;
constexpr size_t kMaxLongTitleBytes = 360;
constexpr size_t kMinListLines = 7;

constexpr std::array<std::string_view, 8> kSummaryLabels = {"核心提示", "阅读提示", "内容提要", "导读",
                                                            "摘要",     "提要",     "要点",     "核心阅读"};
constexpr std::array<std::string_view, 36> kBoxLabels = {
    "数读",     "数说",   "数据",     "链接",       "新闻链接", "相关链接", "新闻背景", "背景",     "背景链接",
    "名词解释", "小贴士", "记者手记", "手记",       "编者按",   "编后",     "编后语",   "专家点评", "专家观点",
    "短评",     "点评",   "评论",     "亮点",       "人物名片", "人物简介", "名片",     "档案",     "简介",
    "知识点",   "知多少", "相关",     "新闻多一点", "大事记",   "时间轴",   "看点",     "声音",     "一图读懂"};
constexpr std::array<std::string_view, 6> kLabelEnds = {"事迹", "链接", "提示", "名片", "档案", "小贴士"};

template <size_t n>
bool Has(const std::array<std::string_view, n>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// The words of a label without brackets, bullets and the colon.
std::string_view LabelWords(std::string_view line) {
  const auto is_mark = [](char32_t c) { return !IsWordLike(c); };
  while (!line.empty() && is_mark(DecodeUtf8(line, 0).value)) line.remove_prefix(DecodeUtf8(line, 0).size_bytes);
  while (!line.empty() && is_mark(DecodeUtf8Before(line, line.size()).value)) {
    line.remove_suffix(DecodeUtf8Before(line, line.size()).size_bytes);
  }
  return line;
}

bool IsLabel(std::string_view line) {
  const std::string_view words = LabelWords(line);
  if (words.empty() || CountCodePoints(words) > kMaxLabelCodePoints) return false;
  if (Has(kBoxLabels, words) || Has(kSummaryLabels, words)) return true;
  return std::any_of(kLabelEnds.begin(), kLabelEnds.end(), [&](auto end) { return words.ends_with(end); });
}

// A01 要闻; 江城要闻 03; B12: the code of a sheet and its column.
bool IsPageCode(std::string_view line) {
  constexpr size_t kMaxBytes = 32, kMaxColumnCodePoints = 6, kMaxDigits = 3;
  if (line.size() > kMaxBytes) return false;
  const auto is_code = [&](std::string_view code, bool letter_wanted) {
    const bool letter = !code.empty() && code[0] >= 'A' && code[0] <= 'Z';
    if (letter) code.remove_prefix(1);
    if (code.empty() || code.size() > kMaxDigits || (!letter && (letter_wanted || code[0] != '0'))) return false;
    return code.find_first_not_of("0123456789") == std::string_view::npos;
  };
  const size_t blank = line.find(' ');
  if (blank == std::string_view::npos) return is_code(line, /*letter_wanted=*/true);
  const std::string_view first = line.substr(0, blank), second = TrimBlank(line.substr(blank));
  const auto is_column = [](std::string_view words) {
    return CountCodePoints(words) <= kMaxColumnCodePoints && words.find(' ') == std::string_view::npos &&
           IsHan(DecodeUtf8(words, 0).value);
  };
  return (is_code(first, /*letter_wanted=*/true) && is_column(second)) ||
         (is_code(second, /*letter_wanted=*/false) && is_column(first));
}

// 江城日报: a paper's name alone.
bool IsMasthead(std::string_view line) {
  constexpr size_t kMaxCodePoints = 8;  // of three bytes
  constexpr std::array<std::string_view, 8> kPapers = {"日报", "晚报", "晨报", "早报",
                                                       "快报", "时报", "商报", "都市报"};
  return line.size() <= 3 * kMaxCodePoints && LooksLikeOutlet(line) && LabelWords(line) == line &&
         line.find("：") == std::string_view::npos &&
         std::any_of(kPapers.begin(), kPapers.end(), [&](auto end) { return line.ends_with(end); });
}

// 2025年3月25日 星期二; （2025年3月25日）; 第3版; page 4: short lines about the sheet itself.
bool IsFurniture(std::string_view line) {
  if (CountCodePoints(line) > 60 || EndsSentence(line)) return false;
  if (line.find("星期") != std::string_view::npos && line.find("日") != std::string_view::npos) return true;
  if (line.find("@") != std::string_view::npos || line.find("http") == 0 || line.find("www.") == 0) return true;
  if (IsPageCode(line)) return true;
  const std::string_view words = LabelWords(line);
  if (words.starts_with("第") && words.ends_with("版") && CountCodePoints(words) <= 6) return true;
  size_t letters = 0;
  for (size_t pos = 0; pos < line.size();) {
    const CodePoint c = DecodeUtf8(line, pos);
    const bool of_a_date = c.value == U'年' || c.value == U'月' || c.value == U'日';
    letters += IsWordLike(c.value) && !IsDigit(c.value) && !of_a_date;
    pos += c.size_bytes;
  }
  return letters == 0 || (line.size() <= 12 && (line.starts_with("Page ") || line.starts_with("PAGE ")));
}

bool IsEditorsOnly(const Credits& credits) {
  constexpr std::array<std::string_view, 9> kEditors = {"责任编辑", "流程编辑", "编辑", "责编",    "美编",
                                                        "校对",     "主编",     "监制", "视觉编辑"};
  return !credits.people.empty() && std::all_of(credits.people.begin(), credits.people.end(),
                                                [&](const Credit& c) { return Has(kEditors, c.role); });
}

// "3 …", "3．…", "03 …" before a word; 0 if the line is not numbered so.
uint32_t HeadingNumber(std::string_view line, size_t* text_begin) {
  size_t digits = 0;
  while (digits < line.size() && digits < 3 && line[digits] >= '0' && line[digits] <= '9') ++digits;
  if (digits == 0 || digits > 2) return 0;
  const CodePoint mark = DecodeUtf8(line, digits);
  if (!IsBlank(mark.value) && mark.value != U'．' && mark.value != U'、') return 0;
  const size_t begin = digits + mark.size_bytes;
  const std::string_view rest = TrimBlank(line.substr(begin));
  const char32_t first = DecodeUtf8(rest, 0).value;
  if (!IsHan(first) && !IsOpener(first) && !IsAsciiLetter(first)) return 0;
  *text_begin = rest.data() - line.data();
  return static_cast<uint32_t>(std::atoi(std::string(line.substr(0, digits)).c_str()));
}

bool ChineseHeading(std::string_view line) {
  const size_t length = CountCodePoints(line);
  if (length > kMaxHeadingCodePoints || line.find("。") != std::string_view::npos) return false;
  const char32_t last = DecodeUtf8Before(line, line.size()).value;
  if (last == U'，' || last == U'、' || last == ',') return false;
  const char32_t first = DecodeUtf8(line, 0).value;
  if (first == U'，' || first == U'。' || first == U'、' || first == U'；' || first == U'”' || first == U'）')
    return false;
  if (LeavesOpen(line)) return false;
  if (!EndsSentence(line) || line.ends_with("——")) return true;
  if (last == U'：' || last == ':' || last == U'；') return false;
  return length <= kMaxQuestionHeadingCodePoints && line.find("，") == std::string_view::npos;
}

bool EnglishHeading(std::string_view line) {
  if (line.size() > kMaxEnglishHeadingBytes || EndsInOpenWord(line)) return false;
  const char last = line.back();
  if (last == ',' || last == ';' || last == ':' || last == '-') return false;
  if (last == '.' || (EndsSentence(line) && last != '?' && last != '!')) return false;
  const char32_t first = DecodeUtf8(line, 0).value;
  return !(first >= 'a' && first <= 'z') && line.find(". ") == std::string_view::npos;
}

bool HasHan(std::string_view line) {
  for (size_t pos = 0; pos < line.size();) {
    const CodePoint c = DecodeUtf8(line, pos);
    if (IsHan(c.value)) return true;
    pos += c.size_bytes;
  }
  return false;
}

bool LooksLikeHeading(std::string_view line) {
  if (line.size() > kMaxHeadingCodePoints * 4) return false;
  return HasHan(line) ? ChineseHeading(line) : EnglishHeading(line);
}

// The kinds that a line's credits show.
std::optional<Block> ReadCredits(const Block& block) {
  const std::string_view line = block.text.view();
  if (line.size() > kMaxShortLineBytes) return std::nullopt;
  Block read = block;
  if (std::optional<Credits> group = ParseGroupCredit(line)) {
    read.kind = LineKind::kGroupCredit;
    read.credits = *std::move(group);
    return read;
  }
  if (std::optional<Credits> credits = ParseByline(line)) {
    read.kind = IsEditorsOnly(*credits) ? LineKind::kTail : credits->photo ? LineKind::kPhotoCredit : LineKind::kByline;
    read.credits = *std::move(credits);
    return read;
  }
  if (IsMasthead(line)) {
    read.kind = LineKind::kTail;
    read.credits.outlet = line;
    return read;
  }
  if (!BeginsLikeTail(line)) return std::nullopt;
  const Tail tail = ParseTail(line);
  if (tail.kept_bytes > 0) return std::nullopt;
  read.kind = LineKind::kTail;
  read.credits = tail.credits;
  return read;
}

Block ReadBlock(const PageLine& line) {
  Block block{.text = line.text, .after_blank = line.after_blank, .firm_heading = line.marked_heading};
  const std::string_view view = line.text.view();
  const auto as = [&](LineKind kind) {
    block.kind = kind;
    return block;
  };
  if (line.marked_heading) return as(IsLabel(view) ? LineKind::kLabel : LineKind::kHeading);
  if (view.size() <= kMaxShortLineBytes) {
    if (IsFurniture(view) || IsPagePointer(view)) return as(LineKind::kFurniture);
    if (std::optional<Block> credits = ReadCredits(block)) return *std::move(credits);
    if (IsLabel(view)) return as(LineKind::kLabel);
  }
  if (IsCaptionLine(view)) return as(LineKind::kCaption);
  block.lead = ParseLead(view);
  if (block.lead.stripped_bytes == view.size()) {
    block.credits = block.lead.credits;
    return as(LineKind::kLeadOnly);
  }
  if (line.bullet) return as(LineKind::kBullet);
  constexpr std::string_view kOriginalTitle = "原标题：";
  if (view.starts_with(kOriginalTitle) && LooksLikeHeading(view)) {
    block.text = block.text.From(kOriginalTitle.size()).Trimmed();
    return as(block.text.empty() ? LineKind::kFurniture : LineKind::kHeading);
  }
  if (block.lead.stripped_bytes > 0) return block;
  size_t text_begin = 0;
  const uint32_t number = HeadingNumber(view, &text_begin);
  if (number > 0 && LooksLikeHeading(view.substr(text_begin))) {
    block.number = number;
    block.firm_heading = true;
    block.text = block.text.From(text_begin);
    return as(LineKind::kHeading);
  }
  return as(LooksLikeHeading(view) ? LineKind::kHeading : LineKind::kParagraph);
}

bool IsAside(LineKind kind) {
  return kind == LineKind::kCaption || kind == LineKind::kPhotoCredit || kind == LineKind::kFurniture;
}

// Whether the clauses of a line are of unlike length, as in running text; a heading's are of like length.
bool ClausesUnlike(std::string_view line) {
  constexpr std::string_view kComma = "，";
  size_t clauses = 0, shortest = line.size(), longest = 0;
  for (size_t begin = 0; begin <= line.size(); ++clauses) {
    const size_t comma = std::min(line.find(kComma, begin), line.size());
    const size_t length = CountCodePoints(line.substr(begin, comma - begin));
    shortest = std::min(shortest, length);
    longest = std::max(longest, length);
    begin = comma + kComma.size();
  }
  return clauses > 1 && longest - shortest > 2;
}

bool EndsInAWordThatGoesOn(std::string_view line) {
  constexpr std::array<std::string_view, 15> kWords = {"的", "了", "和", "与", "是", "把", "被", "对",
                                                       "从", "向", "及", "为", "以", "将", "在"};
  return std::any_of(kWords.begin(), kWords.end(), [&](auto word) { return line.ends_with(word); });
}

// A title longer than headings are is known by the dateline under it.
bool IsLongTitle(const Block& line, const Block& next) {
  const std::string_view text = line.text.view();
  return line.kind == LineKind::kParagraph && next.kind == LineKind::kParagraph && next.lead.begins_article &&
         !line.lead.begins_article && text.size() <= kMaxLongTitleBytes && !EndsSentence(text) &&
         text.find("。") == std::string_view::npos && !LeavesOpen(text);
}

// Many short lines in a row below running text are a list (a career, a table, names), not headings; the last of them
// may be one.
void ResolveLists(std::vector<Block>* blocks) {
  size_t begin = blocks->size();
  bool below_text = false;
  for (size_t i = 0; i <= blocks->size(); ++i) {
    const bool heading = i < blocks->size() && (*blocks)[i].kind == LineKind::kHeading && !(*blocks)[i].firm_heading;
    if (heading) {
      begin = std::min(begin, i);
      continue;
    }
    if (below_text && begin < i && i - begin >= kMinListLines) {
      const bool may_be_heading = i < blocks->size() && (*blocks)[i].kind == LineKind::kParagraph;
      for (size_t k = begin; k + may_be_heading < i; ++k) (*blocks)[k].kind = LineKind::kBullet;
    }
    begin = blocks->size();
    if (i < blocks->size() && !IsAside((*blocks)[i].kind)) {
      below_text = (*blocks)[i].kind == LineKind::kParagraph || (*blocks)[i].kind == LineKind::kBullet;
    }
  }
}

// Where a line stands: below running text or a byline; below one heading that itself stands in running text; elsewhere.
enum class Place { kInText, kBelowSubhead, kElsewhere };

Place PlaceBelow(const Block* before, const Block* before_that) {
  const auto is_text = [](const Block* b) {
    return b != nullptr && (b->kind == LineKind::kParagraph || b->kind == LineKind::kByline);
  };
  if (is_text(before)) return Place::kInText;
  const bool subhead = before != nullptr && before->kind == LineKind::kHeading && is_text(before_that);
  return subhead ? Place::kBelowSubhead : Place::kElsewhere;
}

// Whether `line`, which looks like a heading, is running text that `next` goes on from.
bool IsFragment(const Block& line, const Block& next, Place place, const PageGrams& grams) {
  const std::string_view text = line.text.view();
  if (line.firm_heading || EndsSentence(text) || next.lead.begins_article) return false;
  if (!HasHan(text)) {
    const char32_t first = DecodeUtf8(next.text.view(), 0).value;
    return first >= 'a' && first <= 'z';
  }
  if (place == Place::kElsewhere) return false;
  if (text.find(' ') != std::string_view::npos || text.find("　") != std::string_view::npos) return false;
  if (ClausesUnlike(text)) return true;
  return place == Place::kInText && (grams.JoinsAWord(text, next.text.view()) || EndsInAWordThatGoesOn(text));
}

// A byline's second line, which says what its people are, is part of it.
void ResolveCallings(std::vector<Block>* blocks) {
  for (size_t i = 1; i < blocks->size(); ++i) {
    Block& above = (*blocks)[i - 1];
    Block& block = (*blocks)[i];
    if (above.kind != LineKind::kByline || block.after_blank || block.kind != LineKind::kHeading) continue;
    if (AddEnglishCalling(block.text.view(), &above.credits)) block.kind = LineKind::kFurniture;
  }
}

void ResolveFragments(const PageGrams& grams, std::vector<Block>* blocks) {
  const Block* before = nullptr;
  const Block* before_that = nullptr;
  for (size_t i = 0; i < blocks->size(); ++i) {
    Block& block = (*blocks)[i];
    if (IsAside(block.kind)) continue;
    if (i + 1 < blocks->size() && IsLongTitle(block, (*blocks)[i + 1])) block.kind = LineKind::kHeading;
    if (block.kind == LineKind::kHeading) {
      size_t next = i + 1;
      while (next < blocks->size() && IsAside((*blocks)[next].kind)) ++next;
      if (next < blocks->size() && (*blocks)[next].kind == LineKind::kParagraph &&
          IsFragment(block, (*blocks)[next], PlaceBelow(before, before_that), grams)) {
        block.kind = LineKind::kParagraph;
      }
    }
    before_that = before;
    before = &block;
  }
}

}  // namespace

std::vector<Block> Classify(const std::vector<PageLine>& lines, const PageGrams& grams) {
  std::vector<Block> blocks;
  blocks.reserve(lines.size());
  for (const PageLine& line : lines) blocks.push_back(ReadBlock(line));
  ResolveCallings(&blocks);
  ResolveFragments(grams, &blocks);
  ResolveLists(&blocks);
  return blocks;
}

SourceText LabelName(const SourceText& label) {
  const std::string_view words = LabelWords(label.view());
  const size_t begin = words.data() - label.view().data();
  return label.Sub(begin, begin + words.size());
}

bool IsSummaryLabel(std::string_view label) { return Has(kSummaryLabels, LabelWords(label)); }

}  // namespace factline::page
