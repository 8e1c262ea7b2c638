#include "indexer/extract/person_finder.h"

#include <array>
#include <optional>
#include <string>

#include "protos/vocab/utf8.h"

namespace factline::extract {
namespace {

using text::PartOfSpeech;
using text::TokenKind;

constexpr float kAccept = 2.0f;
constexpr size_t kMaxTitleWords = 5;

const Lexicon& Words() { return Lexicon::BuiltIn(); }

// The surname at the start of `text`: two characters if those are one (欧阳), else one; empty if none.
std::string_view SurnameOf(std::string_view text) {
  if (text.empty()) return {};
  const size_t one = NextCodePoint(text, 0);
  if (one < text.size()) {
    const std::string_view two = text.substr(0, NextCodePoint(text, one));
    if (Words().Is(two, WordClass::kSurname)) return two;
  }
  return Words().Is(text.substr(0, one), WordClass::kSurname) ? text.substr(0, one) : std::string_view();
}

bool IsHanChar(std::string_view c) {
  return c.size() == 3 && static_cast<unsigned char>(c[0]) >= 0xE4 && static_cast<unsigned char>(c[0]) <= 0xE9;
}

// What stands before and after a candidate, in words.
struct Context {
  const Word* before = nullptr;
  bool title_before = false;
  bool list_before = false;
  bool begins_clause = false;
};

Context ContextBefore(const WordList& list, size_t first) {
  Context context;
  if (first == 0) {
    context.begins_clause = true;
    return context;
  }
  const Word& w = list.words[first - 1];
  context.before = &w;
  context.title_before = TitleBegin(list, first - 1) < first;
  if (!context.title_before && first > 1 && (w.term == "为" || w.term == "是" || w.term == "：")) {
    context.title_before = TitleBegin(list, first - 2) < first - 1;  // 法定代表人为…
  }
  context.list_before = w.term == "、";
  context.begins_clause = w.IsPunctuation() && !context.list_before;
  return context;
}

// How much the text right after a candidate speaks for the name ending there.
float EvidenceAfter(std::string_view rest, const Word* next_word) {
  if (rest.empty()) return 0.5f;
  constexpr int kMaxChars = 5;
  const uint64_t is = Words().PrefixClasses(rest, kMaxChars);
  if (is & Bit(WordClass::kTitle)) return 1.8f;
  if (is & Bit(WordClass::kSpeech)) return 1.6f;
  const std::string_view first = rest.substr(0, NextCodePoint(rest, 0));
  if (first == "、" || first == "等" || first == "(" || first == "（") return 0.8f;
  if (first == "，" || first == "：" || first == ":" || first == "。" || first == "”") return 0.5f;
  if (first == "的" || first == "在" || first == "和" || first == "与" || first == "是" || first == "说") return 0.4f;
  if (next_word != nullptr && (next_word->pos == PartOfSpeech::kVerb || next_word->pos == PartOfSpeech::kAdverb ||
                               next_word->pos == PartOfSpeech::kPreposition)) {
    return 0.3f;
  }
  return 0;
}

// Index of the word that contains or follows the byte `at`, from `from` on.
size_t WordAt(const WordList& list, size_t from, uint32_t at) {
  while (from < list.words.size() && list.words[from].span.end_exclusive <= at) ++from;
  return from;
}

struct Candidate {
  Span span;
  float score;
};

// Scores the name that begins with word `first` and has `given_chars` characters after the surname.
std::optional<Candidate> Score(const WordList& list, size_t first, std::string_view surname, int given_chars,
                               const Context& context) {
  const uint32_t begin = list.words[first].span.begin;
  size_t end = begin + surname.size();
  for (int i = 0; i < given_chars; ++i) {
    if (end >= list.text.size()) return std::nullopt;
    const size_t next = NextCodePoint(list.text, end);
    const std::string_view c = list.text.substr(end, next - end);
    if (!IsHanChar(c) || Words().Is(c, WordClass::kNameStop)) return std::nullopt;
    end = next;
  }
  const size_t last = WordAt(list, first, static_cast<uint32_t>(end - 1));
  if (last >= list.words.size() || last > first + 2) return std::nullopt;
  for (size_t i = first; i <= last; ++i) {
    if (list.words[i].in_value || !list.words[i].IsHan()) return std::nullopt;
  }
  const Word& last_word = list.words[last];
  const Word& first_word = list.words[first];
  const Word* next_word = last + 1 < list.words.size() ? &list.words[last + 1] : nullptr;
  const bool aligned = last_word.span.end_exclusive == end;
  const std::string_view name = list.text.substr(begin, end - begin);
  if (Words().Classes(name) & ~(Bit(WordClass::kSurname) | Bit(WordClass::kSurnameRare) | Bit(WordClass::kGpe))) {
    return std::nullopt;
  }

  const float after = EvidenceAfter(list.text.substr(end), aligned ? next_word : nullptr);
  float score = after;
  if (!aligned && after < 1.5f) return std::nullopt;  // a name cuts a word only before a title or a verb of speaking
  if (context.title_before) score += 1.6f;
  if (context.list_before) score += 0.4f;
  if (context.begins_clause) score += 0.3f;
  const bool whole_word = first == last && aligned;
  if (whole_word && first_word.pos == PartOfSpeech::kPersonName) {
    score += given_chars + surname.size() / 3 >= 3 ? 1.2f : 0.6f;
  } else if (whole_word) {
    score -= first_word.pos == PartOfSpeech::kUnknown ? 0.0f : 1.5f;  // a common word
  }
  if (first != last && aligned) {
    for (size_t i = first + 1; i <= last; ++i) {
      const Word& w = list.words[i];
      // Loose characters speak for a name, common words of two characters against it, verbs more so.
      if (w.span.size_bytes() == 3) {
        score += w.pos == PartOfSpeech::kVerb || w.pos == PartOfSpeech::kAdverb ? 0.1f : 0.4f;
      } else {
        score -= w.pos == PartOfSpeech::kVerb ? 0.6f : 0.1f;
      }
    }
  }
  if (given_chars == 2) score += 0.3f;
  if (Words().Is(surname, WordClass::kSurnameRare) && !(whole_word && first_word.pos == PartOfSpeech::kPersonName)) {
    score -= first_word.term == surname ? 0.3f : 0.7f;
  }
  return Candidate{.span = {begin, static_cast<uint32_t>(end)}, .score = score};
}

std::optional<Candidate> BestHanName(const WordList& list, size_t first) {
  const Word& word = list.words[first];
  if (word.Is(WordClass::kOrgLead) || word.Is(WordClass::kGpe) || word.Is(WordClass::kTitle)) return std::nullopt;
  const std::string_view surname = SurnameOf(list.text.substr(word.span.begin, 12));
  if (surname.empty()) return std::nullopt;
  const Context context = ContextBefore(list, first);
  std::optional<Candidate> best;
  for (const int given_chars : {2, 1}) {
    const std::optional<Candidate> candidate = Score(list, first, surname, given_chars, context);
    if (candidate && (!best || candidate->score > best->score)) best = candidate;
  }
  return best;
}

// Names in a list (甲、乙和丙) speak for one another: each may be less clear than one that stands alone.
void AcceptNames(const WordList& list, const std::vector<Candidate>& candidates, std::vector<NameMention>& mentions) {
  const auto listed = [&](const Candidate& a, const Candidate& b) {
    return list.text.substr(a.span.end_exclusive, b.span.begin - a.span.end_exclusive) == "、";
  };
  for (size_t i = 0; i < candidates.size(); ++i) {
    const Candidate& c = candidates[i];
    const bool before = i > 0 && candidates[i - 1].span.end_exclusive <= c.span.begin && listed(candidates[i - 1], c);
    const bool after = i + 1 < candidates.size() && c.span.end_exclusive <= candidates[i + 1].span.begin &&
                       listed(c, candidates[i + 1]);
    if (c.score + (before ? 0.8f : 0.0f) + (after ? 0.8f : 0.0f) < kAccept) continue;
    mentions.push_back({.span = c.span, .type = EntityType::kPerson, .score = 0.65f});
  }
}

// 安德烈·科尔: runs of Han words joined by dots.
size_t FindDottedName(const WordList& list, size_t dot, std::vector<NameMention>& mentions) {
  if (dot == 0 || dot + 1 >= list.words.size()) return dot;
  size_t first = dot;
  size_t chars = 0;
  while (first > 0 && list.words[first - 1].IsHan() && !list.words[first].after_blank && chars < 6) {
    const Word& w = list.words[first - 1];
    if (w.Is(WordClass::kTitle) || w.Ends(WordClass::kTitle) || w.Is(WordClass::kOrgLead) || w.Is(WordClass::kGpe) ||
        w.pos == PartOfSpeech::kVerb || w.pos == PartOfSpeech::kParticle) {
      break;
    }
    chars += CountCodePoints(w.term);
    --first;
  }
  if (first == dot) return dot;
  size_t last = dot;
  while (last + 1 < list.words.size() && last < dot + 12) {
    const Word& w = list.words[last + 1];
    const bool dot_again = w.term == "·";
    if (!dot_again &&
        (!w.IsHan() || w.Is(WordClass::kSpeech) || w.Is(WordClass::kTitle) || w.pos == PartOfSpeech::kVerb ||
         w.pos == PartOfSpeech::kParticle || w.pos == PartOfSpeech::kTime || w.pos == PartOfSpeech::kAdverb ||
         w.pos == PartOfSpeech::kPreposition || w.pos == PartOfSpeech::kConjunction)) {
      break;
    }
    ++last;
  }
  if (last == dot) return dot;
  mentions.push_back({.span = list.SpanOf(first, last), .type = EntityType::kPerson, .score = 0.9f});
  return last;
}

// CEO in Chinese text; English text has finders of its own.
bool BesideHan(const WordList& list, size_t i) {
  return (i > 0 && list.words[i - 1].IsHan()) || (i + 1 < list.words.size() && list.words[i + 1].IsHan());
}

void AddTitle(const WordList& list, size_t first, size_t last, std::vector<NameMention>& mentions) {
  mentions.push_back({.span = list.SpanOf(first, last), .type = EntityType::kTitle, .score = 0.5f});
}

}  // namespace

size_t TitleBegin(const WordList& list, size_t last) {
  const Word& w = list.words[last];
  if (last > 0 && w.span.size_bytes() <= 6 && w.IsHan() && !w.after_blank && !w.Is(WordClass::kTitle)) {
    const Span pair = list.SpanOf(last - 1, last);  // 牵头 + 人
    if (pair.size_bytes() <= 18 && Words().Is(list.TextOf(pair), WordClass::kTitle)) return last - 1;
  }
  if (!w.Is(WordClass::kTitle) && !(w.Ends(WordClass::kTitle) && !w.Is(WordClass::kOrgLead) && w.IsHan()))
    return last + 1;
  size_t first = last;
  for (size_t n = 0; n < kMaxTitleWords && first > 0 && !list.words[first].after_blank; ++n) {
    const Word& before = list.words[first - 1];
    if (!before.Is(WordClass::kTitlePrefix) && !before.Is(WordClass::kTitle)) break;
    --first;
  }
  return first;
}

void FindPersons(const WordList& list, std::vector<NameMention>& mentions) {
  std::vector<Candidate> candidates;
  for (size_t i = 0; i < list.words.size(); ++i) {
    const Word& w = list.words[i];
    if (w.term == "·") {
      i = FindDottedName(list, i, mentions);
      continue;
    }
    if (w.kind == TokenKind::kLatin && w.Is(WordClass::kTitle) && BesideHan(list, i)) AddTitle(list, i, i, mentions);
    if (!w.IsHan()) continue;
    if (const std::optional<Candidate> candidate = BestHanName(list, i); candidate && candidate->score > 0.8f) {
      candidates.push_back(*candidate);
    }
    const size_t title = TitleBegin(list, i);
    if (title <= i && !w.Is(WordClass::kTitlePlain) &&
        (i + 1 >= list.words.size() || !list.words[i + 1].Is(WordClass::kTitle))) {
      AddTitle(list, title, i, mentions);
    }
  }
  AcceptNames(list, candidates, mentions);
}

}  // namespace factline::extract
