#include "deploy/cli/search_flags.h"

#include <optional>
#include <utility>

#include "absl/strings/str_join.h"
#include "deploy/cli/format_text.h"
#include "protos/vocab/status.h"

namespace factline::cli {
namespace {

absl::Status SetTime(const Arguments& arguments, std::string_view flag, google::protobuf::Timestamp* out) {
  std::optional<absl::Time> time = ParseTime(arguments.Get(flag));
  if (!time.has_value()) {
    return absl::InvalidArgumentError(Cat("--", flag, "=", arguments.Get(flag), ": want a date or time: 2024-03-24"));
  }
  out->set_seconds(absl::ToUnixSeconds(*time));
  return absl::OkStatus();
}

}  // namespace

std::vector<FlagSpec> FilterFlags() {
  return {
      {"from", "TIME", "published at or after: 2024-03-01, 2024-03-01T08:00:00+08:00", ""},
      {"before", "TIME", "published before", ""},
      {"source", "NAME[,NAME]", "from any of these sources", ""},
      {"language", "TAG[,TAG]", "in any of these languages: zh, en", ""},
      {"entity", "NAME[,NAME]", "that mention all of these entities, by name, alias or id", ""},
      {"predicate", "NAME[,NAME]", "with a fact of any of these predicates: invests_in", ""},
      {"has", "TYPE[,TYPE]", "that mention an entity of any of these types: ORG, PERSON", ""},
  };
}

absl::Status SetFilter(const Arguments& arguments, v1::SearchFilter* filter) {
  if (arguments.Given("from")) FL_RETURN_IF_ERROR(SetTime(arguments, "from", filter->mutable_published_from()));
  if (arguments.Given("before")) FL_RETURN_IF_ERROR(SetTime(arguments, "before", filter->mutable_published_before()));
  for (std::string& name : arguments.List("source")) filter->add_sources(std::move(name));
  for (std::string& name : arguments.List("language")) filter->add_languages(std::move(name));
  for (std::string& name : arguments.List("entity")) filter->add_entities(std::move(name));
  for (std::string& name : arguments.List("predicate")) filter->add_predicates(std::move(name));
  for (const std::string& word : arguments.List("has")) {
    FL_ASSIGN_OR_RETURN(const v1::EntityType type, TypeFromWord("has", word));
    filter->add_entity_types(type);
  }
  return absl::OkStatus();
}

FlagSpec AnyFlag() {
  return {"any", "", "articles with any of the words, best first: for questions in whole sentences", ""};
}

v1::SearchRequest::Match MatchOf(const Arguments& arguments) {
  return arguments.Given("any") ? v1::SearchRequest::MATCH_ANY : v1::SearchRequest::MATCH_UNSPECIFIED;
}

std::string QueryOf(const Arguments& arguments) { return absl::StrJoin(arguments.positional(), " "); }

}  // namespace factline::cli
