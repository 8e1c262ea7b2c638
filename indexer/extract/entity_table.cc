#include "indexer/extract/entity_table.h"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "indexer/extract/alias_rules.h"
#include "indexer/extract/derived_names.h"
#include "indexer/extract/english_names.h"
#include "indexer/extract/english_references.h"
#include "indexer/extract/lexicon.h"
#include "indexer/extract/mention_spread.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/string_map.h"
#include "protos/vocab/utf8.h"

namespace factline::extract {
namespace {

using text::PartOfSpeech;

// Groups names while mentions are read: a union of names, each group one entity. Names must outlive the grouper.
class Grouper {
 public:
  uint32_t Add(EntityType type, std::string_view name) {
    const std::string_view bare = BareName(name, buffer_);
    const auto found = index_.find(KeyOf(type, bare));
    if (found != index_.end()) return found->second;
    const auto id = static_cast<uint32_t>(names_.size());
    Name added{.name = name, .bare = bare, .type = type, .parent = id};
    if (bare.data() == buffer_.data()) added.bare = kept_.emplace_back(bare);
    index_.emplace(KeyOf(type, added.bare), id);
    sizes_[static_cast<size_t>(type)] |= SizeBit(bare.size());
    names_.push_back(added);
    return id;
  }

  void JoinShortForms() {
    for (uint32_t i = 0; i < names_.size(); ++i) {
      const Name name = names_[i];
      ForEachShortForm(name.type, name.bare, [&](std::string_view form) { JoinForm(i, name.type, form); });
      for (const std::string& form : EnglishShortForms(name.type, name.name)) {
        JoinForm(i, name.type, BareName(form, buffer_));
      }
      if (name.type == EntityType::kOrg) JoinVariant(i);
      if (name.type == EntityType::kGpe && name.name == "我国") Join(Add(EntityType::kGpe, "中国"), i);
    }
  }

  // `brief` becomes a member of the group of `full`, unless it is in another already.
  void Join(uint32_t full, uint32_t brief) {
    if (Root(brief) == brief) names_[brief].parent = Root(full);
  }

  // Halves the way on each walk, so that chains stay short, however names are joined.
  uint32_t Root(uint32_t i) {
    while (names_[i].parent != i) i = names_[i].parent = names_[names_[i].parent].parent;
    return i;
  }
  size_t size() const { return names_.size(); }
  std::string_view name(uint32_t i) const { return names_[i].name; }
  EntityType type(uint32_t i) const { return names_[i].type; }

 private:
  struct Name {
    std::string_view name;
    std::string_view bare;
    EntityType type = EntityType::kOrg;
    uint32_t parent = 0;  // on the way to the root of the group
  };
  using Key = std::pair<uint8_t, absl::string_view>;
  static Key KeyOf(EntityType type, std::string_view bare) { return {static_cast<uint8_t>(type), ToAbsl(bare)}; }
  static uint64_t SizeBit(size_t bytes) { return uint64_t{1} << std::min<size_t>(bytes, 63); }

  void JoinForm(uint32_t full, EntityType type, std::string_view form) {
    if (!(sizes_[static_cast<size_t>(type)] & SizeBit(form.size()))) return;
    const auto it = index_.find(KeyOf(type, form));
    if (it != index_.end()) Join(full, it->second);
  }

  // 国家甲乙工程研究中心 and 国家甲乙材料工程研究中心: one name is the other with a piece left out of its middle.
  void JoinVariant(uint32_t i) {
    constexpr size_t kEndBytes = 9, kMaxBucket = 16;
    const std::string_view name = names_[i].bare;
    if (name.size() < 24) return;
    auto& bucket = variants_[Cat(name.substr(0, kEndBytes), name.substr(name.size() - kEndBytes))];
    for (const uint32_t other : bucket) {
      const std::string_view other_name = names_[other].bare;
      const bool longer = name.size() > other_name.size();
      if (!IsVariant(longer ? other_name : name, longer ? name : other_name)) continue;
      longer ? Join(i, other) : Join(other, i);
    }
    if (bucket.size() < kMaxBucket) bucket.push_back(i);
  }

  static bool IsVariant(std::string_view brief, std::string_view full) {
    if (brief.size() * 10 < full.size() * 7) return false;
    size_t head = 0, tail = 0;
    while (head < brief.size() && brief[head] == full[head]) ++head;
    while (tail < brief.size() - head && brief[brief.size() - 1 - tail] == full[full.size() - 1 - tail]) ++tail;
    return head + tail == brief.size();
  }

  absl::flat_hash_map<Key, uint32_t> index_;  // by type and bare name
  // Of each type, which sizes its bare names have: most short forms are of none.
  std::array<uint64_t, static_cast<size_t>(EntityType::kQuantity) + 1> sizes_{};
  StringMap<std::vector<uint32_t>> variants_;  // by both ends of the name
  std::vector<Name> names_;
  std::deque<std::string> kept_;  // bare names that differ from the name
  std::string buffer_;
};

// Northvale Corp. is Northvale Corp where a sentence ends with it, and must be one name in all articles: the stop stays
// in the alias only.
std::string_view WithoutStop(EntityType type, std::string_view name) {
  if (type == EntityType::kOrg && name.size() > 1 && name.ends_with(".")) name.remove_suffix(1);
  return name;
}

// March is a date, Friday and last year are none.
bool NamesEnglishMonth(std::string_view date) {
  static constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  for (const std::string_view month : kMonths) {
    if (date.find(month) != std::string_view::npos) return true;
  }
  return false;
}

bool IsDeictic(std::string_view date) {
  for (const std::string_view relative : {"年前", "年后", "月前", "月后", "天前", "天后", "年来", "月来", "以来"}) {
    if (date.ends_with(relative)) return true;
  }
  if (NamesEnglishMonth(date) || date.find("季度") != std::string_view::npos) return false;
  static constexpr std::string_view kNumerals[] = {"一", "二", "三", "四", "五", "六",
                                                   "七", "八", "九", "十", "〇", "零"};
  for (const char c : date) {
    if (c >= '0' && c <= '9') return false;
  }
  int numerals = 0;  // 二〇二四年
  for (size_t at = 0; at < date.size(); at = NextCodePoint(date, at)) {
    const std::string_view c = date.substr(at, NextCodePoint(date, at) - at);
    numerals += std::find(std::begin(kNumerals), std::end(kNumerals), c) != std::end(kNumerals);
  }
  if (numerals >= 4) return false;
  for (const std::string_view numeral : kNumerals) {
    if (date.find(numeral) != std::string_view::npos && date.find("月") != std::string_view::npos) return false;
    if (date.find(numeral) != std::string_view::npos && date.find("年代") != std::string_view::npos) return false;
  }
  return true;
}

// Aliases gather as they come; SortAliases makes them what extraction.h promises.
void AddAlias(Entity& entity, std::string_view alias) {
  if (alias == entity.name || alias.empty()) return;
  if (entity.aliases.empty() || entity.aliases.back() != alias) entity.aliases.emplace_back(alias);
}

void SortAliases(EntityTable& table) {
  for (Entity& entity : table.entities) {
    std::sort(entity.aliases.begin(), entity.aliases.end());
    entity.aliases.erase(std::unique(entity.aliases.begin(), entity.aliases.end()), entity.aliases.end());
  }
}

// 两种, 两个: counted by the way, no quantity that anyone asks for.
bool IsPassing(const text::Value& value, std::string_view name) {
  return value.kind == text::ValueKind::kQuantity && name.starts_with("两");
}

// Values with the same normal form are one entity.
void AddValues(const text::Analysis& analysis, EntityTable& table) {
  absl::flat_hash_map<std::pair<uint8_t, absl::string_view>, uint32_t> by_norm;
  size_t mention = 0;
  for (uint32_t i = 0; i < analysis.values.size(); ++i) {
    const text::Value& value = analysis.values[i];
    const std::string_view name = value.span.In(analysis.text);
    PlacedValue placed{.value = i};
    while (mention < table.mentions.size() && table.mentions[mention].span.end_exclusive <= value.span.begin) ++mention;
    // A year inside 《》 is part of the title.
    const bool in_work = mention < table.mentions.size() && table.mentions[mention].span.Contains(value.span) &&
                         table.entities[table.mentions[mention].entity].type == EntityType::kWork &&
                         table.mentions[mention].span.In(analysis.text).starts_with("《");
    if (in_work || value.unit == "周年" || IsPassing(value, name)) {
      table.values.push_back(placed);
      continue;
    }
    if (value.kind != text::ValueKind::kDate || !IsDeictic(name)) {
      const EntityType type = EntityTypeOf(value.kind);
      const std::pair key(static_cast<uint8_t>(type), ToAbsl(value.norm.empty() ? name : std::string_view(value.norm)));
      const auto [it, added] = by_norm.try_emplace(key, static_cast<uint32_t>(table.entities.size()));
      placed.entity = it->second;
      if (added) table.entities.push_back({.type = type, .name = std::string(name), .norm = value.norm});
      Entity& entity = table.entities[it->second];
      AddAlias(entity, name);
      for (const std::string_view part : {"底", "末", "初"}) {  // 6月底
        if (analysis.text.substr(value.span.end_exclusive).starts_with(part)) AddAlias(entity, Cat(name, part));
      }
      if (value.change == text::Change::kNone && value.comparator != text::Comparator::kEqual) {
        AddAlias(entity, value.context.In(analysis.text));
      }
      entity.mentions.push_back({value.span});
    }
    table.values.push_back(placed);
  }
}

// Common words that stand for the entity named last that ends with them: 公司, 研究院, 论坛. Only where no modifier
// stands before the word, since 物流公司 is another company.
class References {
 public:
  void Saw(const Entity& entity, uint32_t index, std::string_view name) {
    const Lexicon& lexicon = Lexicon::BuiltIn();
    std::string buffer;
    const std::string_view bare = BareName(name, buffer);
    size_t begin = bare.size();
    for (int n = 0; n < Lexicon::kMaxSuffixChars && begin > 0; ++n) {
      begin = PreviousCodePoint(bare, begin);
      const std::string_view suffix = bare.substr(begin);
      if (suffix.size() >= 6 && lexicon.Classes(suffix) & kGeneric) last_[std::string(suffix)] = index;
    }
    if (entity.type != EntityType::kOrg) return;
    if (sentence_org_ == kNoEntity) sentence_org_ = index;
    // 公司 alone stands for the organisation that the article has named most often so far.
    const uint32_t times = ++times_[index];
    if (main_org_ == kNoEntity || times > times_[main_org_]) main_org_ = index;
  }

  void EndSentence() { sentence_org_ = kNoEntity; }

  uint32_t Of(const WordList& list, size_t i) const {
    const Word& w = list.words[i];
    if (!(w.is & kGeneric) && w.term != "该股") return kNoEntity;
    if (i > 0 && !list.words[i].after_blank) {
      const Word& before = list.words[i - 1];
      const bool free = before.IsPunctuation() || before.Is(WordClass::kOrgLead) || before.in_value ||
                        before.pos == PartOfSpeech::kParticle || before.pos == PartOfSpeech::kPreposition ||
                        before.pos == PartOfSpeech::kAdverb || before.pos == PartOfSpeech::kPronoun ||
                        before.pos == PartOfSpeech::kConjunction;
      if (!free) return kNoEntity;
    }
    // 公司 is the organisation that its sentence has named, else the one that the article is about; 该公司 is the
    // company named last.
    if (w.term == "该股" || w.term == "上市公司") return main_org_;
    const bool points = i > 0 && (list.words[i - 1].term == "该" || list.words[i - 1].term == "这家");
    if (w.term == "公司" && !points && sentence_org_ != kNoEntity) return sentence_org_;
    const auto it = last_.find(w.term);
    if (w.term == "公司" && (!points || it == last_.end())) return main_org_;
    return it != last_.end() ? it->second : kNoEntity;
  }

 private:
  static constexpr uint64_t kGeneric = Bit(WordClass::kOrgGeneric) | Bit(WordClass::kFacGeneric) |
                                       Bit(WordClass::kEventGeneric) | Bit(WordClass::kAwardGeneric);

  StringMap<uint32_t> last_;
  absl::flat_hash_map<uint32_t, uint32_t> times_;
  uint32_t main_org_ = kNoEntity;
  uint32_t sentence_org_ = kNoEntity;  // the first that this sentence names
};

// 临江大学 of 临江大学材料学院 is named too, though no mention of its own shows it.
void AddWholes(const WordList& list, EntityTable& table) {
  StringMap<uint32_t> orgs;
  for (uint32_t i = 0; i < table.entities.size(); ++i) {
    if (table.entities[i].type != EntityType::kOrg) continue;
    orgs.try_emplace(table.entities[i].name, i);
    for (const std::string& alias : table.entities[i].aliases) orgs.try_emplace(alias, i);
  }
  std::vector<uint32_t> wholes;
  for (const PlacedMention& m : table.mentions) {
    if (table.entities[m.entity].type != EntityType::kOrg) continue;
    const std::string_view name = m.span.In(list.text);
    const size_t end = WholeOfPart(name);
    if (end == 0) continue;
    const auto [it, added] = orgs.try_emplace(std::string(name.substr(0, end)), table.entities.size());
    const Span span{m.span.begin, static_cast<uint32_t>(m.span.begin + end)};
    if (added) table.entities.push_back({.type = EntityType::kOrg, .name = it->first});
    if (it->second == m.entity) continue;
    table.entities[it->second].mentions.push_back({span});
    wholes.push_back(it->second);
  }
  std::sort(wholes.begin(), wholes.end());
  wholes.erase(std::unique(wholes.begin(), wholes.end()), wholes.end());
  for (const uint32_t whole : wholes) {
    std::vector<Mention>& named = table.entities[whole].mentions;
    std::sort(named.begin(), named.end(), [](const Mention& a, const Mention& b) { return a.span < b.span; });
  }
}

// 我省, 我市: the place of that rank that the article names most often, else of no rank (陕西); kNoEntity if none.
uint32_t OurPlace(const EntityTable& table, std::string_view rank) {
  constexpr uint32_t kRanked = 1000;  // outweighs any count of places without a rank
  const auto weight_of = [&](const Entity& entity) -> uint32_t {
    if (entity.type != EntityType::kGpe) return 0;
    const auto fits = [&](std::string_view name) { return name.ends_with(rank); };
    if (fits(entity.name) || std::any_of(entity.aliases.begin(), entity.aliases.end(), fits)) return kRanked;
    const bool country = entity.name.ends_with("国");
    return country || Lexicon::BuiltIn().SuffixClasses(entity.name) & Bit(WordClass::kGpeSuffix) ? 0 : 1;
  };
  std::vector<uint32_t> weights;
  for (const Entity& entity : table.entities) weights.push_back(weight_of(entity));
  std::vector<uint64_t> times(table.entities.size());
  uint32_t best = kNoEntity;
  for (const PlacedMention& m : table.mentions) {
    times[m.entity] += weights[m.entity];
    if (times[m.entity] > (best == kNoEntity ? 0 : times[best])) best = m.entity;
  }
  return best;
}

bool IsOurPlace(std::string_view term) {
  if (!term.starts_with("我") && !term.starts_with("本")) return false;
  for (const std::string_view ours : {"我省", "我市", "我县", "我区", "我州", "本市"}) {
    if (term == ours) return true;
  }
  return false;
}

void AddReferences(const WordList& list, EntityTable& table) {
  References references;
  std::map<std::string_view, uint32_t> ours;  // of the ranks that 我… names, at most five
  std::vector<PlacedMention> all;
  size_t next = 0;
  for (size_t i = 0; i < list.words.size(); ++i) {
    const Word& w = list.words[i];
    if (w.after_blank || (w.IsPunctuation() && (w.term == "。" || w.term == "！" || w.term == "!"))) {
      references.EndSentence();
    }
    while (next < table.mentions.size() && table.mentions[next].span.end_exclusive <= w.span.begin) ++next;
    if (next < table.mentions.size() && table.mentions[next].span.Overlaps(w.span)) {
      const PlacedMention& mention = table.mentions[next];
      if (mention.span.begin >= w.span.begin) {
        references.Saw(table.entities[mention.entity], mention.entity, mention.span.In(list.text));
      }
      continue;
    }
    uint32_t entity = w.IsHan() ? references.Of(list, i) : kNoEntity;
    if (entity == kNoEntity && w.span.size_bytes() == 6 && IsOurPlace(w.term)) {
      const auto [it, added] = ours.try_emplace(w.term.substr(3), kNoEntity);
      if (added) it->second = OurPlace(table, it->first);
      entity = it->second;
    }
    if (entity == kNoEntity) continue;
    all.push_back({.span = w.span, .entity = entity, .is_reference = true});
    if (w.term != "公司" && w.term != "企业" && w.term != "该股" && !w.Is(WordClass::kOrgWeak))
      AddAlias(table.entities[entity], w.span.In(list.text));
  }
  table.mentions.insert(table.mentions.end(), all.begin(), all.end());
  std::sort(table.mentions.begin(), table.mentions.end(),
            [](const PlacedMention& a, const PlacedMention& b) { return a.span.begin < b.span.begin; });
}

// Of one type, named or referred to at least three times, and `margin` times as often as any other.
uint32_t MostNamed(const EntityTable& table, EntityType type, double margin) {
  std::vector<uint32_t> times(table.entities.size());
  for (const PlacedMention& m : table.mentions) times[m.entity] += table.entities[m.entity].type == type;
  uint32_t best = 0, best_times = 0, second_times = 0;
  for (uint32_t i = 0; i < times.size(); ++i) {
    if (times[i] > best_times) {
      second_times = best_times;
      best_times = times[i];
      best = i;
    } else {
      second_times = std::max(second_times, times[i]);
    }
  }
  return best_times >= 3 && best_times >= margin * second_times ? best : kNoEntity;
}

// Puts entities into the order of their first mention.
void Reorder(EntityTable& table) {
  std::vector<uint32_t> order(table.entities.size());
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return table.entities[a].mentions.front().span < table.entities[b].mentions.front().span;
  });
  std::vector<uint32_t> place(order.size());
  std::vector<Entity> sorted;
  sorted.reserve(order.size());
  for (uint32_t i = 0; i < order.size(); ++i) {
    place[order[i]] = i;
    sorted.push_back(std::move(table.entities[order[i]]));
  }
  table.entities = std::move(sorted);
  for (PlacedMention& m : table.mentions) m.entity = place[m.entity];
  for (PlacedValue& v : table.values) {
    if (v.entity != kNoEntity) v.entity = place[v.entity];
  }
  for (auto& [entity, brief] : table.introduced) entity = place[entity];
  if (table.main_org != kNoEntity) table.main_org = place[table.main_org];
  if (table.main_place != kNoEntity) table.main_place = place[table.main_place];
}

}  // namespace

EntityTable BuildEntityTable(const WordList& list, const text::Analysis& analysis, std::vector<NameMention> mentions,
                             const std::vector<NameIntroduction>& introductions) {
  ResolveOverlaps(mentions);
  SpreadMentions(list, introductions, mentions);

  Grouper grouper;
  std::vector<uint32_t> member(mentions.size());
  for (size_t i = 0; i < mentions.size(); ++i) {
    const EntityType type = mentions[i].type;
    member[i] = grouper.Add(type, WithoutStop(type, mentions[i].span.In(list.text)));
    if (!mentions[i].full.empty()) {
      grouper.Join(grouper.Add(type, WithoutStop(type, mentions[i].full.In(list.text))), member[i]);
    }
  }
  std::vector<std::pair<uint32_t, Span>> introduced;
  for (const NameIntroduction& introduction : introductions) {
    const int full = FullMentionOf(introduction, mentions);
    if (full < 0) continue;
    introduced.push_back({member[full], introduction.brief});
    grouper.Join(member[full], grouper.Add(mentions[full].type, introduction.brief.In(list.text)));
  }
  grouper.JoinShortForms();

  EntityTable table;
  std::vector<uint32_t> by_root(grouper.size(), kNoEntity);
  const auto entity_of = [&](uint32_t m) {
    const uint32_t root = grouper.Root(m);
    if (by_root[root] == kNoEntity) {
      by_root[root] = static_cast<uint32_t>(table.entities.size());
      table.entities.push_back({.type = grouper.type(root), .name = std::string(grouper.name(root))});
    }
    return by_root[root];
  };
  for (size_t i = 0; i < mentions.size(); ++i) {
    const uint32_t entity = entity_of(member[i]);
    AddAlias(table.entities[entity], mentions[i].span.In(list.text));
    table.entities[entity].mentions.push_back({mentions[i].span});
    table.mentions.push_back({.span = mentions[i].span, .entity = entity});
  }
  for (const auto& [m, brief] : introduced) {
    const uint32_t entity = entity_of(m);
    AddAlias(table.entities[entity], brief.In(list.text));
    table.introduced.push_back({entity, brief});
  }
  AddWholes(list, table);
  AddReferences(list, table);
  AddEnglishReferences(list, table);
  table.main_org = MostNamed(table, EntityType::kOrg, 2);
  table.main_place = MostNamed(table, EntityType::kGpe, 1.2);
  AddValues(analysis, table);
  SortAliases(table);
  Reorder(table);
  return table;
}

}  // namespace factline::extract
