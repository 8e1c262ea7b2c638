#include "query/search/attributes.h"

#include <algorithm>
#include <utility>

#include "indexer/text/normalizer.h"
#include "protos/vocab/hash.h"
#include "protos/vocab/language_tag.h"
#include "protos/vocab/status.h"

namespace factline::query {
namespace {

using Kind = Expression::Kind;

constexpr size_t kMaxEntitiesOfAName = 100;
constexpr size_t kEntityIdBytes = 16;

absl::StatusOr<std::vector<std::string>> TermsOfEntity(const std::string& name, const store::FactReader& facts) {
  std::vector<std::string> terms;
  if (name.size() == 2 * kEntityIdBytes) {
    std::string id = FromHex(name);
    if (!id.empty()) terms.push_back(std::move(id));
  }
  FL_ASSIGN_OR_RETURN(
      const store::FactReader::EntityPage page,
      facts.ScanEntities(text::NormalForm(name), /*is_prefix=*/false, "", kMaxEntitiesOfAName, nullptr));
  for (const EntityId& id : page.ids) terms.push_back(id.value());
  return terms;
}

absl::Status FillTerms(const store::FactReader& facts, Expression* expression) {
  if (expression->kind == Kind::kAttribute) {
    FL_ASSIGN_OR_RETURN(expression->terms, TermsOf(expression->attribute, expression->value, "query", facts));
  }
  for (Expression& child : expression->children) FL_RETURN_IF_ERROR(FillTerms(facts, &child));
  return absl::OkStatus();
}

// Whether `expression` is one that a filter can hold; then it holds it.
bool MoveToFilter(Expression& expression, DocumentFilter* filter) {
  if (expression.kind == Kind::kAttribute) {
    filter->all_of.push_back({FieldOf(expression.attribute), std::move(expression.terms)});
    return true;
  }
  if (expression.kind != Kind::kPublished) return false;
  filter->published_first = std::max(filter->published_first, expression.first_second);
  filter->published_last = std::min(filter->published_last, expression.last_second);
  return true;
}

}  // namespace

absl::StatusOr<std::vector<std::string>> TermsOf(Attribute attribute, const std::string& value, std::string_view field,
                                                 const store::FactReader& facts) {
  if (value.empty()) return FieldError(field, "holds an empty value");
  if (attribute == Attribute::kEntity) return TermsOfEntity(value, facts);
  if (attribute == Attribute::kLanguage) return std::vector<std::string>{NormalLanguage(value)};
  if (attribute != Attribute::kTag) return std::vector<std::string>{value};
  std::string normal = text::NormalForm(value);
  if (normal.empty()) return FieldError(field, "holds an empty tag");
  return std::vector<std::string>{std::move(normal)};
}

absl::Status SettleAttributes(const store::FactReader& facts, std::optional<Expression>* expression,
                              DocumentFilter* filter) {
  if (!expression->has_value()) return absl::OkStatus();
  FL_RETURN_IF_ERROR(FillTerms(facts, &**expression));
  if (MoveToFilter(**expression, filter)) {
    expression->reset();
    return absl::OkStatus();
  }
  if ((*expression)->kind != Kind::kAnd) return absl::OkStatus();
  std::vector<Expression>& children = (*expression)->children;
  std::erase_if(children, [filter](Expression& child) { return MoveToFilter(child, filter); });
  if (children.empty()) {
    expression->reset();
  } else if (children.size() == 1) {
    Expression only = std::move(children.front());
    **expression = std::move(only);
  }
  return absl::OkStatus();
}

}  // namespace factline::query
