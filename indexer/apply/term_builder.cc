#include "indexer/apply/term_builder.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "indexer/store/keys.h"
#include "indexer/text/index_terms.h"
#include "protos/vocab/hash.h"
#include "protos/vocab/language_tag.h"

namespace factline::apply {
namespace {

using store::DocumentTerm;
using store::Field;

constexpr size_t kMaxTermBytes = 255;

bool IsTerm(std::string_view term) { return !term.empty() && term.size() <= kMaxTermBytes; }

// Gathers the occurrences of one field's terms, in the order of their positions, and appends the terms in order, each
// once.
class FieldTerms {
 public:
  explicit FieldTerms(Field field) : field_(field) {}

  void Add(std::string_view term, uint32_t position = 0, uint32_t frequency = 1) {
    order_.push_back({store::TermHead(field_, term), static_cast<uint32_t>(occurrences_.size()),
                      static_cast<uint32_t>(term.size())});
    occurrences_.push_back({static_cast<uint32_t>(text_.size()), position, frequency});
    text_ += term;
  }

  void AppendTo(std::vector<DocumentTerm>& out) {
    std::sort(order_.begin(), order_.end(), [this](const Entry& a, const Entry& b) {
      if (a.head != b.head) return a.head < b.head;
      if (IsInHead(a) && IsInHead(b)) return a.size != b.size ? a.size < b.size : a.index < b.index;
      const int order = TermOf(a).compare(TermOf(b));
      return order != 0 ? order < 0 : a.index < b.index;
    });
    size_t terms = 0;
    for (size_t i = 0; i < order_.size(); ++i) terms += i == 0 || !IsSame(order_[i - 1], order_[i]);
    out.reserve(out.size() + terms);
    for (size_t begin = 0, end = 0; begin < order_.size(); begin = end) {
      while (end < order_.size() && IsSame(order_[begin], order_[end])) ++end;
      DocumentTerm& term = out.emplace_back(DocumentTerm{field_, std::string(TermOf(order_[begin])), 0, {}});
      if (store::HasPositions(field_)) term.positions.reserve(end - begin);
      for (size_t i = begin; i < end; ++i) {
        const Occurrence& occurrence = occurrences_[order_[i].index];
        term.frequency += occurrence.frequency;
        if (store::HasPositions(field_)) term.positions.push_back(occurrence.position);
      }
    }
  }

 private:
  struct Occurrence {
    uint32_t begin;  // in text_
    uint32_t position;
    uint32_t frequency;
  };
  struct Entry {
    uint64_t head;   // TermHead: most comparisons end here
    uint32_t index;  // of the occurrence
    uint32_t size;   // of the term
  };

  static bool IsInHead(const Entry& entry) { return entry.size < sizeof(entry.head); }  // all of it, after the field

  bool IsSame(const Entry& a, const Entry& b) const {
    return a.head == b.head && a.size == b.size && (IsInHead(a) || TermOf(a) == TermOf(b));
  }

  std::string_view TermOf(const Entry& entry) const {
    return std::string_view(text_).substr(occurrences_[entry.index].begin, entry.size);
  }

  const Field field_;
  std::string text_;  // the terms of all occurrences
  std::vector<Occurrence> occurrences_;
  std::vector<Entry> order_;
};

// The words and the grams of one field's texts.
class TextTerms {
 public:
  TextTerms(Field words, Field grams) : words_(words), grams_(grams) {}

  void Add(const text::Analysis& analysis) {
    text::ForEachDocumentWord(analysis, [this](std::string_view term, Span) {
      if (!IsTerm(term)) return;
      words_.Add(term);
      ++word_count_;
    });
    const uint32_t begin = next_position_;
    text::ForEachGram(analysis, [this, begin](std::string_view term, uint32_t position, Span) {
      if (IsTerm(term)) grams_.Add(term, begin + position);
      next_position_ = begin + position + kGap;
    });
  }

  uint32_t word_count() const { return word_count_; }
  void AppendWordsTo(std::vector<DocumentTerm>& out) { words_.AppendTo(out); }
  void AppendGramsTo(std::vector<DocumentTerm>& out) { grams_.AppendTo(out); }

 private:
  // From a text's last position to the next text's first: more than the loosest phrase (slop 100) reaches.
  static constexpr uint32_t kGap = 128;

  FieldTerms words_, grams_;
  uint32_t word_count_ = 0;
  uint32_t next_position_ = 0;
};

void AddOne(Field field, std::string_view term, uint32_t frequency, std::vector<DocumentTerm>& out) {
  if (IsTerm(term)) out.push_back({field, std::string(term), frequency, {}});
}

void AddEntities(const storage::v1::DocRecord& record, std::vector<DocumentTerm>& out) {
  FieldTerms terms(Field::kEntity);
  for (const v1::ArticleEntity& entity : record.entities()) {
    const std::string id = FromHex(entity.entity_id());
    if (IsTerm(id)) terms.Add(id, 0, static_cast<uint32_t>(std::max(1, entity.mentions_size())));
  }
  terms.AppendTo(out);
}

// "ORG" for ENTITY_TYPE_ORG.
std::string_view WordOf(v1::EntityType type) {
  constexpr std::string_view kPrefix = "ENTITY_TYPE_";
  return std::string_view(v1::EntityType_Name(type)).substr(kPrefix.size());
}

void AddPredicatesAndTypes(const storage::v1::DocRecord& record, std::vector<DocumentTerm>& out) {
  FieldTerms predicates(Field::kPredicate);
  for (const storage::v1::ExtractedFact& fact : record.facts()) {
    if (IsTerm(fact.meaning().predicate())) predicates.Add(fact.meaning().predicate());
  }
  predicates.AppendTo(out);
  FieldTerms types(Field::kEntityType);
  for (const v1::ArticleEntity& entity : record.entities()) {
    // Values, such as dates, have no id: next to every article has some.
    if (!entity.entity_id().empty() && v1::EntityType_IsValid(entity.type())) types.Add(WordOf(entity.type()));
  }
  types.AppendTo(out);
}

}  // namespace

TermList TermsOf(const text::Analyzer& analyzer, const storage::v1::DocRecord& record) {
  return TermsOf(analyzer, record, analyzer.Tokenize(record.article().body()));
}

TermList TermsOf(const text::Analyzer& analyzer, const storage::v1::DocRecord& record, const text::Analysis& body) {
  const v1::StoredArticle& article = record.article();
  TextTerms in_title(Field::kTitleWord, Field::kTitleGram), in_body(Field::kBodyWord, Field::kBodyGram);
  in_title.Add(analyzer.Tokenize(article.title()));
  in_body.Add(body);
  in_body.Add(analyzer.Tokenize(article.kicker()));
  for (const std::string& subhead : article.subheads()) in_body.Add(analyzer.Tokenize(subhead));
  for (const std::string& caption : article.captions()) in_body.Add(analyzer.Tokenize(caption));
  TermList list;
  list.title_tokens = in_title.word_count();
  list.body_tokens = in_body.word_count();
  in_title.AppendWordsTo(list.terms);
  in_body.AppendWordsTo(list.terms);
  in_title.AppendGramsTo(list.terms);
  in_body.AppendGramsTo(list.terms);
  AddOne(Field::kSource, article.source(), 1, list.terms);
  const std::string language = NormalLanguage(article.language());
  AddOne(Field::kLanguage, PrimaryLanguage(language), 1, list.terms);
  if (language != PrimaryLanguage(language)) AddOne(Field::kLanguage, language, 1, list.terms);
  AddEntities(record, list.terms);
  std::set<std::string> tags;
  for (const std::string& tag : article.tags()) tags.insert(text::NormalForm(tag));
  for (const std::string& tag : tags) AddOne(Field::kTag, tag, 1, list.terms);
  AddPredicatesAndTypes(record, list.terms);
  return list;
}

}  // namespace factline::apply
