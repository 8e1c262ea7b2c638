#include "indexer/extract/derived_names.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "protos/vocab/utf8.h"

namespace factline::extract {
namespace {

using text::PartOfSpeech;

bool IsTeam(const Word& w) { return w.term == "团队" || w.term == "课题组" || w.term == "工作室"; }

// A place with the ending of its rank: 东山区, not 重庆.
bool IsRankedPlace(const Word& w) {
  return w.IsHan() && w.Ends(WordClass::kGpeSuffix) && !w.Is(WordClass::kGpeNot) &&
         (w.in_place || w.pos == PartOfSpeech::kPlaceName || w.Is(WordClass::kGpe)) && w.span.size_bytes() >= 6;
}

// Behind the places in ranks that the words from `first` on begin with, each of one word or of loose characters.
// `ranks` counts them, `small` tells whether the last is a town, a village or a street.
size_t PlacesEnd(const WordList& list, size_t first, size_t last, int& ranks, bool& small) {
  constexpr size_t kMaxPieces = 4;
  size_t at = first;
  while (at < last) {
    size_t end = at;
    if (IsRankedPlace(list.words[at])) {
      end = at + 1;
    } else {
      while (end < last && end < at + kMaxPieces && list.words[end].in_place &&
             !list.words[end].Is(WordClass::kGpeSuffix))
        ++end;
      end = end < last && end > at && list.words[end].in_place && list.words[end].Is(WordClass::kGpeSuffix) ? end + 1
                                                                                                            : at;
    }
    if (end == at) break;
    const std::string_view term = list.words[end - 1].term;
    small = false;
    for (const std::string_view ending : {"镇", "乡", "村", "街道"}) small |= term.ends_with(ending);
    ++ranks;
    at = end;
  }
  return at;
}

// May a name of its own begin with the word? Not with a common word, of which 延庆区全民健身中心 is made.
bool BeginsName(const Word& w) {
  if (!w.IsHan() || w.in_value) return false;
  switch (w.pos) {
    case PartOfSpeech::kUnknown:
    case PartOfSpeech::kPersonName:
    case PartOfSpeech::kPlaceName:
    case PartOfSpeech::kOtherName:
      return true;
    default:
      return w.span.size_bytes() == 3 || w.in_place || w.Is(WordClass::kGpe);
  }
}

// Works and shops are named apart from where they are; authorities, schools and courts are named by it.
bool IsNamedApart(std::string_view name) {
  for (const std::string_view ending : {"公司", "厂", "合作社", "集团", "农场", "牧场", "林场", "茶场"}) {
    if (name.ends_with(ending)) return true;
  }
  return false;
}

}  // namespace

void FindTeams(const WordList& list, std::vector<NameMention>& mentions) {
  absl::flat_hash_map<uint32_t, uint32_t> persons;  // end to begin
  for (const NameMention& m : mentions) {
    if (m.type == EntityType::kPerson) persons.try_emplace(m.span.end_exclusive, m.span.begin);
  }
  if (persons.empty()) return;
  for (size_t i = 1; i < list.words.size(); ++i) {
    if (!IsTeam(list.words[i]) || list.words[i].after_blank) continue;
    size_t first = i;
    if (list.words[first - 1].Is(WordClass::kTitle)) --first;
    const auto person = persons.find(list.words[first].span.begin);
    if (person == persons.end()) continue;
    mentions.push_back(
        {.span = {person->second, list.words[i].span.end_exclusive}, .type = EntityType::kOrg, .score = 0.85f});
  }
}

void PartPlacesOff(const WordList& list, std::vector<NameMention>& mentions) {
  constexpr size_t kMinRestChars = 4;
  for (NameMention& m : mentions) {
    if (m.type != EntityType::kFac && m.type != EntityType::kOrg) continue;
    const std::string_view name = m.span.In(list.text);
    if (m.type == EntityType::kOrg && !IsNamedApart(name)) continue;
    const size_t first = list.FirstWordFrom(m.span.begin);
    const size_t last = list.FirstWordFrom(m.span.end_exclusive);
    if (first >= list.words.size() || list.words[first].span.begin != m.span.begin) continue;
    int ranks = 0;
    bool small = false;
    const size_t rest = PlacesEnd(list, first, last, ranks, small);
    if (ranks == 0 || rest >= last || !BeginsName(list.words[rest])) continue;
    if (m.type == EntityType::kOrg && ranks < 2 && !small) continue;
    const Span part{list.words[rest].span.begin, m.span.end_exclusive};
    if (CountCodePoints(part.In(list.text)) < kMinRestChars) continue;
    m.full = m.span;
    m.span = part;
  }
}

void ExtendByPhase(const WordList& list, std::vector<NameMention>& mentions) {
  constexpr size_t kMaxWords = 3;
  for (NameMention& m : mentions) {
    if (m.type != EntityType::kFac || !m.full.empty()) continue;
    const size_t first = list.FirstWordFrom(m.span.end_exclusive);
    bool phase = false;
    for (size_t i = first; i < list.words.size() && i < first + kMaxWords; ++i) {
      const std::string_view term = list.words[i].term;
      if (list.words[i].IsPunctuation() || list.words[i].after_blank) break;
      if (phase && (term == "工程" || term == "项目")) {
        m.full = {m.span.begin, list.words[i].span.end_exclusive};
        break;
      }
      phase |= term.ends_with("期");
    }
  }
}

size_t WholeOfPart(std::string_view name) {
  static constexpr std::string_view kWholes[] = {"大学", "学院", "公司", "集团", "科学院", "研究院", "研究所"};
  static constexpr std::string_view kParts[] = {"学院", "系", "厂", "车间", "分会", "专委会", "科技委", "党校"};
  constexpr size_t kMinWholeChars = 4, kMinPartChars = 3;
  size_t whole = 0;
  bool part = false;
  for (const std::string_view ending : kParts) part |= name.ends_with(ending);
  if (!part) return 0;
  for (const std::string_view ending : kWholes) {
    const size_t at = name.find(ending);
    if (at == std::string_view::npos) continue;
    const size_t end = at + ending.size();
    if (CountCodePoints(name.substr(end)) < kMinPartChars) continue;
    if (CountCodePoints(name.substr(0, end)) >= kMinWholeChars) whole = std::max(whole, end);
  }
  return whole;
}

}  // namespace factline::extract
