// factline extract, factline tag: the pipeline's pure parts, without a server.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <vector>

#include "absl/strings/str_join.h"
#include "deploy/cli/command.h"
#include "deploy/cli/display_width.h"
#include "deploy/cli/offline.h"
#include "deploy/cli/table.h"
#include "protos/vocab/status.h"
#include "protos/vocab/utf8.h"

namespace factline::cli {
namespace {

constexpr size_t kMaxSentenceBytes = 1 << 20;

FlagSpec RulesFlag() {
  return {"rules", "FILE[,FILE]", "rule packs beside the built-in ones; a mistake is reported with its line", ""};
}

CommandSpec ExtractSpec() {
  CommandSpec spec;
  spec.name = "extract";
  spec.arguments = "PAGE...";
  spec.summary = "split pages and extract entities and facts, without a server";
  spec.description =
      "Reads page files, splits each into its articles and extracts entities and facts, all in this process. With "
      "--format=jsonl it prints an article a line: {\"page\", \"article\": {headline, kicker, subheads, byline, "
      "outlet, "
      "body, captions}, \"entities\": [{type, name, aliases, norm}], \"facts\": [{subject, predicate, object, value, "
      "unit, "
      "qualifiers, modality, source, evidence}]}. '-' is standard input.";
  spec.flags = {
      {"published", "DATE", "publication date of the pages: resolves 今年 and 3月24日", ""},
      RulesFlag(),
      {"tagged_names", "", "ask the trained tagger about every sentence, more slowly", ""},
      {"format", "table|jsonl", "for people, or one JSON object a line", "table"},
  };
  spec.examples =
      "  factline extract deploy/samples/*.txt\n"
      "  factline extract --format=jsonl page.txt | jq '.facts[] | [.subject, .predicate, .object]'\n"
      "  factline extract --rules=my.rules page.txt      # try a rule pack before giving it to the indexer\n";
  return spec;
}

CommandSpec TagSpec() {
  CommandSpec spec;
  spec.name = "tag";
  spec.summary = "mark the entities in sentences from standard input, without a server";
  spec.description =
      "Reads one sentence a line on standard input. With --format=jsonl it prints for each {\"text\", \"entities\": "
      "[{type, "
      "start, end}]}, offsets in code points, end exclusive. Corpora mark names in different ways (is 中 in 中美 a "
      "place?); "
      "the tagger follows the corpus that the sentences so far read like, or the one that --style names.";
  spec.flags = {RulesFlag(),
                {"style", "auto|msra|daily|web|desk",
                 "mark names as MSRA, People's Daily or CLUENER do, or by the fact model (desk)", "auto"},
                {"format", "table|jsonl", "for people, or one JSON object a line", "table"}};
  spec.examples =
      "  echo '远岭储能将在松江港投资12亿元。' | factline tag\n"
      "  factline tag --format=jsonl < sentences.txt\n";
  return spec;
}

absl::StatusOr<bool> WantsJson(const Arguments& arguments) {
  std::string_view format = arguments.Get("format");
  if (format != "table" && format != "jsonl") {
    return absl::InvalidArgumentError(Cat("--format=", format, ": want table or jsonl"));
  }
  return format == "jsonl";
}

absl::StatusOr<std::string> ReadPage(const std::string& path, Console& console) {
  if (path == "-") return std::string(std::istreambuf_iterator<char>(console.in), {});
  std::error_code error;
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path, error))
    return absl::InvalidArgumentError(Cat(path, ": cannot be read"));
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// A value's number is shown as the text has it; programs take --format=jsonl.
void PrintTable(const std::string& path, const std::vector<Offline::Article>& articles, Console& console) {
  for (const Offline::Article& one : articles) {
    const std::string& headline = one.article.headline;
    console.out << console.Bold(Cat(path, ": ", headline.empty() ? "(no headline)" : OneLine(headline))) << "\n";
    Table entities({{"TYPE"}, {"NAME"}, {"ALSO"}, {"NORMAL FORM"}});
    for (const extract::Entity& entity : one.extraction.entities) {
      entities.AddRow({std::string(extract::EntityTypeName(entity.type)), entity.name,
                       absl::StrJoin(entity.aliases, ", "), entity.norm});
    }
    if (!entities.empty()) console.out << entities.Render(console.columns) << "\n";
    Table facts({{"SUBJECT"}, {"PREDICATE"}, {"OBJECT"}, {"QUALIFIERS"}, {"MODALITY"}, {"RULE"}});
    for (const extract::Fact& fact : one.extraction.facts) {
      std::string qualifiers;
      for (const auto& [name, value] : fact.qualifiers)
        qualifiers += Cat(qualifiers.empty() ? "" : ", ", name, " ", value);
      std::string_view object =
          fact.value.has_value() ? fact.value->context.In(one.article.body) : std::string_view(fact.object.text);
      facts.AddRow({fact.subject.text, fact.predicate, std::string(object), qualifiers,
                    std::string(extract::ModalityName(fact.modality)), fact.rule_id});
    }
    if (!facts.empty()) console.out << facts.Render(console.columns) << "\n";
  }
}

absl::StatusOr<ExitCode> RunExtract(const Arguments& arguments, Console& console) {
  FL_ASSIGN_OR_RETURN(bool json, WantsJson(arguments));
  if (arguments.positional().empty()) return absl::InvalidArgumentError("want page files: factline extract PAGE...");
  std::optional<absl::CivilDay> published;
  if (arguments.Given("published")) {
    std::optional<absl::Time> time = ParseTime(arguments.Get("published"));
    if (!time.has_value()) return absl::InvalidArgumentError("--published: want a date: 2024-03-24");
    published = absl::ToCivilDay(*time, absl::UTCTimeZone());
  }
  FL_ASSIGN_OR_RETURN(auto offline,
                      Offline::Create(arguments.List("rules"), {.tagged_names = arguments.Switch("tagged_names")}));
  ExitCode code = kOk;
  for (const std::string& path : arguments.positional()) {
    FL_ASSIGN_OR_RETURN(std::string text, ReadPage(path, console));
    absl::StatusOr<std::vector<Offline::Article>> articles = offline->ExtractPage(text, published);
    if (!articles.ok()) {
      console.err << "factline: " << path << ": " << articles.status().message() << "\n";
      code = kRejected;
      continue;
    }
    std::string name = std::filesystem::path(path).filename();
    if (!json) PrintTable(name, *articles, console);
    for (const Offline::Article& article : *articles) {
      if (json) console.out << ArticleJson(name, article) << "\n";
    }
  }
  return code;
}

void PrintTags(const std::string& sentence, const std::vector<Offline::Tagged>& tagged, Console& console) {
  console.out << Tame(std::string(sentence)) << "\n";
  for (const Offline::Tagged& one : tagged) {
    console.out << "  " << extract::EntityTypeName(one.type) << "  " << Tame(std::string(one.span.In(sentence)))
                << "\n";
  }
}

absl::StatusOr<std::optional<tag::Style>> WantedStyle(const Arguments& arguments) {
  const std::string_view style = arguments.Get("style");
  if (style == "auto") return std::nullopt;
  if (style == "msra") return tag::Style::kMsra;
  if (style == "daily") return tag::Style::kDaily;
  if (style == "web") return tag::Style::kWeb;
  if (style == "desk") return tag::Style::kDesk;
  return absl::InvalidArgumentError(Cat("--style=", style, ": want auto, msra, daily, web or desk"));
}

absl::StatusOr<ExitCode> RunTag(const Arguments& arguments, Console& console) {
  FL_ASSIGN_OR_RETURN(bool json, WantsJson(arguments));
  FL_ASSIGN_OR_RETURN(auto offline, Offline::Create(arguments.List("rules")));
  Offline::TagState state;
  FL_ASSIGN_OR_RETURN(state.style, WantedStyle(arguments));
  std::string sentence;
  for (uint64_t line = 1; std::getline(console.in, sentence); ++line) {
    if (sentence.ends_with('\r')) sentence.pop_back();
    if (sentence.size() > kMaxSentenceBytes) {
      return absl::InvalidArgumentError(Cat("line ", line, " has more than ", kMaxSentenceBytes, " bytes"));
    }
    if (auto bad = FirstInvalidUtf8(sentence); bad.has_value()) {
      return absl::InvalidArgumentError(Cat("line ", line, " is not UTF-8 at byte ", *bad));
    }
    const std::vector<Offline::Tagged> tagged = offline->TagSentence(sentence, state);
    if (json) {
      console.out << SentenceJson(sentence, tagged) << "\n";
    } else {
      PrintTags(sentence, tagged, console);
    }
  }
  return kOk;
}

}  // namespace

Command ExtractCommand() { return {ExtractSpec(), RunExtract}; }
Command TagCommand() { return {TagSpec(), RunTag}; }

}  // namespace factline::cli
