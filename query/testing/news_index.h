#ifndef FACTLINE_QUERY_TESTING_NEWS_INDEX_H_
#define FACTLINE_QUERY_TESTING_NEWS_INDEX_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "factline/v1/fact.pb.h"
#include "indexer/store/reader.h"
#include "indexer/store/writer.h"
#include "indexer/text/analyzer.h"

// A small language for tests of the query stage: articles go into a real index and are read back from it.
namespace factline::query::testing {

struct NewsFact {
  std::string subject;
  std::string predicate;
  std::string object;
  double number = 0;
  std::string unit;  // empty: no value
  std::string indicator;
  std::string date;
  v1::Modality modality = v1::MODALITY_ASSERTED;
  float confidence = 0.9F;
};

// The same id again is a newer version. Each line of the body is a chunk of one sentence. Subjects and objects of facts
// are entities of type ORG, with the aliases that `aliases` gives as {name, alias}; `mentions` are further entities.
struct NewsArticle {
  std::string id;
  std::string title;
  std::string body;
  std::string source = "evening-post";
  std::string language = "zh";
  int64_t published_seconds = 0;
  std::vector<NewsFact> facts;
  std::vector<std::pair<std::string, std::string>> aliases;
  std::vector<std::string> tags;
  std::vector<std::pair<std::string, v1::EntityType>> mentions;
};

// A writer and a secondary reader over one directory that goes with it. Aborts on errors. Not thread-safe, but Reader()
// and its views are.
class NewsIndex {
 public:
  NewsIndex();
  ~NewsIndex();

  void Commit(const std::vector<NewsArticle>& articles);
  void Delete(const std::string& id);
  void MergeAll();

  // Of the last commit.
  std::shared_ptr<const store::IndexView> View();

  // For another reader of the same index.
  store::ReaderOptions OptionsOfAnotherReader(const std::string& name) const;

  const text::Analyzer& analyzer() const { return analyzer_; }
  static std::string HexIdOf(const std::string& entity, v1::EntityType type = v1::ENTITY_TYPE_ORG);

 private:
  std::unique_ptr<store::Document> MakeDocument(const NewsArticle& article);
  void CommitChanges(std::vector<store::Change> changes);

  const text::Analyzer analyzer_;
  std::string dir_;
  std::unique_ptr<store::Writer> writer_;
  std::unique_ptr<store::Reader> reader_;
  std::map<std::string, uint64_t> versions_;  // by article id
  uint64_t next_offset_ = 0;
};

}  // namespace factline::query::testing

#endif  // FACTLINE_QUERY_TESTING_NEWS_INDEX_H_
