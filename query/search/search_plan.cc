#include "query/search/search_plan.h"

#include <algorithm>
#include <utility>

#include "protos/vocab/status.h"
#include "query/search/tree_matchers.h"

namespace factline::query {

using store::Field;
using Kind = Expression::Kind;
using MatcherPtr = std::unique_ptr<Matcher>;

store::Field FieldOf(Attribute attribute) {
  switch (attribute) {
    case Attribute::kSource:
      return Field::kSource;
    case Attribute::kLanguage:
      return Field::kLanguage;
    case Attribute::kTag:
      return Field::kTag;
    case Attribute::kEntity:
      return Field::kEntity;
  }
  return Field::kSource;
}

uint32_t SeekInTime(const DocumentFilter& filter, const store::SegmentView& segment, Matcher* matcher) {
  uint32_t doc = matcher->doc();
  if (!filter.restricts_time()) return doc;
  while (doc != kNoMoreDocs) {
    const uint32_t in_time = segment.SeekPublished(doc, filter.published_first, filter.published_last);
    if (in_time == doc || in_time == kNoMoreDocs) return in_time;
    doc = matcher->SeekGE(in_time);
  }
  return doc;
}

absl::StatusOr<std::unique_ptr<SearchPlan>> SearchPlan::Make(const store::IndexView& view, const Expression* expression,
                                                             const DocumentFilter& filter, const ScoringNumbers* pinned,
                                                             InterruptCheck check, double k1) {
  std::unique_ptr<SearchPlan> plan(new SearchPlan(view, filter, std::move(check), k1));
  if (expression != nullptr) plan->root_ = plan->Compile(*expression, /*is_scored=*/true);
  plan->opened_.resize(view.segments().size());
  FL_RETURN_IF_ERROR(plan->CheckPrefixes());
  if (pinned == nullptr) {
    FL_RETURN_IF_ERROR(plan->Count());
  } else {
    plan->numbers_ = *pinned;
  }
  FL_RETURN_IF_ERROR(plan->Weigh());
  return plan;
}

SearchPlan::Node SearchPlan::Compile(const Expression& expression, bool is_scored) {
  Node node;
  node.kind = expression.kind;
  node.first_term = terms_.size();
  const auto add_term = [&](const std::string& text, bool is_gram) {
    Term& term = terms_.emplace_back();
    term.text = text;
    term.is_gram = is_gram;
    term.is_prefix = expression.kind == Kind::kPrefix;
    term.is_scored = is_scored;
    term.place = expression.place;
    term.weight = expression.weight;
    term.column = expression.column;
  };
  if (expression.kind == Kind::kWord || expression.kind == Kind::kPrefix) add_term(expression.word, /*is_gram=*/false);
  for (const PhraseGram& gram : expression.grams) add_term(gram.term, /*is_gram=*/true);
  node.shape = ShapeOf(expression);
  if (expression.kind == Kind::kAttribute) node.any_of = {FieldOf(expression.attribute), expression.terms};
  node.first_second = expression.first_second;
  node.last_second = expression.last_second;
  // A prefix is matched and scored as one word, its postings are those of all that begin so.
  if (expression.kind == Kind::kPrefix) node.kind = Kind::kWord;
  // One gram is matched and scored as a word is, but without a look at positions.
  if (expression.kind == Kind::kPhrase && expression.grams.size() == 1) node.kind = Kind::kWord;
  is_scored = is_scored && expression.kind != Kind::kNot;
  for (const Expression& child : expression.children) node.children.push_back(Compile(child, is_scored));
  return node;
}

absl::Status SearchPlan::CheckPrefixes() {
  for (const Term& term : terms_) {
    if (!term.is_prefix) continue;
    std::vector<Field> fields;
    if (term.place != Place::kBody) fields.push_back(Field::kTitleWord);
    if (term.place != Place::kTitle) fields.push_back(Field::kBodyWord);
    FL_ASSIGN_OR_RETURN(const bool is_narrow, IsNarrow(view_, fields, term.text, &interrupt_));
    if (is_narrow) continue;
    return FieldError("query", Cat("column ", term.column, ": more than ", kMaxPrefixWords, " words begin with '",
                                   term.text, "'; give more of the word"));
  }
  return absl::OkStatus();
}

absl::Status SearchPlan::Count() {
  const store::CollectionStats& stats = view_.stats();
  numbers_.collection = {stats.docs, stats.title_tokens, stats.body_tokens};
  for (size_t t = 0; t < terms_.size(); ++t) {
    if (!terms_[t].is_scored) continue;
    uint64_t title = 0;
    uint64_t body = 0;
    for (size_t s = 0; s < opened_.size(); ++s) {
      FL_RETURN_IF_ERROR(interrupt_.Step());
      opened_[s].resize(terms_.size());
      FL_ASSIGN_OR_RETURN(WordCursors cursors, Open(s, t));
      if (cursors.title != nullptr) title += cursors.title->document_frequency();
      if (cursors.body != nullptr) body += cursors.body->document_frequency();
      opened_[s][t] = std::move(cursors);
    }
    // How many documents have it in either field is known only after a walk; the greater of the two is near enough.
    numbers_.document_frequencies.push_back(std::max(title, body));
  }
  return absl::OkStatus();
}

absl::Status SearchPlan::Weigh() {
  bm25_.emplace(numbers_.collection, k1_);
  size_t next = 0;
  for (Term& term : terms_) {
    if (!term.is_scored) continue;
    if (next == numbers_.document_frequencies.size()) return absl::InvalidArgumentError("too few document frequencies");
    term.idf = term.weight * bm25_->Idf(numbers_.document_frequencies[next++]);
  }
  if (next != numbers_.document_frequencies.size()) {
    return absl::InvalidArgumentError("too many document frequencies");
  }
  return absl::OkStatus();
}

absl::StatusOr<SearchPlan::WordCursors> SearchPlan::Open(size_t segment_index, size_t term_index) {
  std::vector<std::optional<WordCursors>>& opened = opened_[segment_index];
  if (term_index < opened.size() && opened[term_index].has_value()) {
    WordCursors cursors = *std::move(opened[term_index]);
    opened[term_index].reset();
    return cursors;
  }
  const Term& term = terms_[term_index];
  WordCursors cursors;
  if (term.place != Place::kBody) {
    const Field field = term.is_gram ? Field::kTitleGram : Field::kTitleWord;
    FL_ASSIGN_OR_RETURN(cursors.title, OpenIn(field, segment_index, term_index));
  }
  if (term.place != Place::kTitle) {
    const Field field = term.is_gram ? Field::kBodyGram : Field::kBodyWord;
    FL_ASSIGN_OR_RETURN(cursors.body, OpenIn(field, segment_index, term_index));
  }
  return cursors;
}

absl::StatusOr<CursorPtr> SearchPlan::OpenIn(Field field, size_t segment_index, size_t term_index) {
  const Term& term = terms_[term_index];
  if (!term.is_prefix) return Segment(segment_index).Postings(field, term.text);
  const auto [known, is_new] = prefixes_.try_emplace({segment_index, term_index, field});
  if (is_new) {
    FL_ASSIGN_OR_RETURN(known->second, PrefixPostings::Read(Segment(segment_index), field, term.text, &interrupt_));
  }
  return known->second == nullptr ? CursorPtr() : PrefixPostings::Cursor(known->second);
}

SearchPlan::MatcherOr SearchPlan::Build(const Node& node, size_t segment_index) {
  switch (node.kind) {
    case Kind::kWord:
    case Kind::kPrefix:
      return BuildWord(node, segment_index);
    case Kind::kPhrase:
      return BuildPhrase(node, segment_index);
    case Kind::kAnd:
      return BuildAnd(node, segment_index);
    case Kind::kOr:
      return BuildOr(node, segment_index);
    case Kind::kNot:
      return BuildNot(node, segment_index);
    case Kind::kAttribute:
      return BuildAnyOf(node.any_of, segment_index);
    case Kind::kPublished:
      return BuildPublished(node, segment_index);
  }
  return absl::InternalError("an expression of unknown kind");
}

SearchPlan::MatcherOr SearchPlan::BuildWord(const Node& node, size_t segment_index) {
  FL_ASSIGN_OR_RETURN(WordCursors cursors, Open(segment_index, node.first_term));
  if (cursors.title == nullptr && cursors.body == nullptr) return MatcherPtr();
  return MakeWordMatcher(Segment(segment_index), *bm25_, terms_[node.first_term].idf, std::move(cursors.title),
                         std::move(cursors.body), &interrupt_);
}

SearchPlan::MatcherOr SearchPlan::BuildPhrase(const Node& node, size_t segment_index) {
  PhraseSide title{store::NormField::kTitle, {}, node.shape};
  PhraseSide body{store::NormField::kBody, {}, node.shape};
  double idf = 0;
  for (size_t i = 0; i < node.shape.offsets.size(); ++i) {
    FL_ASSIGN_OR_RETURN(WordCursors cursors, Open(segment_index, node.first_term + i));
    if (cursors.title != nullptr) title.cursors.push_back(std::move(cursors.title));
    if (cursors.body != nullptr) body.cursors.push_back(std::move(cursors.body));
    idf += terms_[node.first_term + i].idf;
  }
  std::vector<PhraseSide> sides;
  for (PhraseSide* side : {&title, &body}) {
    if (side->cursors.size() == node.shape.offsets.size()) sides.push_back(std::move(*side));
  }
  if (sides.empty()) return MatcherPtr();
  return MakePhraseMatcher(Segment(segment_index), *bm25_, idf, std::move(sides), &interrupt_);
}

absl::StatusOr<SearchPlan::AndParts> SearchPlan::BuildParts(const Node& node, size_t segment_index) {
  AndParts parts;
  std::vector<MatcherPtr>& wanted = parts.wanted;
  std::vector<MatcherPtr>& unwanted = parts.unwanted;
  for (const Node& child : node.children) {
    const bool is_negated = child.kind == Kind::kNot;
    FL_ASSIGN_OR_RETURN(MatcherPtr matcher, Build(is_negated ? child.children.front() : child, segment_index));
    if (matcher == nullptr && !is_negated) {
      parts.matches_none = true;
      return parts;
    }
    if (matcher != nullptr) (is_negated ? unwanted : wanted).push_back(std::move(matcher));
  }
  return parts;
}

SearchPlan::MatcherPtr SearchPlan::JoinWanted(AndParts* parts, size_t segment_index) {
  if (parts->wanted.empty()) return MakeAllMatcher(Segment(segment_index));
  return MakeAnd(std::move(parts->wanted), &interrupt_);
}

SearchPlan::MatcherPtr SearchPlan::Join(AndParts parts, size_t segment_index) {
  if (parts.matches_none) return nullptr;
  MatcherPtr all = JoinWanted(&parts, segment_index);
  if (parts.unwanted.empty()) return all;
  return MakeExcept(std::move(all), MakeOr(std::move(parts.unwanted), &interrupt_));
}

SearchPlan::MatcherOr SearchPlan::BuildAnd(const Node& node, size_t segment_index) {
  FL_ASSIGN_OR_RETURN(AndParts parts, BuildParts(node, segment_index));
  return Join(std::move(parts), segment_index);
}

SearchPlan::MatcherOr SearchPlan::BuildOr(const Node& node, size_t segment_index) {
  std::vector<MatcherPtr> branches;
  for (const Node& child : node.children) {
    FL_ASSIGN_OR_RETURN(MatcherPtr matcher, Build(child, segment_index));
    if (matcher != nullptr) branches.push_back(std::move(matcher));
  }
  if (branches.empty()) return MatcherPtr();
  return MakeOr(std::move(branches), &interrupt_);
}

SearchPlan::MatcherOr SearchPlan::BuildNot(const Node& node, size_t segment_index) {
  MatcherPtr all = MakeAllMatcher(Segment(segment_index));
  FL_ASSIGN_OR_RETURN(MatcherPtr unwanted, Build(node.children.front(), segment_index));
  return unwanted == nullptr ? std::move(all) : MakeExcept(std::move(all), std::move(unwanted));
}

SearchPlan::MatcherOr SearchPlan::BuildAnyOf(const DocumentFilter::AnyOf& any_of, size_t segment_index) {
  std::vector<MatcherPtr> terms;
  for (const std::string& term : any_of.terms) {
    FL_ASSIGN_OR_RETURN(CursorPtr cursor, Segment(segment_index).Postings(any_of.field, term));
    if (cursor != nullptr)
      terms.push_back(MakeTermFilter(Segment(segment_index), *bm25_, std::move(cursor), &interrupt_));
  }
  if (terms.empty()) return MatcherPtr();
  return MakeOr(std::move(terms), &interrupt_);
}

SearchPlan::MatcherOr SearchPlan::BuildPublished(const Node& node, size_t segment_index) {
  const store::SegmentView& segment = Segment(segment_index);
  if (segment.max_published_seconds() < node.first_second || segment.min_published_seconds() > node.last_second) {
    return MatcherPtr();
  }
  return MakePublishedMatcher(segment, node.first_second, node.last_second);
}

// The filter's terms stand beside the words of an AND, so that both are one conjunction.
SearchPlan::MatcherOr SearchPlan::MatcherFor(size_t segment_index) {
  AndParts parts;
  if (root_.has_value() && root_->kind == Kind::kAnd) {
    FL_ASSIGN_OR_RETURN(parts, BuildParts(*root_, segment_index));
  } else if (root_.has_value()) {
    FL_ASSIGN_OR_RETURN(MatcherPtr words, Build(*root_, segment_index));
    if (words == nullptr) return MatcherPtr();
    parts.wanted.push_back(std::move(words));
  }
  if (parts.matches_none) return MatcherPtr();
  for (const DocumentFilter::AnyOf& any_of : filter_.all_of) {
    FL_ASSIGN_OR_RETURN(MatcherPtr terms, BuildAnyOf(any_of, segment_index));
    if (terms == nullptr) return MatcherPtr();
    parts.wanted.push_back(std::move(terms));
  }
  return Join(std::move(parts), segment_index);
}

absl::StatusOr<SearchPlan::Difference> SearchPlan::DifferenceFor(size_t segment_index) {
  FL_ASSIGN_OR_RETURN(AndParts parts, BuildParts(*root_, segment_index));
  Difference difference;
  if (parts.matches_none) return difference;
  difference.kept = JoinWanted(&parts, segment_index);
  difference.dropped = std::move(parts.unwanted);
  return difference;
}

absl::StatusOr<std::vector<MatcherPtr>> SearchPlan::BranchesFor(size_t segment_index) {
  std::vector<MatcherPtr> branches;
  for (const Node& child : root_->children) {
    FL_ASSIGN_OR_RETURN(MatcherPtr matcher, Build(child, segment_index));
    if (matcher != nullptr) branches.push_back(std::move(matcher));
  }
  return branches;
}

absl::StatusOr<SearchPlan::WordCursors> SearchPlan::CursorsOfWord(size_t segment_index) {
  return Open(segment_index, 0);
}

bool SearchPlan::is_one_word() const {
  return root_.has_value() && root_->kind == Kind::kWord && filter_.all_of.empty();
}

bool SearchPlan::is_one_difference() const {
  const auto is_negated = [](const Node& child) { return child.kind == Kind::kNot; };
  return root_.has_value() && root_->kind == Kind::kAnd && filter_.all_of.empty() &&
         std::any_of(root_->children.begin(), root_->children.end(), is_negated);
}

bool SearchPlan::is_one_or() const { return root_.has_value() && root_->kind == Kind::kOr && filter_.all_of.empty(); }

}  // namespace factline::query
