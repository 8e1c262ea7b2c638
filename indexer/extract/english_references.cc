#include "indexer/extract/english_references.h"

#include <algorithm>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "indexer/extract/english_lexicon.h"
#include "protos/vocab/string_map.h"

namespace factline::extract {
namespace {

constexpr uint32_t kMaxPersonGapBytes = 600;  // farther back, "she" is somebody else

// Words that stand for any business.
bool IsBusiness(std::string_view word) {
  static constexpr std::string_view kWords[] = {
      "company",   "firm",    "group", "business",     "airline",   "carmaker", "automaker", "drugmaker", "retailer",
      "chipmaker", "startup", "maker", "manufacturer", "publisher", "club",     "developer", "lender",    "builder"};
  return std::find(std::begin(kWords), std::end(kWords), word) != std::end(kWords);
}

class References {
 public:
  explicit References(const EntityTable& table) : table_(table) {}

  void Saw(const PlacedMention& mention, std::string_view name) {
    const EntityType type = table_.entities[mention.entity].type;
    if (type == EntityType::kPerson) {
      person_ = mention.entity;
      person_end_ = mention.span.end_exclusive;
    }
    if (type != EntityType::kOrg) return;
    const uint32_t times = ++times_[mention.entity];
    if (main_ == kNoEntity || times > times_[main_]) main_ = mention.entity;
    std::string lower(name);
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    std::string_view rest = lower;
    while (!rest.empty()) {
      const size_t end = std::min(rest.find(' '), rest.size());
      const std::string_view word = rest.substr(0, end);
      if (IsEnglish(word, EnglishClass::kOrgKind)) by_kind_[std::string(word)] = mention.entity;
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }

  uint32_t Of(const WordList& list, size_t i) const {
    const Word& word = list.words[i];
    if (word.term == "he" || word.term == "she") {
      return word.span.begin < person_end_ + kMaxPersonGapBytes ? person_ : kNoEntity;
    }
    const bool the = i > 0 && (list.words[i - 1].term == "the" || list.words[i - 1].term == "this");
    if (!the || !IsEnglish(word.term, EnglishClass::kOrgKind)) return kNoEntity;
    const auto it = by_kind_.find(word.term);
    if (it != by_kind_.end()) return it->second;
    return IsBusiness(word.term) ? main_ : kNoEntity;
  }

 private:
  const EntityTable& table_;
  uint32_t person_ = kNoEntity;
  uint32_t person_end_ = 0;
  uint32_t main_ = kNoEntity;
  absl::flat_hash_map<uint32_t, uint32_t> times_;
  StringMap<uint32_t> by_kind_;
};

}  // namespace

void AddEnglishReferences(const WordList& list, EntityTable& table) {
  const auto is_latin = [](const Word& word) { return word.kind == text::TokenKind::kLatin; };
  if (std::none_of(list.words.begin(), list.words.end(), is_latin)) return;
  References references(table);
  std::vector<PlacedMention> found;
  size_t next = 0;
  for (size_t i = 0; i < list.words.size(); ++i) {
    const Word& word = list.words[i];
    while (next < table.mentions.size() && table.mentions[next].span.end_exclusive <= word.span.begin) ++next;
    if (next < table.mentions.size() && table.mentions[next].span.Overlaps(word.span)) {
      const PlacedMention& mention = table.mentions[next];
      if (mention.span.begin == word.span.begin) references.Saw(mention, mention.span.In(list.text));
      continue;
    }
    if (word.kind != text::TokenKind::kLatin) continue;
    const uint32_t entity = references.Of(list, i);
    if (entity != kNoEntity) found.push_back({.span = word.span, .entity = entity, .is_reference = true});
  }
  if (found.empty()) return;
  table.mentions.insert(table.mentions.end(), found.begin(), found.end());
  std::sort(table.mentions.begin(), table.mentions.end(),
            [](const PlacedMention& a, const PlacedMention& b) { return a.span.begin < b.span.begin; });
}

}  // namespace factline::extract
