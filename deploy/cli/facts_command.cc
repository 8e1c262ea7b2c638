// factline facts, factline fact
#include "deploy/cli/command.h"
#include "deploy/cli/fact_table.h"
#include "deploy/cli/format_text.h"
#include "deploy/cli/listing.h"

namespace factline::cli {
namespace {

CommandSpec ListSpec() {
  CommandSpec spec;
  spec.name = "facts";
  spec.summary = "list statements, with the words they stand on";
  spec.description =
      "Lists facts: who did what, who holds which position, what was measured. All flags must hold. Names find aliases "
      "too; "
      "NAME* finds what begins so. With --evidence each fact shows the sentences that state it, with article and byte "
      "span.";
  spec.flags = {
      {"subject", "NAME", "who or what the statement is about", ""},
      {"object", "NAME", "whom or what it says something of", ""},
      {"entity", "NAME", "either of the two", ""},
      {"predicate", "NAME", "invests_in, holds_position, develops, awarded, founded, measure ...", ""},
      {"modality", "NAME", "asserted, planned, estimated or denied", ""},
      {"source", "NAME", "who published it", ""},
      {"article", "ID", "only those of this article", ""},
      {"indicator", "NAME", "what a measure measures: 总投资, 产能", ""},
      {"min_value", "NUMBER", "measures and amounts of at least this, in the base unit (yuan, not 亿元)", ""},
      {"max_value", "NUMBER", "and of at most this", ""},
      {"from", "DATE", "published at or after", ""},
      {"before", "DATE", "published before", ""},
      {"evidence", "", "show the evidence of each fact", ""},
  };
  for (FlagSpec& flag : ListFlags()) spec.flags.push_back(std::move(flag));
  spec.flags.push_back(FormatFlag());
  for (FlagSpec& flag : ConnectionFlags()) spec.flags.push_back(std::move(flag));
  spec.examples =
      "  factline facts --predicate=invests_in --evidence\n"
      "  factline facts --entity=远岭储能 --modality=planned\n"
      "  factline facts --predicate=measure --min_value=100000000 --filter='unit = CNY'\n"
      "  factline facts --filter='published >= 2024-03-01 AND confidence > 0.8' --format=jsonl | jq -c "
      "'[.subject.text, .id]'\n";
  return spec;
}

CommandSpec GetSpec() {
  CommandSpec spec;
  spec.name = "fact";
  spec.arguments = "ID";
  spec.summary = "show one fact with its evidences";
  spec.description = "Shows one fact by its id, with its newest evidences.\nExit code 1 if there is none.";
  spec.flags = {FormatFlag()};
  for (FlagSpec& flag : ConnectionFlags()) spec.flags.push_back(std::move(flag));
  spec.examples = "  factline fact 0f3c5a1e9b7d2468ace013579bdf0246\n";
  return spec;
}

std::string FilterOf(const Arguments& arguments) {
  std::vector<std::string> terms;
  auto quoted = [&](std::string_view flag, std::string_view field, std::string_view relation) {
    if (arguments.Given(flag)) terms.push_back(Cat(field, " ", relation, " ", FilterString(arguments.Get(flag))));
  };
  auto plain = [&](std::string_view flag, std::string_view field, std::string_view relation) {
    if (arguments.Given(flag)) terms.push_back(Cat(field, " ", relation, " ", arguments.Get(flag)));
  };
  quoted("subject", "subject", "=");
  quoted("object", "object", "=");
  quoted("entity", "entity", "=");
  plain("predicate", "predicate", "=");
  plain("modality", "modality", "=");
  quoted("source", "source", "=");
  quoted("article", "article_id", "=");
  quoted("indicator", "indicator", "=");
  plain("min_value", "value", ">=");
  plain("max_value", "value", "<=");
  plain("from", "published", ">=");
  plain("before", "published", "<");
  terms.emplace_back(arguments.Get("filter"));
  return And(terms);
}

absl::StatusOr<ExitCode> RunList(const Arguments& arguments, Console& console) {
  FL_ASSIGN_OR_RETURN(Format format, FormatOf(arguments));
  v1::ListFactsRequest request;
  request.set_filter(FilterOf(arguments));
  FL_ASSIGN_OR_RETURN(v1::ListFactsResponse all,
                      ListAll(&v1::QueryService::Stub::ListFacts, request, arguments,
                              [](const v1::ListFactsResponse& response) { return response.facts_size(); }));
  if (format != Format::kTable) {
    PrintJson(format, all, all.facts(), console.out);
    return kOk;
  }
  PrintFacts(all.facts(), arguments.Switch("evidence"), console);
  if (!all.next_page_token().empty()) console.out << "\nmore: --page_token=" << all.next_page_token() << "\n";
  return kOk;
}

absl::StatusOr<ExitCode> RunGet(const Arguments& arguments, Console& console) {
  FL_ASSIGN_OR_RETURN(Format format, FormatOf(arguments));
  if (arguments.positional().size() != 1) return absl::InvalidArgumentError("want one ID: factline fact ID");
  FL_ASSIGN_OR_RETURN(auto connection, Connection<v1::QueryService>::Open(Role::kQuery, arguments));
  v1::GetFactRequest request;
  request.set_id(arguments.positional()[0]);
  v1::GetFactResponse response;
  FL_RETURN_IF_ERROR(connection.Call(&v1::QueryService::Stub::GetFact, request, &response));
  if (format != Format::kTable) {
    console.out << ToJson(response.fact(), format == Format::kJson) << "\n";
    return kOk;
  }
  google::protobuf::RepeatedPtrField<v1::Fact> one;
  *one.Add() = response.fact();
  PrintFacts(one, true, console);
  return kOk;
}

}  // namespace

Command FactsCommand() { return {ListSpec(), RunList}; }
Command FactCommand() { return {GetSpec(), RunGet}; }

}  // namespace factline::cli
