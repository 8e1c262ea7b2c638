// The pipeline as a user has it: three processes on loopback, gRPC at every door.

#include <signal.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protos/vocab/grpc_status.h"
#include "protos/vocab/status.h"
#include "tests/harness/cluster.h"
#include "tests/harness/ingest_client.h"
#include "tests/harness/news.h"

namespace factline {
namespace {

using harness::Role;
using harness::Within;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr absl::Duration kCall = absl::Seconds(30);

v1::Article Plant() {
  v1::Article article;
  article.set_id("plant");
  article.set_title("远岭科技投资30亿元建固态电池基地");
  article.set_body(
      "2024年3月5日，成都远岭科技有限公司向青羊蓝蒿电池有限公司投资30亿元，建设固态电池生产基地。\n"
      "远岭科技董事长李文澜表示，基地计划2026年投产，年产能将达到20GWh。\n"
      "去年，公司营业收入为12.5亿元，同比增长18%。");
  article.set_source("made-up-daily");
  article.mutable_published_time()->set_seconds(1709600400);
  return article;
}

std::vector<std::string> NamesIn(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) names.push_back(entry.path().filename());
  return names;
}

class PipelineTest : public ::testing::Test {
 protected:
  PipelineTest() : cluster_({.data_dir = harness::NewFolder("pipeline")}) {}

  void SetUp() override { ASSERT_EQ(cluster_.Start(), absl::OkStatus()); }

  // Sends the items, expects all to be accepted, and waits until queries see them.
  std::vector<v1::IngestResponse> Accept(const std::vector<v1::IngestRequest>& items) {
    auto responses = harness::SendAll(cluster_.ingest(), items);
    if (!responses.ok()) {
      ADD_FAILURE() << responses.status();
      return {};
    }
    uint64_t end = 0;
    for (const v1::IngestResponse& response : *responses) {
      EXPECT_TRUE(response.has_acceptance()) << response.ShortDebugString();
      for (const auto& article : response.acceptance().articles()) end = std::max(end, article.offset() + 1);
    }
    EXPECT_EQ(cluster_.AwaitVisible(end), absl::OkStatus());
    return *std::move(responses);
  }

  v1::SearchResponse Search(const v1::SearchRequest& request) {
    v1::SearchResponse response;
    const grpc::Status status = cluster_.query().Search(Within(kCall).get(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  v1::SearchResponse Search(const std::string& query) {
    v1::SearchRequest request;
    request.set_query(query);
    return Search(request);
  }

  v1::ListFactsResponse Facts(const std::string& filter) {
    v1::ListFactsRequest request;
    request.set_filter(filter);
    v1::ListFactsResponse response;
    const grpc::Status status = cluster_.query().ListFacts(Within(kCall).get(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  absl::StatusOr<v1::StoredArticle> Article(const std::string& id) {
    v1::GetArticleRequest request;
    request.set_id(id);
    v1::GetArticleResponse response;
    FL_RETURN_IF_ERROR(FromGrpc(cluster_.query().GetArticle(Within(kCall).get(), request, &response)));
    return response.article();
  }

  harness::Cluster cluster_;
};

TEST_F(PipelineTest, AnArticleIsFoundByItsWordsWithThePassageThatHoldsThem) {
  Accept({harness::Request(Plant()), harness::Request(harness::MakeArticle(1))});
  const v1::SearchResponse found = Search("李文澜 投产");
  ASSERT_EQ(found.total_count(), 1u) << found.ShortDebugString();
  const v1::SearchResult& result = found.results(0);
  EXPECT_EQ(result.article_id(), "plant");
  ASSERT_GE(result.passages_size(), 1);
  const v1::Passage& passage = result.passages(0);
  ASSERT_GE(passage.highlights_size(), 2);
  const v1::Span& first = passage.highlights(0);
  EXPECT_EQ(passage.text().substr(first.begin(), first.end() - first.begin()), "李文澜");
  const std::string body = Plant().body();
  EXPECT_EQ(body.substr(passage.span().begin(), passage.span().end() - passage.span().begin()), passage.text());
}

TEST_F(PipelineTest, EveryFactCanBeCheckedAgainstTheWordsItCameFrom) {
  Accept({harness::Request(Plant())});
  const v1::ListFactsResponse facts = Facts("article_id = \"plant\"");
  ASSERT_GE(facts.facts_size(), 3) << facts.ShortDebugString();
  for (const v1::Fact& fact : facts.facts()) {
    ASSERT_EQ(fact.evidences_size(), 1) << fact.ShortDebugString();
    const v1::Evidence& evidence = fact.evidences(0);
    EXPECT_EQ(Plant().body().substr(evidence.span().begin(), evidence.span().end() - evidence.span().begin()),
              evidence.text());
    EXPECT_FALSE(evidence.rule_id().empty());
    EXPECT_GT(fact.confidence(), 0);
  }
}

TEST_F(PipelineTest, PlansAreToldFromAchievements) {
  Accept({harness::Request(Plant())});
  const v1::ListFactsResponse planned = Facts("predicate = measure AND modality = planned");
  ASSERT_EQ(planned.facts_size(), 1) << planned.ShortDebugString();
  EXPECT_EQ(planned.facts(0).value().unit(), "GWh");
  EXPECT_EQ(planned.facts(0).value().number(), 20);
  const v1::ListFactsResponse invested = Facts("predicate = invests_in");
  ASSERT_GE(invested.facts_size(), 1);
  EXPECT_THAT(invested.facts(0).subject().text(), HasSubstr("远岭科技"));
}

TEST_F(PipelineTest, TheSameStatementInTwoArticlesIsOneFactWithTwoEvidences) {
  v1::Article copy = Plant();
  copy.set_id("copy");
  copy.set_source("another-paper");
  Accept({harness::Request(Plant()), harness::Request(copy)});
  const v1::ListFactsResponse facts = Facts("predicate = measure AND unit = GWh");
  ASSERT_EQ(facts.facts_size(), 1) << facts.ShortDebugString();
  EXPECT_EQ(facts.facts(0).evidence_count(), 2u);
}

TEST_F(PipelineTest, APageBecomesItsArticles) {
  const auto responses = Accept({harness::Request(harness::MakePage(5))});
  ASSERT_EQ(responses[0].acceptance().articles_size(), 3) << responses[0].ShortDebugString();
  EXPECT_EQ(responses[0].acceptance().articles(1).article_id(), "page5#2");
  const absl::StatusOr<v1::StoredArticle> article = Article("page5#2");
  ASSERT_TRUE(article.ok()) << article.status();
  EXPECT_THAT(article->title(), HasSubstr(harness::MarkerOf(16)));
  ASSERT_EQ(article->byline_size(), 1);
  const std::string page = harness::MakePage(5).text();
  for (const v1::SourceRun& run : article->source_runs()) {
    EXPECT_EQ(article->body().substr(run.body_begin(), run.length_bytes()),
              page.substr(run.source_begin(), run.length_bytes()));
  }
  EXPECT_EQ(Search(harness::MarkerOf(16)).total_count(), 1u);
}

TEST_F(PipelineTest, WordsOfAKickerASubheadOrACaptionFindTheirArticle) {
  v1::Page page;
  page.set_id("ferry-page");
  page.set_text(
      "Harbour Notes\n\nFerry service returns to Reed Point\nFirst zeppelinlike crossing in years\n\nBy ANN LEE\nStaff "
      "Writer\n\nThe ferry returned on Tuesday with forty people aboard. The council paid for the\nPoint Street "
      "pier.\n\n"
      "Photo by Jane Doe\n\n图为quokkaberg号渡轮。\n");
  Accept({harness::Request(page)});
  for (const char* query :
       {"harbour notes", "zeppelinlike", "\"zeppelinlike crossing\"", "quokkaberg", "\"the point street\""}) {
    const v1::SearchResponse found = Search(query);
    ASSERT_EQ(found.total_count(), 1u) << query;
    EXPECT_EQ(found.results(0).article_id(), "ferry-page#1");
    EXPECT_EQ(found.results(0).title(), "Ferry service returns to Reed Point");
  }
  EXPECT_EQ(Search("\"years quokkaberg\"").total_count(), 0u) << "no phrase goes on from one to the other";

  std::string shown;
  ASSERT_EQ(cluster_.RunClient({"article", "ferry-page#1"}, &shown), 0) << shown;
  for (const char* part : {"Harbour Notes\n", "subhead    First zeppelinlike crossing in years\n",
                           "ANN LEE (staff writer)", "▲ 图为quokkaberg号渡轮。\n"}) {
    EXPECT_THAT(shown, HasSubstr(part));
  }
}

TEST_F(PipelineTest, BadItemsAreAnsweredWithTheFieldAndTheStreamGoesOn) {
  v1::Article no_id = harness::MakeArticle(1);
  no_id.clear_id();
  v1::Article empty = harness::MakeArticle(2);
  empty.clear_title();
  empty.clear_body();
  v1::Article bad_time = harness::MakeArticle(3);
  bad_time.mutable_published_time()->set_nanos(-1);
  v1::Page empty_page;
  empty_page.set_id("empty");
  const auto responses =
      harness::SendAll(cluster_.ingest(),
                       {harness::Request(no_id), harness::Request(empty), harness::Request(bad_time),
                        harness::Request(empty_page), v1::IngestRequest(), harness::Request(harness::MakeArticle(4))});
  ASSERT_TRUE(responses.ok()) << responses.status();
  const std::vector<std::string> fields = {"article.id", "article", "article.published_time", "page.text", "item"};
  for (size_t i = 0; i < fields.size(); ++i) {
    const absl::Status error = FromRpcStatus((*responses)[i].error());
    EXPECT_EQ(error.code(), absl::StatusCode::kInvalidArgument) << i;
    EXPECT_THAT(FieldOf(error).value_or("(none)"), HasSubstr(fields[i])) << error;
  }
  EXPECT_TRUE(responses->back().has_acceptance());
}

TEST_F(PipelineTest, ANewerVersionReplacesTheOlderOne) {
  v1::Article article = harness::MakeArticle(1);
  article.set_title("初版 earlyword");
  Accept({harness::Request(article)});
  EXPECT_EQ(Search("earlyword").total_count(), 1u);
  article.set_title("再版 lateword");
  const auto responses = Accept({harness::Request(article)});
  EXPECT_EQ(responses[0].acceptance().articles(0).version(), 2u);
  EXPECT_EQ(Search("earlyword").total_count(), 0u);
  EXPECT_EQ(Search("lateword").total_count(), 1u);
}

TEST_F(PipelineTest, ADeletedArticleLeavesNothing) {
  Accept({harness::Request(Plant())});
  v1::DeleteArticleRequest request;
  request.set_id("plant");
  v1::DeleteArticleResponse deleted;
  ASSERT_TRUE(cluster_.ingest().DeleteArticle(Within(kCall).get(), request, &deleted).ok());
  ASSERT_EQ(deleted.articles_size(), 1);
  ASSERT_EQ(cluster_.AwaitVisible(deleted.articles(0).offset() + 1), absl::OkStatus());
  EXPECT_EQ(Article("plant").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Search("李文澜").total_count(), 0u);
  EXPECT_EQ(Facts("").facts_size(), 0);
  v1::ListEntitiesResponse entities;
  ASSERT_TRUE(cluster_.query().ListEntities(Within(kCall).get(), {}, &entities).ok());
  EXPECT_EQ(entities.entities_size(), 0) << entities.ShortDebugString();
  const grpc::Status again = cluster_.ingest().DeleteArticle(Within(kCall).get(), request, &deleted);
  EXPECT_EQ(again.error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(PipelineTest, ARequestIdIsAnsweredWithItsFirstResultAfterARestartToo) {
  const auto first = Accept({harness::Request(harness::MakeArticle(1), "r1")});
  ASSERT_EQ(cluster_.Start(Role::kIngestor), absl::OkStatus());
  const auto second =
      harness::SendAllPersistently(cluster_.ingest(), {harness::Request(harness::MakeArticle(1), "r1")});
  ASSERT_TRUE(second.ok()) << second.status();
  const v1::Acceptance& answer = (*second)[0].acceptance();
  EXPECT_TRUE(answer.duplicate());
  ASSERT_EQ(answer.articles_size(), 1);
  EXPECT_EQ(answer.articles(0).offset(), first[0].acceptance().articles(0).offset());
  EXPECT_EQ(answer.articles(0).version(), 1u);
}

TEST_F(PipelineTest, QueriesAreAnsweredWhileIngestorAndIndexerAreDown) {
  Accept({harness::Request(Plant())});
  cluster_.Kill(Role::kIngestor);
  cluster_.Kill(Role::kIndexer);
  EXPECT_EQ(Search("固态电池").total_count(), 1u);
  ASSERT_EQ(cluster_.Start(Role::kQuery), absl::OkStatus());
  ASSERT_EQ(cluster_.AwaitVisible(1), absl::OkStatus());
  EXPECT_EQ(Search("固态电池").total_count(), 1u);
}

TEST_F(PipelineTest, AStalledIndexerHoldsUpNobodyAndCatchesUp) {
  Accept({harness::Request(Plant())});
  cluster_.process(Role::kIndexer).Signal(SIGSTOP);
  std::vector<v1::IngestRequest> items;
  for (int i = 0; i < 300; ++i) items.push_back(harness::Request(harness::MakeArticle(i)));
  const auto responses = harness::SendAll(cluster_.ingest(), items);
  ASSERT_TRUE(responses.ok()) << responses.status();
  EXPECT_EQ(Search("固态电池基地").total_count(), 1u);
  cluster_.process(Role::kIndexer).Signal(SIGCONT);
  ASSERT_EQ(cluster_.AwaitVisible(responses->back().acceptance().articles(0).offset() + 1), absl::OkStatus());
  EXPECT_EQ(Search(harness::MarkerOf(299)).total_count(), 1u);
}

TEST_F(PipelineTest, AStalledQueryProcessSeesAllOnceItGoesOn) {
  cluster_.process(Role::kQuery).Signal(SIGSTOP);
  std::vector<v1::IngestRequest> items;
  for (int i = 0; i < 300; ++i) items.push_back(harness::Request(harness::MakeArticle(i)));
  const auto responses = harness::SendAll(cluster_.ingest(), items);
  ASSERT_TRUE(responses.ok()) << responses.status();
  cluster_.process(Role::kQuery).Signal(SIGCONT);
  ASSERT_EQ(cluster_.AwaitVisible(responses->back().acceptance().articles(0).offset() + 1), absl::OkStatus());
  EXPECT_EQ(Search("").total_count(), 300u);
}

TEST_F(PipelineTest, AClientThatReadsNoAnswersHoldsUpNobodyAndCostsBoundedMemory) {
  Accept({harness::Request(Plant())});
  const uint64_t before = cluster_.process(Role::kIngestor).ResidentBytes();
  grpc::ClientContext context;
  auto stream = cluster_.ingest().Ingest(&context);
  // 400 MB of items; a server that took them all in would have to keep them or their answers.
  std::thread writer([&] {
    v1::Article article = harness::MakeArticle(1, {.body_bytes = 200'000});
    for (int i = 0; i < 2000; ++i) {
      article.set_id(Cat("slow", i));
      if (!stream->Write(harness::Request(article))) return;
    }
  });
  // Others are served meanwhile.
  std::vector<v1::IngestRequest> items;
  for (int i = 0; i < 200; ++i) items.push_back(harness::Request(harness::MakeArticle(i)));
  const auto responses = harness::SendAll(cluster_.ingest(), items);
  EXPECT_TRUE(responses.ok()) << responses.status();
  EXPECT_LT(cluster_.process(Role::kIngestor).ResidentBytes(), before + (300 << 20));
  context.TryCancel();
  writer.join();
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

TEST_F(PipelineTest, PagesOfASearchAreStableWhileArticlesArrive) {
  std::vector<v1::IngestRequest> items;
  for (int i = 0; i < 40; ++i) items.push_back(harness::Request(harness::MakeArticle(i)));
  Accept(items);
  v1::SearchRequest request;
  request.set_order(v1::SearchRequest::ORDER_NEWEST);
  request.set_page_size(15);
  std::vector<std::string> seen;
  int extra = 1000;
  do {
    const v1::SearchResponse page = Search(request);
    for (const v1::SearchResult& result : page.results()) seen.push_back(result.article_id());
    request.set_page_token(page.next_page_token());
    Accept({harness::Request(harness::MakeArticle(extra++))});  // newer than all: it may not shift what follows
  } while (!request.page_token().empty() && seen.size() < 1000);
  std::vector<std::string> want;
  for (int i = 39; i >= 0; --i) want.push_back(Cat("n", i));
  EXPECT_EQ(seen, want);
}

TEST_F(PipelineTest, TheClientFindsWhatItIngestedAndVerifiesTheIndex) {
  Accept({harness::Request(Plant()), harness::Request(harness::MakePage(3))});
  std::string output;
  EXPECT_EQ(cluster_.RunClient({"search", "固态电池基地", "--format=json"}, &output), 0) << output;
  EXPECT_THAT(output, HasSubstr("\"plant\""));
  EXPECT_EQ(cluster_.RunClient({"article", "no-such-article"}, &output), 1) << output;
  EXPECT_THAT(output, HasSubstr("no-such-article"));
  EXPECT_EQ(cluster_.RunClient({"admin", "verify", Cat("--data_dir=", cluster_.data_dir())}, &output), 0) << output;
}

TEST_F(PipelineTest, VerifyWorksInTheFolderItIsGivenAndLeavesItAsItWas) {
  Accept({harness::Request(Plant())});
  const std::string folder = harness::NewFolder("verify_here");
  std::ofstream(Cat(folder, "/mine.txt")) << "kept";
  std::string output;
  EXPECT_EQ(cluster_.RunClient({"admin", "verify", Cat("--data_dir=", cluster_.data_dir()), Cat("--work_dir=", folder)},
                               &output),
            0)
      << output;
  EXPECT_THAT(output, HasSubstr("equal"));
  EXPECT_EQ(NamesIn(folder), std::vector<std::string>{"mine.txt"});
  EXPECT_THAT(NamesIn(cluster_.data_dir()), Not(Contains("verify"))) << "nothing is made where it was not asked for";

  // A folder that cannot be made is the user's to mend, and is named.
  const std::string no_folder = Cat(folder, "/mine.txt/below");
  EXPECT_NE(cluster_.RunClient(
                {"admin", "verify", Cat("--data_dir=", cluster_.data_dir()), Cat("--work_dir=", no_folder)}, &output),
            0);
  EXPECT_THAT(output, HasSubstr(no_folder));
}

TEST_F(PipelineTest, ATerminatedProcessDrainsAndEndsWell) {
  Accept({harness::Request(Plant())});
  for (Role role : {Role::kQuery, Role::kIndexer, Role::kIngestor}) {
    cluster_.process(role).Signal(SIGTERM);
    const absl::StatusOr<int> status = cluster_.process(role).Wait(absl::Seconds(30));
    ASSERT_TRUE(status.ok()) << harness::RoleName(role) << ": " << status.status();
    EXPECT_EQ(*status, 0) << harness::RoleName(role);
  }
}

}  // namespace
}  // namespace factline
