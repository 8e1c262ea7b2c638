#ifndef FACTLINE_INDEXER_EXTRACT_EXTRACTION_H_
#define FACTLINE_INDEXER_EXTRACT_EXTRACTION_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "indexer/text/value.h"
#include "protos/vocab/span.h"

namespace factline::extract {

// FACT_MODEL.md, "Entity"; values (DATE, MONEY, PERCENT, QUANTITY) are entities too, with their normal form.
enum class EntityType : uint8_t {
  kPerson,
  kOrg,
  kGpe,
  kLoc,
  kFac,
  kProduct,
  kAward,
  kEvent,
  kWork,
  kTitle,
  kDate,
  kMoney,
  kPercent,
  kQuantity,
};
std::string_view EntityTypeName(EntityType type);  // "PERSON"
std::optional<EntityType> EntityTypeFromName(std::string_view name);
EntityType EntityTypeOf(text::ValueKind kind);  // of a value

enum class Modality : uint8_t { kAsserted, kPlanned, kEstimated, kDenied };
std::string_view ModalityName(Modality modality);              // "asserted"
std::string_view ComparatorSign(text::Comparator comparator);  // "=", "~", ">=", ">", "<=", "<", "range"
std::string_view ChangeName(text::Change change);              // "none", "increase", "decrease"
std::optional<Modality> ModalityFromName(std::string_view name);

struct Mention {
  Span span;  // in the body
};

// One entity of one article with all its surface forms.
struct Entity {
  EntityType type = EntityType::kOrg;
  std::string name;                  // the fullest form used in the article
  std::vector<std::string> aliases;  // its other surface forms, without `name`; sorted, unique
  std::string norm;                  // values: the normal form; else empty
  std::vector<Mention> mentions;     // in text order; at least one
};

constexpr uint32_t kNoEntity = UINT32_MAX;

// A subject or an object: an entity of the article, or a noun phrase or text that is none.
struct Argument {
  uint32_t entity = kNoEntity;  // index into Extraction::entities
  std::string text;             // as it shall be shown: the entity's name, or the words
  Span span;                    // in the body; empty if carried over from elsewhere (then see `entity`)
};

// One statement of one article, with the words it stands on. Names as in FACT_MODEL.md.
struct Fact {
  std::string predicate;
  Argument subject;
  Argument object;                                // `measure`: empty, see `value`
  std::optional<text::Value> value;               // `measure` only
  std::map<std::string, std::string> qualifiers;  // date, place, title, amount, recipient, by, for, with, indicator ...
  Modality modality = Modality::kAsserted;
  std::string source;    // who is cited; empty if nobody
  float confidence = 0;  // 0 to 1
  Span evidence;         // in the body: the sentence or sentences it stands on
  std::string rule_id;   // "pack/rule"
};

struct Extraction {
  std::vector<Entity> entities;  // in the order of first mention
  std::vector<Fact> facts;       // in the order of evidence; each statement once
};

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_EXTRACTION_H_
