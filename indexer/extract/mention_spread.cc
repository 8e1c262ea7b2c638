#include "indexer/extract/mention_spread.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "indexer/extract/phrase_set.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/utf8.h"

namespace factline::extract {
namespace {

constexpr float kWeak = 0.35f;      // below: needs more evidence
constexpr size_t kMaxNames = 5000;  // names of one article that are searched for
constexpr size_t kMaxTitleGapBytes = 60;

// Stems that many names share.
constexpr uint64_t kNoStem = Bit(WordClass::kGpe) | Bit(WordClass::kLoc) | Bit(WordClass::kOrgProper) |
                             Bit(WordClass::kOrgGeneric) | Bit(WordClass::kOrgLead) | Bit(WordClass::kOrgWeak);

bool IsSpreadable(EntityType type) {
  switch (type) {
    case EntityType::kPerson:
    case EntityType::kOrg:
    case EntityType::kFac:
    case EntityType::kProduct:
    case EntityType::kAward:
    case EntityType::kEvent:
      return true;
    default:
      return false;
  }
}

// A title belongs to a person right after it, perhaps behind more titles (X大学教授、Y中心副主任Z), right before it, or
// named earlier in the clause with a verb of office between.
bool TitleHasPerson(const WordList& list, const std::vector<NameMention>& mentions, size_t title) {
  size_t end = mentions[title].span.end_exclusive;
  for (size_t j = title + 1; j < mentions.size() && j < title + 8; ++j) {
    const NameMention& next = mentions[j];
    const std::string_view gap = list.text.substr(end, next.span.begin - end);
    const bool joined = gap.empty() || gap == "、" || gap == "兼" || gap == "和" || gap == "，" || gap == "：" ||
                        gap == "为" || gap == "兼任" || gap == " " || gap == "是";
    if (!joined) break;
    if (next.type == EntityType::kPerson) return true;
    if (next.type != EntityType::kOrg && next.type != EntityType::kTitle && next.type != EntityType::kGpe) break;
    end = next.span.end_exclusive;
  }
  for (size_t j = title; j > 0 && title - j < 6; --j) {
    const NameMention& before = mentions[j - 1];
    if (mentions[title].span.begin - before.span.end_exclusive > kMaxTitleGapBytes) break;
    if (before.type != EntityType::kPerson) continue;
    const std::string_view gap =
        list.text.substr(before.span.end_exclusive, mentions[title].span.begin - before.span.end_exclusive);
    if (gap.empty()) return true;
    if (gap.find("。") != std::string_view::npos || gap.find("；") != std::string_view::npos) break;
    for (const std::string_view verb : {"任", "当选", "等", "是", "作为", "为", "辞去", "请辞"}) {
      if (gap.find(verb) != std::string_view::npos && gap.find("，") == std::string_view::npos) return true;
    }
    break;
  }
  return false;
}

bool InList(const WordList& list, const std::vector<NameMention>& mentions, size_t i) {
  const auto clear_org = [&](size_t j) { return mentions[j].type == EntityType::kOrg && mentions[j].score >= kWeak; };
  const auto gap = [&](size_t a, size_t b) {
    return list.text.substr(mentions[a].span.end_exclusive, mentions[b].span.begin - mentions[a].span.end_exclusive);
  };
  return (i > 0 && clear_org(i - 1) && gap(i - 1, i) == "、") ||
         (i + 1 < mentions.size() && clear_org(i + 1) && gap(i, i + 1) == "、");
}

// How often each of the texts of unclear mentions is mentioned.
absl::flat_hash_map<absl::string_view, int> CountUnclear(const WordList& list,
                                                         const std::vector<NameMention>& mentions) {
  absl::flat_hash_map<absl::string_view, int> times;
  for (const NameMention& m : mentions) {
    if (m.score < kWeak) times.try_emplace(ToAbsl(m.span.In(list.text)));
  }
  if (times.empty()) return times;
  for (const NameMention& m : mentions) {
    const auto it = times.find(ToAbsl(m.span.In(list.text)));
    if (it != times.end()) ++it->second;
  }
  return times;
}

void DropUnclear(const WordList& list, std::vector<NameMention>& mentions) {
  const absl::flat_hash_map<absl::string_view, int> times = CountUnclear(list, mentions);
  // 远航基金 beside 远航证券: a house names its branches by one stem.
  constexpr size_t kStemBytes = 6;
  absl::flat_hash_set<absl::string_view> stems;
  for (const NameMention& m : mentions) {
    if (times.empty()) break;
    const std::string_view name = m.span.In(list.text);
    if (m.type != EntityType::kOrg || name.size() <= kStemBytes) continue;
    if (m.score < kWeak && times.at(ToAbsl(name)) < 2) continue;
    const std::string_view stem = name.substr(0, kStemBytes);
    if (!(Lexicon::BuiltIn().Classes(stem) & kNoStem)) stems.insert(ToAbsl(stem));
  }
  std::vector<NameMention> kept;
  kept.reserve(mentions.size());
  for (size_t i = 0; i < mentions.size(); ++i) {
    const NameMention& m = mentions[i];
    const bool latin = static_cast<unsigned char>(list.text[m.span.begin]) < 0x80;  // told beside its person
    if (m.type == EntityType::kTitle && !latin && !TitleHasPerson(list, mentions, i)) continue;
    const std::string_view name = m.span.In(list.text);
    if (m.score < kWeak && times.at(ToAbsl(name)) < 2 && !InList(list, mentions, i) &&
        !(m.type == EntityType::kOrg && stems.contains(ToAbsl(name.substr(0, kStemBytes))))) {
      continue;
    }
    kept.push_back(m);
  }
  mentions = std::move(kept);
}

// A name to search for; of the same name with several types the first counts.
struct SoughtName {
  std::string_view name;
  EntityType type;
};

std::vector<SoughtName> NamesToSeek(const WordList& list, const std::vector<NameIntroduction>& introductions,
                                    const std::vector<NameMention>& mentions) {
  std::vector<SoughtName> names;
  absl::flat_hash_set<absl::string_view> known;
  known.reserve(mentions.size());
  const auto add = [&](std::string_view name, EntityType type) {
    if (known.size() < kMaxNames && known.insert(ToAbsl(name)).second) names.push_back({name, type});
  };
  for (const NameMention& m : mentions) {
    const std::string_view name = m.span.In(list.text);
    if (IsSpreadable(m.type) && name.size() >= 6) add(name, m.type);
  }
  for (const NameIntroduction& introduction : introductions) {
    const int full = FullMentionOf(introduction, mentions);
    const std::string_view brief = introduction.brief.In(list.text);
    if (full >= 0 && brief.size() >= 4) add(brief, mentions[full].type);
  }
  return names;
}

}  // namespace

int FullMentionOf(const NameIntroduction& introduction, const std::vector<NameMention>& mentions) {
  const auto after = std::lower_bound(mentions.begin(), mentions.end(), introduction.full.end_exclusive,
                                      [](const NameMention& m, uint32_t at) { return m.span.end_exclusive < at; });
  // A closing quote or bracket may lie between the name and the bracket that introduces.
  if (after != mentions.end() && after->span.end_exclusive == introduction.full.end_exclusive) {
    return static_cast<int>(after - mentions.begin());
  }
  if (after != mentions.begin()) {
    const auto before = std::prev(after);
    if (introduction.full.end_exclusive - before->span.end_exclusive <= 3 && introduction.full.Contains(before->span)) {
      return static_cast<int>(before - mentions.begin());
    }
  }
  return -1;
}

void SpreadMentions(const WordList& list, const std::vector<NameIntroduction>& introductions,
                    std::vector<NameMention>& mentions) {
  DropUnclear(list, mentions);
  const std::vector<SoughtName> names = NamesToSeek(list, introductions, mentions);
  PhraseSet phrases;
  for (const SoughtName& sought : names) phrases.Add(sought.name, static_cast<uint32_t>(&sought - names.data()));
  phrases.Build();
  phrases.Find(list.text, [&](uint32_t begin, uint32_t end, uint32_t id) {
    mentions.push_back({.span = {begin, end}, .type = names[id].type, .score = 0});
  });
  for (NameMention& m : mentions) m.score = 0;  // from here on the longer one wins
  ResolveOverlaps(mentions);
}

}  // namespace factline::extract
