#include "indexer/extract/mention.h"

#include <algorithm>
#include <map>

namespace factline::extract {

void ResolveOverlaps(std::vector<NameMention>& mentions) {
  std::sort(mentions.begin(), mentions.end(), [](const NameMention& a, const NameMention& b) {
    if (a.score != b.score) return a.score > b.score;
    if (a.span.size_bytes() != b.span.size_bytes()) return a.span.size_bytes() > b.span.size_bytes();
    return a.span.begin < b.span.begin;
  });
  std::map<uint32_t, NameMention> taken;  // by begin; never overlapping
  for (const NameMention& mention : mentions) {
    const auto after = taken.lower_bound(mention.span.begin);
    if (after != taken.end() && after->second.span.Overlaps(mention.span)) continue;
    if (after != taken.begin() && std::prev(after)->second.span.Overlaps(mention.span)) continue;
    taken.emplace(mention.span.begin, mention);
  }
  mentions.clear();
  for (const auto& [begin, mention] : taken) mentions.push_back(mention);
}

}  // namespace factline::extract
