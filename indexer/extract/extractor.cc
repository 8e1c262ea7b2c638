#include "indexer/extract/extractor.h"

#include <utility>

#include "indexer/extract/article_view.h"
#include "indexer/extract/compound_finder.h"
#include "indexer/extract/derived_names.h"
#include "indexer/extract/embedded_data.h"
#include "indexer/extract/english_facts.h"
#include "indexer/extract/entity_table.h"
#include "indexer/extract/fact_sink.h"
#include "indexer/extract/marked_finder.h"
#include "indexer/extract/measure_matcher.h"
#include "indexer/extract/person_finder.h"
#include "indexer/extract/place_finder.h"
#include "indexer/extract/placement_matcher.h"
#include "indexer/extract/position_matcher.h"
#include "indexer/extract/product_finder.h"
#include "indexer/extract/relation_matcher.h"
#include "indexer/extract/role_finder.h"
#include "indexer/extract/rule_book.h"
#include "indexer/extract/rule_pack.h"
#include "indexer/extract/speech_matcher.h"
#include "indexer/extract/tag_finder.h"
#include "indexer/extract/word.h"
#include "indexer/tag/model.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/hash.h"
#include "protos/vocab/limits.h"
#include "protos/vocab/status.h"
#include "protos/vocab/utf8.h"

namespace factline::extract {
namespace {

// Raise with every change of the code that may give other entities, facts or terms of the index.
constexpr std::string_view kCodeVersion = "20";

// The sentences, those that are too long in pieces of whole characters.
std::vector<Span> Bounded(std::string_view text, const std::vector<Span>& sentences) {
  std::vector<Span> bounded;
  bounded.reserve(sentences.size());
  for (Span rest : sentences) {
    while (rest.size_bytes() > kMaxSentenceBytes) {
      uint32_t end = rest.begin + kMaxSentenceBytes;
      while (end > rest.begin + 1 && IsUtf8Continuation(text[end])) --end;
      bounded.push_back({rest.begin, end});
      rest.begin = end;
    }
    bounded.push_back(rest);
  }
  return bounded;
}

class RuleExtractor : public Extractor {
 public:
  RuleExtractor(RuleBook book, const ExtractorOptions& options, std::string version)
      : book_(std::move(book)), options_(options), version_(std::move(version)) {}

  Extraction Extract(const text::Analysis& analysis, const std::vector<Span>& given) const override {
    Extraction extraction;
    const std::vector<Span> sentences = Bounded(analysis.text, given);
    WordList list = MakeWordList(analysis, Lexicon::BuiltIn());
    std::vector<NameMention> mentions;
    std::vector<NameIntroduction> introductions;
    FindPlaces(list, mentions);
    FindMarkedNames(list, mentions);
    FindCompoundNames(list, mentions);
    FindProducts(list, mentions);
    FindPersons(list, mentions);
    FindRoleNames(list, mentions);
    FindTaggedNames(list, sentences, options_.tagged_names, mentions);
    FindTeams(list, mentions);
    PartPlacesOff(list, mentions);
    ExtendByPhase(list, mentions);
    FindIntroductions(list, introductions);
    EntityTable table = BuildEntityTable(list, analysis, std::move(mentions), introductions);

    const ArticleView view = MakeArticleView(list, analysis, table, sentences);
    FactSink sink;
    for (size_t i = 0; i < view.sentences.size(); ++i) MatchSentence(view, i, sink);
    for (const Rule* rule : book_.OfForm(RuleForm::kAlias)) AddAliases(view, *rule, sink);
    extraction.facts = sink.Take();
    extraction.entities = std::move(table.entities);
    return extraction;
  }

  std::string_view Version() const override { return version_; }

 private:
  void MatchSentence(const ArticleView& view, size_t sentence, FactSink& sink) const {
    const bool english = IsEnglishSentence(view.sentences[sentence]);
    bool spoken = english;
    for (const CueHit& hit : book_.FindCues(view.sentences[sentence])) {
      if (hit.rule->form == RuleForm::kRelation) MatchRelation(view, sentence, hit, book_, sink);
      if (hit.rule->form == RuleForm::kSpeech) {
        spoken = true;
        if (english) {
          MatchEnglishSpeech(view, sentence, hit, sink);
        } else {
          MatchSpeech(view, sentence, hit, book_, sink);
        }
      }
    }
    if (!spoken) {
      for (const Rule* rule : book_.OfForm(RuleForm::kQuotation)) MatchBareQuotation(view, sentence, *rule, sink);
    }
    if (!english) {
      for (const Rule* rule : book_.OfForm(RuleForm::kQuotation)) MatchNamedTurn(view, sentence, *rule, sink);
      for (const Rule* rule : book_.OfForm(RuleForm::kPlaced)) MatchPlacements(view, sentence, *rule, sink);
    }
    for (const Rule* rule : book_.OfForm(RuleForm::kPosition)) {
      english ? MatchEnglishPositions(view, sentence, *rule, book_, sink)
              : MatchPositions(view, sentence, *rule, book_, sink);
    }
    for (const Rule* rule : book_.OfForm(RuleForm::kMeasure)) {
      english ? MatchEnglishMeasures(view, sentence, *rule, book_, sink)
              : MatchMeasures(view, sentence, *rule, book_, sink);
    }
  }

  // The short forms that the article introduces.
  static void AddAliases(const ArticleView& view, const Rule& rule, FactSink& sink) {
    size_t sentence = 0;
    for (const auto& [entity, brief] : view.table->introduced) {
      while (sentence + 1 < view.sentences.size() && view.sentences[sentence].span.end_exclusive <= brief.begin)
        ++sentence;
      if (view.sentences.empty() || !view.sentences[sentence].span.Contains(brief)) continue;
      // A person's name in other letters (安德烈·科尔（Andre Cole）) states nothing.
      if (view.table->entities[entity].type == EntityType::kPerson) continue;
      Fact fact = FactOf(rule, view.sentences[sentence].span);
      fact.subject = EntityArgument(*view.table, entity, {});
      fact.object = TextArgument(view, brief);
      sink.Add(std::move(fact), brief.begin);
    }
  }

  const RuleBook book_;
  const ExtractorOptions options_;
  const std::string version_;
};

}  // namespace

std::vector<RulePackSource> BuiltInRulePacks() {
  std::vector<RulePackSource> packs;
  for (const EmbeddedFile& file : EmbeddedRulePacks()) {
    packs.push_back({.name = std::string(file.name), .text = std::string(file.text)});
  }
  return packs;
}

absl::StatusOr<std::unique_ptr<Extractor>> Extractor::Create(const std::vector<RulePackSource>& packs,
                                                             const ExtractorOptions& options) {
  std::vector<RulePack> parsed;
  std::string all;
  for (const RulePackSource& source : packs) {
    FL_ASSIGN_OR_RETURN(RulePack pack, ParseRulePack(source.name, source.text));
    parsed.push_back(std::move(pack));
    all += StableHash({source.name, source.text});
  }
  for (const EmbeddedFile& file : EmbeddedLexicons()) all += StableHash({file.name, file.text});
  FL_ASSIGN_OR_RETURN(RuleBook book, RuleBook::Make(std::move(parsed)));
  all += Cat(tag::Model::BuiltIn().checksum());
  const std::string version = ToHex(StableHash({kCodeVersion, options.tagged_names ? "tagged" : "", all}));
  return std::unique_ptr<Extractor>(std::make_unique<RuleExtractor>(std::move(book), options, version));
}

}  // namespace factline::extract
