#include "query/search/explain.h"

#include <utility>
#include <vector>

#include "protos/vocab/cat.h"
#include "protos/vocab/status.h"
#include "query/search/phrase_places.h"
#include "query/search/prefix_postings.h"

namespace factline::query {
namespace {

using Kind = Expression::Kind;
using store::Field;
using store::NormField;

v1::Explanation Node(std::string description, double value) {
  v1::Explanation node;
  node.set_description(std::move(description));
  node.set_value(value);
  return node;
}

// A node whose value is the sum of its children's, or the one child.
v1::Explanation Sum(std::string description, std::vector<v1::Explanation> children) {
  if (children.size() == 1) return std::move(children.front());
  v1::Explanation sum = Node(std::move(description), 0);
  for (v1::Explanation& child : children) {
    sum.set_value(sum.value() + child.value());
    *sum.add_children() = std::move(child);
  }
  return sum;
}

v1::Explanation Product(std::string description, std::vector<v1::Explanation> children) {
  v1::Explanation product = Node(std::move(description), 1);
  for (v1::Explanation& child : children) {
    product.set_value(product.value() * child.value());
    *product.add_children() = std::move(child);
  }
  return product;
}

bool IsIn(Place place, NormField field) {
  return place == Place::kAnywhere || (place == Place::kTitle) == (field == NormField::kTitle);
}

Field WordField(NormField field) { return field == NormField::kTitle ? Field::kTitleWord : Field::kBodyWord; }
Field GramField(NormField field) { return field == NormField::kTitle ? Field::kTitleGram : Field::kBodyGram; }
const char* NameOf(NormField field) { return field == NormField::kTitle ? "title" : "body"; }

// The term's cursor on the document, or null.
absl::StatusOr<CursorPtr> CursorAt(const store::SegmentView& segment, Field field, const std::string& term,
                                   uint32_t doc) {
  FL_ASSIGN_OR_RETURN(CursorPtr cursor, segment.Postings(field, term));
  if (cursor == nullptr) return cursor;
  const uint32_t found = cursor->SeekGE(doc);
  FL_RETURN_IF_ERROR(cursor->status());
  return found == doc ? std::move(cursor) : nullptr;
}

}  // namespace

Explainer::Explainer(const store::IndexView& view, const Expression& expression, const ScoringNumbers& numbers,
                     double k1, std::optional<Recency> recency)
    : view_(view),
      expression_(expression),
      numbers_(numbers),
      k1_(k1),
      bm25_(numbers.collection, k1),
      recency_(recency) {}

absl::StatusOr<v1::Explanation> Explainer::Explain(uint32_t doc) {
  doc_ = doc;
  segment_ = view_.SegmentOf(doc);
  next_frequency_ = 0;
  if (segment_ == nullptr) return absl::InternalError(Cat("document ", doc, " is in no segment of its view"));
  FL_ASSIGN_OR_RETURN(Part whole, Look(expression_, /*is_scored=*/true));
  if (!recency_.has_value()) return std::move(whole.score);
  const int64_t published = segment_->PublishedSeconds(doc);
  v1::Explanation factor = Node("recency: 1/4 + 3/4 * 2^(-age / half-life)", recency_->FactorOf(published));
  *factor.add_children() =
      Node("age in seconds", static_cast<double>(recency_->now_seconds) - static_cast<double>(published));
  *factor.add_children() = Node("half-life in seconds", recency_->half_life_seconds);
  return Product("product: words and recency", {std::move(whole.score), std::move(factor)});
}

absl::StatusOr<Explainer::Part> Explainer::Look(const Expression& expression, bool is_scored) {
  Part part;
  switch (expression.kind) {
    case Kind::kWord:
    case Kind::kPrefix:
    case Kind::kPhrase:
      return LookAtLeaf(expression, is_scored);
    case Kind::kAnd:
    case Kind::kOr:
      return LookAtChildren(expression, is_scored);
    case Kind::kNot: {
      FL_ASSIGN_OR_RETURN(const Part negated, Look(expression.children.front(), /*is_scored=*/false));
      part.matches = !negated.matches;
      return part;
    }
    case Kind::kAttribute: {
      FL_ASSIGN_OR_RETURN(part.matches, HasAttribute(expression));
      return part;
    }
    case Kind::kPublished: {
      const int64_t seconds = segment_->PublishedSeconds(doc_);
      part.matches = expression.first_second <= seconds && seconds <= expression.last_second;
      return part;
    }
  }
  return absl::InternalError("an expression of unknown kind");
}

absl::StatusOr<Explainer::Part> Explainer::LookAtChildren(const Expression& tree, bool is_scored) {
  size_t matching = 0;
  std::vector<v1::Explanation> scores;
  for (const Expression& child : tree.children) {  // all of them: next_frequency_ must pass each
    FL_ASSIGN_OR_RETURN(Part part, Look(child, is_scored));
    if (!part.matches) continue;
    ++matching;
    if (is_scored && HasScore(child)) scores.push_back(std::move(part.score));
  }
  Part whole;
  whole.matches = tree.kind == Kind::kAnd ? matching == tree.children.size() : matching > 0;
  if (whole.matches) whole.score = Sum("sum of what matches", std::move(scores));
  return whole;
}

absl::StatusOr<Explainer::Part> Explainer::LookAtLeaf(const Expression& leaf, bool is_scored) {
  Part part;
  v1::Explanation weight;
  if (is_scored) weight = WeightOf(leaf);
  std::vector<v1::Explanation> fields;
  for (const NormField field : {NormField::kTitle, NormField::kBody}) {
    if (!IsIn(leaf.place, field)) continue;
    FL_ASSIGN_OR_RETURN(const uint32_t frequency, Frequency(leaf, field));
    if (frequency == 0) continue;
    part.matches = true;
    if (is_scored) fields.push_back(ScoreIn(field, weight, frequency));
  }
  if (fields.empty()) return part;
  part.score = Node(Cat("sum over fields: ", ToString(leaf)), 0);
  for (v1::Explanation& field : fields) {
    part.score.set_value(part.score.value() + field.value());
    *part.score.add_children() = std::move(field);
  }
  return part;
}

absl::StatusOr<uint32_t> Explainer::Frequency(const Expression& leaf, NormField field) const {
  if (leaf.kind == Kind::kWord) {
    FL_ASSIGN_OR_RETURN(const CursorPtr cursor, CursorAt(*segment_, WordField(field), leaf.word, doc_));
    return cursor == nullptr ? 0 : cursor->frequency();
  }
  if (leaf.kind == Kind::kPrefix) {
    uint32_t sum = 0;
    FL_RETURN_IF_ERROR(
        VisitPrefix(*segment_, WordField(field), leaf.word, [&](const store::TermIterator& term) -> absl::Status {
          FL_ASSIGN_OR_RETURN(const CursorPtr cursor, term.Postings());
          if (cursor->SeekGE(doc_) == doc_) sum += cursor->frequency();
          return cursor->status();
        }));
    return sum;
  }
  std::vector<std::vector<uint32_t>> positions(leaf.grams.size());
  for (size_t i = 0; i < positions.size(); ++i) {
    FL_ASSIGN_OR_RETURN(const CursorPtr cursor, CursorAt(*segment_, GramField(field), leaf.grams[i].term, doc_));
    if (cursor == nullptr) return 0;
    FL_RETURN_IF_ERROR(cursor->Positions(&positions[i]));
  }
  return static_cast<uint32_t>(FindPhrase(ShapeOf(leaf), positions).size());
}

absl::StatusOr<bool> Explainer::HasAttribute(const Expression& expression) const {
  for (const std::string& term : expression.terms) {
    FL_ASSIGN_OR_RETURN(const CursorPtr cursor, CursorAt(*segment_, FieldOf(expression.attribute), term, doc_));
    if (cursor != nullptr) return true;
  }
  return false;
}

v1::Explanation Explainer::WeightOf(const Expression& leaf) {
  std::vector<v1::Explanation> terms;
  const auto add = [&](const std::string& term) {
    v1::Explanation idf = IdfOf(term, numbers_.document_frequencies[next_frequency_++]);
    if (leaf.weight != 1) {
      idf = Product(Cat("product: weight of ", term), {Node("weight in the query", leaf.weight), std::move(idf)});
    }
    terms.push_back(std::move(idf));
  };
  if (leaf.kind == Kind::kWord) add(leaf.word);
  if (leaf.kind == Kind::kPrefix) add(leaf.word + "*");
  for (const PhraseGram& gram : leaf.grams) add(gram.term);
  return Sum("sum of the phrase's weights", std::move(terms));
}

v1::Explanation Explainer::IdfOf(const std::string& term, uint64_t document_frequency) const {
  v1::Explanation idf =
      Node(Cat("idf of ", term, ": ln(1 + (N - df + 0.5) / (df + 0.5))"), bm25_.Idf(document_frequency));
  *idf.add_children() = Node("N, articles", static_cast<double>(numbers_.collection.docs));
  *idf.add_children() = Node("df, articles that have it", static_cast<double>(document_frequency));
  return idf;
}

v1::Explanation Explainer::ScoreIn(NormField field, const v1::Explanation& weight, uint32_t frequency) const {
  const uint8_t norm = segment_->Norm(field, doc_);
  v1::Explanation repeats =
      Node("f / (f + k1 * (1 - b + b * length / average))", bm25_.Repeats(field, frequency, norm));
  const uint64_t tokens =
      field == NormField::kTitle ? numbers_.collection.title_tokens : numbers_.collection.body_tokens;
  *repeats.add_children() = Node("f, times it stands there", frequency);
  *repeats.add_children() = Node("k1", k1_);
  *repeats.add_children() = Node("b", Bm25::kB);
  *repeats.add_children() = Node("length in words, as the index keeps it", store::DecodeNorm(norm));
  *repeats.add_children() = Node("average length", AverageLength(tokens, numbers_.collection.docs));
  return Product(Cat("product: in the ", NameOf(field)),
                 {weight, Node("weight of the field", Bm25::FieldWeight(field)), std::move(repeats)});
}

}  // namespace factline::query
