#include "indexer/apply/term_builder.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "indexer/text/index_terms.h"
#include "protos/vocab/hash.h"
#include "protos/vocab/string_map.h"

namespace factline::apply {
namespace {

using store::DocumentTerm;
using store::Field;

constexpr size_t kMaxTermBytes = 255;

bool IsTerm(std::string_view term) { return !term.empty() && term.size() <= kMaxTermBytes; }

// Gathers the terms of one field and appends them in order.
class FieldTerms {
 public:
  explicit FieldTerms(Field field) : field_(field) {}

  DocumentTerm& Get(std::string_view term) {
    const auto found = terms_.find(term);
    if (found != terms_.end()) return found->second;
    return terms_.try_emplace(std::string(term), DocumentTerm{field_, std::string(term), 0, {}}).first->second;
  }

  void AppendTo(std::vector<DocumentTerm>& out) {
    const size_t begin = out.size();
    for (auto& [key, term] : terms_) out.push_back(std::move(term));
    std::sort(out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(),
              [](const DocumentTerm& a, const DocumentTerm& b) { return a.term < b.term; });
  }

 private:
  const Field field_;
  StringMap<DocumentTerm> terms_;
};

// The number of words.
uint32_t AddWords(Field field, const text::Analysis& analysis, std::vector<DocumentTerm>& out) {
  FieldTerms terms(field);
  uint32_t words = 0;
  text::ForEachDocumentWord(analysis, [&terms, &words](std::string_view term, Span) {
    if (!IsTerm(term)) return;
    ++terms.Get(term).frequency;
    ++words;
  });
  terms.AppendTo(out);
  return words;
}

void AddGrams(Field field, const text::Analysis& analysis, std::vector<DocumentTerm>& out) {
  FieldTerms terms(field);
  text::ForEachGram(analysis, [&terms](std::string_view term, uint32_t position, Span) {
    if (!IsTerm(term)) return;
    DocumentTerm& posting = terms.Get(term);
    ++posting.frequency;
    posting.positions.push_back(position);
  });
  terms.AppendTo(out);
}

void AddOne(Field field, std::string_view term, uint32_t frequency, std::vector<DocumentTerm>& out) {
  if (IsTerm(term)) out.push_back({field, std::string(term), frequency, {}});
}

void AddEntities(const storage::v1::DocRecord& record, std::vector<DocumentTerm>& out) {
  FieldTerms terms(Field::kEntity);
  for (const v1::ArticleEntity& entity : record.entities()) {
    const std::string id = FromHex(entity.entity_id());
    if (IsTerm(id)) terms.Get(id).frequency += static_cast<uint32_t>(std::max(1, entity.mentions_size()));
  }
  terms.AppendTo(out);
}

}  // namespace

TermList TermsOf(const text::Analyzer& analyzer, const storage::v1::DocRecord& record) {
  return TermsOf(analyzer, record, analyzer.Tokenize(record.article().body()));
}

TermList TermsOf(const text::Analyzer& analyzer, const storage::v1::DocRecord& record, const text::Analysis& body) {
  const v1::StoredArticle& article = record.article();
  const text::Analysis title = analyzer.Tokenize(article.title());
  TermList list;
  list.title_tokens = AddWords(Field::kTitleWord, title, list.terms);
  list.body_tokens = AddWords(Field::kBodyWord, body, list.terms);
  AddGrams(Field::kTitleGram, title, list.terms);
  AddGrams(Field::kBodyGram, body, list.terms);
  AddOne(Field::kSource, article.source(), 1, list.terms);
  AddOne(Field::kLanguage, article.language(), 1, list.terms);
  AddEntities(record, list.terms);
  std::set<std::string> tags;
  for (const std::string& tag : article.tags()) tags.insert(text::NormalForm(tag));
  for (const std::string& tag : tags) AddOne(Field::kTag, tag, 1, list.terms);
  return list;
}

}  // namespace factline::apply
