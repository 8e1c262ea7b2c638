#include "indexer/extract/phrase_automaton.h"

namespace factline::extract {

void PhraseAutomaton::Add(std::string_view phrase, uint32_t id) {
  uint32_t node = 0;
  for (const char c : phrase) {
    const auto [it, added] =
        edges_.try_emplace(EdgeKey(node, static_cast<uint8_t>(c)), static_cast<uint32_t>(nodes_.size()));
    if (added) nodes_.push_back({.depth = nodes_[node].depth + 1});
    node = it->second;
  }
  outputs_.push_back({.id = id, .next = nodes_[node].first_output});
  nodes_[node].first_output = static_cast<uint32_t>(outputs_.size() - 1);
}

void PhraseAutomaton::Build() {
  std::vector<std::vector<std::pair<uint8_t, uint32_t>>> children(nodes_.size());
  for (const auto& [key, child] : edges_) {
    children[key >> 8].push_back({static_cast<uint8_t>(key & 0xFF), child});
  }
  std::vector<uint32_t> queue;  // breadth first: a failure link leads to a node nearer to the root
  for (const auto& [byte, child] : children[0]) {
    root_[byte] = child;
    queue.push_back(child);
  }
  for (size_t head = 0; head < queue.size(); ++head) {
    const uint32_t node = queue[head];
    const Node& failure = nodes_[nodes_[node].failure];
    nodes_[node].output_link = failure.first_output != kNone ? nodes_[node].failure : failure.output_link;
    for (const auto& [byte, child] : children[node]) {
      nodes_[child].failure = Step(nodes_[node].failure, byte);
      queue.push_back(child);
    }
  }
}

}  // namespace factline::extract
