// factline facets
#include <algorithm>
#include <utility>

#include "deploy/cli/client.h"
#include "deploy/cli/command.h"
#include "deploy/cli/format_text.h"
#include "deploy/cli/search_flags.h"
#include "deploy/cli/table.h"
#include "factline/v1/query_service.grpc.pb.h"
#include "protos/vocab/status.h"

namespace factline::cli {
namespace {

// What --by takes.
struct Facet {
  std::string_view word;
  v1::FacetSpec::Field field;
  v1::FacetSpec::Interval interval = v1::FacetSpec::INTERVAL_UNSPECIFIED;
};
constexpr Facet kFacets[] = {
    {"source", v1::FacetSpec::FIELD_SOURCE},
    {"language", v1::FacetSpec::FIELD_LANGUAGE},
    {"tag", v1::FacetSpec::FIELD_TAG},
    {"entity", v1::FacetSpec::FIELD_ENTITY},
    {"type", v1::FacetSpec::FIELD_ENTITY_TYPE},
    {"predicate", v1::FacetSpec::FIELD_PREDICATE},
    {"day", v1::FacetSpec::FIELD_PUBLISHED, v1::FacetSpec::INTERVAL_DAY},
    {"week", v1::FacetSpec::FIELD_PUBLISHED, v1::FacetSpec::INTERVAL_WEEK},
    {"month", v1::FacetSpec::FIELD_PUBLISHED, v1::FacetSpec::INTERVAL_MONTH},
    {"year", v1::FacetSpec::FIELD_PUBLISHED, v1::FacetSpec::INTERVAL_YEAR},
};

CommandSpec Spec() {
  CommandSpec spec;
  spec.name = "facets";
  spec.arguments = "[WORD...]";
  spec.summary = "count what a search finds by source, entity, predicate or time";
  spec.description =
      "Counts all articles that a search finds, by the values that they have. Words and filters are those of 'factline "
      "search'; without words all articles are counted. An article counts once under each of its values. Days are "
      "those of UTC unless --utc_offset says otherwise.";
  spec.flags = {
      {"by", "FIELD[,FIELD]", "source, language, tag, entity, type, predicate, day, week, month or year",
       "source,entity,month"},
      {"limit", "N", "values a field at most; of intervals the newest", "10"},
      {"entity_type", "TYPE", "--by=entity: only of this type: ORG, PERSON", ""},
      {"utc_offset", "MINUTES", "by which the clock that days are told by is ahead of UTC: 480 in China", "0"},
      AnyFlag(),
  };
  for (FlagSpec& flag : FilterFlags()) spec.flags.push_back(std::move(flag));
  spec.flags.push_back(FormatFlag());
  for (FlagSpec& flag : ConnectionFlags()) spec.flags.push_back(std::move(flag));
  spec.examples =
      "  factline facets 储能\n"
      "  factline facets 储能 投资 --by=entity --entity_type=ORG --limit=20\n"
      "  factline facets --by=week --from=2024-01-01 --utc_offset=480\n"
      "  factline facets 储能 --by=predicate --format=json | jq '.facets[0].values'\n";
  return spec;
}

absl::StatusOr<v1::FacetSpec> FacetOf(const std::string& word, const Arguments& arguments) {
  const Facet* const found =
      std::find_if(std::begin(kFacets), std::end(kFacets), [&](const Facet& facet) { return facet.word == word; });
  if (found == std::end(kFacets)) {
    return absl::InvalidArgumentError(
        Cat("--by=", word, ": want source, language, tag, entity, type, predicate, day, week, month or year"));
  }
  v1::FacetSpec facet;
  facet.set_field(found->field);
  facet.set_interval(found->interval);
  FL_ASSIGN_OR_RETURN(const int64_t limit, arguments.Integer("limit", 1, 10'000));
  facet.set_limit(static_cast<int32_t>(limit));
  if (found->field == v1::FacetSpec::FIELD_PUBLISHED) {
    FL_ASSIGN_OR_RETURN(const int64_t offset, arguments.Integer("utc_offset", -720, 840));
    facet.set_utc_offset_minutes(static_cast<int32_t>(offset));
  }
  if (found->field == v1::FacetSpec::FIELD_ENTITY && arguments.Given("entity_type")) {
    FL_ASSIGN_OR_RETURN(const v1::EntityType type, TypeFromWord("entity_type", arguments.Get("entity_type")));
    facet.set_entity_type(type);
  }
  return facet;
}

void PrintFacet(const std::string& word, const v1::Facet& facet, Console& console) {
  Table table({{word}, {"ARTICLES", Table::Align::kRight}});
  for (const v1::FacetValue& value : facet.values()) {
    std::string name = value.value();
    if (facet.field() == v1::FacetSpec::FIELD_ENTITY && !value.entity_name().empty()) {
      name = Cat(value.entity_name(), " (", TypeWord(value.entity_type()), ")");
    }
    table.AddRow({std::move(name), Count(value.count())});
  }
  console.out << table.Render(console.columns);
  if (facet.truncated())
    console.out << "shown: " << facet.values_size() << " of " << Count(facet.value_count()) << "\n";
  console.out << "\n";
}

absl::StatusOr<ExitCode> Run(const Arguments& arguments, Console& console) {
  FL_ASSIGN_OR_RETURN(const Format format, FormatOf(arguments));
  v1::FacetSearchRequest request;
  request.set_query(QueryOf(arguments));
  request.set_match(MatchOf(arguments));
  FL_RETURN_IF_ERROR(SetFilter(arguments, request.mutable_filter()));
  const std::vector<std::string> words = arguments.List("by");
  for (const std::string& word : words) {
    FL_ASSIGN_OR_RETURN(*request.add_facets(), FacetOf(word, arguments));
  }
  FL_ASSIGN_OR_RETURN(auto connection, Connection<v1::QueryService>::Open(Role::kQuery, arguments));
  v1::FacetSearchResponse response;
  FL_RETURN_IF_ERROR(connection.Call(&v1::QueryService::Stub::FacetSearch, request, &response));
  if (format != Format::kTable) {
    PrintJson(format, response, response.facets(), console.out);
    return kOk;
  }
  for (int i = 0; i < response.facets_size(); ++i) {
    std::string header = words[static_cast<size_t>(i)];
    std::transform(header.begin(), header.end(), header.begin(), [](unsigned char c) { return std::toupper(c); });
    PrintFacet(header, response.facets(i), console);
  }
  console.out << Count(response.total_count()) << (response.total_count() == 1 ? " article matches" : " articles match")
              << "\n";
  return kOk;
}

}  // namespace

Command FacetsCommand() { return {Spec(), Run}; }

}  // namespace factline::cli
