#include "query/related/significant_terms.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protos/vocab/hash.h"
#include "protos/vocab/status.h"
#include "protos/vocab/string_map.h"
#include "query/related/article_words.h"
#include "query/search/execute.h"
#include "query/search/search_input.h"
#include "query/search/search_plan.h"

namespace factline::query {
namespace {

constexpr size_t kDefaultLimit = 20;
constexpr size_t kMaxLimit = 100;
constexpr size_t kDefaultSample = 100;
constexpr size_t kMaxSample = 500;
constexpr size_t kMaxCandidates = 2000;   // of words and of entities: those that most articles of the sample have
constexpr size_t kMinSampleForPairs = 4;  // from here on, what one article of the sample has is no trait of it

absl::StatusOr<size_t> ReadBounded(std::string_view field, int32_t value, size_t default_value, size_t max) {
  if (value < 0 || static_cast<size_t>(value) > max) {
    return FieldError(field, Cat("is ", value, "; 0 to ", max, " are allowed"));
  }
  return value == 0 ? default_value : static_cast<size_t>(value);
}

struct SampledEntity {
  uint64_t count = 0;
  std::string name;
  v1::EntityType type = v1::ENTITY_TYPE_UNSPECIFIED;
};

// What the articles of a sample have, each counted once an article.
struct Sample {
  uint64_t articles = 0;
  StringMap<uint32_t> words;
  std::map<std::string, SampledEntity> entities;  // by the bytes of the id
};

void AddTo(Sample* sample, const storage::v1::DocRecord& record, const text::Analyzer& analyzer) {
  ++sample->articles;
  StringMap<uint32_t> words;
  CountWords(analyzer, record.article().body(), &words);
  for (const auto& [word, count] : words) ++sample->words[word];
  for (const v1::ArticleEntity& entity : record.entities()) {
    std::string id = FromHex(entity.entity_id());
    if (id.empty()) continue;  // a value, such as a date
    SampledEntity& sampled = sample->entities[std::move(id)];
    if (sampled.count++ == 0) {
      sampled.name = entity.name();
      sampled.type = entity.type();
    }
  }
}

absl::StatusOr<Sample> ReadSample(const store::IndexView& view, const std::vector<Hit>& hits,
                                  const text::Analyzer& analyzer, Interrupt* interrupt) {
  Sample sample;
  for (const Hit& hit : hits) {
    FL_RETURN_IF_ERROR(interrupt->Now());
    FL_ASSIGN_OR_RETURN(const std::optional<storage::v1::DocRecord> record, view.Document(hit.doc));
    if (record.has_value()) AddTo(&sample, *record, analyzer);  // else it was purged since the view was taken
  }
  return sample;
}

// A word or an entity, by how many articles of the sample have it.
struct Candidate {
  std::string_view term;  // of the index
  uint64_t count = 0;
};

void KeepMostFrequent(uint64_t min_count, std::vector<Candidate>* candidates) {
  std::erase_if(*candidates, [&](const Candidate& candidate) { return candidate.count < min_count; });
  std::sort(candidates->begin(), candidates->end(), [](const Candidate& a, const Candidate& b) {
    return a.count != b.count ? a.count > b.count : a.term < b.term;
  });
  if (candidates->size() > kMaxCandidates) candidates->resize(kMaxCandidates);
}

class Scorer {
 public:
  Scorer(const store::IndexView& view, const Sample& sample, Interrupt* interrupt)
      : view_(view), sample_(sample), interrupt_(*interrupt) {}

  // The candidates that are more frequent in the sample than outside.
  absl::StatusOr<std::vector<v1::SignificantTerm>> Score(store::Field field, const std::vector<Candidate>& candidates) {
    std::vector<std::string_view> terms;
    for (const Candidate& candidate : candidates) terms.push_back(candidate.term);
    FL_ASSIGN_OR_RETURN(const std::vector<uint64_t> frequencies, DocumentFrequencies(view_, field, terms, &interrupt_));
    const uint64_t all = view_.stats().docs;
    std::vector<v1::SignificantTerm> scored;
    for (size_t i = 0; i < candidates.size(); ++i) {
      // What is sampled is in the index as well.
      const uint64_t with = std::clamp(frequencies[i], candidates[i].count, all);
      const double score = LogLikelihoodRatio(candidates[i].count, sample_.articles, with, all);
      if (score <= 0) continue;
      v1::SignificantTerm& term = scored.emplace_back();
      term.set_text(std::string(candidates[i].term));
      term.set_sample_count(candidates[i].count);
      term.set_background_count(with);
      term.set_score(score);
    }
    return scored;
  }

 private:
  const store::IndexView& view_;
  const Sample& sample_;
  Interrupt& interrupt_;
};

void SortByScore(std::vector<v1::SignificantTerm>* terms) {
  std::sort(terms->begin(), terms->end(), [](const v1::SignificantTerm& a, const v1::SignificantTerm& b) {
    if (a.score() != b.score()) return a.score() > b.score();
    return a.text() != b.text() ? a.text() < b.text() : a.entity_id() < b.entity_id();
  });
}

// Whether `word` stands in the sample within a longer word of `words` alone.
bool IsPartOfAnother(const v1::SignificantTerm& word, const std::vector<v1::SignificantTerm>& words) {
  return std::any_of(words.begin(), words.end(), [&word](const v1::SignificantTerm& other) {
    return other.sample_count() == word.sample_count() && other.text().size() > word.text().size() &&
           other.text().find(word.text()) != std::string::npos;
  });
}

absl::StatusOr<std::vector<v1::SignificantTerm>> ScoreWords(const Sample& sample, const StringSet& left_out,
                                                            uint64_t min_count, size_t limit, Scorer* scorer) {
  std::vector<Candidate> candidates;
  for (const auto& [word, count] : sample.words) {
    if (!left_out.contains(word)) candidates.push_back({word, count});
  }
  KeepMostFrequent(min_count, &candidates);
  FL_ASSIGN_OR_RETURN(std::vector<v1::SignificantTerm> words, scorer->Score(store::Field::kBodyWord, candidates));
  SortByScore(&words);
  if (words.size() > 4 * limit) words.resize(4 * limit);  // a long word scores no less than its parts
  const std::vector<v1::SignificantTerm> all = words;
  std::erase_if(words, [&all](const v1::SignificantTerm& word) { return IsPartOfAnother(word, all); });
  return words;
}

absl::StatusOr<std::vector<v1::SignificantTerm>> ScoreEntities(const Sample& sample, uint64_t min_count,
                                                               Scorer* scorer) {
  std::vector<Candidate> candidates;
  for (const auto& [id, entity] : sample.entities) candidates.push_back({id, entity.count});
  KeepMostFrequent(min_count, &candidates);
  FL_ASSIGN_OR_RETURN(std::vector<v1::SignificantTerm> terms, scorer->Score(store::Field::kEntity, candidates));
  for (v1::SignificantTerm& term : terms) {
    const SampledEntity& entity = sample.entities.at(term.text());
    term.set_entity_id(ToHex(term.text()));
    term.set_entity_type(entity.type);
    term.set_text(entity.name);
  }
  SortByScore(&terms);
  return terms;
}

// k ln(k / expected), where `expected` follows from the margins of the table.
double Part(double k, double row, double column, double all) {
  return k == 0 ? 0 : k * std::log(k * all / row / column);
}

}  // namespace

double LogLikelihoodRatio(uint64_t sample_with, uint64_t sample, uint64_t with, uint64_t all) {
  if (sample == 0 || sample >= all || with == 0) return 0;
  const double k11 = static_cast<double>(sample_with), n1 = static_cast<double>(sample);
  const double n = static_cast<double>(all), m1 = static_cast<double>(with);
  const double k12 = n1 - k11, k21 = m1 - k11, n2 = n - n1, m2 = n - m1;
  const double k22 = n2 - k21;
  if (k22 < 0 || k11 * n2 <= k21 * n1) return 0;
  return 2 * (Part(k11, n1, m1, n) + Part(k12, n1, m2, n) + Part(k21, n2, m1, n) + Part(k22, n2, m2, n));
}

absl::StatusOr<v1::FindSignificantTermsResponse> FindSignificantTerms(const store::IndexView& view,
                                                                      const v1::FindSignificantTermsRequest& request,
                                                                      const text::Analyzer& analyzer,
                                                                      const InterruptCheck& check) {
  FL_ASSIGN_OR_RETURN(const size_t limit, ReadBounded("limit", request.limit(), kDefaultLimit, kMaxLimit));
  ExecuteOptions options;
  FL_ASSIGN_OR_RETURN(options.limit, ReadBounded("sample_size", request.sample_size(), kDefaultSample, kMaxSample));
  v1::SearchRequest search;
  search.set_query(request.query());
  *search.mutable_filter() = request.filter();
  search.set_match(request.match());
  FL_ASSIGN_OR_RETURN(const SearchInput input, ReadSearchRequest(search, analyzer, view.facts()));
  options.order = input.order;
  const Expression* const words = input.words.has_value() ? &*input.words : nullptr;
  FL_ASSIGN_OR_RETURN(const std::unique_ptr<SearchPlan> plan,
                      SearchPlan::Make(view, words, input.filter, nullptr, check, input.k1));
  Interrupt interrupt(check);
  FL_ASSIGN_OR_RETURN(const Outcome outcome, Execute(plan.get(), options, &interrupt));
  FL_ASSIGN_OR_RETURN(const Sample sample, ReadSample(view, outcome.hits, analyzer, &interrupt));

  const uint64_t min_count = sample.articles < kMinSampleForPairs ? 1 : 2;
  Scorer scorer(view, sample, &interrupt);
  FL_ASSIGN_OR_RETURN(std::vector<v1::SignificantTerm> terms, ScoreEntities(sample, min_count, &scorer));
  if (terms.size() > limit) terms.resize(limit);
  StringMap<uint32_t> of_query;
  CountWords(analyzer, request.query(), &of_query);
  StringSet left_out;
  for (const auto& [word, count] : of_query) left_out.insert(word);
  for (const v1::SignificantTerm& entity : terms) left_out.insert(text::NormalForm(entity.text()));
  FL_ASSIGN_OR_RETURN(const std::vector<v1::SignificantTerm> scored_words,
                      ScoreWords(sample, left_out, min_count, limit, &scorer));
  terms.insert(terms.end(), scored_words.begin(), scored_words.end());
  SortByScore(&terms);
  if (terms.size() > limit) terms.resize(limit);

  v1::FindSignificantTermsResponse response;
  for (v1::SignificantTerm& term : terms) response.add_terms()->Swap(&term);
  response.set_sample_count(sample.articles);
  response.set_background_count(view.stats().docs);
  response.set_total_count(outcome.total_count);
  return response;
}

}  // namespace factline::query
