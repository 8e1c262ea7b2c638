#include "query/search/near_duplicates.h"

#include <algorithm>
#include <bit>
#include <vector>

#include "indexer/text/normalizer.h"

namespace factline::query {
namespace {

constexpr size_t kBins = 256;
constexpr size_t kRun = 4;
constexpr uint64_t kNone = UINT64_MAX;
constexpr size_t kMaxTextBytes = 64 << 10;
// (1 + share) / 2 of the bits agree; this many do at a share of a half.
constexpr int kAgreeingBits = 192;

// The finaliser of SplitMix64 (Steele, Lea and Flood, 2014).
uint64_t Mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}

uint64_t Join(uint64_t hash, uint64_t next) { return Mix(hash * 0x9E3779B97F4A7C15 + next + 1); }

// A hash for each word: a Han character, or a run of letters and digits.
std::vector<uint64_t> WordHashes(std::string_view text) {
  std::vector<text::NormalChar> characters;
  text::Normalize(text.substr(0, kMaxTextBytes), characters);
  std::vector<uint64_t> words;
  bool is_in_word = false;
  for (const text::NormalChar& c : characters) {
    const bool continues = c.cls == text::CharClass::kLetter || c.cls == text::CharClass::kDigit;
    if (c.cls == text::CharClass::kHan || (continues && !is_in_word)) {
      words.push_back(Join(0, c.cp));
    } else if (continues) {
      words.back() = Join(words.back(), c.cp);
    }
    is_in_word = continues;
  }
  return words;
}

}  // namespace

std::optional<TextSignature> SignatureOf(std::string_view text) {
  const std::vector<uint64_t> words = WordHashes(text);
  if (words.empty()) return std::nullopt;
  std::array<uint64_t, kBins> least;
  least.fill(kNone);
  const size_t run = std::min(kRun, words.size());
  for (size_t begin = 0; begin + run <= words.size(); ++begin) {
    uint64_t hash = 0;
    for (size_t i = begin; i < begin + run; ++i) hash = Join(hash, words[i]);
    uint64_t& bin = least[hash % kBins];
    bin = std::min(bin, hash / kBins);
  }
  TextSignature signature = {};
  for (size_t bin = 0; bin < kBins; ++bin) {
    // An empty bin borrows from one that is not: the same one in all texts where both are alike filled.
    size_t from = bin;
    for (uint64_t attempt = 1; least[from] == kNone; ++attempt) from = Join(bin, attempt) % kBins;
    signature[bin / 64] |= (Join(least[from], bin) & 1) << (bin % 64);
  }
  return signature;
}

bool AreNearDuplicates(const TextSignature& a, const TextSignature& b) {
  int agreeing = 0;
  for (size_t i = 0; i < a.size(); ++i) agreeing += std::popcount(~(a[i] ^ b[i]));
  return agreeing >= kAgreeingBits;
}

}  // namespace factline::query
