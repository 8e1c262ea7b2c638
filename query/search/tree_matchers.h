#ifndef FACTLINE_QUERY_SEARCH_TREE_MATCHERS_H_
#define FACTLINE_QUERY_SEARCH_TREE_MATCHERS_H_

#include <memory>
#include <vector>

#include "query/search/matcher.h"

namespace factline::query {

// Matchers that may walk for long without a candidate ask `interrupt`, as matcher.h says.

// What matches all of `children` (at least one); scores their sum, in their order. With a threshold it skips stretches
// where the children's block bounds together cannot beat it (block-max AND).
std::unique_ptr<Matcher> MakeAnd(std::vector<std::unique_ptr<Matcher>> children, Interrupt* interrupt);

// What matches any of `children` (at least one); scores the sum of those that match, in their order. With a threshold
// it is MAXSCORE (Turtle and Flood, 1995) with block bounds (Ding and Suel, 2011): children that together cannot beat
// the threshold give no candidates and are only looked at for those of the others.
std::unique_ptr<Matcher> MakeOr(std::vector<std::unique_ptr<Matcher>> children, Interrupt* interrupt);

// What matches `kept` and does not match `dropped`; scores as `kept`.
std::unique_ptr<Matcher> MakeExcept(std::unique_ptr<Matcher> kept, std::unique_ptr<Matcher> dropped);

}  // namespace factline::query

#endif  // FACTLINE_QUERY_SEARCH_TREE_MATCHERS_H_
