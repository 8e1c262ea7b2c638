#ifndef FACTLINE_TESTS_BENCH_PEERS_FACTLINE_PEER_SEARCH_H_
#define FACTLINE_TESTS_BENCH_PEERS_FACTLINE_PEER_SEARCH_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "indexer/store/reader.h"
#include "query/parse/expression.h"
#include "query/search/search_plan.h"
#include "tests/bench/peers/protocol/peer_input.h"
#include "tests/bench/peers/protocol/peer_output.h"

// The runners' queries, asked of our engine.
namespace factline::peers {

constexpr size_t kCacheBytes = size_t{512} << 20;  // the other engines map their files whole

// The value; an error ends the program.
template <typename T>
T Must(absl::StatusOr<T> value) {
  if (!value.ok()) Fail(value.status().ToString());
  return *std::move(value);
}

inline void Check(const absl::Status& status) {
  if (!status.ok()) Fail(status.ToString());
}

struct ReadyQuery {
  query::Expression words;
  query::DocumentFilter filter;
};

ReadyQuery Prepare(const PeerQuery& from);

PeerAnswer Answer(const store::IndexView& view, const ReadyQuery& query, const PeerMode& mode);

}  // namespace factline::peers

#endif  // FACTLINE_TESTS_BENCH_PEERS_FACTLINE_PEER_SEARCH_H_
