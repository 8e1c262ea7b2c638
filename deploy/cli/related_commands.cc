// factline terms, factline similar
#include <utility>

#include "absl/strings/str_join.h"
#include "deploy/cli/client.h"
#include "deploy/cli/command.h"
#include "deploy/cli/display_width.h"
#include "deploy/cli/format_text.h"
#include "deploy/cli/search_flags.h"
#include "deploy/cli/table.h"
#include "factline/v1/query_service.grpc.pb.h"
#include "protos/vocab/status.h"

namespace factline::cli {
namespace {

using Align = Table::Align;

void AddCommonFlags(CommandSpec* spec) {
  for (FlagSpec& flag : FilterFlags()) spec->flags.push_back(std::move(flag));
  spec->flags.push_back(FormatFlag());
  for (FlagSpec& flag : ConnectionFlags()) spec->flags.push_back(std::move(flag));
}

CommandSpec TermsSpec() {
  CommandSpec spec;
  spec.name = "terms";
  spec.arguments = "[WORD...]";
  spec.summary = "show which words and entities tell what a search finds from the rest";
  spec.description =
      "Looks at the best articles that a search finds and shows the words and entities that they have more often than "
      "the rest of the index, the most telling first. Words and filters are those of 'factline search'; without words "
      "the newest articles are looked at.";
  spec.flags = {
      {"limit", "N", "how many at most, 1 to 100", "20"},
      {"sample", "N", "how many articles are looked at, 1 to 500", "100"},
      AnyFlag(),
  };
  AddCommonFlags(&spec);
  spec.examples =
      "  factline terms 储能\n"
      "  factline terms --from=2024-03-01 --before=2024-04-01 --sample=500\n";
  return spec;
}

absl::StatusOr<ExitCode> RunTerms(const Arguments& arguments, Console& console) {
  FL_ASSIGN_OR_RETURN(const Format format, FormatOf(arguments));
  v1::FindSignificantTermsRequest request;
  request.set_query(QueryOf(arguments));
  request.set_match(MatchOf(arguments));
  FL_RETURN_IF_ERROR(SetFilter(arguments, request.mutable_filter()));
  FL_ASSIGN_OR_RETURN(const int64_t limit, arguments.Integer("limit", 1, 100));
  request.set_limit(static_cast<int32_t>(limit));
  FL_ASSIGN_OR_RETURN(const int64_t sample, arguments.Integer("sample", 1, 500));
  request.set_sample_size(static_cast<int32_t>(sample));
  FL_ASSIGN_OR_RETURN(auto connection, Connection<v1::QueryService>::Open(Role::kQuery, arguments));
  v1::FindSignificantTermsResponse response;
  FL_RETURN_IF_ERROR(connection.Call(&v1::QueryService::Stub::FindSignificantTerms, request, &response));
  if (format != Format::kTable) {
    PrintJson(format, response, response.terms(), console.out);
    return kOk;
  }
  Table table({{"TERM"}, {"TYPE"}, {"HERE", Align::kRight}, {"IN ALL", Align::kRight}, {"SCORE", Align::kRight}});
  for (const v1::SignificantTerm& term : response.terms()) {
    table.AddRow({term.text(), term.entity_id().empty() ? "word" : std::string(TypeWord(term.entity_type())),
                  Count(term.sample_count()), Count(term.background_count()),
                  Cat(static_cast<int64_t>(term.score() * 10) / 10.0)});
  }
  console.out << table.Render(console.columns) << "\nHERE: of " << Count(response.sample_count()) << " of "
              << Count(response.total_count()) << " that match; IN ALL: of " << Count(response.background_count())
              << "\n";
  return kOk;
}

CommandSpec SimilarSpec() {
  CommandSpec spec;
  spec.name = "similar";
  spec.arguments = "ARTICLE_ID";
  spec.summary = "find articles like one article";
  spec.description =
      "Finds articles that have the words that tell most about the given one. Articles that nearly repeat it, or each "
      "other, are left out.\nExit code 1 if there is no such article.";
  spec.flags = {
      {"limit", "N", "how many at most, 1 to 100", "10"},
      {"duplicates", "", "also near-duplicates", ""},
  };
  AddCommonFlags(&spec);
  spec.examples =
      "  factline similar bingang-daily-2024-03-18-a01#1\n"
      "  factline similar wire-zh-20240316-01 --source=binhai-wire --duplicates\n";
  return spec;
}

absl::StatusOr<ExitCode> RunSimilar(const Arguments& arguments, Console& console) {
  FL_ASSIGN_OR_RETURN(const Format format, FormatOf(arguments));
  if (arguments.positional().size() != 1) {
    return absl::InvalidArgumentError("want one ARTICLE_ID: factline similar ID");
  }
  v1::FindSimilarArticlesRequest request;
  request.set_article_id(arguments.positional()[0]);
  FL_RETURN_IF_ERROR(SetFilter(arguments, request.mutable_filter()));
  FL_ASSIGN_OR_RETURN(const int64_t limit, arguments.Integer("limit", 1, 100));
  request.set_limit(static_cast<int32_t>(limit));
  request.set_include_near_duplicates(arguments.Given("duplicates"));
  FL_ASSIGN_OR_RETURN(auto connection, Connection<v1::QueryService>::Open(Role::kQuery, arguments));
  v1::FindSimilarArticlesResponse response;
  FL_RETURN_IF_ERROR(connection.Call(&v1::QueryService::Stub::FindSimilarArticles, request, &response));
  if (format != Format::kTable) {
    PrintJson(format, response, response.results(), console.out);
    return kOk;
  }
  Table table({{"TITLE"}, {"PUBLISHED"}, {"SOURCE"}, {"SCORE", Align::kRight}, {"ID"}});
  for (const v1::SearchResult& result : response.results()) {
    table.AddRow({result.title(), Day(result.published_time()), result.source(),
                  Cat(static_cast<int64_t>(result.score() * 10) / 10.0), result.article_id()});
  }
  std::vector<std::string> words;
  for (const v1::SimilarityTerm& term : response.terms()) words.push_back(term.text());
  console.out << table.Render(console.columns) << "\n" << console.Dim(Cat("by ", absl::StrJoin(words, " "))) << "\n";
  if (response.near_duplicate_count() > 0) {
    console.out << Count(response.near_duplicate_count()) << " near-duplicates left out\n";
  }
  return kOk;
}

}  // namespace

Command TermsCommand() { return {TermsSpec(), RunTerms}; }
Command SimilarCommand() { return {SimilarSpec(), RunSimilar}; }

}  // namespace factline::cli
