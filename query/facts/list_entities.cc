#include "query/facts/list_entities.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "indexer/text/analyzer.h"
#include "protos/vocab/hash.h"
#include "protos/vocab/status.h"
#include "query/facts/names.h"
#include "query/parse/filter_parser.h"
#include "query/parse/page_token.h"

namespace factline::query {
namespace {

constexpr size_t kDefaultPageSize = 50;
constexpr size_t kMaxPageSize = 1000;
constexpr size_t kIdsPerScan = 256;
constexpr uint32_t kEntitiesPerCheck = 32;
constexpr size_t kMaxSortNameBytes = 256;

// Where an entity stands in a list: name, type, id. Its bytes sort as the list does.
std::string SortKey(const v1::Entity& entity) {
  std::string name = text::NormalForm(entity.name());
  // The key goes into a page token: a longer name goes by its beginning and a hash.
  if (name.size() > kMaxSortNameBytes) name = Cat(name.substr(0, kMaxSortNameBytes), StableHash({name}));
  return Cat(name, std::string(1, '\0'), std::string(1, static_cast<char>(entity.type())), entity.id());
}

// What passes the filter.
class EntityTest {
 public:
  explicit EntityTest(const EntityFilter& filter) : type_(filter.type) {
    if (filter.name.has_value()) name_.emplace(*filter.name);
  }
  bool PassesType(const v1::Entity& entity) const { return !type_.has_value() || entity.type() == *type_; }
  absl::StatusOr<bool> PassesName(const v1::Entity& entity, EntityCache* entities) const {
    if (!name_.has_value()) return true;
    return entities->Matches(*name_, entity.id());
  }
  const std::optional<NameTest>& name() const { return name_; }

 private:
  const std::optional<v1::EntityType> type_;
  std::optional<NameTest> name_;
};

struct PageRequest {
  size_t page_size = 0;
  size_t max_examined = 0;
  std::string after;  // a token's payload; empty at the start
};

// Fills the response and returns the payload of the next page's token, empty at the end.
absl::StatusOr<std::string> ListByName(const store::FactReader& facts, const EntityTest& test, const PageRequest& page,
                                       Interrupt* interrupt, v1::ListEntitiesResponse* response) {
  const std::string name = test.name().has_value() ? test.name()->scan_name() : std::string();
  const bool is_prefix = !test.name().has_value() || test.name()->is_prefix();
  // The walk by names is proof of the name; but it compares long prefixes by their first bytes alone.
  const bool is_long_prefix = is_prefix && name.size() > store::kMaxExactPrefixBytes;
  EntityCache entities(facts);
  std::string position = page.after;
  std::set<std::string> shown;  // an entity may be met by several of its names
  for (size_t examined = 0;;) {
    FL_RETURN_IF_ERROR(interrupt->Now());
    const size_t wanted = std::min({kIdsPerScan, page.page_size, page.max_examined - examined});
    FL_ASSIGN_OR_RETURN(
        const store::FactReader::EntityPage ids,
        facts.ScanEntities(name, is_prefix, position, wanted, [interrupt] { return interrupt->Now(); }));
    for (size_t i = 0; i < ids.ids.size(); ++i) {
      FL_RETURN_IF_ERROR(interrupt->Step());
      ++examined;
      position = ids.positions[i];
      FL_ASSIGN_OR_RETURN(std::optional<v1::Entity> entity, facts.GetEntity(ids.ids[i]));
      if (!entity.has_value() || !test.PassesType(*entity)) entity.reset();
      if (entity.has_value() && is_long_prefix) {
        FL_ASSIGN_OR_RETURN(const bool has_name, test.PassesName(*entity, &entities));
        if (!has_name) entity.reset();
      }
      if (entity.has_value() && shown.insert(ids.ids[i].value()).second) {
        *response->add_entities() = *std::move(entity);
      }
      const bool is_full = static_cast<size_t>(response->entities_size()) == page.page_size;
      const bool is_last = ids.exhausted && i + 1 == ids.ids.size();
      if ((is_full || examined == page.max_examined) && !is_last) return position;
    }
    if (ids.exhausted || ids.ids.empty()) return std::string();
  }
}

absl::StatusOr<std::string> ListById(const store::FactReader& facts, const EntityTest& test,
                                     v1::ListEntitiesResponse* response) {
  FL_ASSIGN_OR_RETURN(std::optional<v1::Entity> entity, facts.GetEntity(EntityId(test.name()->entity_id())));
  if (entity.has_value() && test.PassesType(*entity)) *response->add_entities() = *std::move(entity);
  return std::string();
}

// Entities of one article are few: they are sorted, and a page goes on after the key of its last one.
absl::StatusOr<std::string> ListOfArticle(const store::IndexView& view, const std::string& article_id,
                                          const EntityTest& test, const PageRequest& page, Interrupt* interrupt,
                                          v1::ListEntitiesResponse* response) {
  FL_ASSIGN_OR_RETURN(const std::optional<uint32_t> doc, view.FindArticle(article_id));
  if (!doc.has_value()) return std::string();
  FL_ASSIGN_OR_RETURN(const std::optional<storage::v1::DocRecord> record, view.Document(*doc));
  if (!record.has_value()) return std::string();
  EntityCache entities(view.facts());
  std::vector<std::pair<std::string, v1::Entity>> sorted;
  for (const v1::ArticleEntity& of_article : record->entities()) {
    FL_RETURN_IF_ERROR(interrupt->Step());
    const std::string id = FromHex(of_article.entity_id());
    if (id.empty()) continue;  // a value, such as a date
    FL_ASSIGN_OR_RETURN(std::optional<v1::Entity> entity, view.facts().GetEntity(EntityId(id)));
    if (!entity.has_value() || !test.PassesType(*entity)) continue;
    FL_ASSIGN_OR_RETURN(const bool has_name, test.PassesName(*entity, &entities));
    if (!has_name) continue;
    std::string key = SortKey(*entity);
    if (page.after.empty() || key > page.after) sorted.emplace_back(std::move(key), *std::move(entity));
  }
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  const auto same = [](const auto& a, const auto& b) { return a.first == b.first; };
  sorted.erase(std::unique(sorted.begin(), sorted.end(), same), sorted.end());
  const size_t shown = std::min(sorted.size(), page.page_size);
  for (size_t i = 0; i < shown; ++i) *response->add_entities() = std::move(sorted[i].second);
  return shown < sorted.size() ? sorted[shown - 1].first : std::string();
}

}  // namespace

absl::StatusOr<v1::ListEntitiesResponse> ListEntities(const store::IndexView& view,
                                                      const v1::ListEntitiesRequest& request,
                                                      const InterruptCheck& check, const ListLimits& limits) {
  FL_ASSIGN_OR_RETURN(const EntityFilter filter, ParseEntityFilter(request.filter()));
  PageRequest page;
  page.max_examined = limits.max_examined;
  FL_ASSIGN_OR_RETURN(page.page_size, ReadPageSize(request.page_size(), kDefaultPageSize, kMaxPageSize));
  const uint64_t fingerprint = RequestFingerprint("ListEntities", request.filter());
  if (!request.page_token().empty()) {
    FL_ASSIGN_OR_RETURN(page.after, DecodePageToken(request.page_token(), fingerprint));
  }
  const EntityTest test(filter);
  Interrupt interrupt(check, kEntitiesPerCheck);
  v1::ListEntitiesResponse response;
  std::string next;
  if (filter.article_id.has_value()) {
    FL_ASSIGN_OR_RETURN(next, ListOfArticle(view, *filter.article_id, test, page, &interrupt, &response));
  } else if (test.name().has_value() && test.name()->is_id()) {
    FL_ASSIGN_OR_RETURN(next, ListById(view.facts(), test, &response));
  } else {
    FL_ASSIGN_OR_RETURN(next, ListByName(view.facts(), test, page, &interrupt, &response));
  }
  if (!next.empty()) response.set_next_page_token(EncodePageToken(fingerprint, next));
  return response;
}

}  // namespace factline::query
