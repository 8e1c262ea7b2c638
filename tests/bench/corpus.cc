#include "tests/bench/corpus.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iterator>

#include "absl/time/time.h"
#include "protos/vocab/status.h"
#include "tests/harness/news.h"

namespace factline::bench {
namespace {

using google::protobuf::Struct;

std::string Text(const Struct& object, const std::string& key) {
  const auto field = object.fields().find(key);
  return field == object.fields().end() ? "" : field->second.string_value();
}

absl::StatusOr<v1::Article> ParseArticle(const std::string& line) {
  Struct object;
  const auto status = google::protobuf::util::JsonStringToMessage(line, &object);
  if (!status.ok()) return absl::InvalidArgumentError(Cat("not JSON: ", line.substr(0, 80)));
  v1::Article article;
  article.set_id(Text(object, "id"));
  article.set_title(Text(object, "title"));
  article.set_body(Text(object, "body"));
  article.set_source(Text(object, "source"));
  article.set_language("zh");
  absl::Time published;
  if (absl::ParseTime("%Y-%m-%d %H:%M:%S", Text(object, "published"), &published, nullptr)) {
    article.mutable_published_time()->set_seconds(absl::ToUnixSeconds(published));
  }
  const auto tags = object.fields().find("tags");
  if (tags != object.fields().end()) {
    for (const auto& tag : tags->second.list_value().values()) {
      if (article.tags_size() < 64 && !tag.string_value().empty()) article.add_tags(tag.string_value());
    }
  }
  return article;
}

absl::Status ReadLines(const std::string& file, size_t max_articles, std::vector<v1::Article>* articles) {
  FILE* const pipe = popen(Cat("xz -dc -- '", file, "'").c_str(), "r");
  if (pipe == nullptr) return absl::UnavailableError("cannot run xz");
  char* line = nullptr;
  size_t capacity = 0;
  absl::Status status;
  while (status.ok() && articles->size() < max_articles && getline(&line, &capacity, pipe) > 0) {
    absl::StatusOr<v1::Article> article = ParseArticle(line);
    if (article.ok() && (!article->title().empty() || !article->body().empty()))
      articles->push_back(*std::move(article));
    status = article.status();
  }
  std::free(line);
  const bool whole = std::feof(pipe) != 0;
  const int ended = pclose(pipe);  // an xz that we cut off ends by a signal
  if (status.ok() && whole && ended != 0) return absl::DataLossError(Cat("xz could not read ", file));
  return status;
}

uint64_t TextBytes(const v1::Article& article) { return article.title().size() + article.body().size(); }

}  // namespace

std::vector<v1::Article> Corpus::TakeLast(size_t count) {
  const auto begin = articles.end() - static_cast<std::ptrdiff_t>(std::min(count, articles.size() / 2));
  std::vector<v1::Article> taken(std::make_move_iterator(begin), std::make_move_iterator(articles.end()));
  articles.erase(begin, articles.end());
  for (const v1::Article& article : taken) text_bytes -= TextBytes(article);
  return taken;
}

absl::StatusOr<Corpus> LoadCorpus(size_t max_articles) {
  Corpus corpus;
  const char* shared = std::getenv("FACTLINE_SHARED");
  const std::filesystem::path folder = std::filesystem::path(shared != nullptr ? shared : "") / "data" / "news";
  if (shared != nullptr && std::filesystem::exists(folder)) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.path().extension() != ".xz") continue;
      corpus.name = entry.path().filename().string();
      FL_RETURN_IF_ERROR(ReadLines(entry.path().string(), max_articles, &corpus.articles));
    }
  }
  if (corpus.name.empty()) {
    corpus.name = "made-up news";
    for (size_t i = 0; i < max_articles; ++i) corpus.articles.push_back(harness::MakeArticle(i));
  }
  for (const v1::Article& article : corpus.articles) corpus.text_bytes += TextBytes(article);
  return corpus;
}

}  // namespace factline::bench
