#include "indexer/extract/placement_matcher.h"

#include <optional>
#include <utility>

#include "indexer/extract/lexicon.h"

namespace factline::extract {
namespace {

using text::PartOfSpeech;

bool StandsSomewhere(const Unit& unit) {
  return unit.IsMention() && !unit.is_reference && unit.depth == 0 &&
         (unit.type == EntityType::kOrg || unit.type == EntityType::kFac);
}

// Authorities are where their place is, and nobody need say so.
bool IsAuthority(const Unit& unit) {
  if (unit.type != EntityType::kOrg) return false;
  for (const std::string_view ending :
       {"局", "委", "部", "厅", "政府", "委员会", "办公室", "法院", "检察院", "办", "署"}) {
    if (unit.term.ends_with(ending)) return true;
  }
  return false;
}

// A district, a town, a lake: a place that tells where something is. A country or a city in front of a name is as often
// whose it is.
bool IsSite(const Unit& unit) {
  if (!unit.IsMention() || unit.depth > 0) return false;
  if (unit.type == EntityType::kLoc) return !Lexicon::BuiltIn().Is(unit.term, WordClass::kLoc);
  return unit.type == EntityType::kGpe && Lexicon::BuiltIn().SuffixClasses(unit.term) & Bit(WordClass::kGpeSuffix) &&
         !unit.term.ends_with("省");
}

// 畔, 边, 境内: what stands between a place and the comma or the name behind it.
bool IsBeside(std::string_view term) {
  for (const std::string_view word : {"畔", "边", "旁", "岸", "内", "里", "境内", "辖区", "辖区内", "一带", "之滨"}) {
    if (term == word) return true;
  }
  return false;
}

// The unit of the thing that stands at the site at unit `site`; none if none is told.
std::optional<size_t> ThingAt(const SentenceView& sentence, size_t site) {
  const auto& units = sentence.units;
  size_t i = site + 1;
  if (i < units.size() && IsBeside(units[i].term)) ++i;
  if (i >= units.size()) return std::nullopt;
  if (units[i].term == "的" && i + 1 < units.size()) ++i;
  const bool led = [&] {  // 在, 走进: the clause begins with where it is
    size_t first = site;
    while (first > 0 && (IsSite(units[first - 1]) || units[first - 1].type == EntityType::kGpe) &&
           units[first - 1].IsMention())
      --first;
    return first > 0 && (units[first - 1].term == "在" || units[first - 1].term == "位于");
  }();
  if (units[i].IsPunctuation() && units[i].term != "，" && units[i].term != ",") return std::nullopt;
  const bool apart = units[i].IsPunctuation();
  if (apart) {
    if (!led || i + 1 >= units.size()) return std::nullopt;
    ++i;
  }
  if (!StandsSomewhere(units[i]) || IsAuthority(units[i])) return std::nullopt;
  // 北川集团 + 新工厂: the name belongs to what follows it.
  if (!apart && i + 1 < units.size() &&
      (units[i + 1].IsMention() ||
       (units[i + 1].IsWord() && units[i + 1].pos == PartOfSpeech::kNoun && !IsBeside(units[i + 1].term)))) {
    if (units[i].type == EntityType::kOrg && units[i + 1].type != EntityType::kTitle) return std::nullopt;
  }
  return i;
}

}  // namespace

void MatchPlacements(const ArticleView& view, size_t sentence_index, const Rule& rule, FactSink& sink) {
  const SentenceView& sentence = view.sentences[sentence_index];
  const auto& units = sentence.units;
  for (size_t i = 0; i + 1 < units.size(); ++i) {
    if (!IsSite(units[i])) continue;
    const std::optional<size_t> thing = ThingAt(sentence, i);
    if (!thing || units[*thing].entity == units[i].entity) continue;
    Fact fact = FactOf(rule, sentence.span);
    fact.subject = EntityArgument(*view.table, units[*thing].entity, units[*thing].span);
    // 东山区清风湖畔: the lake has no district for a wider place, so both are told.
    const bool water = units[i].type == EntityType::kLoc && i > 0 && IsSite(units[i - 1]);
    if (water) {
      Fact wider = fact;
      wider.object = EntityArgument(*view.table, units[i - 1].entity, units[i - 1].span);
      sink.Add(std::move(wider), units[i - 1].span.begin);
    }
    fact.object = EntityArgument(*view.table, units[i].entity, units[i].span);
    sink.Add(std::move(fact), units[i].span.begin);
  }
}

}  // namespace factline::extract
