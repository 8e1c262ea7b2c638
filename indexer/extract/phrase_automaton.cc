#include "indexer/extract/phrase_automaton.h"

#include <algorithm>
#include <numeric>

namespace factline::extract {

void PhraseAutomaton::Add(std::string_view phrase, uint32_t id) {
  uint32_t node = 0;
  for (const char c : phrase) {
    const auto [it, added] =
        edges_.try_emplace(EdgeKey(node, static_cast<uint8_t>(c)), static_cast<uint32_t>(nodes_.size()));
    if (added) {
      nodes_.push_back({.depth = nodes_[node].depth + 1, .parent = node, .byte = static_cast<uint8_t>(c)});
    }
    node = it->second;
  }
  outputs_.push_back({.id = id, .next = nodes_[node].first_output});
  nodes_[node].first_output = static_cast<uint32_t>(outputs_.size() - 1);
}

void PhraseAutomaton::Build() {
  // By depth, so that a failure link leads to a node that has its own already: a counting sort.
  uint32_t deepest = 0;
  for (const Node& node : nodes_) deepest = std::max(deepest, node.depth);
  std::vector<uint32_t> place(deepest + 2);
  for (const Node& node : nodes_) ++place[node.depth + 1];
  std::partial_sum(place.begin(), place.end(), place.begin());
  std::vector<uint32_t> order(nodes_.size());
  for (uint32_t i = 0; i < nodes_.size(); ++i) order[place[nodes_[i].depth]++] = i;

  for (const uint32_t i : order) {
    if (i == 0) continue;
    Node& node = nodes_[i];
    if (node.depth == 1) {
      root_[node.byte] = i;
    } else {
      node.failure = Step(nodes_[node.parent].failure, node.byte);
    }
    const Node& failure = nodes_[node.failure];
    node.output_link = failure.first_output != kNone ? node.failure : failure.output_link;
  }
}

}  // namespace factline::extract
