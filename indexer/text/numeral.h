#ifndef FACTLINE_INDEXER_TEXT_NUMERAL_H_
#define FACTLINE_INDEXER_TEXT_NUMERAL_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "indexer/text/value.h"

namespace factline::text {

class ValueChars;

// The longest numeral that is read, in characters; what is longer is no number to anyone.
inline constexpr size_t kMaxNumeralChars = 40;

enum class NumeralForm : uint8_t {
  kArabic,   // 1,234.5, also with a Chinese scale: 1.2万亿
  kChinese,  // 三百二十, 两, 半
  kSpelled,  // Chinese digits one by one, as in years: 二〇二四
  kAbout,    // two Chinese digits in a row, as in 三四十, 七八: from the one to the other
};

// A number as it stands in a text, without unit: "2.45", "1.2万亿", "三百二十", "2000多".
struct Numeral {
  size_t begin = 0;
  size_t end = 0;  // exclusive
  NumeralForm form = NumeralForm::kArabic;
  double value = 0;
  double value_to = 0;      // of kAbout
  double scale = 1;         // 万, 亿 and such at its end: 1e4 for "1.2万"
  int digits = 0;           // as written, of kArabic and kSpelled
  bool integer = true;      // no point, no scale, no separators
  bool bare_scale = false;  // begins with 百, 千, 万 or 亿: 百余
  bool more = false;        // ends in 多 or 余, also before its scale: 2000多, 20多万
  bool half = false;        // 半 alone
};

// The numeral that begins at `at`, which must be an edge. English scale words (3.2 billion) belong to it. Small numbers
// spelled in English (two, twelve) count as kArabic.
std::optional<Numeral> ReadNumeral(const ValueChars& chars, size_t at);

// The value of 一 to 九, 零, 〇, 两 and the formal digits; -1 for others.
int ChineseDigit(char32_t cp);

// A number written as short as it goes: "4", "0.5", "5500000000".
std::string FormatNumber(double value);

}  // namespace factline::text

#endif  // FACTLINE_INDEXER_TEXT_NUMERAL_H_
