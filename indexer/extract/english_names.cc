#include "indexer/extract/english_names.h"

#include <algorithm>
#include <optional>

#include "indexer/extract/english_lexicon.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/string_map.h"

namespace factline::extract {
namespace {

using text::TokenKind;
using enum EnglishClass;

constexpr size_t kMaxRunWords = 10;
constexpr size_t kMaxNames = 2000;
constexpr float kClear = 0.85f, kLikely = 0.7f, kFair = 0.5f;

bool IsCapital(char c) { return c >= 'A' && c <= 'Z'; }

// The word without the 's of a possessive.
std::string_view Plain(std::string_view term) {
  for (const std::string_view tail : {"'s", "\xE2\x80\x99s"}) {
    if (term.size() > tail.size() && term.ends_with(tail)) return term.substr(0, term.size() - tail.size());
  }
  return term;
}

class Finder {
 public:
  Finder(const WordList& list, std::vector<NameMention>& mentions)
      : list_(list), words_(list.words), mentions_(mentions), taken_(words_.size(), false) {}

  void Run() {
    FindLoneWords();
    for (size_t i = 0; i < words_.size();) i = Capital(i) ? TakeRun(i) : i + 1;
    for (size_t i = 0; i < words_.size(); ++i) TakeLaterMention(i);
    for (const NameMention& m : mentions_) {
      if (m.type == EntityType::kPerson) persons_.push_back(m.span);
    }
    std::sort(persons_.begin(), persons_.end());
    for (size_t i = 0; i < words_.size(); ++i) TakeTitle(i);
  }

 private:
  // ---- words ----

  bool Latin(size_t i) const { return i < words_.size() && words_[i].kind == TokenKind::kLatin; }
  bool Capital(size_t i) const { return Latin(i) && !words_[i].in_value && IsCapital(list_.TextOf(words_[i].span)[0]); }
  std::string_view Term(size_t i) const { return i < words_.size() ? Plain(words_[i].term) : std::string_view(); }
  bool Is(size_t i, EnglishClass c) const { return Latin(i) && IsEnglish(Term(i), c); }
  bool Possessive(size_t i) const { return Latin(i) && Plain(words_[i].term).size() < words_[i].term.size(); }
  bool Touches(size_t i) const { return i > 0 && words_[i].span.begin == words_[i - 1].span.end_exclusive; }
  bool NewLine(size_t i) const {
    if (i == 0) return true;
    const Span gap{words_[i - 1].span.end_exclusive, words_[i].span.begin};
    return list_.TextOf(gap).find('\n') != std::string_view::npos;
  }
  bool BeginsSentence(size_t i) const {
    if (i == 0 || NewLine(i)) return true;
    const std::string_view before = words_[i - 1].term;
    return before == "." || before == "!" || before == "?" || before == "\"" || before == "“" || before == ":";
  }
  // Without the 's of a possessive, which the text may write with other bytes than the term.
  Span NameSpan(size_t first, size_t last) const {
    Span span = list_.SpanOf(first, last);
    if (!Possessive(last)) return span;
    const std::string_view source = list_.TextOf(words_[last].span);
    size_t name_bytes = 0;
    for (const std::string_view apostrophe : {"'", "\xE2\x80\x99", "\xEF\xBC\x87"}) {
      const size_t at = source.rfind(apostrophe);
      if (at != source.npos) name_bytes = std::max(name_bytes, at);
    }
    if (name_bytes > 0) span.end_exclusive = words_[last].span.begin + static_cast<uint32_t>(name_bytes);
    return span;
  }
  std::string Joined(size_t first, size_t last) const {
    std::string out;
    for (size_t i = first; i <= last; ++i) out += Cat(out.empty() ? "" : " ", Term(i));
    return out;
  }

  // Capitalised words that stand alone: persons come back by their last word, organisations by their first.
  void FindLoneWords() {
    for (size_t i = 0; i < words_.size() && lone_.size() < kMaxNames; ++i) {
      if (!Capital(i)) continue;
      const bool alone =
          (i == 0 || !Capital(i - 1) || NewLine(i)) && (!Capital(i + 1) || Possessive(i) || NewLine(i + 1));
      if (alone && EnglishClasses(Term(i)) == 0) lone_.insert(std::string(Term(i)));
    }
  }

  // ---- runs ----

  // The last word of the run of capitalised words that begins at `first`.
  size_t RunEnd(size_t first) const {
    size_t last = first;
    bool of = false;
    while (last + 1 < words_.size() && last - first < kMaxRunWords && !Possessive(last) && !NewLine(last + 1)) {
      const std::string_view next = words_[last + 1].term;
      const bool capital_behind = Capital(last + 2) && !NewLine(last + 2);
      if (Capital(last + 1) && !(Is(last + 1, kStop) && !Is(last + 1, kTitleModifier) && !Is(last + 1, kPlace))) {
        ++last;
      } else if ((next == "&" || ((next == "-" || next == "/") && Touches(last + 1) && Touches(last + 2))) &&
                 capital_behind) {
        last += 2;
      } else if (next == "." && Term(last).size() == 1 && capital_behind) {
        last += 2;  // John F. Kennedy
      } else if (next == "." && IsTitleAbbreviation(Term(last)) && capital_behind) {
        last += 2;  // Dr. Aldous
      } else if (Is(last, kOrgHead) && (next == "of" || next == "for") && capital_behind) {
        of = true;
        last += 2;
      } else if (of && (next == "of" || next == "and") && capital_behind && !Is(last + 2, kFirstName)) {
        last += 2;  // the Ministry of Industry and Trade
      } else {
        break;
      }
    }
    return last;
  }

  static bool IsTitleAbbreviation(std::string_view term) {
    static constexpr std::string_view kWords[] = {"dr", "mr", "mrs", "ms", "prof", "st", "gen", "sen", "gov", "capt"};
    return std::find(std::begin(kWords), std::end(kWords), term) != std::end(kWords);
  }

  // Behind the words of the run that begin no name.
  size_t SkipStops(size_t first, size_t last) const {
    while (first <= last && Is(first, kStop) && !(Is(first, kTitleModifier) && first < last) &&
           !(Is(first, kPlace) && !BeginsSentence(first)))
      ++first;
    return first;
  }

  size_t TakeRun(size_t begin) {
    const size_t last = RunEnd(begin);
    size_t first = SkipStops(begin, last);
    if (first > last) return last + 1;
    if (IsCreditBracket(first, last)) return last + 1;
    first = TakeLeadingTitle(first, last);
    if (first > last) return last + 1;
    if (!Classify(first, last)) return last + 1;
    for (size_t i = first; i <= last; ++i) taken_[i] = true;
    return last + 1;
  }

  // TOKYO (Harbor Wire) -: who sent it is not what it is about.
  bool IsCreditBracket(size_t first, size_t last) const {
    return first > 0 && words_[first - 1].term == "(" && last + 2 < words_.size() && words_[last + 1].term == ")" &&
           (words_[last + 2].term == "-" || words_[last + 2].term == "—" || words_[last + 2].term == "–");
  }

  // Transport Minister Stefan Iliev: the title apart. Where the name begins.
  size_t TakeLeadingTitle(size_t first, size_t last) {
    size_t head = first;
    while (head <= last && Is(head, kTitleModifier) && !Is(head, kTitleHead)) ++head;
    if (head > last || !Is(head, kTitleHead)) return first;
    while (head < last && Is(head + 1, kTitleHead)) ++head;  // Chief Executive Officer
    if (Is(last, kOrgEnding) || Is(last, kOrgHead)) return first;
    const bool alone = head == last;
    // A capital title without a name is one only where it plainly is a title: "the President", not "Head Office".
    if (alone && (BeginsSentence(first) || Is(first, kPersonKind))) return last + 1;
    static constexpr std::string_view kForms[] = {"mr", "mrs", "ms", "dr", "sir"};
    const bool form = std::find(std::begin(kForms), std::end(kForms), Term(first)) != std::end(kForms);
    if (!form && !alone) {
      Add(first, head, EntityType::kTitle, kClear);
      for (size_t i = first; i <= head; ++i) taken_[i] = true;
    }
    size_t name = head + 1;
    if (form && name <= last && words_[name].term == ".") ++name;
    if (name <= last && last - name <= 3) {
      AddPerson(name, last, kClear);
      return last + 1;
    }
    return name;
  }

  // ---- kinds of names ----

  bool Classify(size_t first, size_t last) {
    const std::string whole = Joined(first, last);
    if (IsEnglish(whole, kAcronym)) return false;
    if (whole == "u . s" || whole == "u . k") {
      NameMention place{.span = NameSpan(first, last), .type = EntityType::kGpe, .score = kLikely};
      if (last + 1 < words_.size() && words_[last + 1].term == ".") ++place.span.end_exclusive;
      return Push(place, first, last);
    }
    if (IsEnglish(whole, kRegion)) return Add(first, last, EntityType::kLoc, kLikely);
    if (first > 0 && Is(first - 1, kWorkKind) && !Capital(first - 1))
      return Add(first, last, EntityType::kWork, kLikely);
    if (IsEnglish(whole, kPlace) && !(last > first && Is(first, kFirstName) && !Is(last, kPlace))) {
      return Add(first, last, EntityType::kGpe, kLikely);
    }
    if (Is(last, kDemonym) && first == last) return false;
    if (last > first && Is(first, kDemonym) && !Is(last, kOrgHead) && !Is(last, kOrgEnding)) {
      return Classify(first + 1, last);  // Danish Solhavn
    }
    if (ClassifyByHead(first, last)) return true;
    if (last > first && ClassifyPerson(first, last)) return true;
    if (SplitPlaces(first, last)) return true;
    return ClassifyByContext(first, last);
  }

  bool ClassifyByHead(size_t first, size_t last) {
    if (last == first && !Is(first, kOrgEnding)) return false;
    if (Is(last, kOrgEnding) && last > first) return AddCompany(first, last);
    if (Is(last, kAwardHead)) return Add(first, last, EntityType::kAward, kClear);
    // Peter Banks and Victor Park are persons before they are banks and parks.
    if (last == first + 1 && Is(first, kFirstName) && PersonEvidence(first, last) > 0) return false;
    for (size_t i = first + 1; i < last; ++i) {
      if (Is(i - 1, kOrgHead) && (words_[i].term == "of" || words_[i].term == "for")) {
        return Add(first, last, EntityType::kOrg, kClear);
      }
    }
    if (Is(last, kOrgHead)) return Add(first, last, EntityType::kOrg, kClear);
    if (Is(last, kFacHead)) return Add(first, last, EntityType::kFac, kLikely);
    if (Is(last, kLocHead) || Is(first, kLocHead)) return Add(first, last, EntityType::kLoc, kLikely);
    if (Is(last, kEventHead)) return Add(first, last, EntityType::kEvent, kLikely);
    if (Is(first, kOrgHead) && first < last) return Add(first, last, EntityType::kOrg, kFair);
    return false;
  }

  bool AddCompany(size_t first, size_t last) {
    NameMention name{.span = NameSpan(first, last), .type = EntityType::kOrg, .score = kClear};
    // The full stop of Inc. belongs to it, unless it ends the sentence.
    if (last + 1 < words_.size() && words_[last + 1].term == "." && Touches(last + 1) && !Capital(last + 2) &&
        last + 2 < words_.size() && !NewLine(last + 2)) {
      name.span.end_exclusive = words_[last + 1].span.end_exclusive;
    }
    return Push(name, first, last);
  }

  // Ada Lindqvist表示: in Chinese text.
  bool SpeaksChinese(size_t last) const {
    return last + 1 < words_.size() && words_[last + 1].IsHan() && words_[last + 1].Is(WordClass::kSpeech);
  }

  // How surely a run of two or three words is a person: 2 for sure, 0 not at all.
  int PersonEvidence(size_t first, size_t last) const {
    if (last - first > 3) return 0;
    for (size_t i = first; i <= last; ++i) {
      if (Is(i, kPlace) && !Is(i, kFirstName) && i == first) return 0;
    }
    const bool speaks = Is(last + 1, kSpeech) || (first > 0 && Is(first - 1, kSpeech)) || SpeaksChinese(last);
    const bool kind = first > 0 && (Is(first - 1, kPersonKind) || Is(first - 1, kTitleHead) ||
                                    (words_[first - 1].IsHan() && words_[first - 1].Is(WordClass::kTitle)));
    if (last + 2 < words_.size() && words_[last + 1].term == "," && words_[last + 2].term == "who") return 2;
    if (lone_.contains(Term(last)) && !lone_.contains(Term(first)) && EnglishClasses(Term(first)) == 0) return 2;
    if (Is(first, kFirstName) || speaks || kind) return 2;
    // Grace Nakato, 41, …; Victor Lang, chairman of …
    if (last + 2 < words_.size() && words_[last + 1].term == ",") {
      const std::string_view after = words_[last + 2].term;
      const bool age = words_[last + 2].kind == TokenKind::kNumber && after.size() == 2 && last + 3 < words_.size() &&
                       words_[last + 3].term == ",";
      const size_t title = after == "a" || after == "the" || after == "its" ? last + 3 : last + 2;
      if (age || Is(title, kTitleHead) || Is(title, kTitleModifier) || Is(title, kPersonKind)) return 1;
    }
    return 0;
  }

  bool ClassifyPerson(size_t first, size_t last) {
    const int evidence = PersonEvidence(first, last);
    if (evidence == 0) return false;
    return AddPerson(first, last, evidence > 1 ? kLikely : kFair);
  }

  // Two places that touch without a comma, or a place behind a name: New York Paris.
  bool SplitPlaces(size_t first, size_t last) {
    for (size_t cut = first; cut < last; ++cut) {
      if (IsEnglish(Joined(first, cut), kPlace) && IsEnglish(Joined(cut + 1, last), kPlace)) {
        Add(first, cut, EntityType::kGpe, kFair);
        return Add(cut + 1, last, EntityType::kGpe, kFair);
      }
    }
    return false;
  }

  // Nothing inside the name tells what it is: the words beside it may. Rival Solhavn; Sunfold, a start-up.
  bool ClassifyByContext(size_t first, size_t last) {
    constexpr size_t kMaxApposition = 8;
    if (first > 0 && Is(first - 1, kOrgKind) && !BeginsSentence(first)) {
      return Add(first, last, EntityType::kOrg, kLikely);
    }
    if (const std::optional<EntityType> place = PlaceByContext(first)) return Add(first, last, *place, kFair);
    // Capitals alone name nobody in Chinese text, where products have such names.
    const bool english = (first > 0 && Latin(first - 1)) || Latin(last + 1);
    if (english && first == last && IsAllCapitals(first)) return Add(first, last, EntityType::kOrg, kFair);
    if (last + 2 < words_.size() && words_[last + 1].term == "," &&
        (words_[last + 2].term == "a" || words_[last + 2].term == "an" || words_[last + 2].term == "the")) {
      for (size_t i = last + 3; i < words_.size() && i < last + 3 + kMaxApposition; ++i) {
        if (words_[i].IsPunctuation() && words_[i].term != "-") break;
        if (Is(i, kOrgKind) || (i > 0 && words_[i].term == "up" && Term(i - 1) == "-")) {
          return Add(first, last, EntityType::kOrg, kLikely);
        }
      }
    }
    // What speaks and no person is known by is an organisation; so is a run whose first word ends like one.
    const bool speaks = Is(last + 1, kSpeech) && !BeginsSentence(first);
    if (speaks && !(first == last && surnames_.contains(Joined(first, last)))) {
      return Add(first, last, EntityType::kOrg, kFair);
    }
    // In several words a name that nothing explains counts where it stands again.
    return last > first && Add(first, last, EntityType::kOrg, 0.3f);
  }

  // The town of Podvina; the river Dyje; southern Moravia; near Townsville.
  std::optional<EntityType> PlaceByContext(size_t first) const {
    static constexpr std::string_view kTowns[] = {"town",   "city",   "village", "province", "state",       "district",
                                                  "county", "region", "suburb",  "capital",  "municipality"};
    static constexpr std::string_view kWater[] = {"river", "lake", "mount", "island", "valley", "bay"};
    static constexpr std::string_view kSides[] = {"southern", "northern", "eastern", "western", "central"};
    static constexpr std::string_view kIn[] = {"in", "near", "outside"};
    if (first == 0) return std::nullopt;
    const auto among = [&](const auto& words, size_t at) {
      return std::find(std::begin(words), std::end(words), Term(at)) != std::end(words);
    };
    if (first > 1 && Term(first - 1) == "of" && among(kTowns, first - 2)) return EntityType::kGpe;
    if (among(kWater, first - 1) || among(kSides, first - 1)) return EntityType::kLoc;
    const bool alone = !IsAllCapitals(first) && !surnames_.contains(Term(first)) && EnglishClasses(Term(first)) == 0;
    return alone && among(kIn, first - 1) ? std::optional(EntityType::kGpe) : std::nullopt;
  }

  bool IsAllCapitals(size_t i) const {
    const std::string_view text = list_.TextOf(NameSpan(i, i));
    return text.size() >= 2 && text.size() <= 6 && std::all_of(text.begin(), text.end(), IsCapital);
  }

  bool AddPerson(size_t first, size_t last, float score) {
    if (surnames_.size() < kMaxNames) surnames_.insert(std::string(Term(last)));
    // Chinese names have the surname first.
    if (last == first + 1 && IsPinyin(Term(first)) && surnames_.size() < kMaxNames) {
      surnames_.insert(std::string(Term(first)));
    }
    return Push({.span = NameSpan(first, last), .type = EntityType::kPerson, .score = score}, first, last);
  }

  static bool IsPinyin(std::string_view name) {
    static constexpr std::string_view kSurnames[] = {
        "wang", "li",   "zhang", "liu", "chen", "yang", "huang", "zhao",  "wu",    "zhou",  "xu",
        "sun",  "ma",   "zhu",   "hu",  "guo",  "lin",  "he",    "gao",   "liang", "zheng", "luo",
        "xie",  "tang", "han",   "cao", "deng", "feng", "xi",    "jiang", "lu",    "cai"};
    return std::find(std::begin(kSurnames), std::end(kSurnames), name) != std::end(kSurnames);
  }

  bool Add(size_t first, size_t last, EntityType type, float score) {
    return Push({.span = NameSpan(first, last), .type = type, .score = score}, first, last);
  }

  bool Push(const NameMention& name, size_t first, size_t last) {
    mentions_.push_back(name);
    for (size_t i = first; i <= last; ++i) taken_[i] = true;
    if (name.type == EntityType::kOrg && name.score >= kFair && orgs_.size() < kMaxNames) {
      for (const std::string& form : EnglishShortForms(name.type, name.span.In(list_.text))) {
        std::string lower(form);
        std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
        orgs_.insert(std::move(lower));
      }
    }
    return true;
  }

  // ---- what was named before ----

  // Rao, Northvale: a surname, or the head of an organisation's name.
  void TakeLaterMention(size_t i) {
    if (!Capital(i) || taken_[i] || (i > 0 && Capital(i - 1) && !NewLine(i) && Touches(i))) return;
    const std::string term(Term(i));
    if (surnames_.contains(term)) {
      Add(i, i, EntityType::kPerson, kFair);
      return;
    }
    size_t last = i;
    while (Capital(last + 1) && !taken_[last + 1] && last < i + 4 && !Possessive(last)) ++last;
    for (; last + 1 > i; --last) {
      if (orgs_.contains(Joined(i, last))) {
        Add(i, last, EntityType::kOrg, kFair);
        return;
      }
      if (last == i) return;
    }
  }

  // ---- titles ----

  bool PersonNear(Span span) const {
    constexpr uint32_t kMaxBytes = 90;
    const auto after = std::lower_bound(persons_.begin(), persons_.end(), span);
    if (after != persons_.end() && after->begin < span.end_exclusive + kMaxBytes) return true;
    return after != persons_.begin() && std::prev(after)->end_exclusive + kMaxBytes > span.begin;
  }

  // Chief executive, deputy minister, in small letters.
  void TakeTitle(size_t i) {
    if (!Is(i, kTitleHead) || taken_[i] || Capital(i)) return;
    if (Is(i + 1, kTitleHead) && !taken_[i + 1] && !Capital(i + 1)) return;  // the last head ends it
    size_t first = i;
    while (first > 0 && i - first < 5 && !Capital(first - 1) &&
           (Is(first - 1, kTitleModifier) || Is(first - 1, kTitleHead)))
      --first;
    static constexpr std::string_view kNeedsMore[] = {"executive", "officer", "general", "head",   "leader",
                                                      "principal", "partner", "counsel", "editor", "analyst"};
    const bool more = std::find(std::begin(kNeedsMore), std::end(kNeedsMore), Term(i)) != std::end(kNeedsMore);
    const bool of = i + 1 < words_.size() && (words_[i + 1].term == "of" || words_[i + 1].term == "at");
    if (more && first == i && !of) return;
    if (Possessive(i) || !PersonNear(list_.SpanOf(first, i))) return;
    Add(first, i, EntityType::kTitle, kLikely);
  }

  const WordList& list_;
  const std::vector<Word>& words_;
  std::vector<NameMention>& mentions_;
  std::vector<bool> taken_;
  std::vector<Span> persons_;  // in text order, once the runs are read
  StringSet surnames_;         // in small letters
  StringSet lone_;             // capitalised words without another beside them, in small letters
  StringSet orgs_;             // short forms, in small letters
};

std::vector<std::string_view> WordsOf(std::string_view name) {
  std::vector<std::string_view> words;
  while (!name.empty()) {
    const size_t end = std::min(name.find(' '), name.size());
    if (end > 0) words.push_back(name.substr(0, end));
    name.remove_prefix(std::min(end + 1, name.size()));
  }
  return words;
}

std::string Lower(std::string_view word) {
  std::string lower(word.substr(0, word.ends_with(".") ? word.size() - 1 : word.size()));
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return lower;
}

}  // namespace

void FindEnglishNames(const WordList& list, std::vector<NameMention>& mentions) { Finder(list, mentions).Run(); }

std::vector<std::string> EnglishShortForms(EntityType type, std::string_view name) {
  std::vector<std::string> forms;
  if (name.empty() || static_cast<unsigned char>(name.front()) >= 0x80) return forms;
  std::vector<std::string_view> words = WordsOf(name);
  if (words.size() < 2) return forms;
  if (type == EntityType::kPerson) {
    forms.emplace_back(words.back());
    if (words.size() == 2) forms.emplace_back(words.front());
    return forms;
  }
  if (type != EntityType::kOrg) return forms;
  const auto rest = [&words] { return std::string(words.front().data(), words.back().data() + words.back().size()); };
  while (words.size() > 1 && (IsEnglish(Lower(words.back()), kOrgEnding) || words.back() == "A/S")) {
    words.pop_back();
    forms.push_back(rest());
  }
  while (words.size() > 1 && IsEnglish(Lower(words.back()), kOrgHead)) {
    words.pop_back();
    forms.push_back(rest());
  }
  const std::string first = Lower(words.front());
  // The first word alone, unless it is anybody's.
  if (words.size() > 1 && first.size() >= 4 && EnglishClasses(first) == 0) {
    forms.emplace_back(words.front());
  }
  std::erase_if(forms, [](const std::string& form) {
    return form.size() < 3 || (form.find(' ') == std::string::npos && EnglishClasses(Lower(form)) != 0);
  });
  return forms;
}

}  // namespace factline::extract
