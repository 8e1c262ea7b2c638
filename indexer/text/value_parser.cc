#include "indexer/text/value_parser.h"

#include <array>
#include <memory>
#include <utility>

#include "indexer/text/date_parser.h"
#include "indexer/text/numeral.h"
#include "indexer/text/quantity_parser.h"
#include "indexer/text/value_chars.h"
#include "indexer/text/value_context.h"
#include "protos/vocab/cat.h"

namespace factline::text {
namespace {

enum class Start : uint8_t { kNone, kNumeral, kOther };

// The characters that a value can begin with: all others are passed over with one look.
class Starts {
 public:
  static const Starts& Get() {
    static const auto* const starts = new Starts();
    return *starts;
  }

  Start At(const NormalChar& c) const {
    if (c.cls == CharClass::kDigit) return Start::kNumeral;
    return c.cp < table_.size() ? table_[c.cp] : Start::kNone;
  }

 private:
  Starts() {
    for (const char32_t cp : std::u32string_view(
             U"今去前明后上下本当同次翌近昨日连首第年月未过此$¥€£₩₽₹人港")) {
      table_[cp] = Start::kOther;
    }
    for (const char32_t cp : std::u32string_view(U"新")) table_[cp] = Start::kOther;
    for (const char32_t cp : std::u32string_view(U"零〇一二两三四五六七八九十百千万亿半壹贰叁肆伍陆柒捌玖拾佰仟")) {
      table_[cp] = Start::kNumeral;
    }
  }

  std::array<Start, 0x10000> table_{};
};

class Parser {
 public:
  Parser(std::string_view text, const std::vector<NormalChar>& chars, std::optional<absl::CivilDay> published)
      : raw_(chars), chars_(text, chars), published_(published) {}

  std::vector<Value> Run() {
    const Starts& starts = Starts::Get();
    for (size_t at = 0; at < raw_.size();) {
      if (raw_[at].cls == CharClass::kLetter) {
        at = TakeWord(at);
      } else {
        const Start start = starts.At(raw_[at]);
        at = start == Start::kNone || !chars_.IsEdge(at) ? at + 1 : TakeFrom(at, start);
      }
    }
    return std::move(values_);
  }

 private:
  // A month, a currency code, or a word to pass over with the digits in it (C919).
  size_t TakeWord(size_t at) {
    size_t end = at + 1;
    while (chars_.Is(end, CharClass::kLetter) || chars_.Is(end, CharClass::kDigit)) ++end;
    const bool may_be_date = raw_[at].changed || MayBeginEnglishDate(chars_, at);
    const size_t taken = may_be_date ? TakeDate(at) : at;
    if (taken > at) return taken;
    const size_t money = TakeQuantity(at);
    if (money > at) return money;
    const size_t share = TakeShareBehind(at, end);
    return share > 0 ? share : end;
  }

  // A share written right behind a Latin name: Jagex100%. 0 if there is none.
  size_t TakeShareBehind(size_t begin, size_t end) {
    size_t digits = end;
    while (digits > begin && chars_.IsDigit(digits - 1)) --digits;
    if (digits == end || !(chars_[end] == '%' || chars_[end] == '.') || !chars_.IsEdge(digits)) return 0;
    const std::optional<QuantityMatch> match = ReadQuantity(chars_, digits, digits);
    if (!match || match->kind != ValueKind::kPercent) return 0;
    const size_t taken = TakeQuantity(digits);
    return taken > digits ? taken : 0;
  }

  size_t TakeFrom(size_t at, Start start) {
    size_t end = TakeDate(at);
    if (end == at) end = TakeQuantity(at);
    if (end > at) return end;
    if (start == Start::kNumeral) return SkipNumeral(at);
    return chars_[at] == U'第' ? SkipNumeral(at + 1) : at + 1;
  }

  // Past a number that was no value, so that none begins inside it.
  size_t SkipNumeral(size_t at) const {
    const Starts& starts = Starts::Get();
    size_t end = at;
    while (end < raw_.size() && (starts.At(raw_[end]) == Start::kNumeral ||
                                 (chars_.IsDigit(end + 1) && end > at && chars_.IsDigit(end - 1) &&
                                  (raw_[end].cp == '.' || IsGroupMark(end))))) {
      ++end;
    }
    return end == at ? at + 1 : end;
  }

  // The comma of 12,345, not that of 12,2019.
  bool IsGroupMark(size_t at) const {
    return raw_[at].cp == ',' && chars_.IsDigit(at + 2) && chars_.IsDigit(at + 3) && !chars_.IsDigit(at + 4);
  }

  size_t TakeDate(size_t at) {
    if (chars_.Before(at) == U'第' && chars_[at] != U'第') return at;
    const std::optional<DateMatch> date = ReadDate(chars_, at, published_);
    if (!date || !chars_.IsEdge(date->end)) return at;
    Value value;
    value.span = value.context = chars_.SpanOf(at, date->end);
    value.kind = ValueKind::kDate;
    value.norm = date->norm;
    value.relative = date->relative;
    values_.push_back(std::move(value));
    floor_ = date->end;
    return date->end;
  }

  size_t TakeQuantity(size_t at) {
    const std::optional<QuantityMatch> match = ReadQuantity(chars_, floor_, at);
    if (!match || !chars_.IsEdge(match->begin) || !chars_.IsEdge(match->end)) return at;
    const ValueContext context =
        ReadContext(chars_, floor_, match->begin, match->end, match->kind == ValueKind::kPercent);
    Value value;
    value.span = chars_.SpanOf(match->begin, match->end);
    value.context = chars_.SpanOf(context.begin, context.end);
    value.kind = match->kind;
    value.number = match->number;
    value.number_to = match->number_to;
    value.unit = match->unit;
    value.comparator = Compare(*match, context);
    value.change = context.change;
    value.norm = value.number_to ? Cat(FormatNumber(value.number), "-", FormatNumber(*value.number_to), " ", value.unit)
                                 : Cat(FormatNumber(value.number), " ", value.unit);
    values_.push_back(std::move(value));
    floor_ = match->end;
    return match->end;
  }

  // What stands inside the value (10-15, 2000多) is closer to it than what stands around.
  Comparator Compare(const QuantityMatch& match, const ValueContext& context) const {
    if (match.comparator != Comparator::kEqual) return match.comparator;
    // 近三年 that begins a clause are the last three, not about three; 合作近三年 and 近百家 say about.
    const bool recent = match.unit == "年" || match.unit == "个月" || match.unit == "天" || match.unit == "周";
    const size_t near = match.begin - 1;
    if (recent && match.number < 10 && chars_[near] == U'近' && !(near > 0 && chars_.Is(near - 1, CharClass::kHan))) {
      return Comparator::kEqual;
    }
    return context.comparator;
  }

  const std::vector<NormalChar>& raw_;
  const ValueChars chars_;
  const std::optional<absl::CivilDay> published_;
  size_t floor_ = 0;  // the end of the last value: nothing before it is looked at again
  std::vector<Value> values_;
};

}  // namespace

std::vector<Value> FindValues(std::string_view text, const std::vector<NormalChar>& chars,
                              std::optional<absl::CivilDay> published) {
  return Parser(text, chars, published).Run();
}

}  // namespace factline::text
