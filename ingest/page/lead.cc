#include "ingest/page/lead.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "ingest/page/code_points.h"

namespace factline::page {
namespace {

constexpr size_t kMaxDatelineCodePoints = 32;
constexpr size_t kMaxBracketBytes = 150;
constexpr size_t kMaxTitleCodePoints = 70;

size_t SkipBlanks(std::string_view text, size_t pos) {
  for (CodePoint c = DecodeUtf8(text, pos); c.size_bytes > 0 && IsBlank(c.value); c = DecodeUtf8(text, pos))
    pos += c.size_bytes;
  return pos;
}

struct Bracket {
  std::string_view inner;
  size_t end = 0;  // 0: no bracket here
};

Bracket BracketAt(std::string_view text, size_t pos) {
  const CodePoint open = DecodeUtf8(text, pos);
  if (open.value != U'（' && open.value != '(') return {};
  const size_t begin = pos + open.size_bytes;
  for (size_t at = begin; at < text.size() && at - begin < kMaxBracketBytes;) {
    const CodePoint c = DecodeUtf8(text, at);
    if (c.value == U'）' || c.value == ')') return {text.substr(begin, at - begin), at + c.size_bytes};
    at += c.size_bytes;
  }
  return {};
}

bool HasDate(std::string_view prefix) {
  const size_t day = prefix.find("日");
  return day != std::string_view::npos && day > 0 && IsDigit(DecodeUtf8Before(prefix, day).value);
}

bool IsOwn(std::string_view prefix) {
  return prefix.starts_with("本报") || prefix.starts_with("本刊") || prefix.starts_with("本网") ||
         prefix.starts_with("本台");
}

// The outlet that a dateline's words begin with: up to the last word of a kind that outlets' names end with.
std::string OutletOf(std::string_view prefix) {
  constexpr std::array<std::string_view, 10> kEnds = {"社",     "网",   "报",     "台",   "新闻",
                                                      "客户端", "财经", "公众号", "在线", "周刊"};
  size_t digit = 0;
  while (digit < prefix.size() &&
         !(digit > 0 && prefix[digit] >= '0' && prefix[digit] <= '9' && !IsDigit(prefix[digit - 1]))) {
    digit += DecodeUtf8(prefix, digit).size_bytes;
  }
  if (IsOwn(prefix)) return "";
  const std::string_view words = prefix.substr(0, digit);
  size_t end = 0;
  for (std::string_view suffix : kEnds) {
    const size_t at = FindLast(words, suffix);
    if (at != std::string_view::npos) end = std::max(end, at + suffix.size());
  }
  return std::string(words.substr(0, end));
}

// The bytes before 讯, 电 or 消息, if they can be an outlet with place and date.
struct Dateline {
  std::string_view prefix, mark;
  size_t end = 0;
};

bool IsDatelinePrefix(std::string_view prefix) { return IsOwn(prefix) || !OutletOf(prefix).empty(); }

// 通讯, 简讯 and their like are words of a title, not marks of a dateline.
bool IsWordWithXun(std::string_view prefix) {
  constexpr std::array<std::string_view, 7> kFirst = {"通", "简", "短", "快", "资", "电", "喜"};
  return std::any_of(kFirst.begin(), kFirst.end(), [&](auto first) { return prefix.ends_with(first); });
}

std::optional<Dateline> FindDateline(std::string_view paragraph) {
  constexpr std::array<std::string_view, 3> kMarks = {"消息", "讯", "电"};
  const std::string_view head = FirstCodePoints(paragraph, kMaxDatelineCodePoints);
  for (size_t pos = 0; pos < head.size();) {
    const CodePoint c = DecodeUtf8(head, pos);
    if (c.value == U'。' || c.value == U'！' || c.value == U'？' || c.value == U'；' || c.value == U'“' ||
        c.value == U'：' || c.value == U'，' || c.value == ',' || c.value == U'）' || c.value == U'（') {
      return std::nullopt;
    }
    const std::string_view rest = head.substr(pos);
    for (std::string_view mark : kMarks) {
      if (!rest.starts_with(mark) || pos == 0 || !IsDatelinePrefix(head.substr(0, pos))) continue;
      if (mark == "讯" && IsWordWithXun(head.substr(0, pos))) continue;
      const size_t end = pos + mark.size();
      const char32_t next = DecodeUtf8(paragraph, end).value;
      const std::string_view prefix = head.substr(0, pos);
      const bool opens = next == U'（' || next == '(' || next == U'：' || next == ':' || IsBlank(next);
      const bool dated = prefix.ends_with("日");
      const bool bare = mark == "讯" && (IsOwn(prefix) || OutletOf(prefix).size() == prefix.size());
      if (opens || (mark != "消息" && dated) || bare) return Dateline{prefix, mark, end};
      if (mark == "消息" && (next == U'，' || next == ',')) return Dateline{prefix, mark, 0};
    }
    pos += c.size_bytes;
  }
  return std::nullopt;
}

size_t SkipColon(std::string_view text, size_t pos) {
  const CodePoint c = DecodeUtf8(text, SkipBlanks(text, pos));
  if (c.value != U'：' && c.value != ':') return pos;
  return SkipBlanks(text, pos) + c.size_bytes;
}

Lead ReadDateline(std::string_view paragraph, const Dateline& dateline) {
  Lead lead{.begins_article = true};
  lead.credits.outlet = OutletOf(dateline.prefix);
  if (dateline.end == 0) return lead;  // 某某网消息，… is a phrase of its sentence
  size_t end = dateline.end;
  bool credited = false;
  const Bracket bracket = BracketAt(paragraph, SkipBlanks(paragraph, end));
  if (bracket.end > 0) {
    std::optional<Credits> credits = ParseBracketCredits(bracket.inner);
    if (credits.has_value()) {
      lead.credits.people = std::move(credits->people);
      if (lead.credits.outlet.empty()) lead.credits.outlet = std::move(credits->outlet);
      credited = true;
      end = bracket.end;
    } else if (SkipColon(paragraph, bracket.end) > bracket.end) {
      end = bracket.end;
    }
  }
  if (HasDate(dateline.prefix) && !credited) return lead;
  lead.stripped_bytes = SkipBlanks(paragraph, SkipColon(paragraph, end));
  return lead;
}

// （记者王一）… and 某某网（记者 王一）…
std::optional<Lead> ReadBracketLead(std::string_view paragraph) {
  const Bracket bracket = BracketAt(paragraph, 0);
  if (bracket.end == 0) return std::nullopt;
  std::optional<Credits> credits = ParseByline(bracket.inner);
  if (!credits.has_value() || credits->photo) return std::nullopt;
  return Lead{SkipBlanks(paragraph, bracket.end), *std::move(credits), true};
}

bool BeginsNews(std::string_view rest) {
  constexpr std::array<std::string_view, 14> kCues = {"在",   "从",   "近日", "日前", "今年", "今天", "昨天",
                                                      "今日", "昨日", "于",   "据",   "报道", "，",   "："};
  return IsDigit(DecodeUtf8(rest, 0).value) || IsBlank(DecodeUtf8(rest, 0).value) ||
         std::any_of(kCues.begin(), kCues.end(), [&](std::string_view cue) { return rest.starts_with(cue); });
}

// 记者 王一在…: the shortest name that the news can go on from. Without the blank, 记者 is a word of the sentence.
std::optional<Lead> ReadRunInReporter(std::string_view paragraph) {
  constexpr std::array<std::string_view, 3> kRoles = {"本报记者", "通讯员", "记者"};
  for (std::string_view role : kRoles) {
    if (!paragraph.starts_with(role)) continue;
    const size_t name_begin = SkipBlanks(paragraph, role.size());
    if (name_begin == role.size()) return std::nullopt;
    for (size_t length : {2, 3, 4}) {
      const std::string_view name = FirstCodePoints(paragraph.substr(name_begin), length);
      if (!LooksLikeName(name) || !BeginsNews(paragraph.substr(name_begin + name.size()))) continue;
      if (name.starts_with("在") || name.starts_with("从")) return std::nullopt;
      Lead lead{.stripped_bytes = SkipBlanks(paragraph, name_begin + name.size())};
      lead.credits.people.push_back({std::string(name), role == "通讯员" ? "通讯员" : "记者"});
      return lead;
    }
  }
  return std::nullopt;
}

// 某某财经 王一 8月16日，…: an outlet, a name and the news, set apart by blanks.
std::optional<Lead> ReadOutletAndName(std::string_view paragraph) {
  const std::string_view head = FirstCodePoints(paragraph, 24);
  const size_t outlet_end = head.find(' ');
  if (outlet_end == std::string_view::npos || !LooksLikeOutlet(head.substr(0, outlet_end))) return std::nullopt;
  const size_t name_begin = SkipBlanks(head, outlet_end);
  const size_t name_end = head.find(' ', name_begin);
  if (name_end == std::string_view::npos) return std::nullopt;
  const std::string_view name = head.substr(name_begin, name_end - name_begin);
  const size_t news = SkipBlanks(head, name_end);
  if (!LooksLikeName(name) || !IsHan(DecodeUtf8(name, 0).value)) return std::nullopt;
  if (!BeginsNews(paragraph.substr(news))) return std::nullopt;
  Lead lead{.stripped_bytes = news};
  lead.credits.outlet = head.substr(0, outlet_end);
  lead.credits.people.push_back({std::string(name), ""});
  return lead;
}

// LONDON (Example News) - …; the place and date alone stay.
std::optional<Lead> ReadEnglishDateline(std::string_view paragraph) {
  constexpr std::array<std::string_view, 5> kDashes = {" - ", " -- ", " — ", " – ", "— "};
  constexpr size_t kMaxBytes = 80;
  size_t dash = std::string_view::npos, width = 0;
  for (std::string_view mark : kDashes) {
    const size_t at = paragraph.substr(0, kMaxBytes).find(mark);
    if (at < dash) {
      dash = at;
      width = mark.size();
    }
  }
  if (dash == std::string_view::npos || dash < 3) return std::nullopt;
  const std::string_view head = paragraph.substr(0, dash);
  for (char c : head.substr(0, 3)) {
    if (c < 'A' || c > 'Z') return std::nullopt;
  }
  const size_t open = head.find('('), close = head.rfind(')');
  Lead lead{.begins_article = true};
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return lead;
  lead.credits.outlet = head.substr(open + 1, close - open - 1);
  lead.stripped_bytes = SkipBlanks(paragraph, dash + width);
  return lead;
}

}  // namespace

Lead ParseLead(std::string_view paragraph) {
  if (std::optional<Dateline> dateline = FindDateline(paragraph)) return ReadDateline(paragraph, *dateline);
  for (auto read : {ReadBracketLead, ReadRunInReporter, ReadOutletAndName, ReadEnglishDateline}) {
    if (std::optional<Lead> lead = read(paragraph)) return *std::move(lead);
  }
  return {};
}

namespace {

size_t SkipDigits(std::string_view text, size_t pos) {
  while (pos < text.size() && text[pos] >= '0' && text[pos] <= '9') ++pos;
  return pos;
}

// 8月7日 or 8月7日—9日 and then a comma: how the first sentence of a report often begins.
bool BeginsWithDay(std::string_view text) {
  size_t pos = SkipDigits(text, 0);
  if (pos == 0 || pos > 2 || !text.substr(pos).starts_with("月")) return false;
  const size_t day = pos + std::string_view("月").size();
  pos = SkipDigits(text, day);
  if (pos == day || pos > day + 2 || !text.substr(pos).starts_with("日")) return false;
  return FirstCodePoints(text.substr(pos), 5).find("，") != std::string_view::npos;
}

// 新华社…电, 本报讯: an own word, or three characters that an agency's or site's short name ends with.
bool BeginsWithDateline(std::string_view text) {
  const std::string_view three = FirstCodePoints(text, 3);
  if (!IsOwn(text) && !three.ends_with("社") && !three.ends_with("网")) return false;
  const std::optional<Dateline> dateline = FindDateline(text);
  return dateline.has_value() && dateline->end > 0;
}

// Words of the title that the text behind it takes up again.
bool Restates(std::string_view title, std::string_view rest) {
  constexpr size_t kMinCodePoints = 6;
  constexpr size_t kMinTitleCodePoints = 12;
  const std::string_view begin = FirstCodePoints(rest, kMinCodePoints);
  return CountCodePoints(begin) == kMinCodePoints && CountCodePoints(title) >= kMinTitleCodePoints &&
         title.find(begin) != std::string_view::npos;
}

bool EndsANotice(std::string_view title, std::string_view rest) {
  constexpr std::array<std::string_view, 5> kNotices = {"公告", "通知", "通报", "公示", "意见"};
  constexpr std::array<std::string_view, 4> kOpenings = {"为", "根据", "按照", "各"};
  return std::any_of(kNotices.begin(), kNotices.end(), [&](auto word) { return title.ends_with(word); }) &&
         std::any_of(kOpenings.begin(), kOpenings.end(), [&](auto word) { return rest.starts_with(word); });
}

// Whether a title can end at `pos` inside an unbroken line, which itself says nothing of where it does.
bool TitleEndsAt(std::string_view text, size_t pos) {
  const std::string_view title = text.substr(0, pos), rest = text.substr(pos);
  const char32_t before = DecodeUtf8Before(text, pos).value;
  if (before == U'：' || before == U'，') return false;
  if (rest.starts_with("图为") || rest.starts_with("截至20") || BeginsWithDateline(rest)) return true;
  if (!IsDigit(before) && BeginsWithDay(rest)) return true;
  return Restates(title, rest) || EndsANotice(title, rest);
}

}  // namespace

OriginalTitle ParseOriginalTitle(std::string_view paragraph) {
  constexpr std::string_view kCue = "原标题：";
  if (!paragraph.starts_with(kCue)) return {};
  const size_t begin = SkipBlanks(paragraph, kCue.size());
  const std::string_view head = FirstCodePoints(paragraph.substr(begin), kMaxTitleCodePoints);
  for (size_t at = DecodeUtf8(head, 0).size_bytes; at < head.size(); at += DecodeUtf8(head, at).size_bytes) {
    if (TitleEndsAt(paragraph, begin + at)) return {begin, begin + at, begin + at};
    if (DecodeUtf8(head, at).value == U'。') break;
  }
  const bool whole = head.size() == paragraph.size() - begin && head.find("。") == std::string_view::npos;
  return whole ? OriginalTitle{begin, paragraph.size(), paragraph.size()} : OriginalTitle{};
}

}  // namespace factline::page
