#include "ingest/page/tail.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "ingest/page/code_points.h"
#include "ingest/page/word_set.h"

namespace factline::page {
namespace {

enum class Border { kSentence, kAnywhere };
enum class Meaning { kNothing, kEditor, kOutlet, kTitle, kCredits };

// A cue takes everything behind it to the end of the text, if that is no longer than `max_code_points` and the cue
// stands at a sentence's border (or anywhere, where nothing else begins so).
struct Cue {
  std::string_view words;
  size_t max_code_points;
  Border border;
  Meaning meaning;
};

constexpr std::array<Cue, 34> kCues = {{
    {"（责任编辑：", 24, Border::kAnywhere, Meaning::kEditor},
    {"(责任编辑：", 24, Border::kAnywhere, Meaning::kEditor},
    {"责任编辑：", 24, Border::kAnywhere, Meaning::kEditor},
    {"责任编辑:", 24, Border::kAnywhere, Meaning::kEditor},
    {"流程编辑：", 24, Border::kAnywhere, Meaning::kNothing},
    {"（编辑：", 24, Border::kAnywhere, Meaning::kEditor},
    {"编辑：", 24, Border::kAnywhere, Meaning::kEditor},
    {"责编：", 40, Border::kAnywhere, Meaning::kEditor},
    {"校对：", 40, Border::kAnywhere, Meaning::kNothing},
    {"来源：", 40, Border::kAnywhere, Meaning::kOutlet},
    {"来源:", 40, Border::kAnywhere, Meaning::kOutlet},
    {"（来源：", 40, Border::kAnywhere, Meaning::kOutlet},
    {"文章来源：", 40, Border::kAnywhere, Meaning::kOutlet},
    {"（原标题：", 80, Border::kAnywhere, Meaning::kTitle},
    {"(原标题：", 80, Border::kAnywhere, Meaning::kTitle},
    {"文/", 40, Border::kSentence, Meaning::kCredits},
    {"文／", 40, Border::kSentence, Meaning::kCredits},
    {"返回搜狐", 60, Border::kAnywhere, Meaning::kNothing},
    {"查看更多", 40, Border::kSentence, Meaning::kNothing},
    {"点击进入专题", 40, Border::kSentence, Meaning::kNothing},
    {"阅读原文", 60, Border::kSentence, Meaning::kNothing},
    {"了解项目详情", 60, Border::kSentence, Meaning::kNothing},
    {"长按识别", 120, Border::kAnywhere, Meaning::kNothing},
    {"扫描二维码", 120, Border::kSentence, Meaning::kNothing},
    {"如遇作品内容", 200, Border::kSentence, Meaning::kNothing},
    {"本文为数据整理", 200, Border::kSentence, Meaning::kNothing},
    {"本文不构成投资建议", 200, Border::kSentence, Meaning::kNothing},
    {"免责声明", 500, Border::kSentence, Meaning::kNothing},
    {"特别声明", 500, Border::kSentence, Meaning::kNothing},
    {"版权声明", 500, Border::kSentence, Meaning::kNothing},
    {"声明：", 300, Border::kSentence, Meaning::kNothing},
    {"相关链接：", 300, Border::kSentence, Meaning::kNothing},
    {"相关新闻：", 300, Border::kSentence, Meaning::kNothing},
    {"延伸阅读：", 300, Border::kSentence, Meaning::kNothing},
}};

constexpr std::array<std::string_view, kCues.size()> CueWords() {
  std::array<std::string_view, kCues.size()> words;
  for (size_t i = 0; i < kCues.size(); ++i) words[i] = kCues[i].words;
  return words;
}
constexpr WordSet<kCues.size()> kCueWords(CueWords());

constexpr size_t kMaxPointerBytes = 60;
constexpr size_t kMaxPointerCodePoints = 14;
constexpr std::array<std::string_view, 6> kChinesePointers = {"下转", "上接", "紧接", "详见", "相关报道见", "全文见"};
constexpr std::array<std::string_view, 5> kEnglishPointers = {"see ", "turn to ", "more on ", "story on ", "story, "};

// No paragraph's tail is longer; a search for a cue looks no further back.
constexpr size_t kMaxTailBytes = 3000;

bool AtBorder(std::string_view text, size_t pos) {
  if (pos == 0) return true;
  const char32_t before = DecodeUtf8Before(text, pos).value;
  return IsBlank(before) || IsSentenceEnd(before) || IsCloser(before);
}

// 数据来源： and 图片来源： are said of a figure or a picture, not of the article.
bool SaidOfAFigure(std::string_view text, size_t at) {
  constexpr std::array<std::string_view, 4> kWords = {"数据", "图片", "资料", "信息"};
  return std::any_of(kWords.begin(), kWords.end(), [&](auto word) { return text.substr(0, at).ends_with(word); });
}

bool Holds(std::string_view text, size_t at, const Cue& cue) {
  if (cue.meaning == Meaning::kOutlet && SaidOfAFigure(text, at)) return false;
  if (cue.border == Border::kSentence && !AtBorder(text, at)) return false;
  return CountCodePoints(text.substr(at + cue.words.size())) <= cue.max_code_points;
}

struct Cut {
  const Cue* cue = nullptr;
  size_t position = 0;
};

// The last cue that takes everything behind it: what stands behind an earlier one may hold a later one. Of cues that
// end together (编辑：, 责任编辑：) the longest, which begins first.
Cut FindCut(std::string_view text) {
  Cut best;
  size_t from = text.size() > kMaxTailBytes ? text.size() - kMaxTailBytes : 0;
  while (from < text.size() && (static_cast<unsigned char>(text[from]) & 0xC0) == 0x80) ++from;
  size_t best_end = 0;
  for (auto match = kCueWords.Find(text, from); match.found();) {
    const Cue& cue = kCues[match.word];
    const size_t end = match.position + cue.words.size();
    if (end > best_end && Holds(text, match.position, cue)) {
      best = {&cue, match.position};
      best_end = end;
    }
    match = kCueWords.Find(text, match.position + DecodeUtf8(text, match.position).size_bytes);
  }
  return best;
}

std::string_view WithoutBracket(std::string_view text) {
  text = TrimBlank(text);
  const CodePoint last = DecodeUtf8Before(text, text.size());
  if (last.value == U'）' || last.value == ')') text.remove_suffix(last.size_bytes);
  return TrimBlank(text);
}

void Take(const Cue& cue, std::string_view value, Tail* tail) {
  value = WithoutBracket(value);
  if (cue.meaning == Meaning::kEditor && LooksLikeName(value)) {
    const std::string_view role = cue.words.find("责") != std::string_view::npos ? "责任编辑" : "编辑";
    tail->credits.people.push_back({std::string(value), std::string(role)});
  }
  if (cue.meaning == Meaning::kOutlet) {
    const std::string_view outlet = value.substr(0, std::min(value.find(' '), value.size()));
    tail->credits.outlet = outlet;
    if (auto credits = ParseByline(value.substr(outlet.size()))) {
      for (Credit& credit : credits->people) tail->credits.people.push_back(std::move(credit));
    }
  }
  if (cue.meaning == Meaning::kTitle) tail->original_title = value;
  if (cue.meaning == Meaning::kCredits) {
    if (auto credits = ParseByline(cue.words.substr(0, 3) == "文" ? std::string("文/") + std::string(value)
                                                                  : std::string(value))) {
      for (Credit& credit : credits->people) tail->credits.people.push_back(std::move(credit));
    }
  }
}

// 。（王一 赵二） or 。（记者 王一）, and （完）.
std::optional<size_t> BracketTail(std::string_view text, Credits* credits) {
  const CodePoint close = DecodeUtf8Before(text, text.size());
  if (close.value != U'）' && close.value != ')') return std::nullopt;
  const size_t window = text.size() > 120 ? text.size() - 120 : 0;
  size_t open = text.rfind("（");
  size_t width = 3;
  if (close.value == ')' && (open == std::string_view::npos || text.rfind('(') != std::string_view::npos)) {
    open = text.rfind('(');
    width = 1;
  }
  if (open == std::string_view::npos || open < window || !AtBorder(text, open)) return std::nullopt;
  const std::string_view inner = TrimBlank(text.substr(open + width, text.size() - close.size_bytes - open - width));
  if (inner == "完") return open;
  std::optional<Credits> found = open > 0 ? ParseBracketCredits(inner) : ParseByline(inner);
  if (!found.has_value()) return std::nullopt;
  for (Credit& credit : found->people) credits->people.push_back(std::move(credit));
  if (credits->outlet.empty()) credits->outlet = std::move(found->outlet);
  return open;
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return lower;
}

// "a4", "b-12", "page 4", "4" at the end of `text`: its bytes, or 0. Digits alone count only if `bare_digits`.
size_t PageReferenceAtEnd(std::string_view text, bool bare_digits) {
  constexpr size_t kMaxDigits = 3;
  size_t begin = text.size();
  while (begin > 0 && text[begin - 1] >= '0' && text[begin - 1] <= '9') --begin;
  if (begin == text.size() || text.size() - begin > kMaxDigits) return 0;
  bool named = false;
  if (begin > 1 && text[begin - 1] == '-') --begin;
  if (begin > 0 && text[begin - 1] >= 'a' && text[begin - 1] <= 'z') {
    --begin;
    named = true;
  }
  if (begin == 0 || text[begin - 1] != ' ') return 0;
  constexpr std::string_view kPage = "page ";
  if (text.substr(0, begin).ends_with(kPage)) {
    begin -= kPage.size();
    named = true;
  }
  return named || bare_digits ? text.size() - begin : 0;
}

// `lower` is in lower case, without brackets around.
bool IsEnglishPointer(std::string_view lower) {
  while (lower.ends_with('.')) lower.remove_suffix(1);
  for (std::string_view jump : {"continued on ", "continued from "}) {
    const size_t at = lower.find(jump);
    if (at == std::string_view::npos || (at > 0 && lower[at - 1] != ' ')) continue;
    const size_t reference = PageReferenceAtEnd(lower, /*bare_digits=*/true);
    return reference > 0 && at + jump.size() + reference == lower.size();
  }
  const bool points = std::any_of(kEnglishPointers.begin(), kEnglishPointers.end(),
                                  [&](auto words) { return lower.starts_with(words); });
  return points && PageReferenceAtEnd(lower, /*bare_digits=*/false) > 0;
}

std::string_view WithoutBrackets(std::string_view line) {
  while (!line.empty() && !IsWordLike(DecodeUtf8(line, 0).value)) line.remove_prefix(DecodeUtf8(line, 0).size_bytes);
  while (!line.empty()) {
    const CodePoint last = DecodeUtf8Before(line, line.size());
    if (IsWordLike(last.value)) break;
    line.remove_suffix(last.size_bytes);
  }
  return line;
}

}  // namespace

Tail ParseTail(std::string_view paragraph) {
  Tail tail;
  std::string_view text = TrimBlank(paragraph);
  constexpr int kMaxRounds = 8;
  for (int round = 0; round < kMaxRounds && !text.empty(); ++round) {
    const auto [cue, position] = FindCut(text);
    size_t cut = position;
    if (cue != nullptr) {
      Take(*cue, text.substr(cut + cue->words.size()), &tail);
    } else if (std::optional<size_t> at = BracketTail(text, &tail.credits)) {
      cut = *at;
    } else {
      break;
    }
    text = TrimBlank(text.substr(0, cut));
  }
  tail.kept_bytes = text.empty() ? 0 : (text.data() - paragraph.data()) + text.size();
  return tail;
}

bool BeginsLikeTail(std::string_view line) {
  if (line.starts_with("（") || line.starts_with('(')) return true;
  return kCueWords.Find(FirstCodePoints(line, 8)).position == 0;
}

bool IsPagePointer(std::string_view line) {
  if (line.size() > kMaxPointerBytes) return false;
  line = WithoutBrackets(line);
  const bool chinese = std::any_of(kChinesePointers.begin(), kChinesePointers.end(),
                                   [&](auto words) { return line.starts_with(words); });
  if (chinese) return line.ends_with("版") && CountCodePoints(line) <= kMaxPointerCodePoints;
  return IsEnglishPointer(Lower(line));
}

void TrimPagePointers(std::string_view paragraph, size_t* begin, size_t* end) {
  const auto is_pointer = [&](std::string_view inner) {
    const bool word = std::any_of(kChinesePointers.begin(), kChinesePointers.end(),
                                  [&](auto w) { return inner.find(w) != std::string_view::npos; });
    return word && inner.find("版") != std::string_view::npos && inner.size() <= kMaxPointerBytes;
  };
  std::string_view text = paragraph.substr(*begin, *end - *begin);
  if (text.starts_with("（") || text.starts_with("▲") || text.starts_with("▶")) {
    const size_t close = text.substr(0, kMaxPointerBytes + 9).find("）");
    if (close != std::string_view::npos && is_pointer(text.substr(3, close - 3))) *begin += close + 3;
  }
  text = paragraph.substr(*begin, *end - *begin);
  const std::string_view trimmed = TrimBlank(text);
  if (trimmed.ends_with("）") || trimmed.ends_with("版")) {
    const size_t open = trimmed.rfind("（");
    const size_t from = open == std::string_view::npos ? trimmed.rfind("。") : open;
    if (from != std::string_view::npos && trimmed.size() - from <= kMaxPointerBytes + 9 &&
        is_pointer(trimmed.substr(from))) {
      *end = (trimmed.data() - paragraph.data()) + from + (open == std::string_view::npos ? 3 : 0);
    }
  }
  text = paragraph.substr(*begin, *end - *begin);
  const size_t window = text.size() > kMaxPointerBytes ? text.size() - kMaxPointerBytes : 0;
  const size_t jump = text.substr(window).rfind("ontinued on ");  // with either C
  if (jump != std::string_view::npos && jump > 2) {
    const size_t letter = window + jump - 1;
    const size_t from = text[letter - 1] == '(' ? letter - 1 : letter;
    if (AtBorder(text, from) && IsPagePointer(text.substr(from))) *end = *begin + from;
  }
}

}  // namespace factline::page
