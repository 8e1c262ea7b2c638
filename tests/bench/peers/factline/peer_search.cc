#include "tests/bench/peers/factline/peer_search.h"

#include <cstdint>
#include <utility>

#include "query/search/execute.h"

namespace factline::peers {
namespace {

using query::Expression;
using store::Field;

Expression ToExpression(const PeerExpression& from) {
  Expression expression;
  switch (from.kind) {
    case PeerExpression::Kind::kTerm:
      expression.kind = Expression::Kind::kPhrase;
      expression.grams.push_back({from.token, 0});
      return expression;
    case PeerExpression::Kind::kPhrase:
      expression.kind = Expression::Kind::kPhrase;
      for (const PeerExpression& child : from.children) {
        expression.grams.push_back({child.token, static_cast<uint32_t>(expression.grams.size())});
      }
      return expression;
    case PeerExpression::Kind::kAnd:
    case PeerExpression::Kind::kAndNot:
      expression.kind = Expression::Kind::kAnd;
      break;
    case PeerExpression::Kind::kOr:
      expression.kind = Expression::Kind::kOr;
      break;
  }
  for (const PeerExpression& child : from.children) expression.children.push_back(ToExpression(child));
  if (from.kind == PeerExpression::Kind::kAndNot) {
    Expression unwanted;
    unwanted.kind = Expression::Kind::kNot;
    unwanted.children.push_back(std::move(expression.children[1]));
    expression.children[1] = std::move(unwanted);
  }
  return expression;
}

}  // namespace

ReadyQuery Prepare(const PeerQuery& from) {
  ReadyQuery ready{ToExpression(from.words), {}};
  ready.filter.published_first = from.published_first;
  ready.filter.published_last = from.published_last;
  if (!from.source.empty()) ready.filter.all_of.push_back({Field::kSource, {from.source}});
  return ready;
}

PeerAnswer Answer(const store::IndexView& view, const ReadyQuery& query, const PeerMode& mode) {
  const auto plan = Must(query::SearchPlan::Make(view, &query.words, query.filter, nullptr));
  query::ExecuteOptions options;
  options.limit = mode.limit;
  options.count = mode.count;
  query::Interrupt interrupt(nullptr);
  const query::Outcome outcome = Must(query::Execute(plan.get(), options, &interrupt));
  PeerAnswer answer;
  if (mode.count) answer.hits = static_cast<int64_t>(outcome.total_count);
  answer.first.reserve(outcome.hits.size());
  for (const query::Hit& hit : outcome.hits) answer.first.emplace_back(hit.doc, hit.score);
  return answer;
}

}  // namespace factline::peers
