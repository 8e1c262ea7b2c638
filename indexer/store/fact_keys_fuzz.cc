#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "indexer/store/entity_delta.h"
#include "indexer/store/fact_keys.h"
#include "indexer/store/fact_row.h"

namespace factline::store {
namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

// A key that decodes is the key of its parts; a value that decodes comes back from its encoding.
void TryAll(std::string_view bytes) {
  if (const auto place = DecodeEvidenceKey(bytes)) {
    const FactId fact{std::string(bytes.substr(0, kIdBytes))};
    Require(EvidenceKey(fact, place->published_seconds, place->article_id).value() == bytes);
  }
  if (const auto place = DecodeEntityNameKey(bytes)) {
    Require(EntityNameKey(place->normal_name, place->type, place->entity).value() == bytes);
  }
  if (const auto row = DecodeFactRow(bytes); row.ok()) {
    const auto again = DecodeFactRow(EncodeFactRow(*row));
    Require(again.ok() && *again == *row);
  }
  if (const auto row = DecodeEntityNameRow(bytes); row.ok()) {
    const auto again = DecodeEntityNameRow(EncodeEntityNameRow(*row));
    Require(again.ok() && again->is_own_name == row->is_own_name && again->articles == row->articles);
  }
  (void)FactOfIndexKey(bytes);
  (void)DecodeEntityArticleSeconds(bytes);
  const std::string successor = PrefixSuccessor(bytes);
  Require(successor.empty() || std::string_view(successor) > bytes);
}

}  // namespace
}  // namespace factline::store

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  factline::store::TryAll(std::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
