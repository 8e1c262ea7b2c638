#include "query/testing/news_index.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>
#include <utility>

#include "indexer/text/index_terms.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/hash.h"

namespace factline::query::testing {
namespace {

using store::Field;

void Check(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "unexpected: %s\n", status.ToString().c_str());
  std::abort();
}

template <typename T>
T Must(absl::StatusOr<T> value) {
  Check(value.status());
  return *std::move(value);
}

std::string MakeDir() {
  const char* base = std::getenv("TEST_TMPDIR");
  std::string dir = Cat(base != nullptr ? base : "/tmp", "/news_XXXXXX");
  if (mkdtemp(dir.data()) == nullptr) Check(absl::InternalError("mkdtemp"));
  return dir;
}

std::string IdOf(const std::string& entity, v1::EntityType type = v1::ENTITY_TYPE_ORG) {
  return StableHash({"entity", v1::EntityType_Name(type), text::NormalForm(entity)});
}

class TermCollector {
 public:
  explicit TermCollector(const text::Analyzer& analyzer) : analyzer_(analyzer) {}

  // Returns the number of tokens.
  uint32_t AddText(const std::string& text, Field words, Field grams) {
    const text::Analysis analysis = analyzer_.Tokenize(text);
    text::ForEachDocumentWord(analysis, [&](std::string_view term, Span) { ++Term(words, term).frequency; });
    text::ForEachGram(analysis, [&](std::string_view term, uint32_t position, Span) {
      ++Term(grams, term).frequency;
      Term(grams, term).positions.push_back(position);
    });
    uint32_t tokens = 0;
    for (const text::Token& token : analysis.tokens) tokens += token.kind != text::TokenKind::kPunctuation;
    return tokens;
  }
  void Add(Field field, const std::string& term) { ++Term(field, term).frequency; }

  std::vector<store::DocumentTerm> Take() {
    std::vector<store::DocumentTerm> sorted;
    for (auto& [key, term] : terms_) sorted.push_back(std::move(term));
    return sorted;
  }

 private:
  store::DocumentTerm& Term(Field field, std::string_view text) {
    const auto [found, is_new] = terms_.try_emplace({field, std::string(text)});
    if (is_new) found->second = {field, std::string(text), 0, {}};
    return found->second;
  }

  const text::Analyzer& analyzer_;
  std::map<std::pair<Field, std::string>, store::DocumentTerm> terms_;
};

v1::StoredArticle MakeArticle(const NewsArticle& from) {
  v1::StoredArticle article;
  article.set_id(from.id);
  article.set_version(1);
  article.set_title(from.title);
  article.set_body(from.body);
  article.set_source(from.source);
  article.set_language(from.language);
  article.mutable_published_time()->set_seconds(from.published_seconds);
  for (size_t begin = 0; begin < from.body.size();) {
    const size_t end = std::min(from.body.find('\n', begin), from.body.size());
    v1::Chunk& chunk = *article.add_chunks();
    chunk.mutable_span()->set_begin(static_cast<uint32_t>(begin));
    chunk.mutable_span()->set_end(static_cast<uint32_t>(end));
    *chunk.add_sentences() = chunk.span();
    begin = end + 1;
  }
  return article;
}

v1::FactArgument Argument(const std::string& name) {
  v1::FactArgument argument;
  if (name.empty()) return argument;
  argument.set_entity_id(ToHex(IdOf(name)));
  argument.set_text(name);
  argument.set_type(v1::ENTITY_TYPE_ORG);
  return argument;
}

storage::v1::ExtractedFact MakeFact(const NewsFact& from, const NewsArticle& article) {
  storage::v1::ExtractedFact fact;
  v1::Fact& meaning = *fact.mutable_meaning();
  *meaning.mutable_subject() = Argument(from.subject);
  meaning.set_predicate(from.predicate);
  *meaning.mutable_object() = Argument(from.object);
  if (!from.unit.empty()) {
    meaning.mutable_value()->set_number(from.number);
    meaning.mutable_value()->set_unit(from.unit);
  }
  if (!from.indicator.empty()) (*meaning.mutable_qualifiers())["indicator"] = from.indicator;
  if (!from.date.empty()) (*meaning.mutable_qualifiers())["date"] = from.date;
  meaning.set_modality(from.modality);
  fact.set_fact_id(StableHash({from.subject, from.predicate, from.object, Cat(from.number), from.unit, from.indicator,
                               from.date, Cat(static_cast<int>(from.modality))}));
  v1::Evidence& evidence = *fact.mutable_evidence();
  evidence.set_article_id(article.id);
  evidence.set_article_version(1);
  const size_t end = std::min(article.body.find('\n'), article.body.size());
  evidence.mutable_span()->set_end(static_cast<uint32_t>(end));
  evidence.mutable_published_time()->set_seconds(article.published_seconds);
  evidence.set_confidence(from.confidence);
  evidence.set_source(article.source);
  return fact;
}

void AddEntities(const NewsArticle& from, storage::v1::DocRecord* record, TermCollector* terms) {
  std::set<std::pair<std::string, v1::EntityType>> names(from.mentions.begin(), from.mentions.end());
  for (const NewsFact& fact : from.facts) {
    for (const std::string& name : {fact.subject, fact.object}) {
      if (!name.empty()) names.emplace(name, v1::ENTITY_TYPE_ORG);
    }
  }
  for (const auto& [name, type] : names) {
    v1::ArticleEntity& entity = *record->add_entities();
    entity.set_entity_id(ToHex(IdOf(name, type)));
    entity.set_type(type);
    entity.set_name(name);
    for (const auto& [of, alias] : from.aliases) {
      if (of == name) entity.add_aliases(alias);
    }
    v1::Span& mention = *entity.add_mentions();
    mention.set_end(static_cast<uint32_t>(std::min<size_t>(from.body.size(), 1)));
    terms->Add(Field::kEntity, IdOf(name, type));
    terms->Add(Field::kEntityType, v1::EntityType_Name(type).substr(std::string_view("ENTITY_TYPE_").size()));
  }
}

}  // namespace

NewsIndex::NewsIndex() : dir_(MakeDir()) {
  store::WriterOptions options;
  options.index_dir = dir_ + "/index";
  options.versions = {store::kFormatVersion, std::string(text::Analyzer::Version()), "test"};
  writer_ = Must(store::Writer::Open(options));
  reader_ = Must(store::Reader::Open(OptionsOfAnotherReader("own")));
}

NewsIndex::~NewsIndex() {
  reader_ = nullptr;
  writer_ = nullptr;
  std::error_code ignored;
  std::filesystem::remove_all(dir_, ignored);
}

store::ReaderOptions NewsIndex::OptionsOfAnotherReader(const std::string& name) const {
  store::ReaderOptions options;
  options.index_dir = dir_ + "/index";
  options.secondary_dir = Cat(dir_, "/reader_", name);
  return options;
}

std::string NewsIndex::HexIdOf(const std::string& entity, v1::EntityType type) { return ToHex(IdOf(entity, type)); }

std::unique_ptr<store::Document> NewsIndex::MakeDocument(const NewsArticle& article) {
  auto document = std::make_unique<store::Document>();
  *document->record.mutable_article() = MakeArticle(article);
  document->record.mutable_article()->set_version(++versions_[article.id]);
  document->record.set_log_offset(next_offset_);
  TermCollector terms(analyzer_);
  document->title_tokens = terms.AddText(article.title, Field::kTitleWord, Field::kTitleGram);
  document->body_tokens = terms.AddText(article.body, Field::kBodyWord, Field::kBodyGram);
  terms.Add(Field::kSource, article.source);
  terms.Add(Field::kLanguage, article.language);
  for (const std::string& tag : article.tags) terms.Add(Field::kTag, text::NormalForm(tag));
  AddEntities(article, &document->record, &terms);
  for (const NewsFact& fact : article.facts) terms.Add(Field::kPredicate, fact.predicate);
  for (const NewsFact& fact : article.facts) *document->record.add_facts() = MakeFact(fact, article);
  document->terms = terms.Take();
  return document;
}

void NewsIndex::CommitChanges(std::vector<store::Change> changes) {
  next_offset_ += changes.size();
  Check(writer_->Commit(std::move(changes), Offset(next_offset_)));
}

void NewsIndex::Commit(const std::vector<NewsArticle>& articles) {
  std::vector<store::Change> changes;
  for (const NewsArticle& article : articles) {
    store::Change change;
    change.document = MakeDocument(article);
    changes.push_back(std::move(change));
  }
  CommitChanges(std::move(changes));
}

void NewsIndex::Delete(const std::string& id) {
  std::vector<store::Change> changes(1);
  changes.front().kind = store::Change::Kind::kDelete;
  changes.front().id = id;
  CommitChanges(std::move(changes));
}

void NewsIndex::MergeAll() {
  while (Must(writer_->MergeOnce())) {
  }
}

std::shared_ptr<const store::IndexView> NewsIndex::View() {
  Check(reader_->CatchUp());
  return reader_->View();
}

}  // namespace factline::query::testing
