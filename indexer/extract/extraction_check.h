#ifndef FACTLINE_INDEXER_EXTRACT_EXTRACTION_CHECK_H_
#define FACTLINE_INDEXER_EXTRACT_EXTRACTION_CHECK_H_

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "indexer/extract/extraction.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/utf8.h"

namespace factline::extract {

// For tests: what an extraction of `body` does not keep of extraction.h's promises, in words; empty if it keeps all.
class ExtractionCheck {
 public:
  ExtractionCheck(std::string_view body, const Extraction& extraction) : body_(body), extraction_(extraction) {
    for (const Entity& entity : extraction.entities) Check(entity);
    const auto first = [](const Entity& a, const Entity& b) {
      return a.mentions.front().span.begin < b.mentions.front().span.begin;
    };
    Demand(std::is_sorted(extraction.entities.begin(), extraction.entities.end(), first), "order of entities", "");
    for (const Fact& fact : extraction.facts) Check(fact);
    const auto evidence = [](const Fact& a, const Fact& b) { return a.evidence.begin < b.evidence.begin; };
    Demand(std::is_sorted(extraction.facts.begin(), extraction.facts.end(), evidence), "order of facts", "");
  }

  const std::vector<std::string>& faults() const { return faults_; }

 private:
  void Demand(bool kept, std::string_view what, std::string_view where) {
    if (!kept) faults_.push_back(Cat(what, ": ", where));
  }

  // Whole code points of the body.
  bool Lies(Span span) const {
    return span.begin < span.end_exclusive && span.end_exclusive <= body_.size() &&
           !FirstInvalidUtf8(span.In(body_)).has_value();
  }

  static bool IsForm(const Entity& entity, std::string_view text) {
    return text == entity.name || std::find(entity.aliases.begin(), entity.aliases.end(), text) != entity.aliases.end();
  }

  void Check(const Entity& entity) {
    Demand(!entity.name.empty() && !FirstInvalidUtf8(entity.name), "name", entity.name);
    Demand(std::adjacent_find(entity.aliases.begin(), entity.aliases.end(), std::greater_equal<>()) ==
               entity.aliases.end(),
           "aliases sorted and unique", entity.name);
    for (const std::string& alias : entity.aliases) {
      Demand(alias != entity.name && !alias.empty() && !FirstInvalidUtf8(alias), "alias", alias);
    }
    Demand(!entity.mentions.empty(), "a mention", entity.name);
    const auto begin = [](const Mention& a, const Mention& b) { return a.span.begin < b.span.begin; };
    Demand(std::is_sorted(entity.mentions.begin(), entity.mentions.end(), begin), "order of mentions", entity.name);
    for (const Mention& mention : entity.mentions) {
      Demand(Lies(mention.span) && IsForm(entity, mention.span.In(body_)), "mention reads as a name", entity.name);
    }
  }

  void Check(const Argument& argument, std::string_view where) {
    Demand(!FirstInvalidUtf8(argument.text), "argument is UTF-8", where);
    Demand(argument.span.empty() || Lies(argument.span), "argument lies in the body", where);
    if (argument.entity == kNoEntity) {
      // 全市 + 企业: what is counted may stand behind words from elsewhere.
      Demand(argument.span.empty() ? argument.text.empty() : argument.text.ends_with(argument.span.In(body_)),
             "argument reads as its span", where);
    } else {
      Demand(
          argument.entity < extraction_.entities.size() && argument.text == extraction_.entities[argument.entity].name,
          "argument is named as its entity", where);
    }
  }

  void Check(const Fact& fact) {
    const std::string where = Cat(fact.rule_id, " ", fact.subject.text);
    Demand(Lies(fact.evidence), "evidence lies in the body", where);
    Demand(fact.confidence > 0 && fact.confidence <= 1, "confidence", where);
    Check(fact.subject, where);
    Check(fact.object, where);
    for (const auto& [name, text] : fact.qualifiers) Demand(!FirstInvalidUtf8(text), name, where);
    Demand(!FirstInvalidUtf8(fact.source), "source", where);
  }

  const std::string_view body_;
  const Extraction& extraction_;
  std::vector<std::string> faults_;
};

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_EXTRACTION_CHECK_H_
