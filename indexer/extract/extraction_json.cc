#include "indexer/extract/extraction_json.h"

namespace factline::extract {
namespace {

void WriteEntity(const Entity& entity, JsonWriter& json) {
  json.BeginObject();
  json.Member("type", EntityTypeName(entity.type));
  json.Member("name", entity.name);
  json.Member("aliases", entity.aliases);
  json.Member("norm", entity.norm);
  json.EndObject();
}

void WriteValue(const Fact& fact, JsonWriter& json) {
  json.Key("value");
  fact.value.has_value() ? json.Number(fact.value->number) : json.Null();
  if (fact.value.has_value() && fact.value->number_to.has_value()) {
    json.Key("value_to");
    json.Number(*fact.value->number_to);
  }
  json.Key("unit");
  fact.value.has_value() ? json.String(fact.value->unit) : json.Null();
}

void WriteFact(const Fact& fact, std::string_view body, const ExtractionJsonOptions& options, JsonWriter& json) {
  json.BeginObject();
  json.Member("subject", fact.subject.text);
  json.Member("predicate", fact.predicate);
  json.Member("object", fact.value.has_value() ? fact.value->context.In(body) : std::string_view(fact.object.text));
  WriteValue(fact, json);
  json.Key("qualifiers");
  json.BeginObject();
  for (const auto& [name, value] : fact.qualifiers) json.Member(name, value);
  json.EndObject();
  json.Member("modality", ModalityName(fact.modality));
  json.Member("source", fact.source);
  json.Member("evidence", fact.evidence.In(body));
  if (options.rules) {
    json.Member("rule", fact.rule_id);
    json.Key("confidence");
    json.Number(fact.confidence);
  }
  json.EndObject();
}

}  // namespace

void WriteExtraction(const Extraction& extraction, std::string_view body, JsonWriter& json,
                     const ExtractionJsonOptions& options) {
  json.Key("entities");
  json.BeginArray();
  for (const Entity& entity : extraction.entities) WriteEntity(entity, json);
  json.EndArray();
  json.Key("facts");
  json.BeginArray();
  for (const Fact& fact : extraction.facts) WriteFact(fact, body, options, json);
  json.EndArray();
}

std::string ScoredLine(std::string_view page, std::string_view body, const Extraction& extraction) {
  std::string line;
  JsonWriter json(&line);
  json.BeginObject();
  json.Member("page", page);
  json.Key("article");
  json.BeginObject();
  json.Member("body", body);
  json.EndObject();
  WriteExtraction(extraction, body, json, {.rules = true});
  json.EndObject();
  return line;
}

}  // namespace factline::extract
