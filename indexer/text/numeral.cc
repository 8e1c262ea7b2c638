#include "indexer/text/numeral.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "indexer/text/value_chars.h"

namespace factline::text {
namespace {

double SmallScale(char32_t cp) {
  switch (cp) {
    case U'十':
    case U'拾':
      return 10;
    case U'百':
    case U'佰':
      return 100;
    case U'千':
    case U'仟':
      return 1000;
    default:
      return 0;
  }
}

double LargeScale(char32_t cp) {
  switch (cp) {
    case U'万':
      return 1e4;
    case U'亿':
      return 1e8;
    default:
      return 0;
  }
}

// 千瓦, 百帕: the scale is the head of a unit, which the unit's own table knows.
bool HeadsUnit(const ValueChars& chars, size_t at) {
  static constexpr std::u32string_view kAfterThousand = U"瓦米克伏卡焦赫帕牛";
  const char32_t next = chars[at + 1];
  if (chars[at] == U'千') return next != 0 && kAfterThousand.find(next) != std::u32string_view::npos;
  return chars[at] == U'百' && (next == U'帕' || next == U'分');
}

double ScaleAt(const ValueChars& chars, size_t at) {
  if (HeadsUnit(chars, at)) return 0;
  const double small = SmallScale(chars[at]);
  return small != 0 ? small : LargeScale(chars[at]);
}

bool IsMore(char32_t cp) { return cp == U'多' || cp == U'余' || cp == U'几'; }

// ---- digits ----

// Digits as they stand: no superscripts, no circled numbers, which the normal form made digits of.
bool IsPlainDigit(const ValueChars& chars, size_t at) {
  if (!chars.IsDigit(at)) return false;
  const NormalChar& c = chars.Char(at);
  return !c.changed || (c.source_bytes == 3 && static_cast<uint8_t>(chars.text()[c.begin]) == 0xEF);
}

struct Digits {
  std::string plain;  // digits and at most one point
  size_t end = 0;
  int count = 0;  // before the point
  bool integer = true;
};

// Does ",ddd" stand at `at`, and no fourth digit?
bool IsGroup(const ValueChars& chars, size_t at) {
  return chars[at] == ',' && chars.IsDigit(at + 1) && chars.IsDigit(at + 2) && chars.IsDigit(at + 3) &&
         !chars.IsDigit(at + 4);
}

std::optional<Digits> ReadDigits(const ValueChars& chars, size_t at) {
  Digits out;
  size_t i = at;
  for (; chars.IsDigit(i); ++i) {
    if (!IsPlainDigit(chars, i) || i - at > kMaxNumeralChars) return std::nullopt;
    out.plain.push_back(static_cast<char>(chars[i]));
  }
  while (i - at <= kMaxNumeralChars && out.plain.size() <= 15 && (i - at <= 3 || !out.integer) && IsGroup(chars, i)) {
    for (size_t k = 1; k <= 3; ++k) out.plain.push_back(static_cast<char>(chars[i + k]));
    i += 4;
    out.integer = false;
  }
  out.count = static_cast<int>(out.plain.size());
  if (chars[i] == '.' && IsPlainDigit(chars, i + 1)) {
    out.integer = false;
    out.plain.push_back('.');
    for (++i; IsPlainDigit(chars, i); ++i) {
      if (i - at > kMaxNumeralChars) return std::nullopt;
      out.plain.push_back(static_cast<char>(chars[i]));
    }
    if (chars[i] == '.' && chars.IsDigit(i + 1)) return std::nullopt;  // a version or an address: 1.2.3
  } else if (chars[i] == '.' && LargeScale(chars[i + 1]) != 0) {
    out.integer = false;
    ++i;  // 134.亿: the point that nothing follows
  }
  if (chars.IsDigit(i)) return std::nullopt;
  out.end = i;
  return out;
}

// digits * scale, rounded once: 564.34 * 10000 is 5643400 sharp.
double Scaled(const std::string& plain, double scale) {
  const size_t point = plain.find('.');
  const size_t decimals = point == std::string::npos ? 0 : plain.size() - point - 1;
  if (plain.size() > 16) return std::strtod(plain.c_str(), nullptr) * scale;
  int64_t whole = 0;
  double divisor = 1;
  for (const char c : plain) {
    if (c != '.') whole = whole * 10 + (c - '0');
  }
  for (size_t i = 0; i < decimals; ++i) divisor *= 10;
  return static_cast<double>(whole) * scale / divisor;
}

struct EnglishScale {
  std::u32string_view word;
  double scale;
};
constexpr EnglishScale kEnglishScales[] = {
    {U"thousand", 1e3}, {U"million", 1e6}, {U"billion", 1e9}, {U"trillion", 1e12}, {U"mn", 1e6}, {U"bn", 1e9},
};

void ReadEnglishScale(const ValueChars& chars, Numeral& numeral) {
  const size_t at = chars.SkipBlanks(numeral.end);
  for (const EnglishScale& scale : kEnglishScales) {
    const size_t end = at + scale.word.size();
    if (!chars.Starts(at, scale.word) || chars.Is(end, CharClass::kLetter)) continue;
    numeral.scale = scale.scale;
    numeral.end = end;
    numeral.integer = false;
    return;
  }
}

// 1.2万亿, 20多万, 3亿5000万.
constexpr int kMaxParts = 3;

std::optional<Numeral> ReadArabic(const ValueChars& chars, size_t at, int part = 1) {
  const std::optional<Digits> digits = ReadDigits(chars, at);
  if (!digits) return std::nullopt;
  Numeral numeral;
  numeral.begin = at;
  numeral.end = digits->end;
  numeral.digits = digits->count;
  numeral.integer = digits->integer;
  const size_t after = chars.SkipBlanks(numeral.end);
  size_t scale_at = after;
  if (IsMore(chars[after]) || chars[after] == U'来') {
    if (ScaleAt(chars, after + 1) != 0) scale_at = after + 1;
  }
  size_t i = scale_at;
  for (double scale; i < scale_at + 4 && (scale = ScaleAt(chars, i)) != 0; ++i) numeral.scale *= scale;
  if (i > scale_at) {
    numeral.more = scale_at > after && chars[after] != U'来';
    numeral.end = i;
    numeral.integer = false;
  } else {
    ReadEnglishScale(chars, numeral);
  }
  numeral.value = Scaled(digits->plain, numeral.scale);
  if (i > scale_at && !numeral.more && chars.IsDigit(i)) {
    // A smaller part follows: 3亿5000万, 1万2千.
    const std::optional<Numeral> rest = part < kMaxParts ? ReadArabic(chars, i, part + 1) : std::nullopt;
    if (rest && rest->scale < numeral.scale && rest->value < numeral.scale) {
      numeral.value += rest->value;
      numeral.scale = rest->scale;
      numeral.end = rest->end;
      numeral.more = rest->more;
    } else {
      return std::nullopt;
    }
  }
  if (!numeral.more && IsMore(chars[numeral.end]) && chars[numeral.end] != U'几') {
    numeral.more = true;
    ++numeral.end;
  }
  return numeral;
}

// ---- English words ----

struct SpelledNumber {
  std::u32string_view word;
  double value;
};
constexpr SpelledNumber kSpelled[] = {
    {U"one", 1},      {U"two", 2},       {U"three", 3},     {U"four", 4},      {U"five", 5},
    {U"six", 6},      {U"seven", 7},     {U"eight", 8},     {U"nine", 9},      {U"ten", 10},
    {U"eleven", 11},  {U"twelve", 12},   {U"thirteen", 13}, {U"fourteen", 14}, {U"fifteen", 15},
    {U"sixteen", 16}, {U"eighteen", 18}, {U"twenty", 20},   {U"thirty", 30},   {U"forty", 40},
    {U"fifty", 50},   {U"sixty", 60},    {U"seventy", 70},  {U"eighty", 80},   {U"ninety", 90},
};

// Two, twelve, five million. One alone is an article.
std::optional<Numeral> ReadSpelledEnglish(const ValueChars& chars, size_t at) {
  if (at > 0 && (chars.Is(at - 1, CharClass::kLetter) || chars[at - 1] == '-')) return std::nullopt;
  for (const SpelledNumber& number : kSpelled) {
    const size_t end = at + number.word.size();
    if (!chars.Starts(at, number.word) || chars[end] != ' ') continue;
    Numeral numeral;
    numeral.begin = at;
    numeral.end = end;
    ReadEnglishScale(chars, numeral);
    numeral.value = number.value * numeral.scale;
    if (number.value == 1 && numeral.scale == 1) return std::nullopt;
    return numeral;
  }
  return std::nullopt;
}

// ---- Chinese ----

// Reads 三百二十万 and the like, digit by digit and scale by scale.
class ChineseReader {
 public:
  ChineseReader(const ValueChars& chars, size_t at) : chars_(chars), begin_(at), at_(at) {}

  std::optional<Numeral> Read() {
    Numeral numeral;
    numeral.begin = begin_;
    numeral.form = NumeralForm::kChinese;
    numeral.bare_scale = ChineseDigit(chars_[begin_]) < 0 && chars_[begin_] != U'十' && chars_[begin_] != U'拾';
    if (ReadRow(numeral)) return numeral;
    while (at_ - begin_ < kMaxNumeralChars && Step(numeral)) {
    }
    if (bad_ || at_ == begin_) return std::nullopt;
    numeral.value = total_ + section_ + TrailingDigit();
    numeral.end = at_;
    numeral.scale = scale_;
    numeral.more |= TakeMore();
    numeral.end = at_;
    return numeral;
  }

 private:
  // Two or more digits in a row: 二〇二四, 七八(十).
  bool ReadRow(Numeral& numeral) {
    size_t end = begin_;
    while (end - begin_ < kMaxNumeralChars && IsRowDigit(end)) ++end;
    const size_t count = end - begin_;
    if (count < 2) return false;
    const int first = ChineseDigit(chars_[begin_]);
    const int second = ChineseDigit(chars_[begin_ + 1]);
    numeral.end = end;
    numeral.digits = static_cast<int>(count);
    if (count == 2 && first > 0 && second == first + 1) {
      numeral.form = NumeralForm::kAbout;
      for (double scale; end - begin_ < 5 && (scale = ScaleAt(chars_, end)) != 0; ++end) numeral.scale *= scale;
      numeral.value = first * numeral.scale;
      numeral.value_to = second * numeral.scale;
      numeral.end = end;
      return true;
    }
    numeral.form = NumeralForm::kSpelled;
    for (size_t i = begin_; i < end; ++i) {
      numeral.value = numeral.value * 10 + (chars_[i] == U'○' ? 0 : ChineseDigit(chars_[i]));
    }
    // 三五千: digits in a row before a scale are no numeral that can be read surely.
    numeral.integer = ScaleAt(chars_, end) == 0 && count <= 8;
    return true;
  }

  bool IsRowDigit(size_t at) const { return ChineseDigit(chars_[at]) >= 0 || (at > begin_ && chars_[at] == U'○'); }

  bool Step(Numeral& numeral) {
    const char32_t cp = chars_[at_];
    const int digit = ChineseDigit(cp);
    if (digit >= 0) {
      if (digit_ > 0) bad_ = true;  // 十四五: two digits meet inside
      if (digit == 0) zero_ = true;
      if (digit > 0) digit_ = digit;
      ++at_;
      return !bad_;
    }
    if (cp == U'点' && ReadDecimals(numeral)) return true;
    if ((cp == U'多' || cp == U'余' || cp == U'几') && at_ > begin_ && digit_ == 0 &&
        LargeScale(chars_[at_ + 1]) != 0) {
      numeral.more = true;
      ++at_;
      return true;
    }
    const double scale = ScaleAt(chars_, at_);
    if (scale == 0) return false;
    Multiply(scale);
    ++at_;
    return !bad_;
  }

  void Multiply(double scale) {
    if (scale < 1e4) {
      if (digit_ == 0 && decimals_ == 0 && scale > 10 && at_ > begin_ && section_ > 0) bad_ = true;
      if (digit_ == 0 && section_ == 0 && total_ > 0 && scale > 10) bad_ = true;
      section_ += (digit_ > 0 || decimals_ > 0 ? digit_ + decimals_ : 1) * scale;
    } else {
      const double head = section_ + digit_ + decimals_;
      // 万亿 multiplies all that stands before it, a plain 万 only its own section.
      if (head > 0)
        total_ = total_ >= scale || total_ == 0 ? total_ + head * scale : (total_ + head) * scale;
      else
        total_ = (total_ > 0 ? total_ : 1) * scale;
      section_ = 0;
    }
    digit_ = 0;
    decimals_ = 0;
    zero_ = false;
    last_scale_ = scale;
    scale_ = scale;
  }

  // 点五, not 点三十分.
  bool ReadDecimals(Numeral& numeral) {
    if (at_ == begin_ || last_scale_ >= 1e4) return false;
    size_t end = at_ + 1;
    double weight = 0.1;
    double decimals = 0;
    for (; end - at_ < 8 && ChineseDigit(chars_[end]) >= 0 && chars_[end] != U'两'; ++end, weight /= 10) {
      decimals += ChineseDigit(chars_[end]) * weight;
    }
    if (end == at_ + 1 || SmallScale(chars_[end]) != 0 || chars_[end] == U'点') return false;
    decimals_ = std::round(decimals * 1e8) / 1e8;
    numeral.integer = false;
    decimal_ = true;
    at_ = end;
    return true;
  }

  // 三万五 is 35000, 三万零五 is 30005.
  double TrailingDigit() const {
    if (decimal_ && (digit_ > 0 || decimals_ > 0)) return digit_ + decimals_;
    return digit_ * (last_scale_ > 10 && !zero_ ? last_scale_ / 10 : 1);
  }

  bool TakeMore() {
    const char32_t cp = chars_[at_];
    const bool several = cp == U'几' && chars_.Before(at_) == U'十';
    if (!(cp == U'多' || cp == U'余' || several) || digit_ > 0) return false;
    ++at_;
    return true;
  }

  const ValueChars& chars_;
  const size_t begin_;
  size_t at_;
  double total_ = 0;    // below the last 万 or 亿
  double section_ = 0;  // below 万
  int digit_ = 0;
  double decimals_ = 0;
  double last_scale_ = 1;
  double scale_ = 1;
  bool zero_ = false;
  bool decimal_ = false;
  bool bad_ = false;
};

}  // namespace

int ChineseDigit(char32_t cp) {
  switch (cp) {
    case U'零':
    case U'〇':
      return 0;
    case U'一':
    case U'壹':
      return 1;
    case U'二':
    case U'两':
    case U'贰':
      return 2;
    case U'三':
    case U'叁':
      return 3;
    case U'四':
    case U'肆':
      return 4;
    case U'五':
    case U'伍':
      return 5;
    case U'六':
    case U'陆':
      return 6;
    case U'七':
    case U'柒':
      return 7;
    case U'八':
    case U'捌':
      return 8;
    case U'九':
    case U'玖':
      return 9;
    default:
      return -1;
  }
}

std::optional<Numeral> ReadNumeral(const ValueChars& chars, size_t at) {
  if (chars.IsDigit(at)) return ReadArabic(chars, at);
  if (chars.Is(at, CharClass::kLetter)) return ReadSpelledEnglish(chars, at);
  if (chars[at] == U'半') {
    Numeral half;
    half.begin = at;
    half.end = at + 1;
    half.form = NumeralForm::kChinese;
    half.value = 0.5;
    half.integer = false;
    half.half = true;
    return half;
  }
  if (ChineseDigit(chars[at]) < 0 && ScaleAt(chars, at) == 0) return std::nullopt;
  return ChineseReader(chars, at).Read();
}

std::optional<Numeral> ValueChars::NumeralAt(size_t at) const {
  KnownNumeral& known = known_[at % known_.size()];
  if (known.at == at) return known.numeral;
  std::optional<Numeral> numeral = ReadNumeral(*this, at);
  if (numeral) known = {at, numeral};  // where there is none, one look tells so
  return numeral;
}

std::string FormatNumber(double value) {
  std::array<char, 64> buffer;
  const double magnitude = std::fabs(value);
  const bool plain = magnitude == 0 || (magnitude >= 1e-4 && magnitude < 1e15);
  const char* const format = plain ? "%.15g" : magnitude < 1 ? "%.12f" : magnitude < 1e21 ? "%.0f" : "%.6g";
  const int size = std::snprintf(buffer.data(), buffer.size(), format, value);
  return std::string(buffer.data(), static_cast<size_t>(std::max(size, 0)));
}

}  // namespace factline::text
