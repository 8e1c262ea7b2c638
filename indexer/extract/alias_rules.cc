#include "indexer/extract/alias_rules.h"

#include <algorithm>
#include <array>

#include "indexer/extract/lexicon.h"
#include "protos/vocab/utf8.h"

namespace factline::extract {
namespace {

constexpr size_t kMaxForms = 40;

constexpr std::array<std::string_view, 12> kCompanyTails = {"（集团）股份有限公司",
                                                            "（集团）有限公司",
                                                            "有限责任公司",
                                                            "股份有限公司",
                                                            "集团有限公司",
                                                            "有限公司",
                                                            "集团公司",
                                                            "总公司",
                                                            "集团",
                                                            "公司",
                                                            "股份",
                                                            "控股"};
constexpr std::array<std::string_view, 14> kPlaceTails = {
    "维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "特别行政区", "自治州", "自治县",
    "新区",         "省",         "市",         "县",     "区",         "镇",     "乡"};

constexpr std::array<std::string_view, 6> kPhaseTails = {"一期工程", "二期工程", "三期工程",
                                                         "一期项目", "二期项目", "三期项目"};

// Returns how many there are.
size_t ForHeads(std::string_view name, const auto& tails, size_t min_chars, ShortFormSink sink) {
  size_t heads = 0;
  for (const std::string_view tail : tails) {
    if (!name.ends_with(tail) || name.size() <= tail.size()) continue;
    const std::string_view head = name.substr(0, name.size() - tail.size());
    if (CountCodePoints(head) < min_chars) continue;
    sink(head);
    ++heads;
  }
  return heads;
}

// Every ending of the name that is long enough to name it, at most `max_forms`.
void ForEndings(std::string_view name, size_t min_chars, size_t max_forms, ShortFormSink sink) {
  size_t chars = CountCodePoints(name);
  size_t at = 0;
  for (size_t forms = 0; forms < max_forms && chars > min_chars; ++forms) {
    at = NextCodePoint(name, at);
    --chars;
    sink(name.substr(at));
  }
}

bool MayHoldMarks(std::string_view name) {
  return std::any_of(name.begin(), name.end(), [](char c) {
    return c == '"' || c == ' ' || c == '\xE2' || c == '\xE3';  // where all the marks begin, and hardly a letter
  });
}

}  // namespace

std::string_view BareName(std::string_view name, std::string& buffer) {
  static constexpr std::array<std::string_view, 8> kMarks = {"“", "”", "‘", "’", "《", "》", "「", "」"};
  if (!MayHoldMarks(name)) return name;
  buffer.clear();
  for (size_t at = 0; at < name.size();) {
    const size_t next = NextCodePoint(name, at);
    const std::string_view c = name.substr(at, next - at);
    const bool mark = c == "\"" || c == " " || std::find(kMarks.begin(), kMarks.end(), c) != kMarks.end();
    if (!mark) buffer += c;
    at = next;
  }
  return buffer;
}

void ForEachShortForm(EntityType type, std::string_view name, ShortFormSink sink) {
  if (name.empty()) return;
  switch (type) {
    case EntityType::kGpe:
      ForHeads(name, kPlaceTails, 2, sink);
      break;
    case EntityType::kOrg:
      ForEndings(name, 4, kMaxForms - ForHeads(name, kCompanyTails, 2, sink), sink);
      break;
    case EntityType::kFac:
      ForEndings(name, 4, kMaxForms - ForHeads(name, kPhaseTails, 3, sink), sink);
      break;
    case EntityType::kEvent:
    case EntityType::kAward:
      ForEndings(name, 4, kMaxForms, sink);
      break;
    case EntityType::kProduct:
      ForEndings(name, 5, kMaxForms, sink);  // 碳纤维机翼 of 客机碳纤维机翼
      break;
    case EntityType::kPerson: {
      constexpr std::string_view kDot = "·";
      const size_t dot = name.rfind(kDot);
      if (dot != std::string_view::npos) sink(name.substr(dot + kDot.size()));
      break;
    }
    default:
      break;
  }
}

}  // namespace factline::extract
