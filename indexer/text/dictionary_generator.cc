// Compiles a word list of `word frequency part-of-speech` lines to dictionary_format.h: `generator DICT OUT`.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "indexer/text/analysis.h"
#include "indexer/text/char_table.h"
#include "indexer/text/dictionary_format.h"
#include "indexer/text/double_array_builder.h"
#include "indexer/text/normalizer.h"

namespace factline::text {
namespace {

[[noreturn]] void Die(const std::string& what) {
  std::fprintf(stderr, "dictionary_generator: %s\n", what.c_str());
  std::exit(1);
}

struct Word {
  double frequency = 0;
  double best = 0;  // of the spelling that gave `pos`
  PartOfSpeech pos = PartOfSpeech::kUnknown;
};

// The word list's tags: those of the ICTCLAS set, the first letter telling the class.
PartOfSpeech PosFromTag(const std::string& tag) {
  if (tag.rfind("nr", 0) == 0) return PartOfSpeech::kPersonName;
  if (tag.rfind("ns", 0) == 0) return PartOfSpeech::kPlaceName;
  if (tag.rfind("nt", 0) == 0) return PartOfSpeech::kOrgName;
  if (tag.rfind("nz", 0) == 0) return PartOfSpeech::kOtherName;
  switch (tag.empty() ? '?' : tag[0]) {
    case 'n':
      return PartOfSpeech::kNoun;
    case 'v':
      return PartOfSpeech::kVerb;
    case 'a':
    case 'b':
    case 'z':
      return PartOfSpeech::kAdjective;
    case 'd':
      return PartOfSpeech::kAdverb;
    case 'm':
      return PartOfSpeech::kNumeral;
    case 'q':
      return PartOfSpeech::kMeasureWord;
    case 't':
      return PartOfSpeech::kTime;
    case 'r':
      return PartOfSpeech::kPronoun;
    case 'p':
      return PartOfSpeech::kPreposition;
    case 'c':
      return PartOfSpeech::kConjunction;
    case 'u':
    case 'y':
    case 'e':
      return PartOfSpeech::kParticle;
    case 'f':
    case 's':
      return PartOfSpeech::kLocative;
    case 'j':
    case 'l':
    case 'i':
      return PartOfSpeech::kNoun;  // abbreviations and set phrases stand as nouns
    default:
      return PartOfSpeech::kOther;
  }
}

// The word's normal form if it is all Han and short enough, else empty: other scripts need no dictionary.
std::u32string HanWord(const std::string& spelling) {
  std::vector<NormalChar> chars;
  Normalize(spelling, chars);
  std::u32string word;
  for (const NormalChar& c : chars) {
    if (c.cls != CharClass::kHan || c.cp >= kSymbolCount) return {};
    word.push_back(c.cp);
  }
  return word.size() <= kMaxWordChars ? word : std::u32string();
}

std::map<std::u32string, Word> ReadWords(const char* path) {
  std::ifstream in(path);
  if (!in) Die(std::string("cannot read ") + path);
  std::map<std::u32string, Word> words;
  std::string line;
  for (size_t number = 1; std::getline(in, line); ++number) {
    std::istringstream fields(line);
    std::string spelling, tag;
    double frequency = 0;
    if (!(fields >> spelling >> frequency >> tag))
      Die("line " + std::to_string(number) + " has no word, count and tag");
    const std::u32string word = HanWord(spelling);
    if (word.empty()) continue;
    Word& entry = words[word];
    // A traditional and a simplified spelling are one word now.
    entry.frequency += std::max(frequency, 1.0);
    if (frequency >= entry.best) {
      entry.best = frequency;
      entry.pos = PosFromTag(tag);
    }
  }
  return words;
}

std::vector<uint16_t> NumberSymbols(const std::map<std::u32string, Word>& words) {
  std::map<char32_t, size_t> uses;
  for (const auto& [word, entry] : words) {
    for (const char32_t cp : word) ++uses[cp];
  }
  std::vector<std::pair<size_t, char32_t>> order;
  for (const auto& [cp, count] : uses) order.emplace_back(count, cp);
  std::sort(order.rbegin(), order.rend());
  std::vector<uint16_t> symbols(kSymbolCount, 0);
  for (size_t i = 0; i < order.size(); ++i) symbols[order[i].second] = static_cast<uint16_t>(i + 1);
  return symbols;
}

uint16_t Cost(double frequency, double total) {
  return static_cast<uint16_t>(std::min(65535.0, std::round(-kCostScale * std::log(frequency / total))));
}

void Compile(const char* dict_path, const char* out_path) {
  const std::map<std::u32string, Word> words = ReadWords(dict_path);
  if (words.empty()) Die(std::string("no words in ") + dict_path);
  const std::vector<uint16_t> symbols = NumberSymbols(words);
  double total = 0;
  for (const auto& [word, entry] : words) total += entry.frequency;
  std::vector<DoubleArrayKey> keys;
  for (const auto& [word, entry] : words) {
    DoubleArrayKey key;
    for (const char32_t cp : word) key.symbols.push_back(symbols[cp]);
    key.value = PackWord(static_cast<uint8_t>(entry.pos), Cost(entry.frequency, total));
    keys.push_back(std::move(key));
  }
  std::sort(keys.begin(), keys.end(), [](const auto& a, const auto& b) { return a.symbols < b.symbols; });
  const std::vector<DoubleArrayUnit> units = BuildDoubleArray(keys);

  DictionaryHeader header;
  header.unit_count = static_cast<uint32_t>(units.size());
  header.unknown_cost = Cost(0.5, total);
  header.fingerprint = Fingerprint(units.data(), units.size() * sizeof(units[0]),
                                   Fingerprint(symbols.data(), symbols.size() * sizeof(symbols[0])));
  std::ofstream out(out_path, std::ios::binary);
  out.write(reinterpret_cast<const char*>(&header), sizeof(header));
  out.write(reinterpret_cast<const char*>(symbols.data()), static_cast<std::streamsize>(symbols.size() * 2));
  out.write(reinterpret_cast<const char*>(units.data()), static_cast<std::streamsize>(units.size() * sizeof(units[0])));
  if (!out.flush()) Die(std::string("cannot write ") + out_path);
}

}  // namespace
}  // namespace factline::text

int main(int argc, char** argv) {
  if (argc != 3) factline::text::Die("usage: dictionary_generator DICT OUT");
  factline::text::Compile(argv[1], argv[2]);
  return 0;
}
