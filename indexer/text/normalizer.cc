#include "indexer/text/normalizer.h"

#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include <algorithm>

#include "protos/vocab/utf8.h"

extern "C" const unsigned char factline_text_char_table[];

namespace factline::text {
namespace {

// The longest sequence of characters that combine which is normalised as a whole; longer ones, which no language
// writes, are cut, so that hostile text costs linear time.
constexpr size_t kMaxCombining = 32;

struct CharTable {
  const uint16_t* pages;
  const uint32_t* blocks;
  const uint32_t* pool;

  static CharTable Embedded() {
    const auto* header = reinterpret_cast<const CharTableHeader*>(factline_text_char_table);
    const auto* pages = reinterpret_cast<const uint16_t*>(header + 1);
    const auto* blocks = reinterpret_cast<const uint32_t*>(pages + kCharPages);
    return {pages, blocks, blocks + header->block_count * kCharBlockSize};
  }

  uint32_t Entry(char32_t cp) const {
    return blocks[pages[cp >> kCharBlockBits] << kCharBlockBits | (cp & (kCharBlockSize - 1))];
  }
};

static_assert(kCharPages * sizeof(uint16_t) % alignof(uint32_t) == 0, "blocks follow pages without padding");

// Appends the normal form of one character that stands for itself.
void AppendAlone(const CharTable& table, CodePoint source, uint32_t begin, uint32_t entry,
                 std::vector<NormalChar>& out) {
  switch (MappingOf(entry)) {
    case CharMapping::kSingle: {
      const uint32_t difference = entry & kCharPayloadMask;
      const bool stray_byte = source.size_bytes == 1 && source.value > 0x7F;
      out.push_back({source.value ^ difference, begin, static_cast<uint8_t>(source.size_bytes), ClassOf(entry),
                     difference != 0 || stray_byte});
      return;
    }
    case CharMapping::kExpansion: {
      const uint32_t* expansion = table.pool + (entry & kCharPayloadMask);
      for (uint32_t i = 1; i <= expansion[0]; ++i) {
        out.push_back({static_cast<char32_t>(expansion[i]), begin, static_cast<uint8_t>(source.size_bytes),
                       ClassOf(entry), true});
      }
      return;
    }
    case CharMapping::kNothing:
      return;
  }
}

// Replaces the last group of `out` and the characters from `at` on that combine with it by their common normal form.
// Returns where the next character starts.
size_t AppendCombined(const CharTable& table, std::string_view text, size_t at, std::vector<NormalChar>& out) {
  size_t begin = at;
  if (!out.empty() && out.back().end_exclusive() == at && out.back().cls != CharClass::kBlank &&
      out.back().source_bytes <= 4) {
    begin = out.back().begin;
    while (!out.empty() && out.back().begin == begin) out.pop_back();
  }
  size_t end = at;
  for (size_t n = 0; n < kMaxCombining && end < text.size(); ++n) {
    const CodePoint next = DecodeUtf8(text, end);
    if ((table.Entry(next.value) & kCharMayCombine) == 0) break;
    end += next.size_bytes;
  }
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* nfkc = icu::Normalizer2::getNFKCCasefoldInstance(error);
  const icu::UnicodeString source =
      icu::UnicodeString::fromUTF8(icu::StringPiece(text.data() + begin, static_cast<int32_t>(end - begin)));
  const icu::UnicodeString normal = U_SUCCESS(error) ? nfkc->normalize(source, error) : source;
  const size_t first = out.size();
  for (int32_t i = 0; i < normal.length(); i = normal.moveIndex32(i, 1)) {
    const auto cp = static_cast<char32_t>(normal.char32At(i));
    if (cp == ' ' && normal.length() > 1) continue;  // the stand-in base of a mark without one
    const uint32_t entry = table.Entry(cp);
    const char32_t mapped = MappingOf(entry) == CharMapping::kSingle ? cp ^ (entry & kCharPayloadMask) : cp;
    out.push_back({mapped, static_cast<uint32_t>(begin), static_cast<uint8_t>(end - begin), ClassOf(entry), true});
  }
  // A group has one class, as an expansion has.
  if (out.size() > first + 1) {
    for (size_t i = first; i < out.size(); ++i) out[i].cls = CharClass::kLetter;
  }
  return end;
}

}  // namespace

void Normalize(std::string_view text, std::vector<NormalChar>& out) {
  static const CharTable table = CharTable::Embedded();
  out.clear();
  out.reserve(text.size() / 3 + 16);
  for (size_t at = 0; at < text.size();) {
    const CodePoint source = DecodeUtf8(text, at);
    const uint32_t entry = table.Entry(source.value);
    if (entry & kCharMayCombine) {
      at = AppendCombined(table, text, at, out);
      continue;
    }
    AppendAlone(table, source, static_cast<uint32_t>(at), entry, out);
    at += source.size_bytes;
  }
}

CharClass ClassOfChar(char32_t cp) {
  static const CharTable table = CharTable::Embedded();
  return ClassOf(table.Entry(cp));
}

std::string NormalForm(std::string_view text) {
  std::vector<NormalChar> chars;
  Normalize(text, chars);
  std::string out;
  out.reserve(text.size());
  bool blank = false;
  for (const NormalChar& c : chars) {
    if (c.cls == CharClass::kBlank) {
      blank = true;
      continue;
    }
    if (blank && !out.empty()) out.push_back(' ');
    blank = false;
    AppendUtf8(c.cp, out);
  }
  return out;
}

uint32_t NormalizerFingerprint() {
  return reinterpret_cast<const CharTableHeader*>(factline_text_char_table)->fingerprint;
}

}  // namespace factline::text
