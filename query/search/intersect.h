#ifndef FACTLINE_QUERY_SEARCH_INTERSECT_H_
#define FACTLINE_QUERY_SEARCH_INTERSECT_H_

#include <cstdint>

namespace factline::query {

// A strictly ascending run of documents, docs[i] + base; at most kMaxBlockPostings.
struct DocRun {
  const uint32_t* docs;
  uint32_t base;
  uint32_t count;
};

// Where the documents of both runs lie in each; the outputs have room for kMaxBlockPostings + 4 places. Returns how
// many there are.
uint32_t Intersect(DocRun a, DocRun b, uint8_t* places_a, uint8_t* places_b);

// The same document by document; for tests, and where there is no SIMD.
uint32_t IntersectPlainly(DocRun a, DocRun b, uint8_t* places_a, uint8_t* places_b);

}  // namespace factline::query

#endif  // FACTLINE_QUERY_SEARCH_INTERSECT_H_
