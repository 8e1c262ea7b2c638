// Xapian as one of the peers. Built by ../run with the compiler and pkg-config, not by Bazel.
#include <xapian.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/bench/peers/protocol/peer_input.h"
#include "tests/bench/peers/protocol/peer_main.h"
#include "tests/bench/peers/protocol/peer_output.h"

namespace factline::peers {
namespace {

constexpr Xapian::valueno kPublished = 0;

// Tokens and sources share one space of terms; Xapian's way is a capital prefix, which tokens get too, being any bytes.
std::string TokenTerm(std::string_view token) { return "B" + std::string(token); }
std::string SourceTerm(std::string_view source) { return "S" + std::string(source); }

void Index(const std::string& corpus, const std::string& folder, const std::string& report) {
  std::filesystem::remove_all(folder);
  std::ifstream lines(corpus);
  if (!lines) Fail("cannot read " + corpus);
  const Stopwatch stopwatch;
  {
    Xapian::WritableDatabase database(folder, Xapian::DB_CREATE_OR_OVERWRITE);
    for (std::string line; std::getline(lines, line);) {
      const PeerDocument from = ParseDocument(line);
      Xapian::Document document;
      ForEachToken(from, [&document](std::string_view token, uint32_t position) {
        document.add_posting(TokenTerm(token), position + 1);
      });
      document.add_boolean_term(SourceTerm(from.source));
      document.add_value(kPublished, Xapian::sortable_serialise(static_cast<double>(from.published_seconds)));
      database.replace_document(from.number + 1, document);
    }
    database.commit();
  }
  Report(report, "index", stopwatch, BytesUnder(folder), "");
}

void Merge(const std::string& folder, const std::string& report) {
  const std::string compacted = folder + ".compacted";
  std::filesystem::remove_all(compacted);
  const Stopwatch stopwatch;
  Xapian::Database(folder).compact(compacted);
  std::filesystem::remove_all(folder);
  std::filesystem::rename(compacted, folder);
  Report(report, "merge", stopwatch, BytesUnder(folder), "compacted");
}

Xapian::Query ToQuery(const PeerExpression& from) {
  if (from.kind == PeerExpression::Kind::kTerm) return Xapian::Query(TokenTerm(from.token));
  std::vector<Xapian::Query> children;
  for (const PeerExpression& child : from.children) children.push_back(ToQuery(child));
  switch (from.kind) {
    case PeerExpression::Kind::kPhrase:
      return Xapian::Query(Xapian::Query::OP_PHRASE, children.begin(), children.end(),
                           static_cast<Xapian::termcount>(children.size()));
    case PeerExpression::Kind::kOr:
      return Xapian::Query(Xapian::Query::OP_OR, children.begin(), children.end());
    case PeerExpression::Kind::kAndNot:
      return Xapian::Query(Xapian::Query::OP_AND_NOT, children[0], children[1]);
    default:
      return Xapian::Query(Xapian::Query::OP_AND, children.begin(), children.end());
  }
}

Xapian::Query Prepare(const PeerQuery& from) {
  Xapian::Query query = ToQuery(from.words);
  if (from.restricts_time()) {
    query = Xapian::Query(Xapian::Query::OP_FILTER, query,
                          Xapian::Query(Xapian::Query::OP_VALUE_RANGE, kPublished,
                                        Xapian::sortable_serialise(static_cast<double>(from.published_first)),
                                        Xapian::sortable_serialise(static_cast<double>(from.published_last))));
  }
  if (!from.source.empty()) {
    query = Xapian::Query(Xapian::Query::OP_FILTER, query, Xapian::Query(SourceTerm(from.source)));
  }
  return query;
}

void Search(const std::string& folder, const std::string& queries_path, const std::string& results, int passes) {
  const Xapian::Database database(folder);
  const std::vector<PeerQuery> queries = ReadQueries(queries_path);
  std::vector<Xapian::Query> ready;
  for (const PeerQuery& query : queries) ready.push_back(Prepare(query));
  Measure(queries, passes, results, [&](size_t query, const PeerMode& mode) {
    Xapian::Enquire enquire(database);
    enquire.set_weighting_scheme(Xapian::BM25Weight(1.2, 0, 1, 0.75, 0));
    enquire.set_query(ready[query]);
    const Xapian::MSet mset = enquire.get_mset(0, mode.limit, mode.count ? database.get_doccount() : 0);
    PeerAnswer answer;
    if (mode.count) answer.hits = mset.get_matches_estimated();
    for (Xapian::MSetIterator i = mset.begin(); i != mset.end(); ++i) answer.first.emplace_back(*i - 1, i.get_weight());
    return answer;
  });
}

}  // namespace
}  // namespace factline::peers

int main(int argc, char** argv) {
  namespace peers = factline::peers;
  try {
    peers::RunPeer(argc, argv, {.index = peers::Index, .merge = peers::Merge, .search = peers::Search});
  } catch (const Xapian::Error& error) {
    peers::Fail(error.get_description());
  }
  return 0;
}
