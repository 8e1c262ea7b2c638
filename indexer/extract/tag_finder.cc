#include "indexer/extract/tag_finder.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "indexer/extract/lexicon.h"
#include "indexer/tag/tagger.h"
#include "protos/vocab/string_map.h"
#include "protos/vocab/utf8.h"

namespace factline::extract {
namespace {

// Measured on the annotated articles (README.md): rules that are sure score higher, and places gain nothing.
constexpr tag::Style kStyle = tag::Style::kDesk;
constexpr float kPersonScore = 0.5f;
constexpr float kOrgScore = 0.4f;
constexpr float kPlaceScore = 0.38f;
constexpr float kUnseenPersonScore = 0.3f;  // counts where the name comes again

// Of what the detail head tells: persons and places are the press head's. Events count where the name comes again.
constexpr float DetailScore(tag::TagType type) {
  switch (type) {
    case tag::TagType::kOrg:
      return 0.37f;
    case tag::TagType::kFac:
    case tag::TagType::kTitle:
      return 0.45f;
    case tag::TagType::kWork:
    case tag::TagType::kProduct:
      return 0.4f;
    case tag::TagType::kEvent:
      return 0.3f;
    default:
      return 0;
  }
}

int CountOf(std::string_view text, std::string_view mark) {
  int count = 0;
  for (size_t at = text.find(mark); at != text.npos; at = text.find(mark, at + mark.size())) ++count;
  return count;
}

EntityType PlaceType(std::string_view name) {
  const Lexicon& lexicon = Lexicon::BuiltIn();
  const uint64_t is = lexicon.Classes(name), ends = lexicon.SuffixClasses(name);
  if (is & Bit(WordClass::kGpe)) return EntityType::kGpe;
  if (is & Bit(WordClass::kLoc)) return EntityType::kLoc;
  if (ends & Bit(WordClass::kGpeSuffix) && !(is & Bit(WordClass::kGpeNot))) return EntityType::kGpe;
  if (ends & Bit(WordClass::kLocSuffix)) return EntityType::kLoc;
  return EntityType::kGpe;  // most names without an ending are of cities and countries
}

bool EndsAsAward(std::string_view name) {
  return Lexicon::BuiltIn().SuffixClasses(name) & (Bit(WordClass::kAwardSuffix) | Bit(WordClass::kAwardGeneric));
}

// 子公司, 研究院: bodies of a kind. A 子公司 is one whatever leads it: no name ends so, unlike 分公司.
bool IsCommon(std::string_view name) {
  return name.ends_with("子公司") || name.find("一家") != name.npos ||  // 县城一家纺织公司
         Lexicon::BuiltIn().Classes(name) & (Bit(WordClass::kOrgGeneric) | Bit(WordClass::kOrgLead));
}

// Places gain only where their ending tells what they are.
std::optional<EntityType> EndsAsPlace(std::string_view name) {
  constexpr size_t kMinChars = 3;
  const Lexicon& lexicon = Lexicon::BuiltIn();
  const uint64_t is = lexicon.Classes(name), ends = lexicon.SuffixClasses(name);
  if (CountCodePoints(name) < kMinChars) return std::nullopt;
  if (is & (Bit(WordClass::kGpeNot) | Bit(WordClass::kFacGeneric) | Bit(WordClass::kOrgGeneric))) return std::nullopt;
  if (ends & (Bit(WordClass::kFacSuffix) | Bit(WordClass::kFacShort))) return EntityType::kFac;
  if (ends & Bit(WordClass::kLocSuffix)) return EntityType::kLoc;
  if (ends & Bit(WordClass::kGpeSuffix)) return EntityType::kGpe;
  return std::nullopt;
}

// The span without a closing mark at its end, or an opening one at its front, whose other half lies outside: corpora
// have names with brackets inside, and the tagger takes half a pair now and then. Nullopt if that does not help.
std::optional<Span> WithWholeBrackets(std::string_view text, Span span) {
  static constexpr std::pair<std::string_view, std::string_view> kPairs[] = {
      {"（", "）"}, {"(", ")"}, {"《", "》"}, {"“", "”"}, {"「", "」"}};
  for (const auto& [open, close] : kPairs) {
    const auto extra_opens = [&, o = open, c = close] {
      const std::string_view name = span.In(text);
      return CountOf(name, o) - CountOf(name, c);
    };
    if (extra_opens() < 0 && span.In(text).ends_with(close)) span.end_exclusive -= static_cast<uint32_t>(close.size());
    if (extra_opens() > 0 && span.In(text).starts_with(open)) span.begin += static_cast<uint32_t>(open.size());
    if (extra_opens() != 0) return std::nullopt;
  }
  return span;
}

// Where the rules leave something open: words that may be names and are covered by none, and persons. A word is asked
// about where it comes first; what the tagger tells there is found everywhere.
class Doubts {
 public:
  Doubts(const WordList& list, const std::vector<NameMention>& mentions) : list_(list), covered_(list.words.size()) {
    for (size_t i = 0; i < mentions.size(); ++i) {
      const NameMention& m = mentions[i];
      const bool person = m.type == EntityType::kPerson;
      if (person && !IsLatin(m.span)) persons_.push_back({.span = m.span, .mention = i});
      if (person || m.type == EntityType::kTitle || m.score < kClear) continue;
      for (size_t w = list.FirstWordFrom(m.span.begin);
           w < list.words.size() && list.words[w].span.begin < m.span.end_exclusive; ++w) {
        covered_[w] = true;
      }
    }
    std::sort(persons_.begin(), persons_.end(), [](const Person& a, const Person& b) { return a.span < b.span; });
  }

  // Sentences are asked about in order.
  bool In(Span sentence) {
    bool doubt = false, han = false;  // the tagger learned from Chinese
    while (word_ < list_.words.size() && list_.words[word_].span.begin < sentence.begin) ++word_;
    for (; word_ < list_.words.size() && list_.words[word_].span.begin < sentence.end_exclusive; ++word_) {
      if (!covered_[word_] && MayName(word_)) doubt |= IsNew(Asked(word_));
      doubt |= LeadsToNames(word_);
      han |= list_.words[word_].IsHan();
    }
    while (person_ < persons_.size() && persons_[person_].span.begin < sentence.begin) ++person_;
    for (size_t i = person_; i < persons_.size() && persons_[i].span.begin < sentence.end_exclusive; ++i) {
      doubt |= IsNew(persons_[i].span.In(list_.text));
    }
    return doubt && han;
  }

  // Of the sentence that was asked about last: a person of the rules that overlaps a tagged one ends where that ends;
  // one that the tagger knows nothing of counts only where it comes again. `tagged` is in order, without overlaps.
  void Correct(Span sentence, const std::vector<NameMention>& tagged, std::vector<NameMention>& mentions) const {
    auto first = tagged.begin();
    for (size_t i = person_; i < persons_.size() && persons_[i].span.begin < sentence.end_exclusive; ++i) {
      const Span span = persons_[i].span;
      if (!sentence.Contains(span)) continue;
      NameMention& m = mentions[persons_[i].mention];
      while (first != tagged.end() && first->span.end_exclusive <= span.begin) ++first;
      auto same = first;
      while (same != tagged.end() && same->span.begin < span.end_exclusive && same->type != EntityType::kPerson) ++same;
      if (same != tagged.end() && same->span.Overlaps(span)) {
        m.span = same->span;
      } else {
        m.score = kUnseenPersonScore;
      }
    }
  }

 private:
  struct Person {
    Span span;
    size_t mention = 0;  // index into the rules' mentions
  };

  static constexpr float kClear = 0.35f;

  // The tagger learned from Chinese.
  bool IsLatin(Span span) const { return static_cast<unsigned char>(list_.text[span.begin]) < 0x80; }

  static bool IsLoose(const Word& w) {
    if (!w.IsHan() || w.in_value || w.span.size_bytes() > 3 || w.Is(WordClass::kNameStop) ||
        w.Is(WordClass::kOrgLead)) {
      return false;
    }
    switch (w.pos) {
      case text::PartOfSpeech::kNoun:
      case text::PartOfSpeech::kUnknown:
      case text::PartOfSpeech::kAdjective:
      case text::PartOfSpeech::kVerb:
      case text::PartOfSpeech::kPersonName:
      case text::PartOfSpeech::kPlaceName:
      case text::PartOfSpeech::kOtherName:
        return true;
      default:
        return false;
    }
  }

  // A word that the dictionary does not have, or has as a person; a surname and a loose character; loose characters in
  // a row.
  bool MayName(size_t i) const {
    const Word& w = list_.words[i];
    if (!w.IsHan() || w.in_value) return false;
    const bool one = w.span.size_bytes() <= 3;
    if (!one) return w.pos == text::PartOfSpeech::kUnknown || w.pos == text::PartOfSpeech::kPersonName;
    if (i + 1 >= list_.words.size() || list_.words[i + 1].after_blank || covered_[i + 1]) return false;
    const Word& next = list_.words[i + 1];
    if (w.Is(WordClass::kSurname) && IsLoose(next)) return true;
    const bool pair = next.IsHan() && next.span.size_bytes() == 6 && !next.in_value && !next.Is(WordClass::kOrgLead);
    if (pair && w.Is(WordClass::kSurname) && !w.Is(WordClass::kSurnameRare) && w.pos != text::PartOfSpeech::kVerb)
      return true;
    return IsLoose(w) && IsLoose(list_.words[i + 1]) && i + 2 < list_.words.size() && IsLoose(list_.words[i + 2]);
  }

  // Names of products and bodies that no word shows follow a verb of making or winning, stand in quotation marks, or
  // have letters: such sentences are always asked about.
  bool LeadsToNames(size_t i) const {
    const Word& w = list_.words[i];
    return w.Is(WordClass::kProductVerb) || w.Is(WordClass::kAwardVerb) || w.term == "“" ||
           (w.kind == text::TokenKind::kLatin && !covered_[i]);
  }

  // What is asked about at the word: itself, or with the word behind it.
  std::string_view Asked(size_t i) const {
    const bool one = list_.words[i].span.size_bytes() <= 3;
    return list_.TextOf(list_.SpanOf(i, one ? i + 1 : i));
  }

  bool IsNew(std::string_view asked) { return asked_.insert(ToAbsl(asked)).second; }

  const WordList& list_;
  std::vector<bool> covered_;
  std::vector<Person> persons_;  // of the rules, in text order
  absl::flat_hash_set<absl::string_view> asked_;
  size_t word_ = 0, person_ = 0;
};

// A character by itself is a short form (中, 美) or a surname: the rules know which of them are names.
std::optional<Span> NameSpan(std::string_view text, Span sentence, Span in_sentence) {
  const std::optional<Span> whole =
      WithWholeBrackets(text, {sentence.begin + in_sentence.begin, sentence.begin + in_sentence.end_exclusive});
  if (!whole.has_value() || CountCodePoints(whole->In(text)) < 2) return std::nullopt;
  return whole;
}

// Marks that part clauses and lists stand in no name but a work's, and no name begins with a count (5个, 三条).
bool IsWhole(tag::TagType type, std::string_view name, const WordList& list, uint32_t begin) {
  if (type == tag::TagType::kWork) return true;
  for (const std::string_view mark : {"，", "；", "。", "、", "：", "—"}) {
    if (name.find(mark) != name.npos) return false;
  }
  const size_t first = list.FirstWordFrom(begin);
  if (first + 1 >= list.words.size()) return true;
  const bool counts = list.words[first].in_value || list.words[first].pos == text::PartOfSpeech::kNumeral;
  return !counts || list.words[first + 1].pos != text::PartOfSpeech::kMeasureWord;
}

void TakeDetails(const WordList& list, Span sentence, const std::vector<tag::TaggedName>& details,
                 std::vector<NameMention>& mentions) {
  for (const tag::TaggedName& name : details) {
    const float score = DetailScore(name.type);
    if (score == 0) continue;
    const std::optional<Span> span = NameSpan(list.text, sentence, name.span);
    if (!span.has_value()) continue;
    const std::string_view found = span->In(list.text);
    if (!IsWhole(name.type, found, list, span->begin)) continue;
    if (name.type == tag::TagType::kOrg && IsCommon(found)) continue;
    mentions.push_back({.span = *span, .type = TypeOfTagged(name.type, found), .score = score});
  }
}

}  // namespace

EntityType TypeOfTagged(tag::TagType type, std::string_view name) {
  switch (type) {
    case tag::TagType::kPerson:
      return EntityType::kPerson;
    case tag::TagType::kOrg:
      return EntityType::kOrg;
    case tag::TagType::kLoc:
      return PlaceType(name);
    case tag::TagType::kFac:
      return EntityType::kFac;
    case tag::TagType::kTitle:
      return EntityType::kTitle;
    case tag::TagType::kWork:
      return EntityType::kWork;
    case tag::TagType::kProduct:
      return EntityType::kProduct;
    case tag::TagType::kEvent:
      return EndsAsAward(name) ? EntityType::kAward : EntityType::kEvent;
  }
  return EntityType::kOrg;
}

void FindTaggedNames(const WordList& list, const std::vector<Span>& sentences, bool every,
                     std::vector<NameMention>& mentions) {
  Doubts doubts(list, mentions);
  const tag::Tagger tagger(tag::Model::BuiltIn());
  thread_local tag::Tagger::Scratch scratch;  // grows to the longest sentence, and costs something to make
  tag::Tagging tagging;
  std::vector<NameMention> found;
  for (const Span sentence : sentences) {
    if (!doubts.In(sentence) && !every) continue;
    tagger.Tag(sentence.In(list.text), {.words = false, .details = true, .style = kStyle}, scratch, tagging);
    for (const tag::TaggedName& name : tagging.press) {
      const std::optional<Span> named = NameSpan(list.text, sentence, name.span);
      if (!named.has_value()) continue;
      const Span span = *named;
      if (name.type == tag::TagType::kPerson) {
        found.push_back({.span = span, .type = EntityType::kPerson, .score = kPersonScore});
      } else if (name.type == tag::TagType::kOrg && !IsCommon(span.In(list.text))) {
        found.push_back({.span = span, .type = EntityType::kOrg, .score = kOrgScore});
      } else if (const std::optional<EntityType> place = EndsAsPlace(span.In(list.text))) {
        found.push_back({.span = span, .type = *place, .score = kPlaceScore});
      }
    }
    doubts.Correct(sentence, found, mentions);
    mentions.insert(mentions.end(), found.begin(), found.end());
    found.clear();
    TakeDetails(list, sentence, tagging.detail, mentions);
  }
}

}  // namespace factline::extract
