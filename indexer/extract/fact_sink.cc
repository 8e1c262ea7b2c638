#include "indexer/extract/fact_sink.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "indexer/extract/alias_rules.h"

namespace factline::extract {
namespace {

void AppendArgument(const Argument& argument, std::string& key) {
  if (argument.entity != kNoEntity) {
    absl::StrAppend(&key, "#", argument.entity, "\n");
  } else {
    std::string buffer;
    key += BareName(argument.text, buffer);
    key += '\n';
  }
}

// What makes two facts one statement. Denials are statements of their own.
std::string MeaningOf(const Fact& fact) {
  std::string key;
  key.reserve(fact.predicate.size() + fact.subject.text.size() + fact.object.text.size() + 64);
  key = fact.predicate;
  key += '\n';
  AppendArgument(fact.subject, key);
  AppendArgument(fact.object, key);
  if (fact.modality == Modality::kDenied) key += "denied";
  if (fact.value) {
    const auto indicator = fact.qualifiers.find("indicator");
    absl::StrAppend(&key, "\n", fact.value->number, fact.value->unit, "\n");
    if (indicator != fact.qualifiers.end()) key += indicator->second;
  }
  for (const char* name : {"title", "for"}) {
    const auto it = fact.qualifiers.find(name);
    if (it != fact.qualifiers.end()) absl::StrAppend(&key, "\n", it->second);
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
  std::vector<Held*> order;  // facts are heavy to move
  order.reserve(held_.size());
  for (Held& held : held_) order.push_back(&held);
  std::stable_sort(order.begin(), order.end(), [](const Held* a, const Held* b) {
    return a->fact.evidence.begin != b->fact.evidence.begin ? a->fact.evidence.begin < b->fact.evidence.begin
                                                            : a->anchor < b->anchor;
  });
  std::vector<std::pair<Span, std::string>> speeches;  // by begin
  for (const Held* held : order) {
    if (held->fact.predicate == "says") speeches.push_back({held->fact.object.span, held->fact.subject.text});
  }
  std::sort(speeches.begin(), speeches.end());
  std::vector<Fact> facts;
  facts.reserve(order.size());
  for (Held* held : order) {
    Fact& fact = facts.emplace_back(std::move(held->fact));
    if (fact.predicate == "says") continue;
    const auto after = std::upper_bound(speeches.begin(), speeches.end(), held->anchor,
                                        [](uint32_t at, const auto& speech) { return at < speech.first.begin; });
    if (after == speeches.begin()) continue;
    const auto& [span, speaker] = *std::prev(after);
    if (held->anchor < span.end_exclusive && speaker != fact.subject.text) fact.source = speaker;
  }
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
