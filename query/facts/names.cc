#include "query/facts/names.h"

#include <algorithm>
#include <utility>

#include "indexer/text/analyzer.h"
#include "protos/vocab/hash.h"
#include "protos/vocab/status.h"

namespace factline::query {

NameTest::NameTest(const NameMatch& match) : match_(match), normal_form_(text::NormalForm(match.text)) {}

bool NameTest::MatchesName(std::string_view name) const {
  if (is_id()) return false;
  const std::string normal_form = text::NormalForm(name);
  return match_.is_prefix ? normal_form.starts_with(normal_form_) : normal_form == normal_form_;
}

bool NameTest::MatchesEntity(const v1::Entity& entity) const {
  if (is_id()) return entity.id() == ToHex(match_.entity_id);
  return MatchesName(entity.name()) || std::any_of(entity.aliases().begin(), entity.aliases().end(),
                                                   [this](const std::string& alias) { return MatchesName(alias); });
}

absl::StatusOr<const v1::Entity*> EntityCache::Get(const std::string& hex_id) {
  const auto known = entities_.find(hex_id);
  if (known != entities_.end()) return known->second.has_value() ? &*known->second : nullptr;
  FL_ASSIGN_OR_RETURN(std::optional<v1::Entity> entity, facts_.GetEntity(EntityId(FromHex(hex_id))));
  std::optional<v1::Entity>& kept = entities_[hex_id];
  kept = std::move(entity);
  return kept.has_value() ? &*kept : nullptr;
}

absl::StatusOr<bool> MatchesArgument(const NameTest& test, const v1::FactArgument& argument, EntityCache* entities) {
  if (test.is_id()) return argument.entity_id() == ToHex(test.entity_id());
  if (test.MatchesName(argument.text())) return true;
  if (argument.entity_id().empty()) return false;
  FL_ASSIGN_OR_RETURN(const v1::Entity* const entity, entities->Get(argument.entity_id()));
  return entity != nullptr && test.MatchesEntity(*entity);
}

}  // namespace factline::query
