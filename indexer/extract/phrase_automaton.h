#ifndef FACTLINE_INDEXER_EXTRACT_PHRASE_AUTOMATON_H_
#define FACTLINE_INDEXER_EXTRACT_PHRASE_AUTOMATON_H_

#include <array>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace factline::extract {

// Finds all of many phrases in one pass over the bytes of a text, at a cost that does not grow with their number
// (A. V. Aho and M. J. Corasick, "Efficient string matching", CACM 18, 1975). Add phrases, then Build once; after
// that any number of threads may Find.
class PhraseAutomaton {
 public:
  // `phrase` is not empty. The same phrase may be added with several ids.
  void Add(std::string_view phrase, uint32_t id);
  void Build();

  // Calls sink(begin, end_exclusive, id) for each occurrence, ordered by its end; of those with the same end, longer
  // ones first.
  template <typename Sink>
  void Find(std::string_view text, const Sink& sink) const {
    if (nodes_.size() == 1) return;
    uint32_t state = 0;
    for (uint32_t at = 0; at < text.size(); ++at) {
      state = Step(state, static_cast<uint8_t>(text[at]));
      for (uint32_t s = nodes_[state].first_output != kNone ? state : nodes_[state].output_link; s != 0;
           s = nodes_[s].output_link) {
        for (uint32_t o = nodes_[s].first_output; o != kNone; o = outputs_[o].next) {
          sink(at + 1 - nodes_[s].depth, at + 1, outputs_[o].id);
        }
      }
    }
  }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;

  struct Node {
    uint32_t depth = 0;
    uint32_t parent = 0;
    uint32_t failure = 0;
    uint32_t output_link = 0;  // nearest other node on the failure path that ends a phrase, 0 if none
    uint32_t first_output = kNone;
    uint8_t byte = 0;  // of the edge from the parent
  };
  struct Output {
    uint32_t id;
    uint32_t next;
  };

  static uint64_t EdgeKey(uint32_t node, uint8_t byte) { return (uint64_t{node} << 8) | byte; }
  uint32_t Child(uint32_t node, uint8_t byte) const {
    const auto it = edges_.find(EdgeKey(node, byte));
    return it == edges_.end() ? kNone : it->second;
  }
  uint32_t Step(uint32_t state, uint8_t byte) const {
    while (state != 0) {
      const uint32_t child = Child(state, byte);
      if (child != kNone) return child;
      state = nodes_[state].failure;
    }
    return root_[byte];
  }

  std::vector<Node> nodes_{1};
  std::vector<Output> outputs_;
  absl::flat_hash_map<uint64_t, uint32_t> edges_;
  std::array<uint32_t, 256> root_{};
};

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_PHRASE_AUTOMATON_H_
