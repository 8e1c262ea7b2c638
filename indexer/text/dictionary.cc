#include "indexer/text/dictionary.h"

extern "C" const unsigned char factline_text_dictionary[];

namespace factline::text {

Dictionary::Dictionary() {
  const auto* header = reinterpret_cast<const DictionaryHeader*>(factline_text_dictionary);
  symbols_ = reinterpret_cast<const uint16_t*>(header + 1);
  trie_ = DoubleArray(reinterpret_cast<const DoubleArrayUnit*>(symbols_ + kSymbolCount), header->unit_count);
  unknown_cost_ = header->unknown_cost;
  fingerprint_ = header->fingerprint;
}

}  // namespace factline::text
