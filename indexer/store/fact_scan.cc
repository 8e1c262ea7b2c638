#include "indexer/store/fact_scan.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <string>

#include "indexer/store/entity_walk.h"
#include "indexer/store/fact_db.h"
#include "indexer/store/fact_keys.h"
#include "protos/vocab/status.h"

namespace factline::store {
namespace {

// Where a scan stands. The first byte of a position says in which part of the scan it is:
//
//   position := 'F' fact                         all facts
//             | 'K' key                          one range of fact_index
//             | 'I' key | 'X' key                a role by entity id, or by words that are no entity
//             | 'N' length(4 bytes) name key     a role by the name of an entity: its name key, then a key of its range
enum class Part : char { kFacts = 'F', kKeys = 'K', kRoleId = 'I', kRoleText = 'X', kRoleName = 'N' };

absl::Status ForeignPosition() { return absl::InvalidArgumentError("a position of another scan"); }

struct KeyRange {
  std::string begin;
  std::string end_exclusive;  // empty: no end
};

KeyRange RangeOf(const std::string& prefix) { return {prefix, PrefixSuccessor(prefix)}; }

KeyRange TimeRange(const FactScan& scan, const std::string& prefix) {
  KeyRange range = RangeOf(prefix);
  if (scan.published_before.has_value()) {
    if (*scan.published_before == std::numeric_limits<int64_t>::min())
      return {range.end_exclusive, range.end_exclusive};
    range.begin = prefix;
    AppendTime(*scan.published_before - 1, range.begin);
  }
  if (scan.published_from.has_value()) {
    std::string last = prefix;
    AppendTime(*scan.published_from, last);
    range.end_exclusive = PrefixSuccessor(last);
  }
  return range;
}

absl::StatusOr<KeyRange> ValueRange(const FactScan& scan) {
  const std::string prefix = PredicateValuePrefix(scan.predicate);
  KeyRange range = RangeOf(prefix);
  if (std::isnan(scan.value_min.value_or(0)) || std::isnan(scan.value_max.value_or(0))) {
    return absl::InvalidArgumentError("a bound of the value is no number");
  }
  if (scan.value_min.has_value()) AppendNumber(*scan.value_min, range.begin);
  if (scan.value_max.has_value()) {
    std::string last = prefix;
    AppendNumber(*scan.value_max, last);
    range.end_exclusive = PrefixSuccessor(last);
  }
  return range;
}

// Collects one id more than asked for, so that the page knows whether it is the last.
class Scanner {
 public:
  Scanner(rocksdb::DB* db, const FactHandles& handles, size_t limit)
      : db_(db), handles_(handles), limit_(std::min(limit, kMaxPageFacts)) {}

  absl::Status ScanAll(std::string_view position);
  absl::Status ScanRange(const KeyRange& range, std::string_view position);
  absl::Status ScanRole(FactRole role, const FactScan& scan, std::string_view position);

  FactReader::Page Take() {
    page_.exhausted = page_.ids.size() <= limit_;
    if (!page_.exhausted) {
      page_.ids.pop_back();
      page_.positions.pop_back();
    }
    return std::move(page_);
  }

 private:
  bool IsFull() const { return page_.ids.size() > limit_; }

  // Keys of `range` after `after` (empty: from its start). Positions are `position_prefix` and the key.
  absl::Status Walk(const KeyRange& range, std::string_view after, const std::string& position_prefix);
  absl::Status WalkNames(FactRole role, const FactScan& scan, std::string_view after);
  absl::Status WalkEntity(FactRole role, const EntityWalk& entity, std::string_view after);

  void Emit(FactId id, std::string position) {
    page_.ids.push_back(std::move(id));
    page_.positions.push_back(std::move(position));
  }

  rocksdb::Iterator& IndexIterator() {
    if (index_iterator_ == nullptr) {
      index_iterator_.reset(db_->NewIterator(rocksdb::ReadOptions(), handles_.fact_index));
    }
    return *index_iterator_;
  }

  rocksdb::DB* const db_;
  const FactHandles handles_;
  const size_t limit_;
  std::unique_ptr<rocksdb::Iterator> index_iterator_;
  FactReader::Page page_;
};

absl::Status Scanner::ScanAll(std::string_view position) {
  constexpr int kStepsBeforeSeek = 4;  // most facts have few evidences, some have thousands
  const std::string tag(1, static_cast<char>(Part::kFacts));
  if (!position.empty() && (!position.starts_with(tag) || position.size() != 1 + kIdBytes)) return ForeignPosition();
  const std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator(rocksdb::ReadOptions(), handles_.facts));
  std::string fact(position.empty() ? position : position.substr(1));
  it->Seek(fact);
  while (!IsFull()) {
    int steps = 0;
    while (it->Valid() && !fact.empty() && it->key().starts_with(fact) && ++steps <= kStepsBeforeSeek) it->Next();
    if (it->Valid() && !fact.empty() && it->key().starts_with(fact)) {
      const std::string next = PrefixSuccessor(fact);
      if (next.empty()) break;
      it->Seek(next);
    }
    if (!it->Valid()) break;
    if (it->key().size() != kIdBytes) return absl::DataLossError("the family facts holds evidences without a row");
    fact = it->key().ToString();
    Emit(FactId(fact), tag + fact);
  }
  return FromRocksDb(it->status(), "walk over facts");
}

absl::Status Scanner::ScanRange(const KeyRange& range, std::string_view position) {
  const std::string tag(1, static_cast<char>(Part::kKeys));
  if (!position.empty() && !position.starts_with(tag)) return ForeignPosition();
  return Walk(range, position.empty() ? position : position.substr(1), tag);
}

absl::Status Scanner::Walk(const KeyRange& range, std::string_view after, const std::string& position_prefix) {
  const auto ends_before = [&range](std::string_view key) {
    return !range.end_exclusive.empty() && key >= range.end_exclusive;
  };
  if (!after.empty() && (after < range.begin || ends_before(after))) return ForeignPosition();
  rocksdb::Iterator& it = IndexIterator();
  it.Seek(after.empty() ? rocksdb::Slice(range.begin) : ToSlice(after));
  if (!after.empty() && it.Valid() && View(it.key()) == after) it.Next();
  for (; it.Valid() && !IsFull() && !ends_before(View(it.key())); it.Next()) {
    std::optional<FactId> fact = FactOfIndexKey(View(it.key()));
    if (!fact.has_value()) return absl::DataLossError("the family fact_index holds a key of no known form");
    Emit(*std::move(fact), position_prefix + it.key().ToString());
  }
  return FromRocksDb(it.status(), "walk over the facts' keys");
}

// A role is asked for by the id of an entity, by words that are no entity, or by the name of entities. The three do not
// meet, so each fact comes once, and a name of 16 bytes need not be told from an id.
absl::Status Scanner::ScanRole(FactRole role, const FactScan& scan, std::string_view position) {
  Part part = Part::kRoleId;
  std::string_view after;
  if (!position.empty()) {
    part = static_cast<Part>(position[0]);
    after = position.substr(1);
    if (after.empty()) return ForeignPosition();
  }
  if (part != Part::kRoleId && part != Part::kRoleText && part != Part::kRoleName) return ForeignPosition();
  if (part == Part::kRoleId) {
    if (!scan.name_is_prefix && scan.name.size() == kIdBytes) {
      FL_RETURN_IF_ERROR(Walk(RangeOf(EntityRolePrefix(role, EntityId(scan.name))), after, "I"));
    } else if (!after.empty()) {
      return ForeignPosition();
    }
    after = {};
    part = Part::kRoleText;
  }
  if (part == Part::kRoleText) {
    const std::string prefix =
        scan.name_is_prefix ? TextRoleOpenPrefix(role, scan.name) : TextRolePrefix(role, scan.name);
    FL_RETURN_IF_ERROR(Walk(RangeOf(prefix), after, "X"));
    after = {};
  }
  return IsFull() ? absl::OkStatus() : WalkNames(role, scan, after);
}

absl::Status Scanner::WalkNames(FactRole role, const FactScan& scan, std::string_view after) {
  EntityWalk entities(db_, handles_.entities, scan.name, scan.name_is_prefix, scan.interrupt);
  if (after.empty()) {
    FL_RETURN_IF_ERROR(entities.SeekToFirst());
  } else {
    if (after.size() < 4) return ForeignPosition();
    size_t name_bytes = 0;
    for (const char c : after.substr(0, 4)) name_bytes = name_bytes << 8 | static_cast<uint8_t>(c);
    after.remove_prefix(4);
    if (name_bytes > after.size()) return ForeignPosition();
    const std::string_view name_key = after.substr(0, name_bytes);
    FL_RETURN_IF_ERROR(entities.SeekAt(name_key));
    // The entity may be gone: then the walk goes on with the one after it, from its start.
    after = entities.Valid() && entities.position() == name_key ? after.substr(name_bytes) : std::string_view();
  }
  while (entities.Valid() && !IsFull()) {
    FL_RETURN_IF_ERROR(WalkEntity(role, entities, after));
    after = {};
    FL_RETURN_IF_ERROR(entities.Next());
  }
  return absl::OkStatus();
}

absl::Status Scanner::WalkEntity(FactRole role, const EntityWalk& entity, std::string_view after) {
  std::string position_prefix = "N";
  const size_t name_bytes = entity.position().size();
  for (int shift = 24; shift >= 0; shift -= 8) position_prefix.push_back(static_cast<char>(name_bytes >> shift & 0xFF));
  position_prefix += entity.position();
  return Walk(RangeOf(EntityRolePrefix(role, entity.id())), after, position_prefix);
}

}  // namespace

absl::StatusOr<FactReader::Page> ScanFacts(rocksdb::DB* db, const FactHandles& handles, const FactScan& scan,
                                           std::string_view position, size_t limit) {
  if (limit == 0) return FactReader::Page();
  Scanner scanner(db, handles, limit);
  switch (scan.index) {
    case FactScan::Index::kAll:
      FL_RETURN_IF_ERROR(scanner.ScanAll(position));
      break;
    case FactScan::Index::kSubject:
      FL_RETURN_IF_ERROR(scanner.ScanRole(FactRole::kSubject, scan, position));
      break;
    case FactScan::Index::kObject:
      FL_RETURN_IF_ERROR(scanner.ScanRole(FactRole::kObject, scan, position));
      break;
    case FactScan::Index::kPredicateTime:
      FL_RETURN_IF_ERROR(scanner.ScanRange(TimeRange(scan, PredicatePrefix(scan.predicate)), position));
      break;
    case FactScan::Index::kPredicateValue: {
      FL_ASSIGN_OR_RETURN(const KeyRange range, ValueRange(scan));
      FL_RETURN_IF_ERROR(scanner.ScanRange(range, position));
      break;
    }
    case FactScan::Index::kTime:
      FL_RETURN_IF_ERROR(scanner.ScanRange(TimeRange(scan, RecentPrefix()), position));
      break;
    case FactScan::Index::kArticle:
      FL_RETURN_IF_ERROR(scanner.ScanRange(RangeOf(FactArticlePrefix(scan.name)), position));
      break;
  }
  return scanner.Take();
}

}  // namespace factline::store
