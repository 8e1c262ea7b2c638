#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "deploy/cli/command.h"
#include "factline/v1/query_service.grpc.pb.h"
#include "protos/vocab/cat.h"

namespace factline::cli {
namespace {

// Remembers what it was asked, and answers with what the test puts in.
class FakeQuery final : public v1::QueryService::Service {
 public:
  v1::FacetSearchRequest facet_request;
  v1::FacetSearchResponse facets;
  v1::FindSignificantTermsRequest terms_request;
  v1::FindSignificantTermsResponse terms;
  v1::FindSimilarArticlesRequest similar_request;
  v1::FindSimilarArticlesResponse similar;
  v1::SuggestEntitiesRequest suggest_request;
  v1::SuggestEntitiesResponse suggestions;

 private:
  grpc::Status FindSignificantTerms(grpc::ServerContext*, const v1::FindSignificantTermsRequest* request,
                                    v1::FindSignificantTermsResponse* response) override {
    terms_request = *request;
    *response = terms;
    return grpc::Status::OK;
  }
  grpc::Status FindSimilarArticles(grpc::ServerContext*, const v1::FindSimilarArticlesRequest* request,
                                   v1::FindSimilarArticlesResponse* response) override {
    similar_request = *request;
    *response = similar;
    return grpc::Status::OK;
  }
  grpc::Status SuggestEntities(grpc::ServerContext*, const v1::SuggestEntitiesRequest* request,
                               v1::SuggestEntitiesResponse* response) override {
    suggest_request = *request;
    *response = suggestions;
    return grpc::Status::OK;
  }
  grpc::Status FacetSearch(grpc::ServerContext*, const v1::FacetSearchRequest* request,
                           v1::FacetSearchResponse* response) override {
    facet_request = *request;
    *response = facets;
    return grpc::Status::OK;
  }
};

struct Fixture {
  Fixture() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&query);
    server = builder.BuildAndStart();
  }

  ExitCode Run(std::vector<std::string> words) {
    words.push_back(Cat("--query_address=127.0.0.1:", port));
    return Dispatch({FacetsCommand(), EntitiesCommand(), TermsCommand(), SimilarCommand()}, words, console);
  }

  FakeQuery query;
  int port = 0;
  std::unique_ptr<grpc::Server> server;
  std::istringstream in;
  std::ostringstream out, err;
  Console console{in, out, err};
};

TEST(FacetsCommand, FlagsBecomeARequestAndCountsATable) {
  Fixture fixture;
  v1::Facet& facet = *fixture.query.facets.add_facets();
  facet.set_field(v1::FacetSpec::FIELD_ENTITY);
  facet.set_value_count(12);
  facet.set_truncated(true);
  v1::FacetValue& value = *facet.add_values();
  value.set_value("00ff");
  value.set_count(1234);
  value.set_entity_name("远岭储能");
  value.set_entity_type(v1::ENTITY_TYPE_ORG);
  fixture.query.facets.add_facets()->set_field(v1::FacetSpec::FIELD_PUBLISHED);
  fixture.query.facets.set_total_count(2000);
  EXPECT_EQ(fixture.Run({"facets", "储能", "投资", "--by=entity,week", "--limit=1", "--entity_type=ORG",
                         "--utc_offset=480", "--any", "--source=a,b", "--predicate=invests_in", "--has=PERSON"}),
            kOk)
      << fixture.err.str();
  const v1::FacetSearchRequest& request = fixture.query.facet_request;
  EXPECT_EQ(request.query(), "储能 投资");
  EXPECT_EQ(request.match(), v1::SearchRequest::MATCH_ANY);
  EXPECT_EQ(request.filter().sources_size(), 2);
  EXPECT_EQ(request.filter().predicates(0), "invests_in");
  EXPECT_EQ(request.filter().entity_types(0), v1::ENTITY_TYPE_PERSON);
  ASSERT_EQ(request.facets_size(), 2);
  EXPECT_EQ(request.facets(0).entity_type(), v1::ENTITY_TYPE_ORG);
  EXPECT_EQ(request.facets(0).utc_offset_minutes(), 0);
  EXPECT_EQ(request.facets(1).interval(), v1::FacetSpec::INTERVAL_WEEK);
  EXPECT_EQ(request.facets(1).utc_offset_minutes(), 480);
  EXPECT_EQ(fixture.out.str(),
            "ENTITY          ARTICLES\n"
            "远岭储能 (ORG)     1,234\n"
            "shown: 1 of 12\n\n"
            "WEEK  ARTICLES\n\n"
            "2,000 articles match\n");
}

TEST(EntitiesCommand, SuggestAsksForSuggestions) {
  Fixture fixture;
  v1::EntitySuggestion& suggestion = *fixture.query.suggestions.add_suggestions();
  suggestion.mutable_entity()->set_name("远岭储能");
  suggestion.mutable_entity()->set_type(v1::ENTITY_TYPE_ORG);
  suggestion.mutable_entity()->set_article_count(7);
  suggestion.mutable_entity()->set_id("00ff");
  suggestion.set_matched_name("远岭储能");
  suggestion.set_edits(1);
  EXPECT_EQ(fixture.Run({"entities", "--suggest=远领储能", "--type=ORG", "--limit=5"}), kOk) << fixture.err.str();
  EXPECT_EQ(fixture.query.suggest_request.text(), "远领储能");
  EXPECT_EQ(fixture.query.suggest_request.type(), v1::ENTITY_TYPE_ORG);
  EXPECT_EQ(fixture.query.suggest_request.limit(), 5);
  EXPECT_EQ(fixture.out.str(),
            "NAME      TYPE  BY        EDITS  ARTICLES  ID\n"
            "远岭储能  ORG   远岭储能      1         7  00ff\n");
  EXPECT_EQ(fixture.Run({"entities", "--suggest=x", "--article=a"}), kUsage);
}

TEST(TermsCommand, ShowsWhatIsTellingAndOfHowMany) {
  Fixture fixture;
  fixture.query.terms.set_sample_count(10);
  fixture.query.terms.set_total_count(1000);
  fixture.query.terms.set_background_count(2000);
  v1::SignificantTerm& term = *fixture.query.terms.add_terms();
  term.set_text("电解质");
  term.set_sample_count(9);
  term.set_background_count(12);
  term.set_score(43.21);
  EXPECT_EQ(fixture.Run({"terms", "固态", "电池", "--sample=10", "--limit=5", "--has=ORG"}), kOk) << fixture.err.str();
  EXPECT_EQ(fixture.query.terms_request.query(), "固态 电池");
  EXPECT_EQ(fixture.query.terms_request.sample_size(), 10);
  EXPECT_EQ(fixture.query.terms_request.limit(), 5);
  EXPECT_EQ(fixture.query.terms_request.filter().entity_types_size(), 1);
  EXPECT_EQ(fixture.out.str(),
            "TERM    TYPE  HERE  IN ALL  SCORE\n"
            "电解质  word     9      12   43.2\n\n"
            "HERE: of 10 of 1,000 that match; IN ALL: of 2,000\n");
  EXPECT_EQ(fixture.Run({"terms", "--sample=501"}), kUsage);
}

TEST(SimilarCommand, ShowsArticlesAndByWhatTheyWereFound) {
  Fixture fixture;
  v1::SearchResult& result = *fixture.query.similar.add_results();
  result.set_article_id("b");
  result.set_title("电解质新进展");
  result.set_source("morning");
  result.set_score(7.89);
  result.mutable_published_time()->set_seconds(1704067200);
  fixture.query.similar.add_terms()->set_text("电解质");
  fixture.query.similar.add_terms()->set_text("电池");
  fixture.query.similar.set_near_duplicate_count(2);
  EXPECT_EQ(fixture.Run({"similar", "a", "--limit=3", "--source=morning"}), kOk) << fixture.err.str();
  EXPECT_EQ(fixture.query.similar_request.article_id(), "a");
  EXPECT_EQ(fixture.query.similar_request.limit(), 3);
  EXPECT_EQ(fixture.query.similar_request.filter().sources(0), "morning");
  EXPECT_FALSE(fixture.query.similar_request.include_near_duplicates());
  EXPECT_EQ(fixture.out.str(),
            "TITLE         PUBLISHED   SOURCE   SCORE  ID\n"
            "电解质新进展  2024-01-01  morning    7.8  b\n\n"
            "by 电解质 电池\n"
            "2 near-duplicates left out\n");
  EXPECT_EQ(fixture.Run({"similar"}), kUsage);
}

TEST(FacetsCommand, AnUnknownFieldIsAUsageError) {
  Fixture fixture;
  EXPECT_EQ(fixture.Run({"facets", "--by=colour"}), kUsage);
  EXPECT_NE(fixture.err.str().find("--by=colour"), std::string::npos);
}

}  // namespace
}  // namespace factline::cli
