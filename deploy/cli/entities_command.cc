// factline entities, factline entity
#include "absl/strings/str_join.h"
#include "deploy/cli/command.h"
#include "deploy/cli/display_width.h"
#include "deploy/cli/fact_table.h"
#include "deploy/cli/format_text.h"
#include "deploy/cli/listing.h"
#include "deploy/cli/table.h"

namespace factline::cli {
namespace {

constexpr int64_t kMaxSuggestions = 50;

CommandSpec ListSpec() {
  CommandSpec spec;
  spec.name = "entities";
  spec.arguments = "[NAME]";
  spec.summary = "list who and what the articles name";
  spec.description =
      "Lists entities: people, organisations, places, products, awards and so on. NAME finds names and aliases; NAME* "
      "finds "
      "what begins so (quote the * in a shell).";
  spec.flags = {{"type", "TYPE", "PERSON, ORG, GPE, LOC, FAC, PRODUCT, AWARD, EVENT, WORK or TITLE", ""},
                {"article", "ID", "only those that this article mentions", ""},
                {"suggest", "TEXT",
                 "for a search box: names that begin so or are spelt nearly so, those that most articles mention "
                 "first; at most 50",
                 ""}};
  for (FlagSpec& flag : ListFlags()) spec.flags.push_back(std::move(flag));
  spec.flags.push_back(FormatFlag());
  for (FlagSpec& flag : ConnectionFlags()) spec.flags.push_back(std::move(flag));
  spec.examples =
      "  factline entities '远岭*'\n"
      "  factline entities --type=AWARD\n"
      "  factline entities --suggest=远领储能 --limit=5\n"
      "  factline entities --article='harbour-daily-2024-03-18#1' --format=jsonl | jq -r .name\n";
  return spec;
}

CommandSpec GetSpec() {
  CommandSpec spec;
  spec.name = "entity";
  spec.arguments = "ID|NAME";
  spec.summary = "show one entity with its aliases and its facts";
  spec.description =
      "Shows one entity, by its id or by a name or alias, and the newest facts that have it as subject or object. "
      "Several "
      "entities may share a name: then all are shown.\nExit code 1 if there is none.";
  spec.flags = {{"facts", "N", "how many facts at most; 0: none", "10"}, FormatFlag()};
  for (FlagSpec& flag : ConnectionFlags()) spec.flags.push_back(std::move(flag));
  spec.examples =
      "  factline entity 远岭储能\n"
      "  factline entity 0f3c5a1e9b7d2468ace013579bdf0246 --format=json\n";
  return spec;
}

void PrintEntities(const google::protobuf::RepeatedPtrField<v1::Entity>& entities, Console& console) {
  using Align = Table::Align;
  Table table({{"NAME"},
               {"TYPE"},
               {"ALSO"},
               {"ARTICLES", Align::kRight},
               {"MENTIONS", Align::kRight},
               {"FACTS", Align::kRight},
               {"LAST SEEN"},
               {"ID"}});
  for (const v1::Entity& entity : entities) {
    table.AddRow({entity.name(), std::string(TypeWord(entity.type())), absl::StrJoin(entity.aliases(), ", "),
                  Count(entity.article_count()), Count(entity.mention_count()), Count(entity.fact_count()),
                  Day(entity.last_published_time()), entity.id()});
  }
  console.out << table.Render(console.columns);
}

absl::StatusOr<ExitCode> RunSuggest(const Arguments& arguments, Console& console) {
  FL_ASSIGN_OR_RETURN(const Format format, FormatOf(arguments));
  for (const char* other : {"article", "filter", "page_token"}) {
    if (arguments.Given(other)) return absl::InvalidArgumentError(Cat("--suggest does not go with --", other));
  }
  if (!arguments.positional().empty()) return absl::InvalidArgumentError("--suggest=TEXT takes no NAME beside it");
  v1::SuggestEntitiesRequest request;
  request.set_text(std::string(arguments.Get("suggest")));
  if (arguments.Given("type")) {
    FL_ASSIGN_OR_RETURN(const v1::EntityType type, TypeFromWord("type", arguments.Get("type")));
    request.set_type(type);
  }
  if (arguments.Given("limit")) {
    FL_ASSIGN_OR_RETURN(const int64_t limit, arguments.Integer("limit", 1, kMaxSuggestions));
    request.set_limit(static_cast<int32_t>(limit));
  }
  FL_ASSIGN_OR_RETURN(auto connection, Connection<v1::QueryService>::Open(Role::kQuery, arguments));
  v1::SuggestEntitiesResponse response;
  FL_RETURN_IF_ERROR(connection.Call(&v1::QueryService::Stub::SuggestEntities, request, &response));
  if (format != Format::kTable) {
    PrintJson(format, response, response.suggestions(), console.out);
    return kOk;
  }
  using Align = Table::Align;
  Table table({{"NAME"}, {"TYPE"}, {"BY"}, {"EDITS", Align::kRight}, {"ARTICLES", Align::kRight}, {"ID"}});
  for (const v1::EntitySuggestion& suggestion : response.suggestions()) {
    const v1::Entity& entity = suggestion.entity();
    table.AddRow({entity.name(), std::string(TypeWord(entity.type())), suggestion.matched_name(),
                  Count(suggestion.edits()), Count(entity.article_count()), entity.id()});
  }
  console.out << table.Render(console.columns);
  return kOk;
}

absl::StatusOr<ExitCode> RunList(const Arguments& arguments, Console& console) {
  if (arguments.Given("suggest")) return RunSuggest(arguments, console);
  FL_ASSIGN_OR_RETURN(Format format, FormatOf(arguments));
  if (arguments.positional().size() > 1)
    return absl::InvalidArgumentError("want at most one NAME; quote names with blanks");
  std::vector<std::string> terms;
  if (!arguments.positional().empty()) terms.push_back(Cat("name = ", FilterString(arguments.positional()[0])));
  if (arguments.Given("type")) {
    FL_ASSIGN_OR_RETURN(v1::EntityType type, TypeFromWord("type", arguments.Get("type")));
    terms.push_back(Cat("type = ", TypeWord(type)));
  }
  if (arguments.Given("article")) terms.push_back(Cat("article_id = ", FilterString(arguments.Get("article"))));
  terms.emplace_back(arguments.Get("filter"));
  v1::ListEntitiesRequest request;
  request.set_filter(And(terms));
  FL_ASSIGN_OR_RETURN(v1::ListEntitiesResponse all,
                      ListAll(&v1::QueryService::Stub::ListEntities, request, arguments,
                              [](const v1::ListEntitiesResponse& response) { return response.entities_size(); }));
  if (format != Format::kTable) {
    PrintJson(format, all, all.entities(), console.out);
    return kOk;
  }
  PrintEntities(all.entities(), console);
  if (!all.next_page_token().empty()) console.out << "\nmore: --page_token=" << all.next_page_token() << "\n";
  return kOk;
}

bool IsHexId(std::string_view text) {
  return text.size() == 32 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

absl::StatusOr<v1::ListEntitiesResponse> FindEntities(Connection<v1::QueryService>& connection,
                                                      const std::string& name) {
  v1::ListEntitiesResponse found;
  if (IsHexId(name)) {
    v1::GetEntityRequest request;
    request.set_id(name);
    v1::GetEntityResponse response;
    FL_RETURN_IF_ERROR(connection.Call(&v1::QueryService::Stub::GetEntity, request, &response));
    *found.add_entities() = std::move(*response.mutable_entity());
    return found;
  }
  v1::ListEntitiesRequest request;
  request.set_filter(Cat("name = ", FilterString(name)));
  FL_RETURN_IF_ERROR(connection.Call(&v1::QueryService::Stub::ListEntities, request, &found));
  if (found.entities_size() == 0) return absl::NotFoundError(Cat("no entity is named '", name, "'"));
  return found;
}

absl::StatusOr<ExitCode> RunGet(const Arguments& arguments, Console& console) {
  FL_ASSIGN_OR_RETURN(Format format, FormatOf(arguments));
  if (arguments.positional().size() != 1)
    return absl::InvalidArgumentError("want one ID or NAME: factline entity NAME");
  FL_ASSIGN_OR_RETURN(int64_t fact_limit, arguments.Integer("facts", 0, 1000));
  FL_ASSIGN_OR_RETURN(auto connection, Connection<v1::QueryService>::Open(Role::kQuery, arguments));
  FL_ASSIGN_OR_RETURN(v1::ListEntitiesResponse found, FindEntities(connection, arguments.positional()[0]));
  if (format != Format::kTable) {
    PrintJson(format, found, found.entities(), console.out);
    return kOk;
  }
  PrintEntities(found.entities(), console);
  for (const v1::Entity& entity : found.entities()) {
    if (fact_limit == 0) break;
    v1::ListFactsRequest request;
    request.set_filter(Cat("entity = ", FilterString(entity.id())));
    request.set_page_size(static_cast<int32_t>(fact_limit));
    v1::ListFactsResponse facts;
    FL_RETURN_IF_ERROR(connection.Call(&v1::QueryService::Stub::ListFacts, request, &facts));
    if (facts.facts_size() == 0) continue;
    console.out << "\n" << console.Bold(Cat("Facts with ", OneLine(entity.name()), ":")) << "\n";
    PrintFacts(facts.facts(), false, console);
  }
  return kOk;
}

}  // namespace

Command EntitiesCommand() { return {ListSpec(), RunList}; }
Command EntityCommand() { return {GetSpec(), RunGet}; }

}  // namespace factline::cli
