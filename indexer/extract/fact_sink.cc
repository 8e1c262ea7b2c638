#include "indexer/extract/fact_sink.h"

#include <algorithm>

#include "indexer/extract/alias_rules.h"
#include "protos/vocab/cat.h"

namespace factline::extract {
namespace {

std::string ArgumentKey(const Argument& argument) {
  return argument.entity != kNoEntity ? Cat("#", argument.entity) : BareName(argument.text);
}

// What makes two facts one statement. Denials are statements of their own.
std::string MeaningOf(const Fact& fact) {
  std::string key = Cat(fact.predicate, "\n", ArgumentKey(fact.subject), "\n", ArgumentKey(fact.object), "\n",
                        fact.modality == Modality::kDenied ? "denied" : "");
  if (fact.value) {
    const auto indicator = fact.qualifiers.find("indicator");
    key += Cat("\n", fact.value->number, fact.value->unit, "\n",
               indicator == fact.qualifiers.end() ? std::string() : indicator->second);
  }
  for (const char* name : {"title", "for"}) {
    const auto it = fact.qualifiers.find(name);
    if (it != fact.qualifiers.end()) key += Cat("\n", it->second);
  }
  return key;
}

}  // namespace

void FactSink::Add(Fact fact, uint32_t anchor) {
  if (fact.subject.entity != kNoEntity && fact.subject.entity == fact.object.entity) return;
  const auto [it, added] = by_meaning_.try_emplace(MeaningOf(fact), held_.size());
  if (added) {
    if (held_.size() < kMaxFacts) {
      held_.push_back({.fact = std::move(fact), .anchor = anchor});
    } else {
      by_meaning_.erase(it);
    }
  } else if (held_[it->second].fact.confidence < fact.confidence) {
    held_[it->second] = {.fact = std::move(fact), .anchor = anchor};
  }
}

std::vector<Fact> FactSink::Take() {
  std::stable_sort(held_.begin(), held_.end(), [](const Held& a, const Held& b) {
    return a.fact.evidence.begin != b.fact.evidence.begin ? a.fact.evidence.begin < b.fact.evidence.begin
                                                          : a.anchor < b.anchor;
  });
  std::vector<std::pair<Span, std::string>> speeches;  // by begin
  for (const Held& held : held_) {
    if (held.fact.predicate == "says") speeches.push_back({held.fact.object.span, held.fact.subject.text});
  }
  std::sort(speeches.begin(), speeches.end());
  for (Held& held : held_) {
    if (held.fact.predicate == "says") continue;
    const auto after = std::upper_bound(speeches.begin(), speeches.end(), held.anchor,
                                        [](uint32_t at, const auto& speech) { return at < speech.first.begin; });
    if (after == speeches.begin()) continue;
    const auto& [span, speaker] = *std::prev(after);
    if (held.anchor < span.end_exclusive && speaker != held.fact.subject.text) held.fact.source = speaker;
  }
  std::vector<Fact> facts;
  facts.reserve(held_.size());
  for (Held& held : held_) facts.push_back(std::move(held.fact));
  held_.clear();
  by_meaning_.clear();
  return facts;
}

Argument EntityArgument(const EntityTable& table, uint32_t entity, Span span) {
  return {.entity = entity, .text = table.entities[entity].name, .span = span};
}

Argument TextArgument(const ArticleView& view, Span span) {
  return {.text = std::string(view.TextOf(span)), .span = span};
}

std::string QualifierText(const ArticleView& view, const Unit& unit) {
  if (unit.IsValue()) {
    const text::Value& value = view.analysis->values[unit.value];
    return value.norm.empty() ? std::string(unit.term) : value.norm;
  }
  if (unit.entity != kNoEntity) return view.table->entities[unit.entity].name;
  return std::string(unit.term);
}

}  // namespace factline::extract
