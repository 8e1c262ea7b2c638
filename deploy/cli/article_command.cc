// factline article
#include "absl/strings/str_join.h"
#include "deploy/cli/client.h"
#include "deploy/cli/command.h"
#include "deploy/cli/display_width.h"
#include "deploy/cli/fact_table.h"
#include "deploy/cli/format_text.h"
#include "deploy/cli/table.h"
#include "factline/v1/query_service.grpc.pb.h"
#include "protos/vocab/status.h"

namespace factline::cli {
namespace {

CommandSpec Spec() {
  CommandSpec spec;
  spec.name = "article";
  spec.arguments = "ID";
  spec.summary = "show one article whole, with what was found in it";
  spec.description =
      "Shows one article: kicker, title, byline, subheads, body, captions, and with --extraction the entities and "
      "facts found in it. The articles "
      "of a "
      "page PAGE are named PAGE#1, PAGE#2 and so on: quote the # in a shell.\nExit code 1 if there is no such article.";
  spec.flags = {{"extraction", "", "also entities and facts with their evidence", ""}, FormatFlag()};
  for (FlagSpec& flag : ConnectionFlags()) spec.flags.push_back(std::move(flag));
  spec.examples =
      "  factline article 'harbour-daily-2024-03-18#1'\n"
      "  factline article wire-0001 --extraction --format=json | jq '.facts[].predicate'\n";
  return spec;
}

// Paragraph by paragraph, without control characters.
std::string Paragraphs(std::string_view body) {
  std::string out;
  while (!body.empty()) {
    size_t end = body.find('\n');
    out += Cat(OneLine(body.substr(0, end)), "\n");
    if (end == std::string_view::npos) break;
    body.remove_prefix(end + 1);
  }
  return out;
}

void PrintLine(std::string_view name, std::string_view value, Console& console) {
  if (value.empty() || value == "-") return;
  std::string label(name);
  label.resize(11, ' ');
  console.out << console.Dim(label) << OneLine(value) << "\n";
}

std::string Bylines(const v1::StoredArticle& article) {
  std::string words;
  for (const v1::Credit& credit : article.byline()) {
    words += Cat(words.empty() ? "" : ", ", credit.name(), credit.role().empty() ? "" : Cat(" (", credit.role(), ")"));
  }
  return words;
}

void PrintRights(const v1::Rights& rights, Console& console) {
  PrintLine("holder", rights.copyright_holder(), console);
  PrintLine("copyright", rights.copyright_notice(), console);
  PrintLine("terms", rights.usage_terms(), console);
  PrintLine("licence", rights.url(), console);
  if (rights.has_embargo_time()) PrintLine("embargo", Cat("until ", Moment(rights.embargo_time())), console);
}

void PrintArticle(const v1::StoredArticle& article, Console& console) {
  if (!article.kicker().empty()) console.out << console.Dim(OneLine(article.kicker())) << "\n";
  console.out << console.Bold(article.title().empty() ? "(no title)" : OneLine(article.title())) << "\n\n";
  PrintLine("id", Cat(article.id(), "  version ", article.version()), console);
  PrintLine("published", Moment(article.published_time()), console);
  PrintLine("source", article.source(), console);
  PrintLine("outlet", article.outlet(), console);
  PrintLine("byline", Bylines(article), console);
  PrintLine("page", article.page_id(), console);
  PrintLine("url", article.url(), console);
  PrintRights(article.rights(), console);
  for (const std::string& subhead : article.subheads()) PrintLine("subhead", subhead, console);
  console.out << "\n" << Paragraphs(article.body());
  for (const std::string& caption : article.captions()) console.out << console.Dim(Cat("▲ ", OneLine(caption))) << "\n";
}

void PrintEntities(const v1::GetArticleResponse& response, Console& console) {
  Table table({{"TYPE"}, {"NAME"}, {"ALSO"}, {"NORMAL FORM"}, {"MENTIONS", Table::Align::kRight}});
  for (const v1::ArticleEntity& entity : response.entities()) {
    table.AddRow({std::string(TypeWord(entity.type())), entity.name(), absl::StrJoin(entity.aliases(), ", "),
                  entity.norm(), Cat(entity.mentions_size())});
  }
  console.out << table.Render(console.columns);
}

absl::StatusOr<ExitCode> Run(const Arguments& arguments, Console& console) {
  FL_ASSIGN_OR_RETURN(Format format, FormatOf(arguments));
  if (arguments.positional().size() != 1) return absl::InvalidArgumentError("want one article ID: factline article ID");
  FL_ASSIGN_OR_RETURN(auto connection, Connection<v1::QueryService>::Open(Role::kQuery, arguments));
  v1::GetArticleRequest request;
  request.set_id(arguments.positional()[0]);
  request.set_include_extraction(arguments.Switch("extraction"));
  v1::GetArticleResponse response;
  FL_RETURN_IF_ERROR(connection.Call(&v1::QueryService::Stub::GetArticle, request, &response));
  if (format != Format::kTable) {
    console.out << ToJson(response, format == Format::kJson) << "\n";
    return kOk;
  }
  PrintArticle(response.article(), console);
  if (response.entities_size() > 0) {
    console.out << "\n";
    PrintEntities(response, console);
  }
  if (response.facts_size() > 0) {
    console.out << "\n";
    PrintFacts(response.facts(), true, console);
  }
  return kOk;
}

}  // namespace

Command ArticleCommand() { return {Spec(), Run}; }

}  // namespace factline::cli
