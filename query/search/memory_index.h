#ifndef FACTLINE_QUERY_SEARCH_MEMORY_INDEX_H_
#define FACTLINE_QUERY_SEARCH_MEMORY_INDEX_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "indexer/store/reader.h"

namespace factline::query {

// A document of plain tokens for tests: each is a word and, at its place, a gram.
struct TokenDocument {
  std::vector<std::string> title;
  std::vector<std::string> body;
  std::string source;
  int64_t published_seconds = 0;
  bool is_deleted = false;
};

// An IndexView in memory, with blocks of a few postings so that little corpora have many. For tests alone: it shares no
// code with the store, so that both can be wrong only apart.
std::unique_ptr<store::IndexView> MakeMemoryIndex(const std::vector<std::vector<TokenDocument>>& segments,
                                                  size_t postings_per_block);

}  // namespace factline::query

#endif  // FACTLINE_QUERY_SEARCH_MEMORY_INDEX_H_
