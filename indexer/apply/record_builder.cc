#include "indexer/apply/record_builder.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "indexer/store/fact_id.h"
#include "protos/vocab/event_days.h"
#include "protos/vocab/hash.h"
#include "protos/vocab/string_map.h"
#include "protos/vocab/utf8.h"

namespace factline::apply {
namespace {

using storage::v1::DocRecord;
using storage::v1::ExtractedFact;

v1::EntityType ApiType(extract::EntityType type) {
  using T = extract::EntityType;
  switch (type) {
    case T::kPerson:
      return v1::ENTITY_TYPE_PERSON;
    case T::kOrg:
      return v1::ENTITY_TYPE_ORG;
    case T::kGpe:
      return v1::ENTITY_TYPE_GPE;
    case T::kLoc:
      return v1::ENTITY_TYPE_LOC;
    case T::kFac:
      return v1::ENTITY_TYPE_FAC;
    case T::kProduct:
      return v1::ENTITY_TYPE_PRODUCT;
    case T::kAward:
      return v1::ENTITY_TYPE_AWARD;
    case T::kEvent:
      return v1::ENTITY_TYPE_EVENT;
    case T::kWork:
      return v1::ENTITY_TYPE_WORK;
    case T::kTitle:
      return v1::ENTITY_TYPE_TITLE;
    case T::kDate:
      return v1::ENTITY_TYPE_DATE;
    case T::kMoney:
      return v1::ENTITY_TYPE_MONEY;
    case T::kPercent:
      return v1::ENTITY_TYPE_PERCENT;
    case T::kQuantity:
      return v1::ENTITY_TYPE_QUANTITY;
  }
  return v1::ENTITY_TYPE_UNSPECIFIED;
}

v1::Modality ApiModality(extract::Modality modality) {
  switch (modality) {
    case extract::Modality::kAsserted:
      return v1::MODALITY_ASSERTED;
    case extract::Modality::kPlanned:
      return v1::MODALITY_PLANNED;
    case extract::Modality::kEstimated:
      return v1::MODALITY_ESTIMATED;
    case extract::Modality::kDenied:
      return v1::MODALITY_DENIED;
  }
  return v1::MODALITY_UNSPECIFIED;
}

v1::Comparator ApiComparator(text::Comparator comparator) {
  switch (comparator) {
    case text::Comparator::kEqual:
      return v1::COMPARATOR_EQUAL;
    case text::Comparator::kAbout:
      return v1::COMPARATOR_ABOUT;
    case text::Comparator::kAtLeast:
      return v1::COMPARATOR_AT_LEAST;
    case text::Comparator::kMore:
      return v1::COMPARATOR_MORE;
    case text::Comparator::kAtMost:
      return v1::COMPARATOR_AT_MOST;
    case text::Comparator::kLess:
      return v1::COMPARATOR_LESS;
    case text::Comparator::kRange:
      return v1::COMPARATOR_RANGE;
  }
  return v1::COMPARATOR_UNSPECIFIED;
}

v1::Change ApiChange(text::Change change) {
  switch (change) {
    case text::Change::kNone:
      return v1::CHANGE_NONE;
    case text::Change::kIncrease:
      return v1::CHANGE_INCREASE;
    case text::Change::kDecrease:
      return v1::CHANGE_DECREASE;
  }
  return v1::CHANGE_UNSPECIFIED;
}

// Said by Fact.value already.
bool IsPartOfValue(std::string_view qualifier) {
  return qualifier == "comparator" || qualifier == "change" || qualifier == "value_to";
}

bool LiesIn(Span span, std::string_view body) {
  return span.begin <= span.end_exclusive && span.end_exclusive <= body.size();
}

class RecordBuilder {
 public:
  RecordBuilder(const extract::Extraction& extraction, std::string_view extractor_version, DocRecord* record)
      : extraction_(extraction), extractor_version_(extractor_version), record_(*record) {}

  void AddEntities() {
    std::vector<Group> groups;
    StringMap<size_t> index_by_id;
    for (const extract::Entity& entity : extraction_.entities) {
      const v1::EntityType type = ApiType(entity.type);
      if (store::IsValueType(type)) {
        groups.push_back({"", {&entity}});
        continue;
      }
      std::string id = ToHex(store::EntityIdOf(type, entity.name).value());
      const auto [found, is_new] = index_by_id.try_emplace(id, groups.size());
      if (is_new) groups.push_back({std::move(id), {}});
      groups[found->second].entities.push_back(&entity);
    }
    for (const Group& group : groups) AddEntity(group);
  }

  void AddFacts() {
    std::set<std::string> seen;
    for (const extract::Fact& fact : extraction_.facts) {
      if (!LiesInBody(fact.evidence) || fact.evidence.empty()) continue;
      ExtractedFact extracted;
      FillMeaning(fact, *extracted.mutable_meaning());
      FillEvidence(fact, *extracted.mutable_evidence());
      if (const auto date = fact.qualifiers.find("date"); date != fact.qualifiers.end()) {
        if (const std::optional<DayRange> days = DaysOf(date->second)) {
          extracted.set_event_day_first(days->first);
          extracted.set_event_day_last(days->last);
        }
      }
      extracted.set_fact_id(store::FactIdOf(extracted).value());
      if (seen.insert(extracted.fact_id()).second) record_.add_facts()->Swap(&extracted);
    }
  }

 private:
  const std::string& body() const { return record_.article().body(); }
  bool LiesInBody(Span span) const { return LiesIn(span, body()); }

  static void Set(Span from, v1::Span* to) {
    to->set_begin(from.begin);
    to->set_end(from.end_exclusive);
  }

  // What the extractor took for several entities but has one id; the first gives the name.
  struct Group {
    std::string id;  // empty for values, which have none
    std::vector<const extract::Entity*> entities;
  };

  void AddEntity(const Group& group) {
    const extract::Entity& first = *group.entities.front();
    v1::ArticleEntity& added = *record_.add_entities();
    added.set_type(ApiType(first.type));
    added.set_name(first.name);
    added.set_entity_id(group.id);
    if (group.id.empty()) added.set_norm(first.norm);
    std::vector<Span> spans;
    for (const extract::Entity* entity : group.entities) {
      for (const extract::Mention& mention : entity->mentions) {
        if (LiesInBody(mention.span) && !mention.span.empty()) spans.push_back(mention.span);
      }
    }
    std::sort(spans.begin(), spans.end());
    spans.erase(std::unique(spans.begin(), spans.end()), spans.end());
    for (const std::string_view form : AliasesOf(group, spans)) added.add_aliases(std::string(form));
    if (spans.size() > kMaxMentions) spans.resize(kMaxMentions);
    for (const Span span : spans) Set(span, added.add_mentions());
  }

  // The forms beside the name, sorted; if they are too many those that are mentioned most, the least bytes first.
  std::vector<std::string_view> AliasesOf(const Group& group, const std::vector<Span>& mentions) const {
    std::vector<std::string_view> forms;
    for (const extract::Entity* entity : group.entities) {
      forms.push_back(entity->name);
      forms.insert(forms.end(), entity->aliases.begin(), entity->aliases.end());
    }
    std::sort(forms.begin(), forms.end());
    forms.erase(std::unique(forms.begin(), forms.end()), forms.end());
    std::erase(forms, std::string_view(group.entities.front()->name));
    if (forms.size() <= kMaxAliases) return forms;
    absl::flat_hash_map<std::string_view, size_t> count_by_text;
    for (const Span span : mentions) ++count_by_text[span.In(body())];
    std::stable_sort(forms.begin(), forms.end(), [&count_by_text](std::string_view a, std::string_view b) {
      const auto count_of = [&count_by_text](std::string_view form) {
        const auto found = count_by_text.find(form);
        return found == count_by_text.end() ? size_t{0} : found->second;
      };
      return count_of(a) > count_of(b);
    });
    forms.resize(kMaxAliases);
    std::sort(forms.begin(), forms.end());
    return forms;
  }

  void FillArgument(const extract::Argument& from, v1::FactArgument& to) const {
    to.set_text(from.text);
    if (from.entity >= extraction_.entities.size()) return;
    const extract::Entity& entity = extraction_.entities[from.entity];
    to.set_type(ApiType(entity.type));
    if (store::IsValueType(to.type())) return;
    to.set_text(entity.name);
    to.set_entity_id(ToHex(store::EntityIdOf(to.type(), entity.name).value()));
  }

  void FillValue(const text::Value& from, v1::Value& to) const {
    to.set_number(from.number == from.number ? from.number : 0);  // NaN has no place in an order
    if (from.number_to.has_value()) to.set_number_to(*from.number_to);
    to.set_unit(from.unit);
    to.set_comparator(ApiComparator(from.comparator));
    to.set_change(ApiChange(from.change));
    if (LiesInBody(from.context)) to.set_text(std::string(from.context.In(body())));
  }

  void FillMeaning(const extract::Fact& from, v1::Fact& to) const {
    to.set_predicate(from.predicate);
    FillArgument(from.subject, *to.mutable_subject());
    if (!from.object.text.empty() || from.object.entity != extract::kNoEntity) {
      FillArgument(from.object, *to.mutable_object());
    }
    if (from.value.has_value()) FillValue(*from.value, *to.mutable_value());
    for (const auto& [name, text] : from.qualifiers) {
      if (!text.empty() && !IsPartOfValue(name)) (*to.mutable_qualifiers())[name] = text;
    }
    to.set_modality(ApiModality(from.modality));
  }

  void FillEvidence(const extract::Fact& from, v1::Evidence& to) const {
    const v1::StoredArticle& article = record_.article();
    to.set_article_id(article.id());
    to.set_article_version(article.version());
    Set(from.evidence, to.mutable_span());
    const auto set_argument = [this](Span span, auto make) {
      if (!span.empty() && LiesInBody(span)) Set(span, make());
    };
    set_argument(from.subject.span, [&to] { return to.mutable_subject_span(); });
    set_argument(from.object.span, [&to] { return to.mutable_object_span(); });
    if (from.value.has_value() && !to.has_object_span()) {
      set_argument(from.value->context, [&to] { return to.mutable_object_span(); });
    }
    to.set_content_hash(article.content_hash());
    *to.mutable_published_time() = article.published_time();
    *to.mutable_indexed_time() = record_.indexed_time();
    to.set_cited_source(from.source);
    to.set_confidence(from.confidence);
    to.set_rule_id(from.rule_id);
    to.set_extractor_version(std::string(extractor_version_));
    to.set_source(article.source());
  }

  const extract::Extraction& extraction_;
  const std::string_view extractor_version_;
  DocRecord& record_;
};

}  // namespace

bool IsUtf8(const extract::Extraction& extraction, std::string_view body) {
  const auto is_utf8 = [](std::string_view text) { return !FirstInvalidUtf8(text).has_value(); };
  const auto is_sound_entity = [&](const extract::Entity& entity) {
    return is_utf8(entity.name) && is_utf8(entity.norm) &&
           std::all_of(entity.aliases.begin(), entity.aliases.end(), is_utf8);
  };
  const auto is_sound_value = [&](const text::Value& value) {
    return is_utf8(value.unit) && (!LiesIn(value.context, body) || is_utf8(value.context.In(body)));
  };
  const auto is_sound_fact = [&](const extract::Fact& fact) {
    return is_utf8(fact.predicate) && is_utf8(fact.subject.text) && is_utf8(fact.object.text) && is_utf8(fact.source) &&
           is_utf8(fact.rule_id) && (!fact.value.has_value() || is_sound_value(*fact.value)) &&
           std::all_of(fact.qualifiers.begin(), fact.qualifiers.end(),
                       [&](const auto& named) { return is_utf8(named.first) && is_utf8(named.second); });
  };
  return std::all_of(extraction.entities.begin(), extraction.entities.end(), is_sound_entity) &&
         std::all_of(extraction.facts.begin(), extraction.facts.end(), is_sound_fact);
}

void AddExtraction(const extract::Extraction& extraction, std::string_view extractor_version, DocRecord* record) {
  RecordBuilder builder(extraction, extractor_version, record);
  builder.AddEntities();
  builder.AddFacts();
}

}  // namespace factline::apply
