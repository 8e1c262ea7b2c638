#include "deploy/cli/offline.h"

#include <algorithm>

#include "deploy/host/rule_packs.h"
#include "indexer/extract/extraction_json.h"
#include "indexer/extract/tag_finder.h"
#include "ingest/chunk/chunker.h"
#include "protos/vocab/json_writer.h"
#include "protos/vocab/status.h"
#include "protos/vocab/utf8.h"

namespace factline::cli {
namespace {

void WriteArticle(const page::PageArticle& article, JsonWriter& json) {
  json.Key("article");
  json.BeginObject();
  json.Member("headline", article.headline);
  json.Member("kicker", article.kicker);
  json.Member("subheads", article.subheads);
  json.Key("byline");
  json.BeginArray();
  for (const page::Credit& credit : article.byline) {
    json.BeginObject();
    json.Member("name", credit.name);
    json.Member("role", credit.role);
    json.EndObject();
  }
  json.EndArray();
  json.Member("outlet", article.outlet);
  json.Member("body", article.body);
  json.Member("captions", article.captions);
  json.EndObject();
}

// The types that the trained tagger finds better than the rules do.
bool IsTaggersType(extract::EntityType type) {
  switch (type) {
    case extract::EntityType::kPerson:
    case extract::EntityType::kOrg:
    case extract::EntityType::kGpe:
    case extract::EntityType::kLoc:
    case extract::EntityType::kFac:
    case extract::EntityType::kTitle:
    case extract::EntityType::kWork:
      return true;
    default:
      return false;
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<Offline>> Offline::Create(const std::vector<std::string>& rule_files,
                                                         const extract::ExtractorOptions& options) {
  FL_ASSIGN_OR_RETURN(std::vector<extract::RulePackSource> packs, host::LoadRulePacks(rule_files));
  auto offline = std::unique_ptr<Offline>(new Offline());
  FL_ASSIGN_OR_RETURN(offline->extractor_, extract::Extractor::Create(packs, options));
  return offline;
}

absl::StatusOr<std::vector<Offline::Article>> Offline::ExtractPage(std::string_view page_text,
                                                                   std::optional<absl::CivilDay> published) const {
  FL_ASSIGN_OR_RETURN(std::vector<page::PageArticle> split, page::SplitPage(page_text));
  std::vector<Article> articles;
  for (page::PageArticle& one : split) {
    std::vector<Span> sentences;
    for (chunk::Chunk& chunk : chunk::ChunkBody(one.body)) {
      sentences.insert(sentences.end(), chunk.sentences.begin(), chunk.sentences.end());
    }
    text::Analysis analysis = analyzer_.Analyze(one.body, published);
    extract::Extraction extraction = extractor_->Extract(analysis, sentences);
    articles.push_back({std::move(one), std::move(extraction)});
  }
  return articles;
}

extract::Extraction Offline::ExtractSentence(std::string_view sentence) const {
  text::Analysis analysis = analyzer_.Analyze(sentence);
  std::vector<Span> sentences = {{0, static_cast<uint32_t>(sentence.size())}};
  return extractor_->Extract(analysis, sentences);
}

std::vector<Offline::Tagged> Offline::TagSentence(std::string_view sentence, TagState& state) const {
  tagger_.Tag(sentence, {.words = false, .style = state.style, .before = state.tagging.evidence}, state.scratch,
              state.tagging);
  std::vector<Tagged> tagged;
  for (const tag::TaggedName& name : state.tagging.names) {
    tagged.push_back({name.span, extract::TypeOfTagged(name.type, name.span.In(sentence))});
  }
  const std::vector<Tagged> names = tagged;  // in the order of the text, none over another
  const auto is_free = [&names](const Span& span) {
    const auto next = std::partition_point(
        names.begin(), names.end(), [&span](const Tagged& name) { return name.span.end_exclusive <= span.begin; });
    return next == names.end() || !next->span.Overlaps(span);
  };
  const extract::Extraction extraction = ExtractSentence(sentence);
  for (const extract::Entity& entity : extraction.entities) {
    if (IsTaggersType(entity.type)) continue;
    for (const extract::Mention& mention : entity.mentions) {
      if (is_free(mention.span)) tagged.push_back({mention.span, entity.type});
    }
  }
  std::sort(tagged.begin(), tagged.end());
  return tagged;
}

std::string ArticleJson(std::string_view page_name, const Offline::Article& article) {
  std::string line;
  JsonWriter json(&line);
  json.BeginObject();
  json.Member("page", page_name);
  WriteArticle(article.article, json);
  extract::WriteExtraction(article.extraction, article.article.body, json);
  json.EndObject();
  return line;
}

std::string SentenceJson(std::string_view sentence, const std::vector<Offline::Tagged>& tagged) {
  std::string line;
  JsonWriter json(&line);
  json.BeginObject();
  json.Member("text", sentence);
  json.Key("entities");
  json.BeginArray();
  size_t byte = 0, code_point = 0;  // counted forward once, as spans are sorted
  for (const auto& [span, type] : tagged) {
    code_point += CountCodePoints(sentence.substr(byte, span.begin - byte));
    byte = span.begin;
    json.BeginObject();
    json.Member("type", extract::EntityTypeName(type));
    json.Key("start");
    json.Number(static_cast<double>(code_point));
    json.Key("end");
    json.Number(static_cast<double>(code_point + CountCodePoints(span.In(sentence))));
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  return line;
}

}  // namespace factline::cli
