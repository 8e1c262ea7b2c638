#include "indexer/extract/place_finder.h"

#include "protos/vocab/utf8.h"

namespace factline::extract {
namespace {

using text::PartOfSpeech;

constexpr float kKnown = 0.6f;
constexpr float kBuilt = 0.55f;
constexpr size_t kMaxStemChars = 4;

// The name in front of a suffix that stands as a word of its own: place words or pieces the dictionary cannot join.
size_t StemBegin(const WordList& list, size_t suffix, bool water = false) {
  size_t begin = suffix;
  size_t chars = 0;
  while (begin > 0 && !list.words[begin].after_blank) {
    const Word& w = list.words[begin - 1];
    if (!w.IsHan() || w.in_value || w.Is(WordClass::kOrgLead) || w.Is(WordClass::kGpeSuffix)) break;
    const bool place = w.Is(WordClass::kGpe) || w.Is(WordClass::kLoc) || w.pos == PartOfSpeech::kPlaceName;
    const bool piece = w.pos == PartOfSpeech::kUnknown || w.pos == PartOfSpeech::kOtherName ||
                       w.pos == PartOfSpeech::kPersonName ||
                       (w.span.size_bytes() == 3 && w.pos == PartOfSpeech::kNoun && !w.Is(WordClass::kNameStop));
    // 清风 + 湖: water and hills are named by common words too.
    const bool common =
        begin == suffix &&
        (water || (list.words[suffix].Is(WordClass::kLocSuffix) && !list.words[suffix].Is(WordClass::kGpeSuffix))) &&
        w.span.size_bytes() == 6 &&
        (w.pos == PartOfSpeech::kNoun || w.pos == PartOfSpeech::kTime || w.pos == PartOfSpeech::kAdjective) &&
        !w.Is(WordClass::kGpeNot) && !w.Ends(WordClass::kLocSuffix);
    const size_t size = CountCodePoints(w.term);
    if (common) return begin - 1;
    if (!(place ? begin == suffix : piece) || chars + size > kMaxStemChars) break;
    chars += size;
    --begin;
    if (place) break;
  }
  return chars >= 2 ? begin : suffix;
}

// The dictionary's place words are a mixed lot (深度, 兴旺): one without a suffix of its own counts only beside another
// place or behind a word that leads to places.
bool InPlaceContext(const WordList& list, size_t i) {
  static constexpr std::string_view kLeads[] = {"在",   "赴", "到",   "来到", "于", "位于", "落户",
                                                "落地", "驻", "抵达", "前往", "从", "走进", "至"};
  if (i + 1 < list.words.size() && list.words[i + 1].Is(WordClass::kGpeSuffix) && !list.words[i + 1].after_blank)
    return true;
  if (i == 0) return false;
  const Word& before = list.words[i - 1];
  if (before.Is(WordClass::kGpe)) return true;
  for (const std::string_view lead : kLeads) {
    if (before.term == lead) return true;
  }
  return false;
}

bool IsDirection(std::string_view term) {
  static constexpr std::string_view kDirections[] = {"西部", "东部",   "中部",   "南部",  "北部", "东北",
                                                     "西北", "西南",   "东南",   "华北",  "华东", "华南",
                                                     "华中", "中西部", "东北部", "西北部"};
  for (const std::string_view direction : kDirections) {
    if (term == direction) return true;
  }
  return false;
}

bool HasPlaceSuffix(const Word& w) { return w.Ends(WordClass::kGpeSuffix) || w.Ends(WordClass::kLocSuffix); }

bool IsLoc(const Word& w) {
  if (w.Is(WordClass::kGpe)) return false;
  return w.Is(WordClass::kLoc) || w.Ends(WordClass::kLocSuffix);
}

// 安澜 + 路, 普照寺, 临江 + 二路: roads, bridges and temples, whose names end in one character.
void FindShortFacility(WordList& list, size_t i, std::vector<NameMention>& mentions) {
  const Word& w = list.words[i];
  size_t begin = i;
  if (w.Is(WordClass::kFacShort)) {
    begin = StemBegin(list, i);
    if (begin == i) return;
  } else if (w.pos == PartOfSpeech::kNumeral) {
    if (i == 0 || w.after_blank || !list.words[i - 1].IsHan()) return;
    const PartOfSpeech stem = list.words[i - 1].pos;
    if (stem != PartOfSpeech::kPlaceName && stem != PartOfSpeech::kPersonName && stem != PartOfSpeech::kUnknown) return;
    begin = i - 1;
  } else if (CountCodePoints(w.term) < 3 || w.Is(WordClass::kFacGeneric) ||
             (w.pos != PartOfSpeech::kPersonName && w.pos != PartOfSpeech::kPlaceName &&
              w.pos != PartOfSpeech::kUnknown)) {
    return;
  }
  const Span span = list.SpanOf(begin, i);
  if (Lexicon::BuiltIn().Is(list.TextOf(span), WordClass::kFacGeneric)) return;
  mentions.push_back({.span = span, .type = EntityType::kFac, .score = kBuilt + 0.05f});
  for (size_t j = begin; j <= i; ++j) list.words[j].in_place = true;  // 安澜路 + 派出所, 安澜路 + 延伸段
}

// 清风 + 湖畔: the shore is no part of the lake's name.
void FindShore(WordList& list, size_t i, std::vector<NameMention>& mentions) {
  static constexpr std::string_view kShores[] = {"湖畔", "江畔", "河畔", "湖边", "江边",
                                                 "河边", "湖滨", "江岸", "河岸", "湖岸"};
  constexpr size_t kWaterBytes = 3;
  const Word& w = list.words[i];
  for (const std::string_view shore : kShores) {
    if (!w.term.ends_with(shore) || w.term.size() != w.span.size_bytes()) continue;
    size_t begin = i;
    if (w.term == shore) {
      begin = StemBegin(list, i, /*water=*/true);
      if (begin == i) return;
    }
    const Span span{list.words[begin].span.begin, static_cast<uint32_t>(w.span.end_exclusive - kWaterBytes)};
    mentions.push_back({.span = span, .type = EntityType::kLoc, .score = kBuilt});
    for (size_t j = begin; j <= i; ++j) list.words[j].in_place = true;
    return;
  }
}

}  // namespace

void FindPlaces(WordList& list, std::vector<NameMention>& mentions) {
  for (size_t i = 0; i < list.words.size(); ++i) {
    const Word& w = list.words[i];
    if (!w.IsHan() || w.in_value) continue;
    if (w.Ends(WordClass::kFacShort)) FindShortFacility(list, i, mentions);
    if (w.span.size_bytes() >= 6) FindShore(list, i, mentions);
    if (i + 1 < list.words.size() && list.words[i + 1].term == "地区" && IsDirection(w.term)) {  // 西部 + 地区
      mentions.push_back({.span = list.SpanOf(i, i + 1), .type = EntityType::kLoc, .score = kKnown});
      list.words[i].in_place = list.words[i + 1].in_place = true;
    }
    const bool suffix_alone = w.Is(WordClass::kGpeSuffix) || w.Is(WordClass::kLocSuffix);
    if (suffix_alone) {
      const size_t begin = StemBegin(list, i);
      if (begin != i) {
        const EntityType type = w.Is(WordClass::kGpeSuffix) ? EntityType::kGpe : EntityType::kLoc;
        mentions.push_back({.span = list.SpanOf(begin, i), .type = type, .score = kBuilt});
        for (size_t j = begin; j <= i; ++j) list.words[j].in_place = true;
      }
      if (!w.Is(WordClass::kGpe)) continue;
    }
    if (w.Is(WordClass::kGpe)) {
      mentions.push_back({.span = w.span, .type = EntityType::kGpe, .score = kKnown});
    } else if (w.Is(WordClass::kLoc)) {
      mentions.push_back({.span = w.span, .type = EntityType::kLoc, .score = kKnown});
    } else if (w.pos == PartOfSpeech::kPlaceName && !w.Is(WordClass::kGpeNot) && !w.Is(WordClass::kFacGeneric) &&
               CountCodePoints(w.term) >= 2 &&
               (HasPlaceSuffix(w) ? CountCodePoints(w.term) >= 3 : InPlaceContext(list, i))) {
      mentions.push_back({.span = w.span, .type = IsLoc(w) ? EntityType::kLoc : EntityType::kGpe, .score = kBuilt});
    } else if ((w.pos == PartOfSpeech::kUnknown || w.pos == PartOfSpeech::kNoun) && w.Ends(WordClass::kGpeSuffix) &&
               !w.Is(WordClass::kGpeNot) && CountCodePoints(w.term) >= 3 &&
               (w.pos == PartOfSpeech::kUnknown || !w.term.ends_with("区"))) {
      mentions.push_back({.span = w.span, .type = EntityType::kGpe, .score = kBuilt});
    }
  }
}

}  // namespace factline::extract
