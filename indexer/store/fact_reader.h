#ifndef FACTLINE_INDEXER_STORE_FACT_READER_H_
#define FACTLINE_INDEXER_STORE_FACT_READER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "factline/storage/v1/index.pb.h"
#include "factline/v1/fact.pb.h"
#include "protos/vocab/ids.h"

namespace factline::store {

// One way into the facts: which of the indexes to walk, and the range of its keys.
struct FactScan {
  enum class Index : uint8_t {
    kAll,             // by fact id
    kSubject,         // `name`: normal form of the subject's name or alias, or the 16 bytes of its entity id
    kObject,          // likewise, the object
    kPredicateTime,   // `predicate`, newest publication first
    kPredicateValue,  // `predicate`, by growing value in [value_min, value_max]
    kTime,            // newest publication first
    kArticle,         // `name`: the article id
  };
  Index index = Index::kAll;
  std::string name;
  bool name_is_prefix = false;  // kSubject and kObject with a name
  std::string predicate;
  std::optional<double> value_min, value_max;               // inclusive; kPredicateValue
  std::optional<int64_t> published_from, published_before;  // seconds; kPredicateTime and kTime: by last publication
  // Asked now and then: a name's prefix may lead past many entities without a fact. Not OK ends the scan with it.
  std::function<absl::Status()> interrupt;
};

// Longer prefixes of names may be compared by this many bytes alone in a scan.
inline constexpr size_t kMaxExactPrefixBytes = 200;

// Walks the names and aliases of entities in normal form, by growing bytes: one that several entities have comes once
// for each. Names of more than 256 bytes come as their beginning and a hash. Sees one state of the index. Starts before
// the first SeekGE. Not thread-safe; must not outlive the IndexView.
class EntityNames {
 public:
  virtual ~EntityNames() = default;
  // To the first name at or after `name`; forwards and backwards.
  virtual void SeekGE(std::string_view name) = 0;
  virtual void Next() = 0;  // while Valid()
  // False at the end, or when status() says why not. While true, until the walk moves:
  virtual bool Valid() const = 0;
  virtual const std::string& name() const = 0;
  virtual v1::EntityType type() const = 0;
  virtual const EntityId& id() const = 0;
  virtual uint32_t article_count() const = 0;  // that call the entity so
  virtual absl::Status status() const = 0;
};

// Facts and entities of an index as they are when a call is made: unlike segments they are not pinned to a view, so two
// calls may see two states. Each call sees one state of what it walks. Thread-safe.
class FactReader {
 public:
  virtual ~FactReader() = default;

  // Up to `limit` fact ids in the index's order, each once, that come after `position` (empty: from the start). A
  // position is opaque and stays good while the index changes.
  struct Page {
    std::vector<FactId> ids;
    std::vector<std::string> positions;  // positions[i] continues after ids[i]
    bool exhausted = false;              // nothing comes after the last id
  };
  virtual absl::StatusOr<Page> Scan(const FactScan& scan, std::string_view position, size_t limit) const = 0;

  // The fact with its counts, times and newest `max_evidences` evidences; Evidence.text is filled in, which reads a
  // document for each.
  virtual absl::StatusOr<std::optional<v1::Fact>> Get(const FactId& id, size_t max_evidences) const = 0;

  // The parts of Get, for who tests many facts and returns few. The fact with its counts and times, without evidences:
  virtual absl::StatusOr<std::optional<v1::Fact>> GetMeaning(const FactId& id) const = 0;
  // Its evidences without texts, newest first, until `visit` returns false or an error.
  using EvidenceVisitor = std::function<absl::StatusOr<bool>(v1::Evidence evidence)>;
  virtual absl::Status VisitEvidences(const FactId& id, const EvidenceVisitor& visit) const = 0;
  // The one evidence that an article gives, without text. Reads a document.
  virtual absl::StatusOr<std::optional<v1::Evidence>> FindEvidence(const FactId& id,
                                                                   std::string_view article_id) const = 0;
  // Sets the text. Reads a document. False if that version of the article is not live any more.
  virtual absl::StatusOr<bool> FillText(v1::Evidence* evidence) const = 0;

  // Entities by normal form of name or alias; `prefix` may be empty. Sorted by name, then type, then id. `interrupt`:
  // as FactScan's; may be null.
  struct EntityPage {
    std::vector<EntityId> ids;
    std::vector<std::string> positions;
    bool exhausted = false;
  };
  virtual absl::StatusOr<EntityPage> ScanEntities(std::string_view name_or_prefix, bool is_prefix,
                                                  std::string_view position, size_t limit,
                                                  const std::function<absl::Status()>& interrupt) const = 0;
  virtual std::unique_ptr<EntityNames> Names() const = 0;
  // With its most frequent aliases.
  virtual absl::StatusOr<std::optional<v1::Entity>> GetEntity(const EntityId& id) const = 0;
  // Whether the entity has the name or alias, rare ones included; `name_or_prefix` is a normal form.
  virtual absl::StatusOr<bool> HasName(const EntityId& id, std::string_view name_or_prefix, bool is_prefix) const = 0;

  virtual uint64_t fact_count() const = 0;
  virtual uint64_t entity_count() const = 0;
};

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_FACT_READER_H_
