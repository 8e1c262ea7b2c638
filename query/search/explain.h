#ifndef FACTLINE_QUERY_SEARCH_EXPLAIN_H_
#define FACTLINE_QUERY_SEARCH_EXPLAIN_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "factline/v1/query_service.pb.h"
#include "indexer/store/reader.h"
#include "query/parse/expression.h"
#include "query/search/bm25.h"
#include "query/search/recency.h"
#include "query/search/search_plan.h"

namespace factline::query {

// Says how the score of a document came about: reads the document's postings anew and adds up as matchers do, one
// plainly readable step after the other, so that the root's value is the hit's score to the last bit. Its size is
// bounded by the parser's bound on terms: for each word, and each pair of a phrase, that the document has, at most
// some twenty nodes. Not thread-safe.
class Explainer {
 public:
  // The arguments are those of the plan that gave the score, and must outlive this; `numbers` fit the expression.
  Explainer(const store::IndexView& view, const Expression& expression, const ScoringNumbers& numbers, double k1,
            std::optional<Recency> recency = std::nullopt);

  // Of a document that matches.
  absl::StatusOr<v1::Explanation> Explain(uint32_t doc);

 private:
  struct Part {
    bool matches = false;
    v1::Explanation score;  // of what matches and is scored
  };

  absl::StatusOr<Part> Look(const Expression& expression, bool is_scored);
  absl::StatusOr<Part> LookAtLeaf(const Expression& leaf, bool is_scored);
  absl::StatusOr<Part> LookAtChildren(const Expression& tree, bool is_scored);
  absl::StatusOr<bool> HasAttribute(const Expression& expression) const;
  // How often the leaf stands in the field of the document.
  absl::StatusOr<uint32_t> Frequency(const Expression& leaf, store::NormField field) const;

  v1::Explanation WeightOf(const Expression& leaf);
  v1::Explanation IdfOf(const std::string& term, uint64_t document_frequency) const;
  v1::Explanation ScoreIn(store::NormField field, const v1::Explanation& weight, uint32_t frequency) const;

  const store::IndexView& view_;
  const Expression& expression_;
  const ScoringNumbers& numbers_;
  const double k1_;
  const Bm25 bm25_;
  const std::optional<Recency> recency_;

  uint32_t doc_ = 0;
  const store::SegmentView* segment_ = nullptr;
  size_t next_frequency_ = 0;  // of numbers_.document_frequencies
};

}  // namespace factline::query

#endif  // FACTLINE_QUERY_SEARCH_EXPLAIN_H_
