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
  v1::SearchRequest last_request;
  v1::SearchResponse answer;

 private:
  grpc::Status Search(grpc::ServerContext*, const v1::SearchRequest* request, v1::SearchResponse* response) override {
    last_request = *request;
    *response = answer;
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
    return Dispatch({SearchCommand()}, words, console);
  }

  FakeQuery query;
  int port = 0;
  std::unique_ptr<grpc::Server> server;
  std::istringstream in;
  std::ostringstream out, err;
  Console console{in, out, err};
};

TEST(SearchCommand, ScoresAreExplainedAndCopiesCounted) {
  Fixture fixture;
  v1::SearchResult& result = *fixture.query.answer.add_results();
  result.set_article_id("a1");
  result.set_title("远岭储能开工");
  result.set_score(1.5);
  result.set_near_duplicate_count(3);
  result.mutable_explanation()->set_description("product: words and recency");
  result.mutable_explanation()->set_value(1.5);
  v1::Explanation& child = *result.mutable_explanation()->add_children();
  child.set_description("sum over fields: 储能");
  child.set_value(2);
  fixture.query.answer.set_total_count(4);
  EXPECT_EQ(fixture.Run({"search", "储能", "--recency=7d", "--collapse", "--explain", "--limit=50"}), kOk)
      << fixture.err.str();
  const v1::SearchRequest& request = fixture.query.last_request;
  EXPECT_EQ(request.recency_half_life().seconds(), 7 * 86'400);
  EXPECT_TRUE(request.collapse_near_duplicates());
  EXPECT_TRUE(request.explain());
  EXPECT_EQ(request.page_size(), 20);
  EXPECT_NE(fixture.out.str().find("+3 near-duplicates"), std::string::npos) << fixture.out.str();
  EXPECT_NE(fixture.out.str().find("   1.5  product: words and recency\n     2  sum over fields: 储能\n"),
            std::string::npos)
      << fixture.out.str();
}

TEST(SearchCommand, AHalfLifeThatIsNoTimeIsAUsageError) {
  Fixture fixture;
  EXPECT_EQ(fixture.Run({"search", "储能", "--recency=soon"}), kUsage);
  EXPECT_NE(fixture.err.str().find("--recency=soon"), std::string::npos);
}

}  // namespace
}  // namespace factline::cli
