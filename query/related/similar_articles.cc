#include "query/related/similar_articles.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protos/vocab/status.h"
#include "protos/vocab/string_map.h"
#include "query/related/article_words.h"
#include "query/search/execute.h"
#include "query/search/near_duplicates.h"
#include "query/search/passages.h"
#include "query/search/search_input.h"
#include "query/search/search_plan.h"
#include "query/search/search_result.h"

namespace factline::query {
namespace {

constexpr size_t kMaxArticleIdBytes = 256;
constexpr size_t kDefaultLimit = 10;
constexpr size_t kMaxLimit = 100;
constexpr size_t kMaxCandidates = 300;  // words whose frequency in the index is looked up
constexpr size_t kMaxWords = 25;        // that are searched for
// Hits looked at for each result that is asked for, and some more, since near-duplicates come in bunches.
constexpr size_t kHitsPerResult = 2;
constexpr size_t kMoreHits = 20;

// A word of the article.
struct ArticleWord {
  std::string_view text;
  uint32_t count = 0;
  double weight = 0;
};

double CountWeight(uint32_t count) { return 1 + std::log(static_cast<double>(count)); }

// The words that the article has most often; of equal ones the longer, which says more.
std::vector<ArticleWord> MostFrequent(const StringMap<uint32_t>& counts) {
  std::vector<ArticleWord> words;
  for (const auto& [word, count] : counts) words.push_back({word, count});
  std::sort(words.begin(), words.end(), [](const ArticleWord& a, const ArticleWord& b) {
    if (a.count != b.count) return a.count > b.count;
    return a.text.size() != b.text.size() ? a.text.size() > b.text.size() : a.text < b.text;
  });
  if (words.size() > kMaxCandidates) words.resize(kMaxCandidates);
  return words;
}

// Whether the article has the word within a longer one of `words` alone.
bool IsPartOfAnother(const ArticleWord& word, const std::vector<ArticleWord>& words) {
  return std::any_of(words.begin(), words.end(), [&word](const ArticleWord& other) {
    return other.count == word.count && other.text.size() > word.text.size() &&
           other.text.find(word.text) != std::string_view::npos;
  });
}

// The words that tell most about the article, the most telling first. They view `counts`.
absl::StatusOr<std::vector<ArticleWord>> MostTelling(const store::IndexView& view, const StringMap<uint32_t>& counts,
                                                     Interrupt* interrupt) {
  std::vector<ArticleWord> words = MostFrequent(counts);
  std::vector<std::string_view> terms;
  for (const ArticleWord& word : words) terms.push_back(word.text);
  FL_ASSIGN_OR_RETURN(const std::vector<uint64_t> frequencies,
                      DocumentFrequencies(view, store::Field::kBodyWord, terms, interrupt));
  const double docs = static_cast<double>(view.stats().docs);
  for (size_t i = 0; i < words.size(); ++i) {
    if (frequencies[i] < 2) continue;  // the article's own: it finds next to nothing
    const double frequency = static_cast<double>(frequencies[i]);
    words[i].weight = CountWeight(words[i].count) * std::log(1 + (docs - frequency + 0.5) / (frequency + 0.5));
  }
  std::erase_if(words, [](const ArticleWord& word) { return word.weight <= 0; });
  std::sort(words.begin(), words.end(), [](const ArticleWord& a, const ArticleWord& b) {
    return a.weight != b.weight ? a.weight > b.weight : a.text < b.text;
  });
  const std::vector<ArticleWord> all = words;
  std::erase_if(words, [&all](const ArticleWord& word) { return IsPartOfAnother(word, all); });
  if (words.size() > kMaxWords) words.resize(kMaxWords);
  return words;
}

Expression AnyOf(const std::vector<ArticleWord>& words) {
  Expression any;
  any.kind = Expression::Kind::kOr;
  for (const ArticleWord& from : words) {
    Expression& word = any.children.emplace_back();
    word.word = std::string(from.text);
    word.weight = CountWeight(from.count);
  }
  if (any.children.size() > 1) return any;
  Expression only = std::move(any.children.front());
  return only;
}

struct Request {
  DocumentFilter filter;
  size_t limit = kDefaultLimit;
  size_t max_passages = 0;
};

absl::StatusOr<Request> Read(const v1::FindSimilarArticlesRequest& from, const text::Analyzer& analyzer,
                             const store::FactReader& facts) {
  Request request;
  if (from.article_id().empty() || from.article_id().size() > kMaxArticleIdBytes) {
    return FieldError("article_id",
                      Cat("has ", from.article_id().size(), " bytes; 1 to ", kMaxArticleIdBytes, " are allowed"));
  }
  if (from.limit() < 0 || static_cast<size_t>(from.limit()) > kMaxLimit) {
    return FieldError("limit", Cat("is ", from.limit(), "; 0 to ", kMaxLimit, " are allowed"));
  }
  if (from.limit() > 0) request.limit = static_cast<size_t>(from.limit());
  v1::SearchRequest search;
  *search.mutable_filter() = from.filter();
  if (from.has_max_passages()) search.set_max_passages(from.max_passages());
  FL_ASSIGN_OR_RETURN(SearchInput input, ReadSearchRequest(search, analyzer, facts));
  request.filter = std::move(input.filter);
  request.max_passages = input.max_passages;
  return request;
}

// The articles that were shown already, by their bodies.
class Shown {
 public:
  // Whether the article is a near-duplicate of one that was shown; else it counts as shown.
  bool Repeats(const v1::StoredArticle& article) {
    const std::optional<TextSignature> signature = SignatureOf(article.body());
    if (!signature.has_value()) return false;
    for (const TextSignature& shown : signatures_) {
      if (AreNearDuplicates(shown, *signature)) return true;
    }
    signatures_.push_back(*signature);
    return false;
  }

 private:
  std::vector<TextSignature> signatures_;
};

}  // namespace

absl::StatusOr<v1::FindSimilarArticlesResponse> FindSimilarArticles(const store::IndexView& view,
                                                                    const v1::FindSimilarArticlesRequest& request,
                                                                    const text::Analyzer& analyzer,
                                                                    const InterruptCheck& check) {
  FL_ASSIGN_OR_RETURN(const Request wanted, Read(request, analyzer, view.facts()));
  FL_ASSIGN_OR_RETURN(const std::optional<uint32_t> doc, view.FindArticle(request.article_id()));
  std::optional<storage::v1::DocRecord> given;
  if (doc.has_value()) {
    FL_ASSIGN_OR_RETURN(given, view.Document(*doc));
  }
  if (!given.has_value()) return absl::NotFoundError(Cat("there is no article '", request.article_id(), "'"));

  Interrupt interrupt(check);
  StringMap<uint32_t> counts;
  CountWords(analyzer, given->article().title(), &counts);
  CountWords(analyzer, given->article().body(), &counts);
  FL_ASSIGN_OR_RETURN(const std::vector<ArticleWord> words, MostTelling(view, counts, &interrupt));
  v1::FindSimilarArticlesResponse response;
  if (words.empty()) return response;
  for (const ArticleWord& word : words) {
    v1::SimilarityTerm& term = *response.add_terms();
    term.set_text(std::string(word.text));
    term.set_weight(word.weight);
  }

  const Expression any = AnyOf(words);
  FL_ASSIGN_OR_RETURN(const std::unique_ptr<SearchPlan> plan,
                      SearchPlan::Make(view, &any, wanted.filter, nullptr, check));
  ExecuteOptions options;
  options.limit = kHitsPerResult * wanted.limit + kMoreHits;
  options.count = false;
  FL_ASSIGN_OR_RETURN(const Outcome outcome, Execute(plan.get(), options, &interrupt));
  const Passages passages(&any, plan->numbers(), analyzer);
  Shown shown;
  shown.Repeats(given->article());
  for (const Hit& hit : outcome.hits) {
    if (static_cast<size_t>(response.results_size()) == wanted.limit) break;
    FL_RETURN_IF_ERROR(interrupt.Now());
    FL_ASSIGN_OR_RETURN(const std::optional<storage::v1::DocRecord> record, view.Document(hit.doc));
    // By id, not by number: an article found may be newer than the view.
    if (!record.has_value() || record->article().id() == request.article_id()) continue;
    if (!request.include_near_duplicates() && shown.Repeats(record->article())) {
      response.set_near_duplicate_count(response.near_duplicate_count() + 1);
      continue;
    }
    *response.add_results() = MakeSearchResult(*record, hit, passages, wanted.max_passages);
  }
  return response;
}

}  // namespace factline::query
