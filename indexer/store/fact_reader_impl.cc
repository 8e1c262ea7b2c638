#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "indexer/store/entity_delta.h"
#include "indexer/store/entity_forms.h"
#include "indexer/store/entity_walk.h"
#include "indexer/store/fact_db.h"
#include "indexer/store/fact_id.h"
#include "indexer/store/fact_keys.h"
#include "indexer/store/fact_row.h"
#include "indexer/store/fact_scan.h"
#include "indexer/store/fact_table.h"
#include "indexer/text/normalizer.h"
#include "protos/vocab/hash.h"
#include "protos/vocab/span.h"
#include "protos/vocab/status.h"

namespace factline::store {
namespace {

using storage::v1::DocRecord;
using storage::v1::ExtractedFact;

constexpr size_t kMaxAliases = 50;
constexpr size_t kMaxPageEntities = 10000;
constexpr float kPercent = 100;

// Fills `evidence->text` from the article it belongs to; false if that version is not live any more.
bool FillTextFrom(const std::optional<DocRecord>& record, v1::Evidence* evidence) {
  if (!record.has_value() || record->article().version() != evidence->article_version()) return false;
  const Span span{evidence->span().begin(), evidence->span().end()};
  const std::string& body = record->article().body();
  if (span.end_exclusive < span.begin || span.end_exclusive > body.size()) return false;
  evidence->set_text(std::string(span.In(body)));
  return true;
}

// The other written forms of the entity, most frequent first.
void FillAliases(const storage::v1::EntityRecord& record, v1::Entity* entity) {
  std::vector<std::pair<uint32_t, std::string_view>> forms;
  for (const auto& [form, count] : record.alias_article_counts()) {
    if (form != record.name()) forms.emplace_back(count, form);
  }
  std::sort(forms.begin(), forms.end(),
            [](const auto& a, const auto& b) { return a.first != b.first ? a.first > b.first : a.second < b.second; });
  if (forms.size() > kMaxAliases) forms.resize(kMaxAliases);
  for (const auto& [count, form] : forms) entity->add_aliases(std::string(form));
}

class TableEntityNames final : public EntityNames {
 public:
  TableEntityNames(rocksdb::DB* db, rocksdb::ColumnFamilyHandle* entities)
      : names_(EntityNameOpenPrefix("")), iterator_(db->NewIterator(rocksdb::ReadOptions(), entities)) {}

  void SeekGE(std::string_view name) override {
    iterator_->Seek(EntityNameOpenPrefix(name));
    Settle();
  }
  void Next() override {
    iterator_->Next();
    Settle();
  }
  bool Valid() const override { return valid_; }
  const std::string& name() const override { return place_.normal_name; }
  v1::EntityType type() const override { return static_cast<v1::EntityType>(place_.type); }
  const EntityId& id() const override { return place_.entity; }
  uint32_t article_count() const override { return article_count_; }
  absl::Status status() const override { return status_; }

 private:
  void Settle() {
    status_ = FromRocksDb(iterator_->status(), "walk over entity names");
    valid_ = status_.ok() && iterator_->Valid() && iterator_->key().starts_with(names_);
    if (!valid_) return;
    std::optional<EntityNamePlace> place = DecodeEntityNameKey(View(iterator_->key()));
    const absl::StatusOr<EntityNameRow> row = DecodeEntityNameRow(View(iterator_->value()));
    if (!place.has_value()) {
      status_ = absl::DataLossError("the family entities holds a name key of no known form");
    } else if (!row.ok()) {
      status_ = row.status();
    } else {
      place_ = *std::move(place);
      article_count_ = static_cast<uint32_t>(row->articles);
    }
    valid_ = status_.ok();
  }

  const std::string names_;  // how the keys of all names begin
  const std::unique_ptr<rocksdb::Iterator> iterator_;
  EntityNamePlace place_;
  uint32_t article_count_ = 0;
  bool valid_ = false;
  absl::Status status_;
};

class TableFactReader final : public FactReader {
 public:
  TableFactReader(rocksdb::DB* db, const FactHandles& handles, DocumentLookup lookup)
      : db_(db), handles_(handles), lookup_(std::move(lookup)) {}

  absl::StatusOr<Page> Scan(const FactScan& scan, std::string_view position, size_t limit) const override {
    return ScanFacts(db_, handles_, scan, position, limit);
  }

  absl::StatusOr<std::optional<v1::Fact>> Get(const FactId& id, size_t max_evidences) const override {
    // Evidences of articles that went away since are passed over, but not without end.
    size_t evidences_left = max_evidences + max_evidences / 2;
    return Walk(id, [&](v1::Fact& fact, v1::Evidence& evidence) -> absl::StatusOr<bool> {
      if (static_cast<size_t>(fact.evidences_size()) >= max_evidences || evidences_left-- == 0) return false;
      FL_ASSIGN_OR_RETURN(const bool is_live, FillText(&evidence));
      if (is_live) fact.add_evidences()->Swap(&evidence);
      return true;
    });
  }

  absl::StatusOr<std::optional<v1::Fact>> GetMeaning(const FactId& id) const override {
    return Walk(id, [](v1::Fact&, v1::Evidence&) { return false; });
  }

  absl::Status VisitEvidences(const FactId& id, const EvidenceVisitor& visit) const override {
    return Walk(id, [&visit](v1::Fact&, v1::Evidence& evidence) { return visit(std::move(evidence)); }).status();
  }

  absl::StatusOr<std::optional<v1::Evidence>> FindEvidence(const FactId& id,
                                                           std::string_view article_id) const override {
    FL_ASSIGN_OR_RETURN(const std::optional<DocRecord> record, lookup_(article_id));
    if (!record.has_value()) return std::nullopt;
    const int64_t seconds = record->article().published_time().seconds();
    FL_ASSIGN_OR_RETURN(const std::optional<std::string> bytes,
                        ReadValue(db_, handles_.facts, EvidenceKey(id, seconds, article_id).value()));
    if (!bytes.has_value()) return std::nullopt;
    FL_ASSIGN_OR_RETURN(ExtractedFact extracted, ParseEvidence(*bytes));
    return std::move(*extracted.mutable_evidence());
  }

  absl::StatusOr<bool> FillText(v1::Evidence* evidence) const override {
    FL_ASSIGN_OR_RETURN(const std::optional<DocRecord> record, lookup_(evidence->article_id()));
    return FillTextFrom(record, evidence);
  }

  absl::StatusOr<EntityPage> ScanEntities(std::string_view name_or_prefix, bool is_prefix, std::string_view position,
                                          size_t limit, const std::function<absl::Status()>& interrupt) const override {
    EntityPage page;
    if (limit == 0) return page;
    limit = std::min(limit, kMaxPageEntities);
    EntityWalk walk(db_, handles_.entities, name_or_prefix, is_prefix, interrupt);
    FL_RETURN_IF_ERROR(position.empty() ? walk.SeekToFirst() : walk.SeekAfter(position));
    while (walk.Valid() && page.ids.size() < limit) {
      page.ids.push_back(walk.id());
      page.positions.push_back(walk.position());
      FL_RETURN_IF_ERROR(walk.Next());
    }
    page.exhausted = !walk.Valid();
    return page;
  }

  std::unique_ptr<EntityNames> Names() const override {
    return std::make_unique<TableEntityNames>(db_, handles_.entities);
  }

  absl::StatusOr<std::optional<v1::Entity>> GetEntity(const EntityId& id) const override {
    FL_ASSIGN_OR_RETURN(const std::optional<std::string> bytes,
                        ReadValue(db_, handles_.entities, EntityRecordKey(id).value()));
    if (!bytes.has_value()) return std::nullopt;
    storage::v1::EntityRecord record;
    if (!record.ParseFromString(*bytes)) return absl::DataLossError("an entity's record is corrupt");
    v1::Entity entity;
    entity.set_id(ToHex(id.value()));
    entity.set_type(record.type());
    entity.set_name(record.name());
    FillAliases(record, &entity);
    entity.set_article_count(record.article_count());
    entity.set_mention_count(record.mention_count());
    FL_ASSIGN_OR_RETURN(const uint64_t facts, ReadCount(db_, handles_.entities, EntityFactCountKey(id).value()));
    entity.set_fact_count(static_cast<uint32_t>(facts));
    FL_RETURN_IF_ERROR(FillTimes(id, &entity));
    return entity;
  }

  absl::StatusOr<bool> HasName(const EntityId& id, std::string_view name_or_prefix, bool is_prefix) const override {
    FL_ASSIGN_OR_RETURN(const std::optional<std::string> bytes,
                        ReadValue(db_, handles_.entities, EntityRecordKey(id).value()));
    if (!bytes.has_value()) return false;
    storage::v1::EntityRecord record;
    if (!record.ParseFromString(*bytes)) return absl::DataLossError("an entity's record is corrupt");
    const auto fits = [&](const std::string& form) {
      const std::string normal = text::NormalForm(form);
      return is_prefix ? normal.starts_with(name_or_prefix) : normal == name_or_prefix;
    };
    if (fits(record.name())) return true;
    bool has_name = std::any_of(record.alias_article_counts().begin(), record.alias_article_counts().end(),
                                [&fits](const auto& form_and_count) { return fits(form_and_count.first); });
    if (has_name || record.more_forms() == 0) return has_name;
    FL_RETURN_IF_ERROR(VisitFormRows(db_, handles_.entities, id, [&](const std::string& form, uint32_t) {
      has_name = fits(form);
      return !has_name;
    }));
    return has_name;
  }

  uint64_t fact_count() const override { return Counts().facts; }
  uint64_t entity_count() const override { return Counts().entities; }

 private:
  static absl::StatusOr<ExtractedFact> ParseEvidence(std::string_view bytes) {
    ExtractedFact extracted;
    if (!extracted.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      return absl::DataLossError("an evidence of a fact is corrupt");
    }
    return extracted;
  }

  // The fact's row, then its evidences, newest first, by one iterator, until `use(fact, evidence)` returns false or an
  // error. The newest evidence holds the meaning.
  template <typename Use>
  absl::StatusOr<std::optional<v1::Fact>> Walk(const FactId& id, Use use) const {
    if (id.value().size() != kIdBytes) return std::nullopt;
    const std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator(rocksdb::ReadOptions(), handles_.facts));
    it->Seek(id.value());
    FL_RETURN_IF_ERROR(FromRocksDb(it->status(), "read of a fact"));
    if (!it->Valid() || View(it->key()) != id.value()) return std::nullopt;
    FL_ASSIGN_OR_RETURN(const FactRow row, DecodeFactRow(View(it->value())));
    std::optional<v1::Fact> fact;
    for (it->Next(); it->Valid() && it->key().starts_with(id.value()); it->Next()) {
      FL_ASSIGN_OR_RETURN(ExtractedFact extracted, ParseEvidence(View(it->value())));
      if (!fact.has_value()) fact = FactFrom(id, row, *extracted.mutable_meaning());
      FL_ASSIGN_OR_RETURN(const bool goes_on, absl::StatusOr<bool>(use(*fact, *extracted.mutable_evidence())));
      if (!goes_on) break;
    }
    FL_RETURN_IF_ERROR(FromRocksDb(it->status(), "read of a fact"));
    if (!fact.has_value()) return absl::DataLossError("a fact has a row but no evidence");
    return fact;
  }

  static v1::Fact FactFrom(const FactId& id, const FactRow& row, v1::Fact& meaning) {
    v1::Fact fact;
    fact.Swap(&meaning);
    fact.set_id(ToHex(id.value()));
    fact.set_confidence(static_cast<float>(row.best_percent()) / kPercent);
    fact.set_evidence_count(static_cast<uint32_t>(row.evidence_count()));
    fact.mutable_first_published_time()->set_seconds(row.first_published_seconds);
    fact.mutable_last_published_time()->set_seconds(row.last_published_seconds);
    return fact;
  }

  absl::Status FillTimes(const EntityId& id, v1::Entity* entity) const {
    const std::string prefix = EntityArticlePrefix(id);
    const std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator(rocksdb::ReadOptions(), handles_.entities));
    const auto take = [&it, &prefix](google::protobuf::Timestamp* time) {
      if (!it->Valid() || !it->key().starts_with(prefix)) return;
      const std::optional<int64_t> seconds = DecodeEntityArticleSeconds(View(it->key()));
      if (seconds.has_value()) time->set_seconds(*seconds);
    };
    it->Seek(prefix);
    take(entity->mutable_last_published_time());
    it->SeekForPrev(PrefixSuccessor(prefix));  // no key is a bare successor
    take(entity->mutable_first_published_time());
    return FromRocksDb(it->status(), "read of an entity's times");
  }

  FactCounts Counts() const { return ReadFactCounts(db_, handles_).value_or(FactCounts()); }

  rocksdb::DB* const db_;
  const FactHandles handles_;
  const DocumentLookup lookup_;
};

}  // namespace

std::unique_ptr<FactReader> MakeFactReader(rocksdb::DB* db, const FactHandles& handles, DocumentLookup lookup) {
  return std::make_unique<TableFactReader>(db, handles, std::move(lookup));
}

}  // namespace factline::store
