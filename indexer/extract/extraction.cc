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

std::string_view ModalityName(Modality modality) { return kModalityNames[static_cast<size_t>(modality)]; }

std::optional<Modality> ModalityFromName(std::string_view name) {
  for (size_t i = 0; i < kModalityNames.size(); ++i) {
    if (kModalityNames[i] == name) return static_cast<Modality>(i);
  }
  return std::nullopt;
}

}  // namespace factline::extract
