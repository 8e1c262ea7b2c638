#ifndef FACTLINE_QUERY_SUGGEST_SPELLING_H_
#define FACTLINE_QUERY_SUGGEST_SPELLING_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace factline::query {

// How near names come to a text, if one may go on where the text ends: optimal string alignment, the edits that turn
// the text into a beginning of the name. An edit adds, drops or changes a character or swaps two neighbours. Not
// thread-safe: it has buffers.
class PrefixSpelling {
 public:
  // `text` is not empty and must outlive the object.
  PrefixSpelling(std::u32string_view text, uint32_t max_edits);

  struct Distance {
    uint32_t edits = 0;  // more than max_edits: too far
    // Where too far: names that begin with so many characters of this one are too far as well. 0: nothing is known.
    size_t hopeless_prefix = 0;
  };
  Distance To(std::u32string_view name);

 private:
  const std::u32string_view text_;
  const uint32_t max_edits_;
  std::vector<uint32_t> before_last_, last_, row_;  // edits from beginnings of the text to a beginning of the name
};

// How many edits a text may be away to be taken for a slip: one for Han text from three characters on, since two may
// stand for hundreds of names; otherwise one from three and two from six on.
uint32_t EditsAllowed(std::u32string_view text);

}  // namespace factline::query

#endif  // FACTLINE_QUERY_SUGGEST_SPELLING_H_
