// What RocksDB costs our engine: the same segments, queries and code, values from RocksDB against values in plain
// memory. Prints tables of each kind of query's mean and p99: of the first pass, when no cache holds anything yet (the
// files lie in the system's), and of warm ones. Of an index that `factline_peer index` or `merge` has left:
//
//   rocksdb_tax INDEX_FOLDER QUERIES ROUNDS
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "indexer/store/reader.h"
#include "protos/vocab/cat.h"
#include "tests/bench/peers/factline/peer_search.h"
#include "tests/bench/peers/factline/plain_index.h"
#include "tests/bench/peers/protocol/peer_input.h"
#include "tests/bench/peers/protocol/peer_output.h"

namespace factline::peers {
namespace {

// A way to hold the values, and what the queries took with it.
struct Way {
  std::string name;
  std::shared_ptr<const store::IndexView> view;
  std::unique_ptr<store::Reader> reader;     // of the view; null if that keeps itself
  std::vector<std::vector<int64_t>> rounds;  // nanoseconds, of each query
  std::vector<PeerAnswer> answers;           // of the last mode
};

// Less than half of what the segments of 40,000 articles hold, shared out as the query server's flags do.
constexpr size_t kSmallBlockCacheBytes = size_t{4} << 20;
constexpr size_t kSmallPostingCacheBytes = size_t{12} << 20;

Way OpenReader(const std::string& folder, const std::string& name, size_t block_cache_bytes,
               size_t posting_cache_bytes) {
  store::ReaderOptions options;
  options.index_dir = Cat(folder, "/index");
  options.secondary_dir = Cat(folder, "/secondary_", block_cache_bytes, "_", posting_cache_bytes);
  options.block_cache_bytes = block_cache_bytes;
  options.posting_cache_bytes = posting_cache_bytes;
  Way way{.name = name};
  way.reader = Must(store::Reader::Open(options));
  way.view = way.reader->View();
  return way;
}

// Kinds that differ by their number of words alone go together: "and3" is "and".
std::string GroupOf(const PeerQuery& query) {
  std::string group = query.kind;
  while (!group.empty() && group.back() >= '0' && group.back() <= '9') group.pop_back();
  return group;
}

enum class Pass { kWarming, kMeasured };

void Run(const std::vector<ReadyQuery>& queries, const std::vector<size_t>& order, const PeerMode& mode, Pass pass,
         Way* way) {
  for (const size_t i : order) {
    const int64_t start = ThreadNanoseconds();
    way->answers[i] = Answer(*way->view, queries[i], mode);
    const int64_t took = ThreadNanoseconds() - start;
    if (pass == Pass::kMeasured) way->rounds[i].push_back(took);
  }
}

std::vector<size_t> Shuffled(std::vector<size_t> order, std::mt19937* random) {
  std::shuffle(order.begin(), order.end(), *random);
  return order;
}

void CheckEqual(const std::vector<PeerQuery>& queries, const std::vector<Way>& ways) {
  for (const Way& way : ways) {
    for (size_t i = 0; i < queries.size(); ++i) {
      if (way.answers[i].hits == ways[0].answers[i].hits && way.answers[i].first == ways[0].answers[i].first) continue;
      Fail(Cat("query ", queries[i].id, ": ", way.name, " and ", ways[0].name, " answer differently"));
    }
  }
}

struct Figures {
  double mean_us = 0;
  double p99_us = 0;
};

// Of the medians of the group's queries.
Figures Summarise(const std::vector<PeerQuery>& queries, const std::string& group, const Way& way) {
  std::vector<double> medians;
  for (size_t i = 0; i < queries.size(); ++i) {
    if (!group.empty() && GroupOf(queries[i]) != group) continue;
    std::vector<int64_t> rounds = way.rounds[i];
    std::sort(rounds.begin(), rounds.end());
    medians.push_back(static_cast<double>(rounds[rounds.size() / 2]) / 1000);
  }
  std::sort(medians.begin(), medians.end());
  return {std::accumulate(medians.begin(), medians.end(), 0.0) / static_cast<double>(medians.size()),
          medians[std::min(medians.size() - 1, medians.size() * 99 / 100)]};
}

void PrintTable(const std::vector<PeerQuery>& queries, const std::vector<Way>& ways) {
  std::string head = "| kind |";
  std::string line = "|---|";
  for (const Way& way : ways) {
    head += Cat(" ", way.name, " |");
    line += "---|";
  }
  std::printf("%s ratios of means to plain | of p99 |\n%s---|---|\n", head.c_str(), line.c_str());
  std::vector<std::string> groups;
  for (const PeerQuery& query : queries) {
    if (std::find(groups.begin(), groups.end(), GroupOf(query)) == groups.end()) groups.push_back(GroupOf(query));
  }
  groups.emplace_back();  // all
  for (const std::string& group : groups) {
    std::string row = Cat("| ", group.empty() ? "all" : group, " |");
    std::string means, p99s;
    const Figures plain = Summarise(queries, group, ways[0]);
    for (size_t i = 0; i < ways.size(); ++i) {
      const Figures figures = Summarise(queries, group, ways[i]);
      row += absl::StrFormat(" %.1f / %.1f |", figures.mean_us, figures.p99_us);
      if (i == 0) continue;
      means += absl::StrFormat("%s%.2f", i == 1 ? "" : ", ", figures.mean_us / plain.mean_us);
      p99s += absl::StrFormat("%s%.2f", i == 1 ? "" : ", ", figures.p99_us / plain.p99_us);
    }
    std::printf("%s %s | %s |\n", row.c_str(), means.c_str(), p99s.c_str());
  }
}

void MeasureTax(const std::string& folder, const std::string& queries_path, int rounds) {
  std::vector<Way> ways;
  Way cached = OpenReader(folder, "RocksDB", kCacheBytes, kCacheBytes);
  ways.push_back({.name = "plain", .view = Must(LoadPlainIndex(Cat(folder, "/index"), cached.view))});
  ways.push_back(std::move(cached));
  ways.push_back(OpenReader(folder, "of 16 MiB", kSmallBlockCacheBytes, kSmallPostingCacheBytes));
  ways.push_back(OpenReader(folder, "block cache alone", kCacheBytes, 0));

  const std::vector<PeerQuery> queries = ReadQueries(queries_path);
  std::vector<ReadyQuery> ready;
  for (const PeerQuery& query : queries) ready.push_back(Prepare(query));
  // Another order each pass: a cache that is too small would never hit if queries came round and round.
  std::vector<size_t> order(queries.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::mt19937 random(1);
  const auto clear = [&queries](Way& way) {
    way.rounds.assign(queries.size(), {});
    way.answers.assign(queries.size(), {});
  };
  const auto print = [&](const PeerMode& mode, std::string_view passes) {
    CheckEqual(queries, ways);
    std::printf("%s, %zu segments, %.*s: mean / p99 in microseconds of processor time\n\n", mode.name,
                ways[0].view->segments().size(), static_cast<int>(passes.size()), passes.data());
    PrintTable(queries, ways);
    std::printf("\n");
  };
  for (Way& way : ways) {
    clear(way);
    Run(ready, order, kModes[0], Pass::kMeasured, &way);
  }
  print(kModes[0], "first pass");
  for (const PeerMode& mode : {kModes[0], kModes[1]}) {
    for (Way& way : ways) clear(way);
    // In turns, so that a machine whose speed wanders is as fast for all; what is measured runs warm each time.
    for (int round = 0; round < rounds; ++round) {
      const std::vector<size_t> warming = std::exchange(order, Shuffled(order, &random));
      for (Way& way : ways) {
        Run(ready, warming, mode, Pass::kWarming, &way);
        Run(ready, order, mode, Pass::kMeasured, &way);
      }
    }
    print(mode, "warm");
  }
}

}  // namespace
}  // namespace factline::peers

int main(int argc, char** argv) {
  const int rounds = argc == 4 ? std::atoi(argv[3]) : 0;
  if (rounds < 1) factline::peers::Fail("usage: INDEX_FOLDER QUERIES ROUNDS");
  factline::peers::MeasureTax(argv[1], argv[2], rounds);
  return 0;
}
