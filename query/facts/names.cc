#include "query/facts/names.h"

#include "indexer/text/analyzer.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/hash.h"
#include "protos/vocab/status.h"

namespace factline::query {

NameTest::NameTest(const NameMatch& match) : match_(match), normal_form_(text::NormalForm(match.text)) {}

bool NameTest::MatchesName(std::string_view name) const {
  if (is_id()) return false;
  const std::string normal_form = text::NormalForm(name);
  return match_.is_prefix ? normal_form.starts_with(normal_form_) : normal_form == normal_form_;
}

absl::StatusOr<bool> EntityCache::Matches(const NameTest& test, const std::string& hex_id) {
  if (test.is_id()) return hex_id == ToHex(test.entity_id());
  const std::string key = Cat(test.is_prefix() ? "*" : "=", hex_id, test.scan_name());
  const auto known = matches_.find(key);
  if (known != matches_.end()) return known->second;
  FL_ASSIGN_OR_RETURN(const bool matches,
                      facts_.HasName(EntityId(FromHex(hex_id)), test.scan_name(), test.is_prefix()));
  matches_.emplace(key, matches);
  return matches;
}

absl::StatusOr<bool> MatchesArgument(const NameTest& test, const v1::FactArgument& argument, EntityCache* entities) {
  if (test.is_id()) return argument.entity_id() == ToHex(test.entity_id());
  if (test.MatchesName(argument.text())) return true;
  if (argument.entity_id().empty()) return false;
  return entities->Matches(test, argument.entity_id());
}

}  // namespace factline::query
