#include "query/facets/facet_search.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "protos/vocab/hash.h"
#include "protos/vocab/status.h"
#include "query/facets/date_histogram.h"
#include "query/facets/match_set.h"
#include "query/facets/value_counts.h"
#include "query/search/search_input.h"
#include "query/search/search_plan.h"

namespace factline::query {
namespace {

constexpr int kMaxFacets = 10;
constexpr size_t kDefaultValues = 10;
constexpr size_t kMaxValues = 1000;
constexpr size_t kMaxEntities = 100;
constexpr size_t kMaxEntitiesLookedAt = 1000;  // for those of one type
constexpr size_t kDefaultIntervals = 1000;
constexpr size_t kMaxIntervals = 10'000;
constexpr int32_t kMinOffsetMinutes = -12 * 60;
constexpr int32_t kMaxOffsetMinutes = 14 * 60;

// A FacetSpec, checked.
struct Spec {
  v1::FacetSpec::Field field = v1::FacetSpec::FIELD_UNSPECIFIED;
  store::Field terms = store::Field::kSource;  // unless by publication
  size_t limit = 0;
  std::optional<v1::EntityType> entity_type;
  DateInterval interval = DateInterval::kDay;
  int32_t utc_offset_minutes = 0;
};

std::optional<store::Field> TermsOf(v1::FacetSpec::Field field) {
  switch (field) {
    case v1::FacetSpec::FIELD_SOURCE:
      return store::Field::kSource;
    case v1::FacetSpec::FIELD_LANGUAGE:
      return store::Field::kLanguage;
    case v1::FacetSpec::FIELD_TAG:
      return store::Field::kTag;
    case v1::FacetSpec::FIELD_ENTITY:
      return store::Field::kEntity;
    case v1::FacetSpec::FIELD_ENTITY_TYPE:
      return store::Field::kEntityType;
    case v1::FacetSpec::FIELD_PREDICATE:
      return store::Field::kPredicate;
    default:
      return std::nullopt;
  }
}

absl::StatusOr<size_t> ReadLimit(const v1::FacetSpec& from, const std::string& path, size_t default_limit, size_t max) {
  if (from.limit() >= 0 && static_cast<size_t>(from.limit()) <= max) {
    return from.limit() == 0 ? default_limit : static_cast<size_t>(from.limit());
  }
  return FieldError(path + ".limit", Cat("is ", from.limit(), "; 0 to ", max, " are allowed"));
}

absl::Status ReadPublished(const v1::FacetSpec& from, const std::string& path, Spec* spec) {
  FL_ASSIGN_OR_RETURN(spec->limit, ReadLimit(from, path, kDefaultIntervals, kMaxIntervals));
  switch (from.interval()) {
    case v1::FacetSpec::INTERVAL_UNSPECIFIED:
    case v1::FacetSpec::INTERVAL_DAY:
      spec->interval = DateInterval::kDay;
      break;
    case v1::FacetSpec::INTERVAL_WEEK:
      spec->interval = DateInterval::kWeek;
      break;
    case v1::FacetSpec::INTERVAL_MONTH:
      spec->interval = DateInterval::kMonth;
      break;
    case v1::FacetSpec::INTERVAL_YEAR:
      spec->interval = DateInterval::kYear;
      break;
    default:
      return FieldError(path + ".interval", Cat(static_cast<int>(from.interval()), " is no interval"));
  }
  spec->utc_offset_minutes = from.utc_offset_minutes();
  if (spec->utc_offset_minutes < kMinOffsetMinutes || spec->utc_offset_minutes > kMaxOffsetMinutes) {
    return FieldError(path + ".utc_offset_minutes", Cat("is ", spec->utc_offset_minutes, "; ", kMinOffsetMinutes,
                                                        " to ", kMaxOffsetMinutes, " are allowed"));
  }
  return absl::OkStatus();
}

// What a field has no use for is a mistake of the caller, and not passed over.
absl::Status CheckUnused(const v1::FacetSpec& from, const std::string& path) {
  if (from.field() != v1::FacetSpec::FIELD_ENTITY && from.entity_type() != v1::ENTITY_TYPE_UNSPECIFIED) {
    return FieldError(path + ".entity_type", "is for FIELD_ENTITY alone");
  }
  if (from.field() == v1::FacetSpec::FIELD_PUBLISHED) return absl::OkStatus();
  if (from.interval() != v1::FacetSpec::INTERVAL_UNSPECIFIED) {
    return FieldError(path + ".interval", "is for FIELD_PUBLISHED alone");
  }
  if (from.utc_offset_minutes() != 0) {
    return FieldError(path + ".utc_offset_minutes", "is for FIELD_PUBLISHED alone");
  }
  return absl::OkStatus();
}

absl::StatusOr<Spec> ReadSpec(const v1::FacetSpec& from, const std::string& path) {
  FL_RETURN_IF_ERROR(CheckUnused(from, path));
  Spec spec;
  spec.field = from.field();
  if (from.field() == v1::FacetSpec::FIELD_PUBLISHED) {
    FL_RETURN_IF_ERROR(ReadPublished(from, path, &spec));
    return spec;
  }
  const std::optional<store::Field> terms = TermsOf(from.field());
  if (!terms.has_value()) {
    return FieldError(path + ".field", Cat(static_cast<int>(from.field()), " is nothing that can be counted"));
  }
  spec.terms = *terms;
  const size_t max = from.field() == v1::FacetSpec::FIELD_ENTITY ? kMaxEntities : kMaxValues;
  FL_ASSIGN_OR_RETURN(spec.limit, ReadLimit(from, path, kDefaultValues, max));
  if (from.entity_type() != v1::ENTITY_TYPE_UNSPECIFIED) {
    if (!v1::EntityType_IsValid(from.entity_type())) {
      return FieldError(path + ".entity_type", Cat(static_cast<int>(from.entity_type()), " is no type"));
    }
    spec.entity_type = from.entity_type();
  }
  return spec;
}

absl::StatusOr<std::vector<Spec>> ReadSpecs(const v1::FacetSearchRequest& request) {
  if (request.facets_size() < 1 || request.facets_size() > kMaxFacets) {
    return FieldError("facets", Cat("has ", request.facets_size(), " values; 1 to ", kMaxFacets, " are allowed"));
  }
  std::vector<Spec> specs;
  for (int i = 0; i < request.facets_size(); ++i) {
    FL_ASSIGN_OR_RETURN(Spec spec, ReadSpec(request.facets(i), Cat("facets[", i, "]")));
    specs.push_back(spec);
  }
  return specs;
}

// Counts one request's facets over its matches.
class Counter {
 public:
  Counter(const store::FactReader& facts, const std::vector<MatchSet>& matches, FacetColumns* columns,
          Interrupt* interrupt)
      : facts_(facts), matches_(matches), columns_(*columns), interrupt_(*interrupt) {}

  absl::StatusOr<v1::Facet> Count(const Spec& spec) {
    switch (spec.field) {
      case v1::FacetSpec::FIELD_PUBLISHED:
        return CountPublished(spec);
      case v1::FacetSpec::FIELD_ENTITY:
        return CountEntities(spec);
      default:
        return CountTerms(spec);
    }
  }

 private:
  absl::StatusOr<TopValues> Top(store::Field field, size_t limit) {
    std::vector<std::unique_ptr<ValueCounts>> segments;
    for (const MatchSet& matches : matches_) {
      FL_ASSIGN_OR_RETURN(std::shared_ptr<const FacetColumn> column,
                          columns_.Get(matches.segment(), field, &interrupt_));
      if (column == nullptr) {
        segments.push_back(CountByWalk(matches, field, &interrupt_));
      } else {
        FL_ASSIGN_OR_RETURN(segments.emplace_back(), CountByColumn(matches, std::move(column), &interrupt_));
      }
    }
    return MergeTopValues(std::move(segments), limit, &interrupt_);
  }

  absl::StatusOr<v1::Facet> CountTerms(const Spec& spec) {
    FL_ASSIGN_OR_RETURN(TopValues top, Top(spec.terms, spec.limit));
    v1::Facet facet;
    for (TopValues::Value& from : top.values) {
      v1::FacetValue& value = *facet.add_values();
      if (spec.field == v1::FacetSpec::FIELD_ENTITY_TYPE) {
        v1::EntityType type = v1::ENTITY_TYPE_UNSPECIFIED;
        v1::EntityType_Parse(Cat("ENTITY_TYPE_", from.value), &type);
        value.set_entity_type(type);
      }
      value.set_value(std::move(from.value));
      value.set_count(from.count);
    }
    facet.set_value_count(top.value_count);
    facet.set_truncated(top.value_count > top.values.size());
    return facet;
  }

  absl::StatusOr<v1::Facet> CountEntities(const Spec& spec) {
    const size_t looked_at = spec.entity_type.has_value() ? kMaxEntitiesLookedAt : spec.limit;
    FL_ASSIGN_OR_RETURN(const TopValues top, Top(spec.terms, looked_at));
    v1::Facet facet;
    facet.set_value_count(top.value_count);
    facet.set_truncated(top.value_count > top.values.size());
    for (const TopValues::Value& from : top.values) {
      FL_RETURN_IF_ERROR(interrupt_.Now());
      FL_ASSIGN_OR_RETURN(const std::optional<v1::Entity> entity, facts_.GetEntity(EntityId(from.value)));
      if (spec.entity_type.has_value() && (!entity.has_value() || entity->type() != *spec.entity_type)) continue;
      if (static_cast<size_t>(facet.values_size()) == spec.limit) {
        facet.set_truncated(true);
        break;
      }
      v1::FacetValue& value = *facet.add_values();
      value.set_value(ToHex(from.value));
      value.set_count(from.count);
      if (!entity.has_value()) continue;
      value.set_entity_name(entity->name());
      value.set_entity_type(entity->type());
    }
    return facet;
  }

  absl::StatusOr<v1::Facet> CountPublished(const Spec& spec) {
    DateHistogram histogram(spec.interval, spec.utc_offset_minutes);
    for (const MatchSet& matches : matches_) FL_RETURN_IF_ERROR(histogram.Add(matches, &interrupt_));
    const std::map<absl::CivilDay, uint64_t> counts = histogram.Counts();
    v1::Facet facet;
    facet.set_value_count(counts.size());
    facet.set_truncated(counts.size() > spec.limit);
    auto shown = counts.begin();
    if (counts.size() > spec.limit) std::advance(shown, counts.size() - spec.limit);
    for (; shown != counts.end(); ++shown) {
      v1::FacetValue& value = *facet.add_values();
      value.set_value(absl::FormatCivilTime(shown->first));
      value.set_count(shown->second);
      value.mutable_begin_time()->set_seconds(histogram.UnixSecondsOf(shown->first));
    }
    return facet;
  }

  const store::FactReader& facts_;
  const std::vector<MatchSet>& matches_;
  FacetColumns& columns_;
  Interrupt& interrupt_;
};

absl::StatusOr<SearchInput> ReadSearch(const v1::FacetSearchRequest& request, const text::Analyzer& analyzer,
                                       const store::FactReader& facts) {
  v1::SearchRequest search;
  search.set_query(request.query());
  *search.mutable_filter() = request.filter();
  search.set_match(request.match());
  return ReadSearchRequest(search, analyzer, facts);
}

}  // namespace

absl::StatusOr<v1::FacetSearchResponse> FacetSearch(const store::IndexView& view, const v1::FacetSearchRequest& request,
                                                    const text::Analyzer& analyzer, FacetColumns* columns,
                                                    const InterruptCheck& check) {
  FL_ASSIGN_OR_RETURN(const std::vector<Spec> specs, ReadSpecs(request));
  FL_ASSIGN_OR_RETURN(const SearchInput input, ReadSearch(request, analyzer, view.facts()));
  FL_ASSIGN_OR_RETURN(const std::unique_ptr<SearchPlan> plan,
                      SearchPlan::Make(view, input.words.has_value() ? &*input.words : nullptr, input.filter, nullptr,
                                       check, input.k1));
  Interrupt interrupt(check);
  FL_ASSIGN_OR_RETURN(const std::vector<MatchSet> matches, FindMatches(plan.get(), &interrupt));
  v1::FacetSearchResponse response;
  for (const MatchSet& of_segment : matches) response.set_total_count(response.total_count() + of_segment.Size());
  Counter counter(view.facts(), matches, columns, &interrupt);
  for (const Spec& spec : specs) {
    FL_ASSIGN_OR_RETURN(*response.add_facets(), counter.Count(spec));
    response.mutable_facets()->rbegin()->set_field(spec.field);
  }
  return response;
}

}  // namespace factline::query
