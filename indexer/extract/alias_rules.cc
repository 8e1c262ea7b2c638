#include "indexer/extract/alias_rules.h"

#include <array>

#include "indexer/extract/lexicon.h"
#include "protos/vocab/utf8.h"

namespace factline::extract {
namespace {

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

void AddHeads(std::string_view name, auto& tails, size_t min_chars, std::vector<std::string>& forms) {
  for (const std::string_view tail : tails) {
    if (!name.ends_with(tail) || name.size() <= tail.size()) continue;
    const std::string_view head = name.substr(0, name.size() - tail.size());
    if (CountCodePoints(head) >= min_chars) forms.emplace_back(head);
  }
}

// Every ending of the name that is long enough to name it.
void AddEndings(std::string_view name, size_t min_chars, std::vector<std::string>& forms) {
  constexpr size_t kMaxForms = 40;
  for (size_t at = NextCodePoint(name, 0); at < name.size() && forms.size() < kMaxForms; at = NextCodePoint(name, at)) {
    if (CountCodePoints(name.substr(at)) < min_chars) return;
    forms.emplace_back(name.substr(at));
  }
}

}  // namespace

std::string BareName(std::string_view name) {
  static constexpr std::array<std::string_view, 8> kMarks = {"“", "”", "‘", "’", "《", "》", "「", "」"};
  std::string bare;
  bare.reserve(name.size());
  for (size_t at = 0; at < name.size();) {
    const auto lead = static_cast<unsigned char>(name[at]);
    const size_t next = NextCodePoint(name, at);
    bool mark = name[at] == '"' || name[at] == ' ';
    if (lead == 0xE2 || lead == 0xE3) {  // where all the marks begin, and hardly a letter
      for (const std::string_view m : kMarks) mark |= name.substr(at, next - at) == m;
    }
    if (!mark) bare.append(name, at, next - at);
    at = next;
  }
  return bare;
}

std::vector<std::string> ShortForms(EntityType type, std::string_view name) {
  std::vector<std::string> forms;
  if (name.empty()) return forms;
  switch (type) {
    case EntityType::kGpe:
      AddHeads(name, kPlaceTails, 2, forms);
      break;
    case EntityType::kOrg:
      AddHeads(name, kCompanyTails, 2, forms);
      AddEndings(name, 4, forms);
      break;
    case EntityType::kFac:
    case EntityType::kEvent:
    case EntityType::kAward:
      AddEndings(name, 4, forms);
      break;
    case EntityType::kProduct:
      AddEndings(name, 5, forms);  // 碳纤维机翼 of 客机碳纤维机翼
      break;
    case EntityType::kPerson: {
      constexpr std::string_view kDot = "·";
      const size_t dot = name.rfind(kDot);
      if (dot != std::string_view::npos) forms.emplace_back(name.substr(dot + kDot.size()));
      break;
    }
    default:
      break;
  }
  return forms;
}

}  // namespace factline::extract
