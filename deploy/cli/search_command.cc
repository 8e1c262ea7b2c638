// factline search
#include <algorithm>
#include <utility>

#include "deploy/cli/client.h"
#include "deploy/cli/command.h"
#include "deploy/cli/display_width.h"
#include "deploy/cli/format_text.h"
#include "deploy/cli/listing.h"
#include "deploy/cli/search_flags.h"
#include "factline/v1/query_service.grpc.pb.h"
#include "protos/vocab/status.h"
#include "protos/vocab/utf8.h"

namespace factline::cli {
namespace {

constexpr int64_t kMaxResults = 10'000;
constexpr int kPageSize = 100;
constexpr int kExplainedPageSize = 20;      // what the service allows
constexpr uint32_t kBytesBeforeMatch = 90;  // 30 Han characters
constexpr size_t kPassageBytes = 360;       // about three lines of a terminal

CommandSpec Spec() {
  CommandSpec spec;
  spec.name = "search";
  spec.arguments = "[WORD...]";
  spec.summary = "find articles by words, with the passages that match";
  spec.description =
      "Finds articles. The words are joined by blanks; all of them must occur (AND). OR, NOT (or -WORD), \"PHRASES\", "
      "(GROUPS) and weights (WORD^2) work as usual; \"A B\"~3 lets up to three characters or words stand between; "
      "cata* finds words that begin so. "
      "title: and body: say where words must stand; source:, lang:, tag:, "
      "entity: and date: (2024-03, 2024-01..2024-03, >=2024-03-18) say what articles must be, also under OR and NOT. "
      "Without words: all articles that pass, newest first. On a terminal, matches are highlighted; passages are shown "
      "around their first match, --format=json gives them whole.\nExit code 0 also where nothing was found.";
  spec.flags = {
      {"limit", "N", "how many results at most", "10"},
      AnyFlag(),
      {"order", "relevance|newest|oldest", "best first, or by publication time", "relevance"},
      {"passages", "N", "passages a result, 0 to 10", "2"},
      {"recency", "HALF_LIFE", "newer articles rank higher: a score's lead by newness halves in this time: 7d", ""},
      {"collapse", "", "one result for articles that are copies of each other but for small changes", ""},
      {"explain", "", "how each score came about; --format=json gives it as a tree", ""},
      {"page_token", "TOKEN", "go on where an earlier call ended", ""},
      FormatFlag(),
  };
  for (FlagSpec& flag : FilterFlags()) spec.flags.push_back(std::move(flag));
  for (FlagSpec& flag : ConnectionFlags()) spec.flags.push_back(std::move(flag));
  spec.examples =
      "  factline search 固态储能 投资\n"
      "  factline search '\"energy storage\" -lithium' --order=newest --limit=5\n"
      "  factline search 'title:储能 (entity:远岭储能 OR source:binhai-wire) date:2024'\n"
      "  factline search 固态储能 --explain --limit=1\n"
      "  factline search --entity=远岭储能 --from=2024-01-01 --format=jsonl | jq -r .articleId\n";
  return spec;
}

absl::StatusOr<v1::SearchRequest> RequestOf(const Arguments& arguments) {
  v1::SearchRequest request;
  request.set_query(QueryOf(arguments));
  request.set_match(MatchOf(arguments));
  FL_RETURN_IF_ERROR(SetFilter(arguments, request.mutable_filter()));
  FL_ASSIGN_OR_RETURN(int64_t passages, arguments.Integer("passages", 0, 10));
  request.set_max_passages(static_cast<int32_t>(passages));
  request.set_explain(arguments.Given("explain"));
  request.set_collapse_near_duplicates(arguments.Given("collapse"));
  if (arguments.Given("recency")) {
    FL_ASSIGN_OR_RETURN(const absl::Duration half_life, arguments.Duration("recency"));
    request.mutable_recency_half_life()->set_seconds(absl::ToInt64Seconds(half_life));
  }
  std::string_view order = arguments.Get("order");
  if (order == "newest") {
    request.set_order(v1::SearchRequest::ORDER_NEWEST);
  } else if (order == "oldest") {
    request.set_order(v1::SearchRequest::ORDER_OLDEST);
  } else if (order != "relevance") {
    return absl::InvalidArgumentError(Cat("--order=", order, ": want relevance, newest or oldest"));
  } else if (!arguments.positional().empty()) {
    request.set_order(v1::SearchRequest::ORDER_RELEVANCE);
  }
  return request;
}

// `text` with the bytes under `spans` marked. Spans that do not lie in the text, in order, are left out.
template <typename Spans>
std::string Highlighted(std::string_view text, const Spans& spans, const Console& console) {
  std::string out;
  size_t done = 0;
  for (const v1::Span& span : spans) {
    if (span.begin() < done || span.end() > text.size() || span.begin() >= span.end()) continue;
    out += text.substr(done, span.begin() - done);
    out += console.Match(text.substr(span.begin(), span.end() - span.begin()));
    done = span.end();
  }
  out += text.substr(done);
  return out;
}

// The part of a passage that a person wants to see: from a little before the first match on, some lines long. Cut
// between characters; `passage` then holds that part alone, and its highlights move along.
void KeepWindow(v1::Passage& passage) {
  std::string_view text = passage.text();
  uint32_t first = passage.highlights_size() > 0 ? passage.highlights(0).begin() : 0;
  size_t begin = first > kBytesBeforeMatch ? first - kBytesBeforeMatch : 0;
  while (begin > 0 && IsUtf8Continuation(text[begin])) --begin;
  size_t end = std::min<size_t>(text.size(), begin + kPassageBytes);
  while (end < text.size() && IsUtf8Continuation(text[end])) ++end;
  std::string part = Cat(begin > 0 ? "…" : "", text.substr(begin, end - begin), end < text.size() ? "…" : "");
  google::protobuf::RepeatedPtrField<v1::Span> kept;
  size_t shift = begin > 0 ? begin - std::string_view("…").size() : 0;
  for (const v1::Span& span : passage.highlights()) {
    if (span.begin() < begin || span.end() > end) continue;
    v1::Span& moved = *kept.Add();
    moved.set_begin(static_cast<uint32_t>(span.begin() - shift));
    moved.set_end(static_cast<uint32_t>(span.end() - shift));
  }
  passage.set_text(std::move(part));
  *passage.mutable_highlights() = std::move(kept);
}

void PrintExplanation(const v1::Explanation& node, size_t indent, Console& console) {
  console.out << std::string(indent, ' ') << console.Dim(Cat(node.value(), "  ", OneLine(Tame(node.description()))))
              << "\n";
  for (const v1::Explanation& child : node.children()) PrintExplanation(child, indent + 2, console);
}

void PrintResult(size_t rank, const v1::SearchResult& result, Console& console) {
  std::string title = result.title().empty() ? "(no title)" : Tame(result.title());
  console.out << rank << ". " << console.Bold(Highlighted(title, result.title_highlights(), console)) << "\n";
  std::string facts = Cat(result.article_id(), "  ", Day(result.published_time()));
  if (!result.source().empty()) facts += Cat("  ", result.source());
  if (!result.language().empty()) facts += Cat("  ", result.language());
  if (result.score() > 0) facts += Cat("  score ", Cat(static_cast<int64_t>(result.score() * 100) / 100.0));
  if (result.near_duplicate_count() > 0) facts += Cat("  +", result.near_duplicate_count(), " near-duplicates");
  console.out << "   " << console.Dim(OneLine(facts)) << "\n";
  for (v1::Passage passage : result.passages()) {
    KeepWindow(passage);
    console.out << "   " << Highlighted(Tame(passage.text()), passage.highlights(), console) << "\n";
  }
  if (result.has_explanation()) PrintExplanation(result.explanation(), 3, console);
}

void PrintTable(const v1::SearchResponse& all, Console& console) {
  for (int i = 0; i < all.results_size(); ++i) PrintResult(i + 1, all.results(i), console);
  console.out << (all.results_size() ? "\n" : "") << Count(all.total_count())
              << (all.total_count() == 1 ? " article matches" : " articles match");
  if (!all.next_page_token().empty()) console.out << "; go on with --page_token=" << all.next_page_token();
  console.out << "\n";
}

absl::StatusOr<ExitCode> Run(const Arguments& arguments, Console& console) {
  FL_ASSIGN_OR_RETURN(Format format, FormatOf(arguments));
  FL_ASSIGN_OR_RETURN(v1::SearchRequest request, RequestOf(arguments));
  FL_ASSIGN_OR_RETURN(
      v1::SearchResponse all,
      ListAll(&v1::QueryService::Stub::Search, std::move(request), arguments,
              [](const v1::SearchResponse& response) { return response.results_size(); },
              {.max_items = kMaxResults, .page_size = arguments.Given("explain") ? kExplainedPageSize : kPageSize}));
  if (format == Format::kTable) {
    PrintTable(all, console);
  } else {
    PrintJson(format, all, all.results(), console.out);
  }
  return kOk;
}

}  // namespace

Command SearchCommand() { return {Spec(), Run}; }

}  // namespace factline::cli
