#include "ingest/page/credits.h"

#include <algorithm>
#include <array>
#include <utility>

#include "ingest/page/code_points.h"
#include "ingest/page/english_byline.h"
#include "ingest/page/word_set.h"

namespace factline::page {
namespace {

constexpr size_t kMaxLineBytes = 300;
constexpr size_t kMaxOutletCodePoints = 16;
constexpr size_t kMaxTokenBytes = 96;  // outlet, role and name without a blank

// Longest first where one ends with another.
constexpr WordSet<43> kRoles(std::array<std::string_view, 43>{
    "全媒体记者", "融媒体记者", "首席记者",   "见习记者", "实习记者", "特约记者",   "特派记者", "摄影记者", "文字记者",
    "本报记者",   "记者",       "特约通讯员", "通讯员",   "实习生",   "特约评论员", "评论员",   "特约摄影", "摄影报道",
    "图文报道",   "摄影",       "供图",       "制图",     "供稿",     "撰文",       "采写",     "整理",     "编译",
    "翻译",       "责任编辑",   "流程编辑",   "值班编辑", "视觉编辑", "编辑",       "责编",     "美编",     "校对",
    "主编",       "作者",       "监制",       "策划",     "统筹",     "审核",       "视频"});

// Roles of one character count only as a word of their own: 文/王一 图/赵二.
constexpr std::array<std::string_view, 5> kShortRoles = {"摄", "文", "图", "审", "编"};

constexpr std::array<std::string_view, 9> kPhotoRoles = {"摄影", "特约摄影", "摄影报道", "图文报道", "供图",
                                                         "摄",   "图",       "摄影记者", "制图"};

constexpr WordSet<31> kOutletWords(std::array<std::string_view, 31>{
    "日报",   "晚报",   "晨报",   "早报", "快报",   "时报", "商报", "周报",   "都市报", "报社", "新闻",
    "通讯社", "中新社", "新华社", "网",   "电视台", "广播", "电台", "总台",   "客户端", "财经", "观察",
    "周刊",   "杂志",   "融媒",   "传媒", "影像",   "视觉", "图片", "公众号", "在线"});

// Words of two to four Han characters that follow 记者 in headings, and are nobody's name.
constexpr std::array<std::string_view, 24> kNoNames = {
    "调查", "观察", "手记", "报道",   "评论",   "感言", "日记", "专访", "连线", "见闻", "近日",   "日前",
    "今日", "昨日", "从",   "走基层", "了解到", "获悉", "节",   "之家", "协会", "站",   "招待会", "见面会"};

template <size_t n>
bool Has(const std::array<std::string_view, n>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool IsBullet(char32_t c) {
  return (c >= 0x25A0 && c <= 0x25FF) || c == U'★' || c == U'☆' || c == U'※' || c == U'•' || c == '*' || c == U'◎';
}

std::string_view StripBulletsAndBrackets(std::string_view line) {
  line = TrimBlank(line);
  while (!line.empty()) {
    const CodePoint first = DecodeUtf8(line, 0);
    if (!IsBullet(first.value)) break;
    line = TrimBlank(line.substr(first.size_bytes));
  }
  const CodePoint open = DecodeUtf8(line, 0);
  const CodePoint close = DecodeUtf8Before(line, line.size());
  if ((open.value == U'（' && close.value == U'）') || (open.value == '(' && close.value == ')') ||
      (open.value == U'【' && close.value == U'】') || (open.value == '[' && close.value == ']')) {
    line = TrimBlank(line.substr(open.size_bytes, line.size() - open.size_bytes - close.size_bytes));
  }
  return line;
}

bool IsSeparator(char32_t c) {
  return IsBlank(c) || c == U'、' || c == U'，' || c == ',' || c == U'；' || c == ';' || c == '|' || c == U'｜' ||
         c == '/' || c == U'／' || c == U'：' || c == ':' || c == U'＆' || c == '&';
}

std::vector<std::string_view> Tokens(std::string_view line) {
  std::vector<std::string_view> tokens;
  size_t begin = 0;
  for (size_t pos = 0; pos <= line.size();) {
    const CodePoint c = DecodeUtf8(line, pos);
    if (c.size_bytes == 0 || IsSeparator(c.value)) {
      if (pos > begin) tokens.push_back(line.substr(begin, pos - begin));
      if (c.size_bytes == 0) break;
      begin = pos + c.size_bytes;
    }
    pos += c.size_bytes;
  }
  return tokens;
}

bool IsOneHan(std::string_view token) {
  const CodePoint c = DecodeUtf8(token, 0);
  return IsHan(c.value) && c.size_bytes == token.size();
}

// Callings stand before a name without a blank (记者王一); 编辑部 and 摄影展 are other words.
bool IsCalling(std::string_view role) {
  return role.ends_with("记者") || role.ends_with("通讯员") || role.ends_with("评论员") || role == "实习生";
}

struct RoleMatch {
  std::string_view before, role, after;
};

std::optional<RoleMatch> FindRole(std::string_view token) {
  if (Has(kShortRoles, token)) return RoleMatch{.role = token};
  if (const auto match = kRoles.Find(token); match.found()) {
    const std::string_view role = kRoles[match.word];
    const std::string_view before = token.substr(0, match.position), after = token.substr(match.position + role.size());
    return RoleMatch{before, role == "本报记者" ? "记者" : role, after};
  }
  constexpr std::string_view kShot = "摄";
  if (token.ends_with(kShot) && LooksLikeName(token.substr(0, token.size() - kShot.size()))) {
    return RoleMatch{.before = token.substr(0, token.size() - kShot.size()), .role = kShot};
  }
  return std::nullopt;
}

bool IsOwnOutlet(std::string_view text) {
  return text.empty() || text == "本报" || text == "本刊" || text == "本网" || text == "本台" || text == "本社" ||
         text == "驻";
}

// Reads the tokens of one line from left to right; a role counts for the names after it, or, where none follow and it
// is a picture's or a text's role, for the names just before it (王一 摄).
class CreditReader {
 public:
  explicit CreditReader(bool names_alone) : names_alone_(names_alone) {}

  bool Read(const std::vector<std::string_view>& tokens) {
    for (size_t i = 0; i < tokens.size(); ++i) {
      if (i + 1 < tokens.size() && IsOneHan(tokens[i]) && IsOneHan(tokens[i + 1]) && !FindRole(tokens[i]) &&
          !FindRole(tokens[i + 1])) {
        AddName(std::string(tokens[i]) + std::string(tokens[i + 1]));
        ++i;
        continue;
      }
      if (!ReadToken(tokens[i])) return false;
    }
    const bool somebody = !credits_.people.empty() || (photo_role_ && !credits_.outlet.empty());
    return somebody && (role_seen_ || names_alone_);
  }

  Credits Finish() && {
    credits_.photo = photo_role_ && !text_role_;
    for (Credit& credit : credits_.people) {
      if (credit.role == "摄") credit.role = "摄影";
    }
    return std::move(credits_);
  }

 private:
  bool ReadToken(std::string_view token) {
    if (token.size() > kMaxTokenBytes) return false;
    const std::optional<RoleMatch> match = FindRole(token);
    if (match.has_value()) return ReadRole(*match);
    if (LooksLikeOutlet(token)) return SetOutlet(token);
    if (!LooksLikeName(token)) return false;
    AddName(std::string(token));
    return true;
  }

  bool ReadRole(const RoleMatch& match) {
    const bool photo = Has(kPhotoRoles, match.role);
    role_seen_ = true;
    if (photo && match.before.empty() && match.after.empty() && names_since_role_ > 0) {
      for (size_t i = credits_.people.size() - names_since_role_; i < credits_.people.size(); ++i) {
        credits_.people[i].role = match.role;
      }
      names_since_role_ = 0;
      photo_role_ = true;
      text_role_ = std::any_of(credits_.people.begin(), credits_.people.end(),
                               [](const Credit& c) { return !Has(kPhotoRoles, c.role); });
      return true;
    }
    photo_role_ |= photo;
    text_role_ |= !photo;
    role_ = match.role;
    names_since_role_ = 0;
    if (match.role == "摄" && !match.before.empty()) {
      AddName(std::string(match.before));
    } else if (!IsOwnOutlet(match.before)) {
      if (!LooksLikeOutlet(match.before) && !match.before.ends_with("社") && !match.before.ends_with("报")) {
        if (!photo || !SetOutletText(match.before)) return false;
      } else if (!SetOutlet(match.before)) {
        return false;
      }
    }
    if (match.after.empty()) return true;
    if (!IsCalling(match.role) || !LooksLikeName(match.after)) return false;
    AddName(std::string(match.after));
    return true;
  }

  bool SetOutlet(std::string_view outlet) {
    if (outlet.ends_with("发") && outlet.size() > 3) outlet.remove_suffix(3);
    return SetOutletText(outlet);
  }
  bool SetOutletText(std::string_view outlet) {
    if (CountCodePoints(outlet) > kMaxOutletCodePoints) return false;
    if (credits_.outlet.empty()) credits_.outlet = outlet;
    return true;
  }

  void AddName(std::string name) {
    credits_.people.push_back({.name = std::move(name), .role = role_});
    ++names_since_role_;
  }

  const bool names_alone_;
  Credits credits_;
  std::string role_;
  size_t names_since_role_ = 0;
  bool role_seen_ = false;
  bool photo_role_ = false;
  bool text_role_ = false;
};

std::optional<Credits> ReadCredits(std::string_view line, bool names_alone) {
  if (line.empty() || line.size() > kMaxLineBytes) return std::nullopt;
  CreditReader reader(names_alone);
  if (!reader.Read(Tokens(line))) return std::nullopt;
  return std::move(reader).Finish();
}

}  // namespace

bool LooksLikeOutlet(std::string_view text) {
  if (text.size() > 4 * kMaxOutletCodePoints) return false;
  if (CountCodePoints(text) < 2 || CountCodePoints(text) > kMaxOutletCodePoints) return false;
  return kOutletWords.FoundIn(text);
}

bool LooksLikeName(std::string_view text) {
  if (text.empty() || text.size() > 48 || Has(kNoNames, text)) return false;
  size_t han = 0, dots = 0, latin = 0;
  for (size_t pos = 0; pos < text.size();) {
    const CodePoint c = DecodeUtf8(text, pos);
    pos += c.size_bytes;
    if (IsHan(c.value)) {
      ++han;
    } else if (c.value == U'·' || c.value == U'•' || c.value == U'・') {
      ++dots;
    } else if (IsAsciiLetter(c.value) || c.value == '.' || c.value == '-' || c.value == '\'') {
      ++latin;
    } else {
      return false;
    }
  }
  if (han == 0) return latin > 1 && latin <= 24 && dots == 0;
  if (latin > 0) return false;
  return dots > 0 ? han >= 3 : han >= 2 && han <= 4;
}

std::optional<Credits> ParseByline(std::string_view line) {
  if (line.size() > kMaxLineBytes) return std::nullopt;
  line = StripBulletsAndBrackets(line);
  if (line.find("。") != std::string_view::npos) return std::nullopt;
  if (std::optional<Credits> english = ParseEnglishByline(line)) return english;
  return ReadCredits(line, /*names_alone=*/false);
}

std::optional<Credits> ParseBracketCredits(std::string_view inner) {
  return ReadCredits(TrimBlank(inner), /*names_alone=*/true);
}

std::optional<Credits> ParseGroupCredit(std::string_view line) {
  line = StripBulletsAndBrackets(line);
  if (line.size() > kMaxLineBytes) return std::nullopt;
  constexpr std::array<std::string_view, 5> kGroups = {"本组", "本版", "本专题", "本报道", "以上稿件"};
  constexpr std::array<std::string_view, 6> kVerbs = {"撰写", "采写", "整理", "报道", "采编", "撰稿"};
  const bool group = std::any_of(kGroups.begin(), kGroups.end(), [&](auto word) { return line.starts_with(word); });
  if (!group) return std::nullopt;
  while (line.ends_with("。")) line.remove_suffix(3);
  const auto verb = std::find_if(kVerbs.begin(), kVerbs.end(), [&](auto word) { return line.ends_with(word); });
  if (verb == kVerbs.end()) return std::nullopt;
  line.remove_suffix(verb->size());
  constexpr std::string_view kBy = "由";
  const size_t by = line.find(kBy);
  const size_t colon = line.find("：");
  if (by == std::string_view::npos && colon == std::string_view::npos) return std::nullopt;
  return ReadCredits(TrimBlank(line.substr((by == std::string_view::npos ? colon : by) + kBy.size())),
                     /*names_alone=*/false);
}

}  // namespace factline::page
