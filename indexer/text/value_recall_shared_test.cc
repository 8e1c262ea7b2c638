// Recall of dates, sums of money and proportions over the annotated spans of FewFC (Chinese financial news, shared
// folder, data/events). Skipped where the folder is absent. Prints the recall by kind; with FACTLINE_VALUE_MISSES=N
// also the first N misses of each.
//
// A span is found if each digit of it, Arabic or Chinese, lies in values of its kind, or, where it has none, if a value
// of its kind overlaps it; and if the normal form is plausible: it holds the very numbers that a plain reading of the
// span gives (this file's own, not the parser's), with the currency that the span names. Every annotated span counts,
// those too that are cut in a number or hold none.

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>
#include <stdio.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <regex>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "indexer/text/normalizer.h"
#include "indexer/text/value_parser.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/utf8.h"

namespace factline::text {
namespace {

// The collection is of the end of 2019 and names no days of publication; one is enough to resolve 去年 and 3月24日.
const absl::CivilDay kPublished(2019, 12, 15);

constexpr double kFloor = 0.95;

struct Annotated {
  std::string text;
  Span span;
  ValueKind kind;
};

// What `command` prints; nothing if it fails.
std::string Output(const std::string& command) {
  std::string out;
  FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return out;
  std::array<char, 65536> buffer;
  while (const size_t size = fread(buffer.data(), 1, buffer.size(), pipe)) out.append(buffer.data(), size);
  return pclose(pipe) == 0 ? out : std::string();
}

// Byte offsets of the characters of `text`, and its size.
std::vector<uint32_t> CharOffsets(std::string_view text) {
  std::vector<uint32_t> offsets;
  for (size_t at = 0; at < text.size(); at += DecodeUtf8(text, at).size_bytes)
    offsets.push_back(static_cast<uint32_t>(at));
  offsets.push_back(static_cast<uint32_t>(text.size()));
  return offsets;
}

void AddMentions(const google::protobuf::Struct& record, std::vector<Annotated>& all) {
  const std::string& text = record.fields().at("content").string_value();
  const std::vector<uint32_t> offsets = CharOffsets(text);
  std::set<std::tuple<size_t, size_t, ValueKind>> seen;  // events share their arguments
  for (const auto& event : record.fields().at("events").list_value().values()) {
    for (const auto& value : event.struct_value().fields().at("mentions").list_value().values()) {
      const auto& mention = value.struct_value().fields();
      const std::string& role = mention.at("role").string_value();
      if (role != "date" && role != "money" && role != "proportion") continue;
      const ValueKind kind = role == "date"    ? ValueKind::kDate
                             : role == "money" ? ValueKind::kMoney
                                               : ValueKind::kPercent;
      const auto& span = mention.at("span").list_value();
      const size_t begin = static_cast<size_t>(span.values(0).number_value());
      const size_t end = static_cast<size_t>(span.values(1).number_value());
      ASSERT_LT(begin, end);
      ASSERT_LT(end, offsets.size());
      if (!seen.insert({begin, end, kind}).second) continue;
      all.push_back({text, {offsets[begin], offsets[end]}, kind});
    }
  }
}

std::vector<Annotated> Load(const std::filesystem::path& path) {
  std::vector<Annotated> all;
  const std::string lines = Output(Cat("gzip -dc '", path.string(), "'"));
  for (size_t begin = 0; begin < lines.size();) {
    const size_t end = std::min(lines.find('\n', begin), lines.size());
    google::protobuf::Struct record;
    const auto parsed = google::protobuf::util::JsonStringToMessage(lines.substr(begin, end - begin), &record);
    EXPECT_TRUE(parsed.ok()) << parsed.ToString();
    AddMentions(record, all);
    begin = end + 1;
  }
  return all;
}

// ---- a plain reading of the spans ----

bool IsNumeral(char32_t cp) {
  return (cp >= '0' && cp <= '9') || std::u32string_view(U"零〇一二两三四五六七八九十百千万亿").find(cp) < SIZE_MAX;
}

// Arabic numbers with the Chinese scale behind them.
std::vector<double> Numbers(const std::string& text) {
  static const auto* const number = new std::regex("([0-9][0-9,]*(\\.[0-9]+)?)\\.? ?(余|多)?(万亿|千万|百万|亿|万)?");
  std::vector<double> out;
  double scale_before = 0;
  for (auto it = std::sregex_iterator(text.begin(), text.end(), *number); it != std::sregex_iterator(); ++it) {
    std::string digits = (*it)[1];
    digits.erase(std::remove(digits.begin(), digits.end(), ','), digits.end());
    const std::string scale = (*it)[4];
    const double factor = scale == "万亿"   ? 1e12
                          : scale == "亿"   ? 1e8
                          : scale == "千万" ? 1e7
                          : scale == "百万" ? 1e6
                          : scale == "万"   ? 1e4
                                            : 1;
    const bool ends_range = !out.empty() && scale_before == 1 && (*it).prefix().length() == 1;
    if (ends_range) out.back() *= factor;  // 5000-10000万
    out.push_back(std::strtod(digits.c_str(), nullptr) * factor);
    scale_before = factor;
  }
  return out;
}

std::string CurrencyNamed(std::string_view span) {
  static constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"美", "USD"}, {"港", "HKD"}, {"欧元", "EUR"}, {"英镑", "GBP"}, {"日元", "JPY"},
      {"韩", "KRW"}, {"澳", "AUD"}, {"加元", "CAD"}, {"元", "CNY"},   {"人民币", "CNY"}};
  for (const auto& [name, code] : kNames) {
    if (span.find(name) != std::string_view::npos) return std::string(code);
  }
  return "";
}

// A range, a point or a stretch of the calendar, or nothing for what is open.
bool IsCalendarForm(const std::string& norm) {
  static const std::string point = "([0-9]{4}s|[0-9]{4}(-(H[12]|Q[1-4]|W[0-9]{2}|[0-9]{2}(-[0-9]{2})?))?)";
  static const auto* const form = new std::regex(Cat(point, "(/", point, ")?"));
  return std::regex_match(norm, *form);
}

// Each number of the span stands in the norm: 2019年11月 in 2019-11. Those of quarters, halves and decades too.
bool DateAgrees(const std::string& span, const std::vector<Value>& values) {
  std::string norms;
  for (const Value& value : values) {
    if (!value.norm.empty() && !IsCalendarForm(value.norm)) return false;
    if (value.norm.empty() && !value.relative) return false;
    norms += Cat(value.norm, " ");
    // An open one: its own numbers are not looked at.
    if (value.norm.empty()) return true;
  }
  const std::string digits = std::regex_replace(norms, std::regex("[^0-9]+"), " ");
  for (const double number : Numbers(std::regex_replace(span, std::regex("[0-9]+时"), ""))) {
    bool found = false;
    // 16年6月 is of 2016.
    for (const double n : Numbers(digits)) found |= n == number || (number < 100 && std::fmod(n, 100) == number);
    if (!found) return false;
  }
  return true;
}

bool NumbersAgree(const std::string& span, const std::vector<Value>& values) {
  for (const double number : Numbers(span)) {
    bool found = false;
    for (const Value& value : values) {
      found |= std::fabs(value.number - number) <= 1e-9 * number;
      found |= value.number_to && std::fabs(*value.number_to - number) <= 1e-9 * number;
    }
    if (!found) return false;
  }
  return true;
}

bool IsPlausible(const std::string& span, ValueKind kind, const std::vector<Value>& values) {
  if (kind == ValueKind::kDate) return DateAgrees(span, values);
  for (const Value& value : values) {
    if (kind == ValueKind::kPercent && value.unit != "%" && value.unit != "百分点") return false;
    if (kind == ValueKind::kMoney && value.unit.size() != 3) return false;
    const std::string named = CurrencyNamed(span);
    if (kind == ValueKind::kMoney && !named.empty() && value.unit != named) return false;
  }
  return span.find("分之") != std::string::npos || span.find("成") != std::string::npos || NumbersAgree(span, values);
}

// Percentage points, which FewFC counts among the proportions, are quantities to us.
bool IsOfKind(const Value& value, ValueKind kind) {
  return value.kind == kind || (kind == ValueKind::kPercent && value.unit == "百分点");
}

// The values of the kind that overlap the span, if they cover its digits.
std::vector<Value> ValuesOver(const Annotated& row) {
  std::vector<NormalChar> chars;
  Normalize(row.text, chars);
  std::vector<Value> over;
  for (Value& value : FindValues(row.text, chars, kPublished)) {
    if (IsOfKind(value, row.kind) && value.span.Overlaps(row.span)) over.push_back(std::move(value));
  }
  for (size_t at = row.span.begin; at < row.span.end_exclusive;) {
    const CodePoint c = DecodeUtf8(row.text, at);
    bool covered = !IsNumeral(c.value);
    for (const Value& value : over) covered |= value.span.begin <= at && at < value.span.end_exclusive;
    if (!covered) return {};
    at += c.size_bytes;
  }
  return over;
}

TEST(ValueRecallSharedTest, AnnotatedSpansAreFoundWithPlausibleNorms) {
  const char* const shared = std::getenv("FACTLINE_SHARED");
  if (shared == nullptr) GTEST_SKIP() << "FACTLINE_SHARED is not set";
  const std::filesystem::path path = std::filesystem::path(shared) / "data/events/fewfc.train.json.gz";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
  const std::vector<Annotated> all = Load(path);
  ASSERT_GT(all.size(), 2500u);

  const char* const wanted = std::getenv("FACTLINE_VALUE_MISSES");
  const int shown = wanted == nullptr ? 0 : std::atoi(wanted);
  const struct {
    ValueKind kind;
    const char* name;
  } kKinds[] = {{ValueKind::kDate, "date"}, {ValueKind::kMoney, "money"}, {ValueKind::kPercent, "proportion"}};
  int found_all = 0;
  for (const auto& [kind, name] : kKinds) {
    int spans = 0;
    int found = 0;
    int misses = 0;
    for (const Annotated& row : all) {
      if (row.kind != kind) continue;
      ++spans;
      const std::vector<Value> values = ValuesOver(row);
      const std::string span(row.span.In(row.text));
      if (!values.empty() && IsPlausible(span, kind, values)) {
        ++found;
      } else if (misses++ < shown) {
        const size_t from = row.span.begin > 30 ? row.span.begin - 30 : 0;
        std::cout << "miss " << name << " [" << span << "] " << (values.empty() ? "none" : values[0].norm) << " in "
                  << row.text.substr(from, row.span.end_exclusive + 30 - from) << "\n";
      }
    }
    std::cout << "recall of " << name << ": " << found << " of " << spans << " = " << double(found) / spans << "\n";
    found_all += found;
  }
  const double recall = double(found_all) / static_cast<double>(all.size());
  std::cout << "recall of all: " << found_all << " of " << all.size() << " = " << recall << "\n";
  EXPECT_GE(recall, kFloor);
}

}  // namespace
}  // namespace factline::text
