// Our engine as one of the peers: the store's Writer and Reader and the query stage's execution, in one process.
#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/hash/hash.h"
#include "indexer/store/reader.h"
#include "indexer/store/writer.h"
#include "protos/vocab/cat.h"
#include "tests/bench/peers/factline/peer_search.h"
#include "tests/bench/peers/protocol/peer_input.h"
#include "tests/bench/peers/protocol/peer_main.h"
#include "tests/bench/peers/protocol/peer_output.h"

namespace factline::peers {
namespace {

using store::Field;

constexpr size_t kBatchDocuments = 512;

// Gathers the tokens of a document by a table of its own terms, small enough to stay in the nearest cache. Kept from
// one document to the next.
class TermGatherer {
 public:
  // Returns how many tokens there are.
  uint32_t Gather(const PeerDocument& document, std::vector<store::DocumentTerm>* terms) {
    std::fill(places_.begin(), places_.end(), kNone);
    return ForEachToken(document, [&](std::string_view token, uint32_t position) {
      uint32_t& place = PlaceOf(token, *terms);
      if (place == kNone) {
        place = static_cast<uint32_t>(terms->size());
        terms->push_back({Field::kBodyGram, std::string(token), 1, {position}});
        if (terms->size() > places_.size() / 2) Grow(*terms);
        return;
      }
      store::DocumentTerm& term = (*terms)[place];
      ++term.frequency;
      term.positions.push_back(position);
    });
  }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;

  // Of the first and last bytes and the size: tokens are short.
  static size_t Hash(std::string_view token) {
    uint64_t first = 0, last = 0;
    if (token.size() >= sizeof(first)) {
      std::memcpy(&first, token.data(), sizeof(first));
      std::memcpy(&last, token.data() + token.size() - sizeof(last), sizeof(last));
    } else {
      for (const char c : token) first = first << 8 | static_cast<uint8_t>(c);
    }
    return absl::HashOf(first, last, token.size());
  }

  uint32_t& PlaceOf(std::string_view token, const std::vector<store::DocumentTerm>& terms) {
    size_t at = Hash(token) & (places_.size() - 1);
    while (places_[at] != kNone && terms[places_[at]].term != token) at = (at + 1) & (places_.size() - 1);
    return places_[at];
  }

  void Grow(const std::vector<store::DocumentTerm>& terms) {
    places_.assign(places_.size() * 2, kNone);
    for (uint32_t i = 0; i < terms.size(); ++i) PlaceOf(terms[i].term, terms) = i;
  }

  std::vector<uint32_t> places_ = std::vector<uint32_t>(1024, kNone);  // in the document's terms, by hash
};

store::Change Put(const PeerDocument& from, TermGatherer* gatherer) {
  auto document = std::make_unique<store::Document>();
  document->body_tokens = gatherer->Gather(from, &document->terms);
  document->terms.push_back({Field::kSource, std::string(from.source), 1, {}});
  v1::StoredArticle& article = *document->record.mutable_article();
  article.set_id(std::to_string(from.number));
  article.set_version(1);
  article.set_source(std::string(from.source));
  article.mutable_published_time()->set_seconds(from.published_seconds);
  store::Change change;
  change.document = std::move(document);
  return change;
}

std::unique_ptr<store::Writer> OpenWriter(const std::string& folder) {
  store::WriterOptions options;
  options.index_dir = Cat(folder, "/index");
  options.versions.analyzer_version = "peers";
  options.versions.extractor_version = "peers";
  options.merge_bytes_per_second = 0;
  options.segment_grace = absl::ZeroDuration();
  return Must(store::Writer::Open(options));
}

void MergeAllDue(store::Writer* writer, store::MergeScope scope) {
  while (Must(writer->MergeOnce({.scope = scope, .checkpoint = nullptr}))) {
  }
}

std::string SegmentsOf(const store::Writer& writer) {
  return Cat(static_cast<uint64_t>(Must(writer.Info()).segments.size()), " segments");
}

void Index(const std::string& corpus, const std::string& folder, const std::string& report) {
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  std::ifstream lines(corpus);
  if (!lines) Fail(Cat("cannot read ", corpus));
  const Stopwatch stopwatch;
  std::unique_ptr<store::Writer> writer = OpenWriter(folder);
  std::vector<store::Change> batch;
  TermGatherer gatherer;
  uint64_t documents = 0;
  const auto commit = [&] {
    Check(writer->Commit(std::exchange(batch, {}), Offset(documents)));
    MergeAllDue(writer.get(), store::MergeScope::kAll);
  };
  for (std::string line; std::getline(lines, line);) {
    batch.push_back(Put(ParseDocument(line), &gatherer));
    ++documents;
    if (batch.size() == kBatchDocuments) commit();
  }
  commit();
  const std::string note = SegmentsOf(*writer);
  writer.reset();
  Report(report, "index", stopwatch, BytesUnder(Cat(folder, "/index")), note);
}

void Merge(const std::string& folder, const std::string& report) {
  const Stopwatch stopwatch;
  std::unique_ptr<store::Writer> writer = OpenWriter(folder);
  MergeAllDue(writer.get(), store::MergeScope::kWhole);
  const std::string note = SegmentsOf(*writer);
  writer.reset();
  Report(report, "merge", stopwatch, BytesUnder(Cat(folder, "/index")), note);
}

void Search(const std::string& folder, const std::string& queries_path, const std::string& results, int passes) {
  store::ReaderOptions options;
  options.index_dir = Cat(folder, "/index");
  options.secondary_dir = Cat(folder, "/secondary");
  options.block_cache_bytes = kCacheBytes;
  options.posting_cache_bytes = kCacheBytes;
  const auto reader = Must(store::Reader::Open(options));
  const std::shared_ptr<const store::IndexView> view = reader->View();
  // Documents were put in the order of their numbers, so that ours are theirs.
  const auto last = Must(view->Document(static_cast<uint32_t>(view->stats().docs - 1)));
  if (!last.has_value() || last->article().id() != std::to_string(view->stats().docs - 1)) {
    Fail("document numbers are not those of the corpus");
  }
  const std::vector<PeerQuery> queries = ReadQueries(queries_path);
  std::vector<ReadyQuery> ready;
  for (const PeerQuery& query : queries) ready.push_back(Prepare(query));
  Measure(queries, passes, results,
          [&](size_t query, const PeerMode& mode) { return Answer(*view, ready[query], mode); });
}

}  // namespace
}  // namespace factline::peers

int main(int argc, char** argv) {
  namespace peers = factline::peers;
  peers::RunPeer(argc, argv, {.index = peers::Index, .merge = peers::Merge, .search = peers::Search});
  return 0;
}
