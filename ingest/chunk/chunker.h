#ifndef FACTLINE_INGEST_CHUNK_CHUNKER_H_
#define FACTLINE_INGEST_CHUNK_CHUNKER_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "protos/vocab/span.h"

namespace factline::chunk {

struct ChunkOptions {
  uint32_t target_code_points = 300;  // a chunk is closed at the first good border after this many; 0 = every sentence
  uint32_t max_code_points = 600;     // over the sentences of a chunk; one longer sentence stays whole
};

// A run of whole sentences of one body: the unit of passages in search results.
struct Chunk {
  Span span;                    // from the first sentence's begin to the last one's end
  std::vector<Span> sentences;  // in the body, in order, at least one
};

// The chunks of `body` (paragraphs separated by '\n') in order. Every byte that is not blank lies in exactly one chunk;
// all borders are code point borders. A paragraph's end is preferred as a border. Linear in the size of `body`, which
// must be shorter than 4 GiB.
std::vector<Chunk> ChunkBody(std::string_view body, const ChunkOptions& options = {});

}  // namespace factline::chunk

#endif  // FACTLINE_INGEST_CHUNK_CHUNKER_H_
