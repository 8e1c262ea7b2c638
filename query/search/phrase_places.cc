#include "query/search/phrase_places.h"

#include <algorithm>

namespace factline::query {

std::vector<std::vector<uint32_t>> FindPhrase(const std::vector<PhraseGram>& grams,
                                              const std::vector<std::vector<uint32_t>>& positions) {
  std::vector<std::vector<uint32_t>> found;
  for (const uint32_t start : positions.front()) {
    std::vector<uint32_t> places;
    for (size_t i = 0; i < grams.size(); ++i) {
      const uint32_t place = start + grams[i].offset;
      if (!std::binary_search(positions[i].begin(), positions[i].end(), place)) break;
      places.push_back(place);
    }
    if (places.size() == grams.size()) found.push_back(std::move(places));
  }
  return found;
}

}  // namespace factline::query
