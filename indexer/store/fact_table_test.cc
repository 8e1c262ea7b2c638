#include "indexer/store/fact_table.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "indexer/store/entity_forms.h"
#include "indexer/store/fact_db.h"
#include "indexer/store/fact_id.h"
#include "indexer/store/fact_keys.h"
#include "indexer/text/normalizer.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/hash.h"
#include "rocksdb/db.h"

namespace factline::store {
namespace {

using storage::v1::DocRecord;
using storage::v1::ExtractedFact;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

// A database of the three families in a directory of its own.
class Tables {
 public:
  Tables() {
    static int next = 0;
    dir_ = Cat(testing::TempDir(), "/fact_table_", getpid(), "_", next++);
    std::filesystem::remove_all(dir_);
    rocksdb::DBOptions options;
    options.create_if_missing = true;
    options.create_missing_column_families = true;
    std::vector<rocksdb::ColumnFamilyDescriptor> families = FactFamilies(rocksdb::NewLRUCache(1 << 20));
    families.emplace_back(rocksdb::kDefaultColumnFamilyName, rocksdb::ColumnFamilyOptions());
    EXPECT_TRUE(rocksdb::DB::Open(options, dir_, families, &handles_, &db_).ok());
    reader_ = MakeFactReader(db_, handles(), [this](std::string_view id) -> absl::StatusOr<std::optional<DocRecord>> {
      const auto found = live_.find(std::string(id));
      return found == live_.end() ? std::nullopt : std::optional<DocRecord>(found->second);
    });
  }
  ~Tables() {
    for (rocksdb::ColumnFamilyHandle* handle : handles_) EXPECT_TRUE(db_->DestroyColumnFamilyHandle(handle).ok());
    delete db_;
    std::filesystem::remove_all(dir_);
  }

  FactHandles handles() const { return {handles_[0], handles_[1], handles_[2]}; }
  rocksdb::DB* db() { return db_; }
  const FactReader& reader() const { return *reader_; }
  std::map<std::string, DocRecord>& live() { return live_; }

  // One commit: puts and deletes by article id, as the store does them.
  struct Step {
    std::string article_id;
    std::optional<DocRecord> put;
  };
  void Commit(const std::vector<Step>& steps) {
    FactDelta delta(db_, handles());
    for (const Step& step : steps) {
      if (const auto old = live_.find(step.article_id); old != live_.end()) {
        delta.Remove(old->second);
        live_.erase(old);
      }
      if (step.put.has_value()) {
        delta.Add(*step.put);
        live_[step.article_id] = *step.put;
      }
    }
    rocksdb::WriteBatch batch;
    const absl::Status status = delta.Finish(&batch);
    ASSERT_TRUE(status.ok()) << status;
    ASSERT_TRUE(db_->Write(rocksdb::WriteOptions(), &batch).ok());
  }
  void Put(const DocRecord& record) { Commit({{record.article().id(), record}}); }
  void Delete(const std::string& id) { Commit({{id, std::nullopt}}); }

  std::map<std::string, std::string> Contents() const {
    std::map<std::string, std::string> all;
    for (int i = 0; i < 3; ++i) {
      const std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator(rocksdb::ReadOptions(), handles_[i]));
      for (it->SeekToFirst(); it->Valid(); it->Next()) {
        all[Cat(handles_[i]->GetName(), " ", ToHex(View(it->key())))] = ToHex(View(it->value()));
      }
    }
    return all;
  }

  std::vector<FactId> All(const FactScan& scan, size_t limit) const {
    std::vector<FactId> ids;
    std::string position;
    for (int i = 0; i < 10000; ++i) {
      const absl::StatusOr<FactReader::Page> page = reader_->Scan(scan, position, limit);
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) break;
      EXPECT_EQ(page->ids.size(), page->positions.size());
      ids.insert(ids.end(), page->ids.begin(), page->ids.end());
      if (page->exhausted) return ids;
      EXPECT_FALSE(page->ids.empty());
      if (page->ids.empty()) break;
      position = page->positions.back();
    }
    ADD_FAILURE() << "the scan does not end";
    return ids;
  }

 private:
  std::string dir_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
  rocksdb::DB* db_ = nullptr;
  std::unique_ptr<FactReader> reader_;
  std::map<std::string, DocRecord> live_;
};

v1::ArticleEntity MakeEntity(v1::EntityType type, const std::string& name, const std::vector<std::string>& aliases,
                             int mentions) {
  v1::ArticleEntity entity;
  entity.set_entity_id(ToHex(EntityIdOf(type, name).value()));
  entity.set_type(type);
  entity.set_name(name);
  for (const std::string& alias : aliases) entity.add_aliases(alias);
  for (int i = 0; i < mentions; ++i) entity.add_mentions()->set_end(1);
  return entity;
}

DocRecord MakeDoc(const std::string& id, int64_t published, uint64_t version = 1) {
  DocRecord record;
  record.mutable_article()->set_id(id);
  record.mutable_article()->set_version(version);
  record.mutable_article()->set_body("云岭机器人投资青石电池。云岭机器人营收增长。");
  record.mutable_article()->mutable_published_time()->set_seconds(published);
  return record;
}

v1::FactArgument ArgumentOf(v1::EntityType type, const std::string& name) {
  v1::FactArgument argument;
  argument.set_text(name);
  argument.set_type(type);
  if (type != v1::ENTITY_TYPE_UNSPECIFIED) argument.set_entity_id(ToHex(EntityIdOf(type, name).value()));
  return argument;
}

ExtractedFact& AddFact(DocRecord& record, const std::string& predicate, const v1::FactArgument& subject,
                       const v1::FactArgument& object, std::optional<double> value = std::nullopt,
                       float confidence = 0.9) {
  ExtractedFact& fact = *record.add_facts();
  fact.mutable_meaning()->set_predicate(predicate);
  *fact.mutable_meaning()->mutable_subject() = subject;
  if (!object.text().empty()) *fact.mutable_meaning()->mutable_object() = object;
  if (value.has_value()) fact.mutable_meaning()->mutable_value()->set_number(*value);
  fact.mutable_meaning()->set_modality(v1::MODALITY_ASSERTED);
  v1::Evidence& evidence = *fact.mutable_evidence();
  evidence.set_article_id(record.article().id());
  evidence.set_article_version(record.article().version());
  evidence.mutable_span()->set_end(36);
  evidence.set_confidence(confidence);
  *evidence.mutable_published_time() = record.article().published_time();
  fact.set_fact_id(FactIdOf(fact).value());
  return fact;
}

const v1::FactArgument kYunling = ArgumentOf(v1::ENTITY_TYPE_ORG, "云岭机器人");
const v1::FactArgument kQingshi = ArgumentOf(v1::ENTITY_TYPE_ORG, "青石电池");
const v1::FactArgument kNothing;

DocRecord InvestmentDoc(const std::string& id, int64_t published, uint64_t version = 1) {
  DocRecord record = MakeDoc(id, published, version);
  *record.add_entities() = MakeEntity(v1::ENTITY_TYPE_ORG, "云岭机器人", {"云岭"}, 2);
  *record.add_entities() = MakeEntity(v1::ENTITY_TYPE_ORG, "青石电池", {}, 1);
  AddFact(record, "invests_in", kYunling, kQingshi);
  return record;
}

FactId TheInvestment() { return FactId(InvestmentDoc("x", 0).facts(0).fact_id()); }

v1::Fact Get(const Tables& tables, const FactId& id, size_t max_evidences = 20) {
  const absl::StatusOr<std::optional<v1::Fact>> fact = tables.reader().Get(id, max_evidences);
  EXPECT_TRUE(fact.ok()) << fact.status();
  return fact.ok() && fact->has_value() ? **fact : v1::Fact();
}

TEST(FactTableTest, StatementsWithTheSameMeaningAreOneFactNewestEvidenceFirst) {
  Tables tables;
  tables.Put(InvestmentDoc("old", 100));
  tables.Put(InvestmentDoc("new", 300));
  tables.Put(InvestmentDoc("middle", 200));
  const v1::Fact fact = Get(tables, TheInvestment(), 2);
  EXPECT_EQ(tables.reader().fact_count(), 1);
  EXPECT_EQ(fact.evidence_count(), 3);
  EXPECT_EQ(fact.first_published_time().seconds(), 100);
  EXPECT_EQ(fact.last_published_time().seconds(), 300);
  ASSERT_THAT(fact.evidences(), SizeIs(2));
  EXPECT_EQ(fact.evidences(0).article_id(), "new");
  EXPECT_EQ(fact.evidences(0).text(), "云岭机器人投资青石电池。");
  EXPECT_EQ(fact.evidences(1).article_id(), "middle");
  EXPECT_EQ(fact.subject().text(), "云岭机器人");
}

TEST(FactTableTest, RemovingTheNewestEvidenceMovesTheFactBackInTime) {
  Tables tables;
  tables.Put(InvestmentDoc("old", 100));
  tables.Put(InvestmentDoc("new", 300));
  tables.Delete("new");
  EXPECT_EQ(Get(tables, TheInvestment()).last_published_time().seconds(), 100);
  FactScan recent{.index = FactScan::Index::kTime, .published_from = 101};
  EXPECT_THAT(tables.All(recent, 10), IsEmpty());
  recent.published_from = 100;
  recent.published_before = 101;
  EXPECT_THAT(tables.All(recent, 10), ElementsAre(TheInvestment()));
}

TEST(FactTableTest, NothingIsLeftOnceAllArticlesAreGone) {
  Tables tables;
  tables.Put(InvestmentDoc("a", 100));
  tables.Put(InvestmentDoc("b", 200));
  tables.Delete("a");
  tables.Delete("b");
  std::map<std::string, std::string> contents = tables.Contents();
  EXPECT_EQ(contents.size(), 2);  // the two counts
  for (const auto& [key, value] : contents) EXPECT_EQ(value, "00") << key;
}

TEST(FactTableTest, AFactKeepsTheConfidenceOfItsBestLiveEvidence) {
  Tables tables;
  const auto doc = [](const std::string& id, float confidence) {
    DocRecord record = MakeDoc(id, 1);
    AddFact(record, "founded", kYunling, kNothing, std::nullopt, confidence);
    return record;
  };
  tables.Put(doc("weak", 0.4F));
  tables.Put(doc("strong", 0.95F));
  const FactId id(doc("", 0).facts(0).fact_id());
  EXPECT_FLOAT_EQ(Get(tables, id).confidence(), 0.95F);
  tables.Delete("strong");
  EXPECT_FLOAT_EQ(Get(tables, id).confidence(), 0.4F);
}

TEST(FactTableTest, AnEvidenceWhoseArticleVersionIsGoneIsLeftOut) {
  Tables tables;
  tables.Put(InvestmentDoc("a", 100));
  tables.Put(InvestmentDoc("b", 200));
  tables.live()["b"].mutable_article()->set_version(2);
  const v1::Fact fact = Get(tables, TheInvestment());
  ASSERT_THAT(fact.evidences(), SizeIs(1));
  EXPECT_EQ(fact.evidences(0).article_id(), "a");
}

TEST(FactTableTest, ASubjectIsFoundByIdNameAliasPrefixAndPlainWords) {
  Tables tables;
  tables.Put(InvestmentDoc("a", 100));
  DocRecord phrase = MakeDoc("b", 50);
  AddFact(phrase, "measure", ArgumentOf(v1::ENTITY_TYPE_UNSPECIFIED, "云岭地区产量"), kNothing, 5);
  tables.Put(phrase);
  const FactId measure(phrase.facts(0).fact_id());
  const std::string id = FromHex(kYunling.entity_id());
  const auto subject = [&](std::string_view name, bool prefix) {
    return tables.All({.index = FactScan::Index::kSubject, .name = std::string(name), .name_is_prefix = prefix}, 1);
  };
  EXPECT_THAT(subject(id, false), ElementsAre(TheInvestment()));
  EXPECT_THAT(subject("云岭机器人", false), ElementsAre(TheInvestment()));
  EXPECT_THAT(subject("云岭", false), ElementsAre(TheInvestment()));
  EXPECT_THAT(subject("云岭地区产量", false), ElementsAre(measure));
  EXPECT_THAT(subject("云岭", true), UnorderedElementsAre(TheInvestment(), measure));
  EXPECT_THAT(subject("", true), UnorderedElementsAre(TheInvestment(), measure));
  EXPECT_THAT(subject("青石电池", false), IsEmpty());
  EXPECT_THAT(tables.All({.index = FactScan::Index::kObject, .name = "青石电池"}, 1), ElementsAre(TheInvestment()));
}

TEST(FactTableTest, ValuesAreWalkedFromSmallToGreatBetweenInclusiveBounds) {
  Tables tables;
  DocRecord record = MakeDoc("a", 1);
  std::vector<FactId> by_value;
  for (const double value : {-1e9, -2.5, 0.0, 1e-300, 3.0, 4e12}) {
    by_value.push_back(FactId(AddFact(record, "measure", kYunling, kNothing, value).fact_id()));
  }
  AddFact(record, "measures", kYunling, kNothing, 1);
  tables.Put(record);
  FactScan scan{.index = FactScan::Index::kPredicateValue, .predicate = "measure"};
  EXPECT_EQ(tables.All(scan, 2), by_value);
  scan.value_min = -2.5;
  scan.value_max = 3.0;
  EXPECT_THAT(tables.All(scan, 2), testing::ElementsAreArray(by_value.begin() + 1, by_value.begin() + 5));
  scan.value_min = -0.0;
  scan.value_max = 0.0;
  EXPECT_THAT(tables.All(scan, 2), ElementsAre(by_value[2]));
}

TEST(FactTableTest, AnArticlesFactsComeInTheOrderOfTheText) {
  Tables tables;
  DocRecord record = MakeDoc("p#1", 1);
  std::vector<FactId> in_order;
  for (const char* predicate : {"zeta", "alpha", "mu"}) {
    in_order.push_back(FactId(AddFact(record, predicate, kYunling, kNothing).fact_id()));
  }
  tables.Put(record);
  DocRecord other = MakeDoc("p#10", 1);
  AddFact(other, "kappa", kYunling, kNothing);
  tables.Put(other);
  EXPECT_EQ(tables.All({.index = FactScan::Index::kArticle, .name = "p#1"}, 2), in_order);
}

TEST(FactTableTest, APositionOfAnotherScanIsRefused) {
  Tables tables;
  tables.Put(InvestmentDoc("a", 100));
  const auto page = tables.reader().Scan({.index = FactScan::Index::kTime}, "", 1);
  ASSERT_TRUE(page.ok());
  ASSERT_THAT(page->positions, SizeIs(1));
  for (const auto index : {FactScan::Index::kAll, FactScan::Index::kSubject, FactScan::Index::kArticle}) {
    EXPECT_TRUE(
        absl::IsInvalidArgument(tables.reader().Scan({.index = index, .name = "a"}, page->positions[0], 1).status()));
  }
  for (const std::string position : {"N", "Nabc", "N\xff\xff\xff\xff-", "?", "I?"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(
        tables.reader().Scan({.index = FactScan::Index::kSubject, .name = "a"}, position, 1).status()))
        << position;
  }
}

TEST(FactTableTest, RemovingWhatIsNotThereIsDataLossAndWritesNothing) {
  Tables tables;
  FactDelta delta(tables.db(), tables.handles());
  delta.Remove(InvestmentDoc("never", 1));
  rocksdb::WriteBatch batch;
  EXPECT_TRUE(absl::IsDataLoss(delta.Finish(&batch)));
  EXPECT_EQ(batch.Count(), 0);
}

TEST(EntityTableTest, RecordsAreSumsOverLiveArticles) {
  Tables tables;
  tables.Put(InvestmentDoc("a", 100));
  tables.Put(InvestmentDoc("b", 300));
  const EntityId id(FromHex(kYunling.entity_id()));
  absl::StatusOr<std::optional<v1::Entity>> entity = tables.reader().GetEntity(id);
  ASSERT_TRUE(entity.ok() && entity->has_value());
  EXPECT_EQ((*entity)->article_count(), 2);
  EXPECT_EQ((*entity)->mention_count(), 4);
  EXPECT_EQ((*entity)->fact_count(), 1);
  EXPECT_THAT((*entity)->aliases(), ElementsAre("云岭"));
  EXPECT_EQ((*entity)->first_published_time().seconds(), 100);
  EXPECT_EQ((*entity)->last_published_time().seconds(), 300);
  tables.Commit({{"a", std::nullopt}, {"b", std::nullopt}});
  entity = tables.reader().GetEntity(id);
  EXPECT_TRUE(entity.ok() && !entity->has_value());
  EXPECT_EQ(tables.reader().entity_count(), 0);
}

TEST(EntityTableTest, AnEntityIsListedOnceUnderItsOwnNameElseUnderItsLeastAlias) {
  Tables tables;
  DocRecord record = MakeDoc("a", 1);
  *record.add_entities() = MakeEntity(v1::ENTITY_TYPE_ORG, "Delta Works", {"DW", "Delta", "dx labs"}, 1);
  *record.add_entities() = MakeEntity(v1::ENTITY_TYPE_PERSON, "Ada Delta", {"Delta"}, 1);
  tables.Put(record);
  const EntityId works = EntityIdOf(v1::ENTITY_TYPE_ORG, "Delta Works");
  const EntityId ada = EntityIdOf(v1::ENTITY_TYPE_PERSON, "Ada Delta");
  const auto list = [&](std::string_view name, bool prefix) {
    std::vector<EntityId> ids;
    std::string position;
    for (bool more = true; more;) {
      const auto page = tables.reader().ScanEntities(name, prefix, position, 1, nullptr);
      EXPECT_TRUE(page.ok()) << page.status();
      ids.insert(ids.end(), page->ids.begin(), page->ids.end());
      if (!page->positions.empty()) position = page->positions.back();
      more = !page->exhausted;
    }
    return ids;
  };
  EXPECT_THAT(list("", true), ElementsAre(ada, works));
  EXPECT_THAT(list("d", true), ElementsAre(ada, works));
  EXPECT_THAT(list("dx", true), ElementsAre(works));
  EXPECT_THAT(list("delta", false), ElementsAre(ada, works));
  EXPECT_THAT(list("delta works", false), ElementsAre(works));
  EXPECT_THAT(list("nobody", true), IsEmpty());
}

TEST(EntityTableTest, LongNamesAreFoundWholeByPrefixAndOnce) {
  Tables tables;
  const std::string stem(300, 'n');
  DocRecord record = MakeDoc("a", 1);
  *record.add_entities() = MakeEntity(v1::ENTITY_TYPE_ORG, stem + "b", {stem + "c", "n1"}, 1);
  *record.add_entities() = MakeEntity(v1::ENTITY_TYPE_ORG, "o", {stem + "d", stem + "e"}, 1);
  tables.Put(record);
  const EntityId long_one = EntityIdOf(v1::ENTITY_TYPE_ORG, stem + "b");
  const EntityId other = EntityIdOf(v1::ENTITY_TYPE_ORG, "o");
  const auto list = [&](std::string_view name, bool prefix) {
    const auto page = tables.reader().ScanEntities(name, prefix, "", 10, nullptr);
    EXPECT_TRUE(page.ok()) << page.status();
    return page.ok() ? page->ids : std::vector<EntityId>();
  };
  EXPECT_THAT(list(stem + "b", false), ElementsAre(long_one));
  EXPECT_THAT(list(stem + "e", false), ElementsAre(other));
  EXPECT_THAT(list(stem, false), IsEmpty());
  EXPECT_THAT(list("nnn", true), UnorderedElementsAre(long_one, other));
  EXPECT_THAT(list(stem, true), UnorderedElementsAre(long_one, other));
}

TEST(EntityTableTest, AWalkPastNamesThatListNothingCanBeInterrupted) {
  Tables tables;
  DocRecord record = MakeDoc("a", 1);
  std::vector<std::string> aliases;
  for (int i = 0; i < 2000; ++i) aliases.push_back(Cat("x", i));
  *record.add_entities() = MakeEntity(v1::ENTITY_TYPE_ORG, "xa", aliases, 1);  // stands behind its aliases
  tables.Put(record);
  int looks = 0;
  const auto third_look = [&looks] { return ++looks < 3 ? absl::OkStatus() : absl::CancelledError("gone"); };
  EXPECT_TRUE(absl::IsCancelled(tables.reader().ScanEntities("x", true, "", 1, third_look).status()));
  EXPECT_EQ(looks, 3);
  looks = 0;
  const FactScan scan{.index = FactScan::Index::kSubject, .name = "x", .name_is_prefix = true, .interrupt = third_look};
  EXPECT_TRUE(absl::IsCancelled(tables.reader().Scan(scan, "", 1).status()));
}

// An article calls an entity by whatever follows "also known as".
TEST(EntityTableTest, ARecordKeepsTheMostUsedFormsAndTheRestAreFoundAllTheSame) {
  Tables tables;
  const auto doc = [](const std::string& id, const std::vector<std::string>& aliases) {
    DocRecord record = MakeDoc(id, 1);
    *record.add_entities() = MakeEntity(v1::ENTITY_TYPE_ORG, "Acme", aliases, 1);
    return record;
  };
  constexpr int kForms = 1000;
  for (int i = 0; i < kForms; i += 10) {
    std::vector<std::string> aliases;
    for (int j = i; j < i + 10; ++j) aliases.push_back(Cat("a", 1000 + j));
    tables.Put(doc(Cat("d", i), aliases));
  }
  tables.Put(doc("again", {"a1990"}));
  const EntityId id = EntityIdOf(v1::ENTITY_TYPE_ORG, "acme");
  const auto record_of = [&] {
    storage::v1::EntityRecord record;
    record.ParseFromString(**ReadValue(tables.db(), tables.handles().entities, EntityRecordKey(id).value()));
    return record;
  };
  storage::v1::EntityRecord record = record_of();
  EXPECT_EQ(record.alias_article_counts_size(), static_cast<int>(kMaxFormsInRecord));
  EXPECT_EQ(record.more_forms(), kForms + 1 - kMaxFormsInRecord);
  EXPECT_EQ(record.alias_article_counts().at("a1990"), 2);
  EXPECT_EQ(record.alias_article_counts().at("Acme"), kForms / 10 + 1);
  EXPECT_EQ((*tables.reader().GetEntity(id))->aliases(0), "a1990");
  EXPECT_EQ((*tables.reader().GetEntity(id))->aliases(1), "a1000") << "the least bytes break a tie";
  EXPECT_TRUE(*tables.reader().HasName(id, "a1777", false));
  EXPECT_TRUE(*tables.reader().HasName(id, "a177", true));
  EXPECT_FALSE(*tables.reader().HasName(id, "a2", true));

  tables.Delete("d0");  // ten of the record's forms go: ten others take their places
  record = record_of();
  EXPECT_EQ(record.alias_article_counts_size(), static_cast<int>(kMaxFormsInRecord));
  EXPECT_EQ((*tables.reader().GetEntity(id))->aliases(1), "a1010");
  std::vector<Tables::Step> all;
  for (const auto& [article, unused] : tables.live()) all.push_back({article, std::nullopt});
  tables.Commit(all);
  EXPECT_THAT(tables.Contents(), ElementsAre(testing::Pair("entities 43", "00"))) << "the count of entities alone";
}

TEST(EntityTableTest, TheMostFrequentSpellingIsTheName) {
  Tables tables;
  const auto doc = [](const std::string& id, const std::string& name) {
    DocRecord record = MakeDoc(id, 1);
    *record.add_entities() = MakeEntity(v1::ENTITY_TYPE_ORG, name, {}, 1);
    return record;
  };
  tables.Put(doc("a", "ACME"));
  tables.Put(doc("b", "Acme"));
  tables.Put(doc("c", "Acme"));
  const EntityId id = EntityIdOf(v1::ENTITY_TYPE_ORG, "acme");
  EXPECT_EQ((*tables.reader().GetEntity(id))->name(), "Acme");
  tables.Commit({{"b", std::nullopt}, {"c", std::nullopt}});
  EXPECT_EQ((*tables.reader().GetEntity(id))->name(), "ACME");
}

// ---- random histories ----

// Articles over few names, predicates, values and times, so that statements meet often.
DocRecord RandomDoc(std::mt19937& random, const std::string& id, uint64_t version) {
  const auto pick = [&random](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const std::vector<std::string> names = {"Alpha", "ALPHA", "alpha works", "Beta", "Ｂeta", "Gamma", "Beta Two"};
  DocRecord record = MakeDoc(id, pick(5) - 2, version);
  std::set<std::string> seen;
  for (int i = pick(4); i > 0; --i) {
    std::vector<std::string> aliases;
    for (int a = pick(3); a > 0; --a) aliases.push_back(names[static_cast<size_t>(pick(7))]);
    const auto type = pick(2) == 0 ? v1::ENTITY_TYPE_ORG : v1::ENTITY_TYPE_PERSON;
    v1::ArticleEntity entity = MakeEntity(type, names[static_cast<size_t>(pick(7))], aliases, 1 + pick(3));
    if (seen.insert(entity.entity_id()).second) *record.add_entities() = entity;
  }
  seen.clear();
  const auto argument = [&] {
    const std::string& name = names[static_cast<size_t>(pick(7))];
    return pick(3) == 0 ? ArgumentOf(v1::ENTITY_TYPE_UNSPECIFIED, name) : ArgumentOf(v1::ENTITY_TYPE_ORG, name);
  };
  for (int i = pick(5); i > 0; --i) {
    std::optional<double> value;
    if (pick(2) == 0) value.emplace(pick(3) - 1);
    AddFact(record, pick(2) == 0 ? "likes" : "owns", argument(), pick(3) == 0 ? kNothing : argument(), value,
            static_cast<float>(pick(3)) / 2);
  }
  return record;
}

// What every scan must give, straight from the live articles.
struct Model {
  std::map<FactId, std::vector<std::pair<int64_t, ExtractedFact>>> facts;
  std::map<EntityId, std::set<std::string>> entity_forms;

  explicit Model(const std::map<std::string, DocRecord>& live) {
    for (const auto& [id, record] : live) {
      std::set<std::string> seen;
      for (const ExtractedFact& fact : record.facts()) {
        if (!seen.insert(fact.fact_id()).second) continue;
        facts[FactId(fact.fact_id())].emplace_back(record.article().published_time().seconds(), fact);
      }
      for (const v1::ArticleEntity& entity : record.entities()) {
        std::set<std::string>& forms = entity_forms[EntityId(FromHex(entity.entity_id()))];
        forms.insert(text::NormalForm(entity.name()));
        for (const std::string& alias : entity.aliases()) forms.insert(text::NormalForm(alias));
      }
    }
  }

  static int64_t Last(const std::vector<std::pair<int64_t, ExtractedFact>>& evidences) {
    return std::max_element(evidences.begin(), evidences.end(),
                            [](const auto& a, const auto& b) { return a.first < b.first; })
        ->first;
  }

  bool ArgumentMatches(const v1::FactArgument& argument, const std::string& name, bool prefix) const {
    const auto fits = [&](const std::string& form) { return prefix ? form.starts_with(name) : form == name; };
    if (argument.text().empty()) return false;
    if (argument.entity_id().empty()) return fits(text::NormalForm(argument.text()));
    const auto found = entity_forms.find(EntityId(FromHex(argument.entity_id())));
    return found != entity_forms.end() && std::any_of(found->second.begin(), found->second.end(), fits);
  }

  template <typename Predicate>
  std::set<FactId> Where(Predicate predicate) const {
    std::set<FactId> ids;
    for (const auto& [id, evidences] : facts) {
      if (predicate(evidences)) ids.insert(id);
    }
    return ids;
  }
};

void ExpectScansAgree(Tables& tables, size_t limit) {
  const Model model(tables.live());
  const auto expect = [&](const FactScan& scan, const std::set<FactId>& want) {
    const std::vector<FactId> got = tables.All(scan, limit);
    EXPECT_EQ(got.size(), want.size());
    EXPECT_EQ(std::set<FactId>(got.begin(), got.end()), want) << static_cast<int>(scan.index) << " " << scan.name;
  };
  expect({}, model.Where([](const auto&) { return true; }));
  for (const std::string predicate : {"likes", "owns"}) {
    expect(
        {.index = FactScan::Index::kPredicateTime, .predicate = predicate, .published_from = 0, .published_before = 2},
        model.Where([&](const auto& evidences) {
          const int64_t last = Model::Last(evidences);
          return evidences[0].second.meaning().predicate() == predicate && last >= 0 && last < 2;
        }));
    expect({.index = FactScan::Index::kPredicateValue, .predicate = predicate, .value_min = 0},
           model.Where([&](const auto& evidences) {
             const v1::Fact& meaning = evidences[0].second.meaning();
             return meaning.predicate() == predicate && meaning.has_value() && meaning.value().number() >= 0;
           }));
  }
  for (const std::string name : {"alpha", "beta", "beta two", "b", "", "zeta"}) {
    for (const bool prefix : {false, true}) {
      expect({.index = FactScan::Index::kSubject, .name = name, .name_is_prefix = prefix},
             model.Where([&](const auto& evidences) {
               return model.ArgumentMatches(evidences[0].second.meaning().subject(), name, prefix);
             }));
    }
  }
  for (const auto& [id, evidences] : model.facts) {
    const v1::Fact fact = Get(tables, id, evidences.size());
    EXPECT_EQ(fact.evidence_count(), evidences.size());
    EXPECT_EQ(fact.evidences_size(), static_cast<int>(evidences.size()));
    EXPECT_EQ(fact.last_published_time().seconds(), Model::Last(evidences));
  }
}

TEST(FactTablePropertyTest, FormsFollowFromTheLiveArticlesWhateverTheHistory) {
  for (unsigned seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    Tables tables;
    const auto doc = [&random](const std::string& id) {
      DocRecord record = MakeDoc(id, 1);
      std::vector<std::string> aliases;
      // Low numbers are frequent; all together there are more than a record holds.
      for (int i = 0; i < 15; ++i) aliases.push_back(Cat("w", random() % (1 + random() % 200)));
      *record.add_entities() = MakeEntity(v1::ENTITY_TYPE_ORG, random() % 2 == 0 ? "Acme" : "ACME", aliases, 1);
      return record;
    };
    for (int commit = 0; commit < 30; ++commit) {
      std::vector<Tables::Step> steps;
      for (int i = static_cast<int>(random() % 6); i >= 0; --i) {
        const std::string id = Cat("article ", random() % 40);
        steps.push_back({id, random() % 3 != 0 ? std::optional<DocRecord>(doc(id)) : std::nullopt});
      }
      tables.Commit(steps);
    }
    Tables rebuilt;
    for (const auto& [id, record] : tables.live()) rebuilt.Put(record);
    EXPECT_EQ(tables.Contents(), rebuilt.Contents());
    std::vector<Tables::Step> at_once;
    Tables in_one_commit;
    for (const auto& [id, record] : tables.live()) at_once.push_back({id, record});
    in_one_commit.Commit(at_once);
    EXPECT_EQ(tables.Contents(), in_one_commit.Contents());
    if (HasFailure()) return;
  }
}

TEST(FactTablePropertyTest, TablesFollowFromTheLiveArticlesWhateverTheHistory) {
  for (unsigned seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    Tables tables;
    uint64_t version = 0;
    for (int commit = 0; commit < 40; ++commit) {
      std::vector<Tables::Step> steps;
      for (int i = static_cast<int>(random() % 5); i >= 0; --i) {
        const std::string id = Cat("article ", random() % 8);
        const bool put = random() % 3 != 0;
        steps.push_back({id, put ? std::optional<DocRecord>(RandomDoc(random, id, ++version)) : std::nullopt});
      }
      tables.Commit(steps);
      const bool flush = commit % 10 == 9;
      ASSERT_TRUE(!flush || tables.db()->Flush(rocksdb::FlushOptions()).ok());
    }
    Tables rebuilt;
    std::vector<std::string> ids;
    for (const auto& [id, record] : tables.live()) ids.push_back(id);
    std::shuffle(ids.begin(), ids.end(), random);
    for (const std::string& id : ids) rebuilt.Put(tables.live()[id]);
    std::map<std::string, std::string> want = rebuilt.Contents();
    std::map<std::string, std::string> got = tables.Contents();
    EXPECT_EQ(got, want);
    ExpectScansAgree(tables, 1 + seed % 3);
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace factline::store
