#ifndef FACTLINE_QUERY_SEARCH_SEARCH_PLAN_H_
#define FACTLINE_QUERY_SEARCH_SEARCH_PLAN_H_

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "indexer/store/reader.h"
#include "query/parse/expression.h"
#include "query/search/bm25.h"
#include "query/search/interrupt.h"
#include "query/search/leaf_matchers.h"
#include "query/search/matcher.h"
#include "query/search/prefix_postings.h"

namespace factline::query {

// The field that holds an attribute's terms.
store::Field FieldOf(Attribute attribute);

// What documents must be, beside their words.
struct DocumentFilter {
  // One of `terms` must stand in `field`.
  struct AnyOf {
    store::Field field = store::Field::kSource;
    std::vector<std::string> terms;
  };
  std::vector<AnyOf> all_of;

  // Seconds since the epoch, both inclusive.
  int64_t published_first = std::numeric_limits<int64_t>::min();
  int64_t published_last = std::numeric_limits<int64_t>::max();

  bool restricts_time() const {
    return published_first != std::numeric_limits<int64_t>::min() ||
           published_last != std::numeric_limits<int64_t>::max();
  }
  bool MayHold(const store::SegmentView& segment) const {
    return segment.max_published_seconds() >= published_first && segment.min_published_seconds() <= published_last;
  }
  bool Holds(int64_t published_seconds) const {
    return published_first <= published_seconds && published_seconds <= published_last;
  }
};

// Moves the matcher of a segment on to the first of its candidates that the filter's times hold, and returns it.
uint32_t SeekInTime(const DocumentFilter& filter, const store::SegmentView& segment, Matcher* matcher);

// The numbers that scores depend on: the same numbers, the same scores.
struct ScoringNumbers {
  CollectionNumbers collection;
  std::vector<uint64_t> document_frequencies;  // of each scored word and gram, in the order of the expression
};

// An expression and a filter over one view, ready to become a matcher for each segment. Not thread-safe: it keeps the
// cursors that it opened to learn document frequencies until a segment's matcher takes them.
class SearchPlan {
 public:
  // `expression` may be null: no words. Its attributes have their terms. View, expression and filter must outlive the
  // plan; `pinned`, if not null, stands for the numbers of the view; `k1` is BM25's. INVALID_ARGUMENT if `pinned` does
  // not fit the expression, and on field "query" if a prefix stands for more than kMaxPrefixWords words. `check` is
  // asked while terms are opened, and by the plan's matchers where they walk for long without a candidate.
  static absl::StatusOr<std::unique_ptr<SearchPlan>> Make(const store::IndexView& view, const Expression* expression,
                                                          const DocumentFilter& filter, const ScoringNumbers* pinned,
                                                          InterruptCheck check = nullptr, double k1 = Bm25::kUsualK1);

  // What matches words and terms of the filter (not its times) in the segment of that index in view.segments(). Null:
  // nothing does. The plan must outlive it.
  absl::StatusOr<std::unique_ptr<Matcher>> MatcherFor(size_t segment_index);

  // The same for each child of an OR, the expression's root: their union is what matches.
  absl::StatusOr<std::vector<std::unique_ptr<Matcher>>> BranchesFor(size_t segment_index);

  // The same for an AND with negated children: documents of `kept` (null: there are none) that none of `dropped` has.
  struct Difference {
    std::unique_ptr<Matcher> kept;
    std::vector<std::unique_ptr<Matcher>> dropped;
  };
  absl::StatusOr<Difference> DifferenceFor(size_t segment_index);

  // The two cursors of a query that is one word. Either may be null.
  struct WordCursors {
    CursorPtr title;
    CursorPtr body;
  };
  absl::StatusOr<WordCursors> CursorsOfWord(size_t segment_index);

  // Not OK if `check` ended a walk of a matcher early.
  const absl::Status& interrupted() const { return interrupt_.ended(); }

  bool has_scores() const { return !numbers_.document_frequencies.empty(); }
  bool is_one_word() const;  // without a filter on terms
  bool is_one_or() const;
  bool is_one_difference() const;
  const ScoringNumbers& numbers() const { return numbers_; }
  const DocumentFilter& filter() const { return filter_; }
  const store::IndexView& view() const { return view_; }

 private:
  struct Term {
    std::string text;
    bool is_gram = false;
    bool is_prefix = false;
    bool is_scored = false;
    Place place = Place::kAnywhere;
    double weight = 1;
    double idf = 0;       // times the weight
    uint32_t column = 0;  // of a prefix
  };
  struct Node {
    Expression::Kind kind = Expression::Kind::kWord;
    size_t first_term = 0;
    PhraseShape shape;  // of the terms of a phrase
    std::vector<Node> children;
    DocumentFilter::AnyOf any_of;  // of an attribute
    int64_t first_second = 0;      // of a time
    int64_t last_second = 0;
  };
  using MatcherPtr = std::unique_ptr<Matcher>;
  using MatcherOr = absl::StatusOr<MatcherPtr>;
  // The children of an AND.
  struct AndParts {
    bool matches_none = false;
    std::vector<MatcherPtr> wanted;
    std::vector<MatcherPtr> unwanted;
  };

  SearchPlan(const store::IndexView& view, const DocumentFilter& filter, InterruptCheck check, double k1)
      : view_(view), filter_(filter), interrupt_(std::move(check)), k1_(k1) {}

  Node Compile(const Expression& expression, bool is_scored);
  absl::Status CheckPrefixes();
  absl::Status Count();
  absl::Status Weigh();
  absl::StatusOr<WordCursors> Open(size_t segment_index, size_t term_index);
  absl::StatusOr<CursorPtr> OpenIn(store::Field field, size_t segment_index, size_t term_index);

  MatcherOr Build(const Node& node, size_t segment_index);
  MatcherOr BuildWord(const Node& node, size_t segment_index);
  MatcherOr BuildPhrase(const Node& node, size_t segment_index);
  absl::StatusOr<AndParts> BuildParts(const Node& node, size_t segment_index);
  MatcherPtr JoinWanted(AndParts* parts, size_t segment_index);
  MatcherPtr Join(AndParts parts, size_t segment_index);  // null: nothing matches
  MatcherOr BuildAnd(const Node& node, size_t segment_index);
  MatcherOr BuildOr(const Node& node, size_t segment_index);
  MatcherOr BuildNot(const Node& node, size_t segment_index);
  MatcherOr BuildAnyOf(const DocumentFilter::AnyOf& any_of, size_t segment_index);
  MatcherOr BuildPublished(const Node& node, size_t segment_index);
  const store::SegmentView& Segment(size_t index) const { return *view_.segments()[index]; }

  const store::IndexView& view_;
  const DocumentFilter& filter_;
  Interrupt interrupt_;
  const double k1_;
  std::optional<Node> root_;
  std::vector<Term> terms_;
  ScoringNumbers numbers_;
  std::optional<Bm25> bm25_;
  // The postings of prefixes, by segment, term and field: a second walk takes them from here.
  std::map<std::tuple<size_t, size_t, store::Field>, std::shared_ptr<const PrefixPostings>> prefixes_;
  // opened_[segment][term]: cursors that no matcher has taken yet.
  std::vector<std::vector<std::optional<WordCursors>>> opened_;
};

}  // namespace factline::query

#endif  // FACTLINE_QUERY_SEARCH_SEARCH_PLAN_H_
