#include "ingest/accept/language.h"

#include <algorithm>
#include <cstddef>

#include "ingest/page/code_points.h"

namespace factline::accept {
namespace {

constexpr size_t kSampleBytes = 8 << 10;
// A word of English has about as many letters, where one of Chinese has one or two characters.
constexpr size_t kLettersPerWord = 5;

bool IsKana(char32_t c) { return c >= 0x3041 && c <= 0x30FF && c != 0x30FB && c != 0x30FC; }

}  // namespace

std::string_view DetectLanguage(std::string_view text) {
  size_t han = 0, kana = 0, letters = 0;
  for (size_t pos = 0; pos < std::min(text.size(), kSampleBytes);) {
    const factline::CodePoint c = DecodeUtf8(text, pos);
    han += page::IsHan(c.value);
    kana += IsKana(c.value);
    letters += page::IsAsciiLetter(c.value);
    pos += c.size_bytes;
  }
  if (han + kana + letters == 0) return "und";
  if (han + kana <= letters / kLettersPerWord) return "en";
  // A brand name in kana makes no Japanese text; particles do.
  return kana * 5 > han ? "ja" : "zh";
}

}  // namespace factline::accept
