#include "indexer/tag/tag.h"

namespace factline::tag {
namespace {

constexpr std::string_view kNames[kTagTypeCount] = {"PERSON", "ORG", "LOC", "FAC", "TITLE", "WORK", "PRODUCT", "EVENT"};

}  // namespace

std::string_view TagTypeName(TagType type) { return kNames[static_cast<size_t>(type)]; }

std::optional<TagType> ParseTagType(std::string_view name) {
  for (size_t i = 0; i < kTagTypeCount; ++i) {
    if (kNames[i] == name) return static_cast<TagType>(i);
  }
  return std::nullopt;
}

}  // namespace factline::tag
