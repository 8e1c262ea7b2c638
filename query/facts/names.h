#ifndef FACTLINE_QUERY_FACTS_NAMES_H_
#define FACTLINE_QUERY_FACTS_NAMES_H_

#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "factline/v1/fact.pb.h"
#include "indexer/store/fact_reader.h"
#include "query/parse/filter_parser.h"

namespace factline::query {

// Whether a NameMatch means an argument or an entity: by id, or by a name or alias in normal form.
class NameTest {
 public:
  explicit NameTest(const NameMatch& match);

  bool MatchesName(std::string_view name) const;

  // What the store's scans ask for: the bytes of the id, or the name in normal form.
  const std::string& scan_name() const { return match_.entity_id.empty() ? normal_form_ : match_.entity_id; }
  bool is_prefix() const { return match_.is_prefix; }
  bool is_id() const { return !match_.entity_id.empty(); }
  const std::string& entity_id() const { return match_.entity_id; }

 private:
  NameMatch match_;
  std::string normal_form_;
};

// Whether entities are what tests mean, each asked of the store once. For one request. Not thread-safe.
class EntityCache {
 public:
  explicit EntityCache(const store::FactReader& facts) : facts_(facts) {}

  // By all names of the entity: Entity.aliases, which is shown, has only the most frequent.
  absl::StatusOr<bool> Matches(const NameTest& test, const std::string& hex_id);

 private:
  const store::FactReader& facts_;
  absl::flat_hash_map<std::string, bool> matches_;
};

// Whether the subject or object is what the test means, by itself or by an alias of its entity.
absl::StatusOr<bool> MatchesArgument(const NameTest& test, const v1::FactArgument& argument, EntityCache* entities);

}  // namespace factline::query

#endif  // FACTLINE_QUERY_FACTS_NAMES_H_
