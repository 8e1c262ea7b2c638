#include "indexer/extract/fact_sink.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "indexer/text/normalizer.h"
#include "protos/vocab/cat.h"

namespace factline::extract {
namespace {

void AppendArgument(const Argument& argument, std::string& key) {
  if (argument.entity != kNoEntity) {
    absl::StrAppend(&key, "#", argument.entity, "\n");
  } else {
    key += text::NormalForm(argument.text);
    key += '\n';
  }
}

void AppendBytes(double number, std::string& key) {
  char bytes[sizeof(number)];
  std::memcpy(bytes, &number, sizeof(number));
  key.append(bytes, sizeof(bytes));
}

// What makes two facts one statement, the date aside: no less than what makes them one fact of the store
// (store::FactIdOf).
std::string MeaningOf(const Fact& fact) {
  std::string key;
  key.reserve(fact.predicate.size() + fact.subject.text.size() + fact.object.text.size() + 64);
  key = fact.predicate;
  key += '\n';
  AppendArgument(fact.subject, key);
  AppendArgument(fact.object, key);
  key += static_cast<char>(fact.modality);
  if (fact.value) {
    AppendBytes(fact.value->number, key);
    AppendBytes(fact.value->number_to.value_or(fact.value->number), key);
    key += static_cast<char>(fact.value->comparator);
    key += static_cast<char>(fact.value->change);
    key += fact.value->unit;
  }
  for (const char* name : {"amount", "for", "indicator", "recipient", "title"}) {
    const auto it = fact.qualifiers.find(name);
    if (it != fact.qualifiers.end()) absl::StrAppend(&key, "\n", name, "\n", it->second);
  }
  return key;
}

std::string DateOf(const Fact& fact) {
  const auto date = fact.qualifiers.find("date");
  return date == fact.qualifiers.end() ? std::string() : date->second;
}

std::string DatedMeaning(std::string_view date, std::string_view meaning) { return Cat(date, "\n", meaning); }

}  // namespace

void FactSink::Add(Fact fact, uint32_t anchor) { Hold({.fact = std::move(fact), .anchor = anchor}); }

void FactSink::AddSpeech(Fact fact, uint32_t anchor) {
  Hold({.fact = std::move(fact), .anchor = anchor, .is_speech = true});
}

std::optional<size_t> FactSink::SameStatement(const std::string& meaning, const std::string& date) const {
  const auto first = first_of_meaning_.find(meaning);
  if (first == first_of_meaning_.end()) return std::nullopt;
  if (date.empty() || !held_[first->second].is_dated) return first->second;
  const auto same = of_date_.find(DatedMeaning(date, meaning));
  return same == of_date_.end() ? std::nullopt : std::optional(same->second);
}

void FactSink::Hold(Held held) {
  const Fact& fact = held.fact;
  if (fact.subject.entity != kNoEntity && fact.subject.entity == fact.object.entity) return;
  const std::string meaning = MeaningOf(fact);
  const std::string date = DateOf(fact);
  held.is_dated = !date.empty();
  const std::optional<size_t> same = SameStatement(meaning, date);
  const size_t index = same.value_or(held_.size());
  if (index == kMaxFacts) return;
  first_of_meaning_.try_emplace(meaning, index);
  if (held.is_dated) of_date_.try_emplace(DatedMeaning(date, meaning), index);
  if (!same) {
    held_.push_back(std::move(held));
    return;
  }
  Held& before = held_[index];
  const bool tells_more = held.is_dated && !before.is_dated;
  held.is_dated |= before.is_dated;
  before.is_dated = held.is_dated;
  if (fact.confidence > before.fact.confidence || (tells_more && fact.confidence == before.fact.confidence)) {
    before = std::move(held);
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
    if (held->is_speech) speeches.push_back({held->fact.object.span, held->fact.subject.text});
  }
  std::sort(speeches.begin(), speeches.end());
  std::vector<Fact> facts;
  facts.reserve(order.size());
  for (Held* held : order) {
    Fact& fact = facts.emplace_back(std::move(held->fact));
    if (held->is_speech) continue;
    const auto after = std::upper_bound(speeches.begin(), speeches.end(), held->anchor,
                                        [](uint32_t at, const auto& speech) { return at < speech.first.begin; });
    if (after == speeches.begin()) continue;
    const auto& [span, speaker] = *std::prev(after);
    if (held->anchor < span.end_exclusive && speaker != fact.subject.text) fact.source = speaker;
  }
  held_.clear();
  first_of_meaning_.clear();
  of_date_.clear();
  return facts;
}

Fact FactOf(const Rule& rule, Span evidence) {
  return {.predicate = rule.predicate,
          .modality = rule.modality.value_or(Modality::kAsserted),
          .confidence = rule.confidence,
          .evidence = evidence,
          .rule_id = rule.id};
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
