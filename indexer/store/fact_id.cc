#include "indexer/store/fact_id.h"

#include <bit>
#include <string>

#include "indexer/store/fact_keys.h"
#include "indexer/text/normalizer.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/hash.h"

namespace factline::store {
namespace {

void AppendLittleEndian(double number, std::string& out) {
  const uint64_t bits = std::bit_cast<uint64_t>(number == 0 ? 0.0 : number);
  for (int shift = 0; shift < 64; shift += 8) out.push_back(static_cast<char>(bits >> shift & 0xFF));
}

std::string ArgumentField(const v1::FactArgument& argument) {
  const EntityId entity = EntityOfArgument(argument);
  if (!entity.value().empty()) return "E" + entity.value();
  return argument.text().empty() ? std::string() : "T" + text::NormalForm(argument.text());
}

std::string ValueField(const v1::Value& value) {
  std::string field;
  AppendLittleEndian(value.number(), field);
  AppendLittleEndian(value.has_number_to() ? value.number_to() : value.number(), field);
  field.push_back(static_cast<char>(value.comparator()));
  field.push_back(static_cast<char>(value.change()));
  return field + text::NormalForm(value.unit());
}

std::string QualifiersField(const storage::v1::ExtractedFact& fact) {
  std::string field;
  for (const char* name : {"amount", "for", "indicator", "recipient", "title"}) {
    const auto found = fact.meaning().qualifiers().find(name);
    if (found == fact.meaning().qualifiers().end()) continue;
    field += StableHash({name, text::NormalForm(found->second)});
  }
  if (fact.has_event_day_first() && fact.has_event_day_last()) {
    field += StableHash({"date", Cat(fact.event_day_first(), "/", fact.event_day_last())});
  }
  return field;
}

}  // namespace

EntityId EntityIdOf(v1::EntityType type, std::string_view name) {
  return EntityId(StableHash({"entity", v1::EntityType_Name(type), text::NormalForm(name)}));
}

FactId FactIdOf(const storage::v1::ExtractedFact& fact) {
  const v1::Fact& meaning = fact.meaning();
  const std::string modality(1, static_cast<char>(meaning.modality()));
  return FactId(
      StableHash({"fact", meaning.predicate(), ArgumentField(meaning.subject()), ArgumentField(meaning.object()),
                  meaning.has_value() ? ValueField(meaning.value()) : std::string(), modality, QualifiersField(fact)}));
}

EntityId EntityOfArgument(const v1::FactArgument& argument) {
  std::string id = FromHex(argument.entity_id());
  return id.size() == kIdBytes ? EntityId(std::move(id)) : EntityId();
}

bool IsValueType(v1::EntityType type) {
  return type == v1::ENTITY_TYPE_DATE || type == v1::ENTITY_TYPE_MONEY || type == v1::ENTITY_TYPE_PERCENT ||
         type == v1::ENTITY_TYPE_QUANTITY;
}

}  // namespace factline::store
