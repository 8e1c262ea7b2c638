#ifndef FACTLINE_TESTS_BENCH_QUERIES_H_
#define FACTLINE_TESTS_BENCH_QUERIES_H_

#include <string>
#include <utility>
#include <vector>

#include "factline/v1/query_service.pb.h"
#include "tests/bench/corpus.h"

namespace factline::bench {

// Search requests of each kind, made from the corpus with a fixed seed: every one has at least one hit.
std::vector<std::pair<std::string, std::vector<v1::SearchRequest>>> MakeQueries(const Corpus& corpus, int per_kind);

}  // namespace factline::bench

#endif  // FACTLINE_TESTS_BENCH_QUERIES_H_
