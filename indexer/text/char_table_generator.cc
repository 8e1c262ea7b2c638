// Writes the character table (char_table.h) from ICU's NFKC case folding and OpenCC's characters: `generator OUT`.

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <opencc/SimpleConverter.hpp>
#include <string>
#include <vector>

#include "indexer/text/char_table.h"
#include "protos/vocab/utf8.h"

namespace factline::text {
namespace {

[[noreturn]] void Die(const std::string& what) {
  std::fprintf(stderr, "char_table_generator: %s\n", what.c_str());
  std::exit(1);
}

bool IsHan(char32_t cp) {
  UErrorCode error = U_ZERO_ERROR;
  return cp == 0x3007 || (uscript_getScript(static_cast<UChar32>(cp), &error) == USCRIPT_HAN && u_isalpha(cp));
}

CharClass SingleClass(char32_t cp) {
  if (cp >= '0' && cp <= '9') return CharClass::kDigit;
  if (IsHan(cp)) return CharClass::kHan;
  if (u_isUWhiteSpace(cp) || u_charType(cp) == U_CONTROL_CHAR) return CharClass::kBlank;
  const uint32_t mask = U_GET_GC_MASK(static_cast<UChar32>(cp));
  return mask & (U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK) ? CharClass::kLetter : CharClass::kPunctuation;
}

// An expansion is never split, so that it needs one class: Han inside makes it a letter like ㈱.
CharClass ExpansionClass(const std::vector<char32_t>& cps) {
  bool digits = true;
  bool blanks = true;
  bool word = false;
  for (const char32_t cp : cps) {
    const CharClass one = SingleClass(cp);
    digits &= one == CharClass::kDigit;
    blanks &= one == CharClass::kBlank;
    word |= one == CharClass::kLetter || one == CharClass::kDigit || one == CharClass::kHan;
  }
  if (digits) return CharClass::kDigit;
  if (blanks) return CharClass::kBlank;
  return word ? CharClass::kLetter : CharClass::kPunctuation;
}

class Generator {
 public:
  Generator() : to_simplified_("t2s.json") {
    UErrorCode error = U_ZERO_ERROR;
    normalizer_ = icu::Normalizer2::getNFKCCasefoldInstance(error);
    if (U_FAILURE(error)) Die("ICU has no NFKC case folding");
  }

  void Write(const char* path) {
    std::map<std::vector<uint32_t>, uint16_t> seen;
    std::vector<uint16_t> pages;
    std::vector<uint32_t> blocks;
    for (uint32_t page = 0; page < kCharPages; ++page) {
      std::vector<uint32_t> block;
      for (uint32_t i = 0; i < kCharBlockSize; ++i) block.push_back(Entry(page << kCharBlockBits | i));
      const auto [it, fresh] = seen.emplace(block, static_cast<uint16_t>(seen.size()));
      if (fresh) blocks.insert(blocks.end(), block.begin(), block.end());
      pages.push_back(it->second);
    }
    CharTableHeader header;
    header.block_count = static_cast<uint32_t>(seen.size());
    header.pool_count = static_cast<uint32_t>(pool_.size());
    header.fingerprint = Fingerprint(pages.data(), pages.size() * sizeof(pages[0]));
    header.fingerprint = Fingerprint(blocks.data(), blocks.size() * sizeof(blocks[0]), header.fingerprint);
    header.fingerprint = Fingerprint(pool_.data(), pool_.size() * sizeof(pool_[0]), header.fingerprint);
    std::FILE* out = std::fopen(path, "wb");
    if (out == nullptr || std::fwrite(&header, sizeof(header), 1, out) != 1 ||
        std::fwrite(pages.data(), sizeof(pages[0]), pages.size(), out) != pages.size() ||
        std::fwrite(blocks.data(), sizeof(blocks[0]), blocks.size(), out) != blocks.size() ||
        std::fwrite(pool_.data(), sizeof(pool_[0]), pool_.size(), out) != pool_.size() || std::fclose(out) != 0) {
      Die(std::string("cannot write ") + path);
    }
  }

 private:
  std::vector<char32_t> NormalFormOf(char32_t cp) {
    UErrorCode error = U_ZERO_ERROR;
    const icu::UnicodeString folded = normalizer_->normalize(icu::UnicodeString(static_cast<UChar32>(cp)), error);
    if (U_FAILURE(error)) Die("ICU failed to normalise a character");
    std::vector<char32_t> out;
    for (int32_t i = 0; i < folded.length(); i = folded.moveIndex32(i, 1)) {
      const auto mapped = static_cast<char32_t>(folded.char32At(i));
      // NFKC writes a spacing accent as a blank with a combining one; a term holds no blank.
      if (mapped != ' ' || folded.length() == 1) out.push_back(Simplified(mapped));
    }
    return out;
  }

  char32_t Simplified(char32_t cp) {
    if (!IsHan(cp)) return cp;
    std::string utf8;
    AppendUtf8(cp, utf8);
    const std::string simplified = to_simplified_.Convert(utf8);
    const CodePoint first = DecodeUtf8(simplified, 0);
    return first.size_bytes == simplified.size() ? first.value : cp;
  }

  uint32_t Entry(char32_t cp) {
    if (cp >= 0xD800 && cp <= 0xDFFF) return static_cast<uint32_t>(CharClass::kPunctuation) << kCharClassShift;
    // White space and controls are blanks as they stand, even those whose normal form is empty or a visible sign.
    const bool blank = SingleClass(cp) == CharClass::kBlank;
    const std::vector<char32_t> mapped = blank ? std::vector<char32_t>{' '} : NormalFormOf(cp);
    const uint32_t combine =
        normalizer_->hasBoundaryBefore(static_cast<UChar32>(cp)) || mapped.empty() ? 0 : kCharMayCombine;
    if (mapped.empty()) return Pack(0, CharClass::kBlank, CharMapping::kNothing, 0);
    if (mapped.size() == 1) {
      return Pack(cp ^ mapped[0], SingleClass(mapped[0]), CharMapping::kSingle, combine);
    }
    const uint32_t at = static_cast<uint32_t>(pool_.size());
    pool_.push_back(static_cast<uint32_t>(mapped.size()));
    pool_.insert(pool_.end(), mapped.begin(), mapped.end());
    return Pack(at, ExpansionClass(mapped), CharMapping::kExpansion, combine);
  }

  static uint32_t Pack(uint32_t payload, CharClass cls, CharMapping mapping, uint32_t flags) {
    return payload | static_cast<uint32_t>(cls) << kCharClassShift |
           static_cast<uint32_t>(mapping) << kCharMappingShift | flags;
  }

  opencc::SimpleConverter to_simplified_;
  const icu::Normalizer2* normalizer_ = nullptr;
  std::vector<uint32_t> pool_;
};

}  // namespace
}  // namespace factline::text

int main(int argc, char** argv) {
  if (argc != 2) factline::text::Die("usage: char_table_generator OUT");
  factline::text::Generator().Write(argv[1]);
  return 0;
}
