#ifndef FACTLINE_QUERY_SEARCH_PASSAGES_H_
#define FACTLINE_QUERY_SEARCH_PASSAGES_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "factline/v1/article.pb.h"
#include "factline/v1/query_service.pb.h"
#include "indexer/text/analyzer.h"
#include "protos/vocab/span.h"
#include "protos/vocab/string_map.h"
#include "query/parse/expression.h"
#include "query/search/phrase_places.h"
#include "query/search/search_plan.h"

namespace factline::query {

// Shows where a query's words and phrases stand in a text. Words under NOT are not shown. Immutable and thread-safe.
class Passages {
 public:
  // `expression` may be null: nothing is marked. `numbers` say how much each word is worth. The analyser must outlive
  // it.
  Passages(const Expression* expression, const ScoringNumbers& numbers, const text::Analyzer& analyzer);

  // Bytes of `text` (valid UTF-8), a title or part of a body, that match, in order, none touching another's inside; of
  // a loose phrase its pieces, without what lies between them. The
  // text is analysed again and normal forms are compared, so that other widths, cases and traditional characters are
  // found as the index finds them.
  std::vector<Span> Highlights(std::string_view text, Place place) const;

  // The chunks that hold most of the query, at most `max_count`, in the order of the text; the first chunk if none
  // holds any. Chunks are weighed by a search in their normal form; only those chosen are analysed.
  std::vector<v1::Passage> Best(const v1::StoredArticle& article, size_t max_count) const;

 private:
  struct Phrase {
    std::vector<PhraseGram> grams;
    PhraseShape shape;
    double weight = 0;
  };
  // What is looked for in one place, and what it is worth.
  struct Wanted {
    StringMap<double> words;
    StringMap<double> prefixes;
    std::vector<Phrase> phrases;
    bool empty() const { return words.empty() && prefixes.empty() && phrases.empty(); }
    bool Has(std::string_view word) const;
  };
  // Where a gram stands, ascending.
  struct GramPlaces {
    std::vector<uint32_t> positions;
    std::vector<Span> spans;  // by index in `positions`
    Span SpanAt(uint32_t position) const;
  };

  void Collect(const Expression& expression, const Bm25& bm25, const ScoringNumbers& numbers, size_t* next);
  double Weigh(std::string_view normal_form) const;
  static void MarkWords(const Wanted& wanted, const text::Analysis& analysis, std::vector<Span>* spans);
  static void MarkPhrases(const Wanted& wanted, const text::Analysis& analysis, std::vector<Span>* spans);

  const text::Analyzer& analyzer_;
  Wanted in_title_;
  Wanted in_body_;
};

}  // namespace factline::query

#endif  // FACTLINE_QUERY_SEARCH_PASSAGES_H_
