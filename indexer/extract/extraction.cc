#include "indexer/extract/extraction.h"

#include <array>

namespace factline::extract {
namespace {

constexpr std::array<std::string_view, 14> kTypeNames = {"PERSON",  "ORG",   "GPE",     "LOC",     "FAC",
                                                         "PRODUCT", "AWARD", "EVENT",   "WORK",    "TITLE",
                                                         "DATE",    "MONEY", "PERCENT", "QUANTITY"};
constexpr std::array<std::string_view, 4> kModalityNames = {"asserted", "planned", "estimated", "denied"};

}  // namespace

std::string_view EntityTypeName(EntityType type) { return kTypeNames[static_cast<size_t>(type)]; }

std::optional<EntityType> EntityTypeFromName(std::string_view name) {
  for (size_t i = 0; i < kTypeNames.size(); ++i) {
    if (kTypeNames[i] == name) return static_cast<EntityType>(i);
  }
  return std::nullopt;
}

EntityType EntityTypeOf(text::ValueKind kind) {
  switch (kind) {
    case text::ValueKind::kDate:
      return EntityType::kDate;
    case text::ValueKind::kMoney:
      return EntityType::kMoney;
    case text::ValueKind::kPercent:
      return EntityType::kPercent;
    default:
      return EntityType::kQuantity;
  }
}

std::string_view ModalityName(Modality modality) { return kModalityNames[static_cast<size_t>(modality)]; }

std::optional<Modality> ModalityFromName(std::string_view name) {
  for (size_t i = 0; i < kModalityNames.size(); ++i) {
    if (kModalityNames[i] == name) return static_cast<Modality>(i);
  }
  return std::nullopt;
}

std::string_view ComparatorSign(text::Comparator comparator) {
  switch (comparator) {
    case text::Comparator::kEqual:
      return "=";
    case text::Comparator::kAbout:
      return "~";
    case text::Comparator::kAtLeast:
      return ">=";
    case text::Comparator::kMore:
      return ">";
    case text::Comparator::kAtMost:
      return "<=";
    case text::Comparator::kLess:
      return "<";
    case text::Comparator::kRange:
      return "range";
  }
  return "=";
}

std::string_view ChangeName(text::Change change) {
  switch (change) {
    case text::Change::kNone:
      return "none";
    case text::Change::kIncrease:
      return "increase";
    case text::Change::kDecrease:
      return "decrease";
  }
  return "none";
}

}  // namespace factline::extract
