#ifndef FACTLINE_QUERY_RELATED_RESEMBLANCE_H_
#define FACTLINE_QUERY_RELATED_RESEMBLANCE_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace factline::query {

// How much of two texts is word for word the same: the share of shingles, runs of eight characters in normal form, that
// both have, guessed from the least hashes of each (Broder, On the Resemblance and Containment of Documents, 1997).
class TextSketch {
 public:
  // Of the first 64 KiB of the text.
  explicit TextSketch(std::string_view text);

  // 0 to 1; 0 if either text is empty. Off by about 0.03 (one standard deviation, 256 hashes), exact for short texts.
  double ResemblanceTo(const TextSketch& other) const;

 private:
  std::vector<uint64_t> least_;  // distinct, growing
};

// From here on two articles tell the same: one with a fifth of its sentences changed is still above it.
constexpr double kNearDuplicate = 0.5;

}  // namespace factline::query

#endif  // FACTLINE_QUERY_RELATED_RESEMBLANCE_H_
