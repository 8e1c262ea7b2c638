#include "query/search/passages.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "indexer/text/index_terms.h"

namespace factline::query {
namespace {

// More of the same word than this makes a passage no better.
constexpr size_t kMaxUsefulRepeats = 8;

bool IsAsciiWordByte(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)); }

// "in" does not stand in "index"; as a prefix it does.
bool Stands(std::string_view text, size_t begin, size_t end, bool is_prefix) {
  const bool joins_before = begin > 0 && IsAsciiWordByte(text[begin]) && IsAsciiWordByte(text[begin - 1]);
  const bool joins_after = end < text.size() && IsAsciiWordByte(text[end - 1]) && IsAsciiWordByte(text[end]);
  return !joins_before && (is_prefix || !joins_after);
}

size_t CountTerm(std::string_view text, std::string_view term, bool is_prefix = false) {
  size_t count = 0;
  for (size_t at = text.find(term); at != std::string_view::npos && count < kMaxUsefulRepeats;
       at = text.find(term, at + term.size())) {
    if (Stands(text, at, at + term.size(), is_prefix)) ++count;
  }
  return count;
}

double Worth(double weight, size_t count) {
  return weight * static_cast<double>(count) / (static_cast<double>(count) + 1);
}

std::vector<Span> Merge(std::vector<Span> spans) {
  std::sort(spans.begin(), spans.end());
  std::vector<Span> merged;
  for (const Span& span : spans) {
    if (!merged.empty() && span.begin <= merged.back().end_exclusive) {
      merged.back().end_exclusive = std::max(merged.back().end_exclusive, span.end_exclusive);
    } else {
      merged.push_back(span);
    }
  }
  return merged;
}

}  // namespace

Passages::Passages(const Expression* expression, const ScoringNumbers& numbers, const text::Analyzer& analyzer)
    : analyzer_(analyzer) {
  if (expression == nullptr) return;
  size_t next = 0;
  Collect(*expression, Bm25(numbers.collection), numbers, &next);
}

void Passages::Collect(const Expression& expression, const Bm25& bm25, const ScoringNumbers& numbers, size_t* next) {
  const auto idf = [&] {
    const size_t i = (*next)++;
    return i < numbers.document_frequencies.size() ? bm25.Idf(numbers.document_frequencies[i]) : 1;
  };
  if (expression.kind == Expression::Kind::kNot) return;
  const auto each_wanted = [&](auto take) {
    if (expression.place != Place::kBody) take(in_title_);
    if (expression.place != Place::kTitle) take(in_body_);
  };
  const bool is_prefix = expression.kind == Expression::Kind::kPrefix;
  if (expression.kind == Expression::Kind::kWord || is_prefix) {
    const double weight = expression.weight * idf();
    each_wanted([&](Wanted& wanted) { (is_prefix ? wanted.prefixes : wanted.words)[expression.word] = weight; });
  }
  if (expression.kind == Expression::Kind::kPhrase) {
    Phrase phrase{expression.grams, ShapeOf(expression)};
    for (size_t i = 0; i < phrase.grams.size(); ++i) phrase.weight += expression.weight * idf();
    each_wanted([&](Wanted& wanted) { wanted.phrases.push_back(phrase); });
  }
  for (const Expression& child : expression.children) Collect(child, bm25, numbers, next);
}

double Passages::Weigh(std::string_view normal_form) const {
  double sum = 0;
  for (const auto& [word, weight] : in_body_.words) sum += Worth(weight, CountTerm(normal_form, word));
  for (const auto& [prefix, weight] : in_body_.prefixes) {
    sum += Worth(weight, CountTerm(normal_form, prefix, /*is_prefix=*/true));
  }
  for (const Phrase& phrase : in_body_.phrases) {
    size_t least = kMaxUsefulRepeats;
    for (const PhraseGram& gram : phrase.grams) least = std::min(least, CountTerm(normal_form, gram.term));
    sum += Worth(phrase.weight, least);
  }
  return sum;
}

void Passages::MarkWords(const Wanted& wanted, const text::Analysis& analysis, std::vector<Span>* spans) {
  if (wanted.words.empty() && wanted.prefixes.empty()) return;
  text::ForEachDocumentWord(analysis, [&](std::string_view term, Span span) {
    if (wanted.Has(term)) spans->push_back(span);
  });
}

bool Passages::Wanted::Has(std::string_view word) const {
  return words.contains(word) || std::any_of(prefixes.begin(), prefixes.end(),
                                             [&](const auto& prefix) { return word.starts_with(prefix.first); });
}

void Passages::MarkPhrases(const Wanted& wanted, const text::Analysis& analysis, std::vector<Span>* spans) {
  if (wanted.phrases.empty()) return;
  StringMap<GramPlaces> places;
  for (const Phrase& phrase : wanted.phrases) {
    for (const PhraseGram& gram : phrase.grams) places[gram.term];
  }
  text::ForEachGram(analysis, [&](std::string_view term, uint32_t position, Span span) {
    const auto found = places.find(term);
    if (found == places.end()) return;
    found->second.positions.push_back(position);
    found->second.spans.push_back(span);
  });
  for (const Phrase& phrase : wanted.phrases) {
    std::vector<std::vector<uint32_t>> positions;
    for (const PhraseGram& gram : phrase.grams) positions.push_back(places[gram.term].positions);
    for (const std::vector<uint32_t>& occurrence : FindPhrase(phrase.shape, positions)) {
      for (size_t i = 0; i < occurrence.size(); ++i) {
        const Span span = places[phrase.grams[i].term].SpanAt(occurrence[i]);
        if (i == 0 || phrase.grams[i].piece != phrase.grams[i - 1].piece) {
          spans->push_back(span);
        } else {
          spans->back().end_exclusive = std::max(spans->back().end_exclusive, span.end_exclusive);
        }
      }
    }
  }
}

Span Passages::GramPlaces::SpanAt(uint32_t position) const {
  const auto found = std::lower_bound(positions.begin(), positions.end(), position);
  return spans[static_cast<size_t>(found - positions.begin())];
}

std::vector<Span> Passages::Highlights(std::string_view text, Place place) const {
  std::vector<Span> spans;
  const Wanted& wanted = place == Place::kTitle ? in_title_ : in_body_;
  if (wanted.empty()) return spans;
  const text::Analysis analysis = analyzer_.Tokenize(text);
  MarkWords(wanted, analysis, &spans);
  MarkPhrases(wanted, analysis, &spans);
  return Merge(std::move(spans));
}

std::vector<v1::Passage> Passages::Best(const v1::StoredArticle& article, size_t max_count) const {
  struct Candidate {
    Span span;
    double weight = 0;
  };
  std::vector<Candidate> candidates;
  const std::string_view body = article.body();
  for (const v1::Chunk& chunk : article.chunks()) {
    const Span span{chunk.span().begin(), chunk.span().end()};
    if (span.begin >= span.end_exclusive || span.end_exclusive > body.size()) continue;
    candidates.push_back({span, in_body_.empty() ? 0 : Weigh(text::NormalForm(span.In(body)))});
  }
  if (candidates.empty() || max_count == 0) return {};
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) { return a.weight > b.weight; });
  const auto worthless = std::find_if(candidates.begin() + 1, candidates.end(),
                                      [](const Candidate& candidate) { return candidate.weight <= 0; });
  candidates.erase(worthless, candidates.end());
  candidates.resize(std::min(candidates.size(), max_count));
  std::sort(candidates.begin(), candidates.end(),
            [](const Candidate& a, const Candidate& b) { return a.span < b.span; });

  std::vector<v1::Passage> passages;
  for (const Candidate& candidate : candidates) {
    v1::Passage passage;
    passage.mutable_span()->set_begin(candidate.span.begin);
    passage.mutable_span()->set_end(candidate.span.end_exclusive);
    passage.set_text(std::string(candidate.span.In(body)));
    for (const Span& span : Highlights(passage.text(), Place::kBody)) {
      v1::Span* const highlight = passage.add_highlights();
      highlight->set_begin(span.begin);
      highlight->set_end(span.end_exclusive);
    }
    passages.push_back(std::move(passage));
  }
  return passages;
}

}  // namespace factline::query
