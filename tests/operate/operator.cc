#include "tests/operate/operator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "protos/vocab/status.h"
#include "tests/harness/ingest_client.h"
#include "tests/harness/news.h"
#include "tests/harness/process.h"

namespace factline::operate {

int Factline(const std::vector<std::string>& words, std::string* output) {
  static int runs = 0;
  const std::string log = Cat(testing::TempDir(), "/factline.", ++runs);
  std::vector<std::string> argv = {harness::Runfile("deploy/factline")};
  argv.insert(argv.end(), words.begin(), words.end());
  absl::StatusOr<harness::Process> process = harness::Process::Start({.argv = argv, .log_file = log});
  if (!process.ok()) return -1;
  const absl::StatusOr<int> status = process->Wait(absl::Minutes(5));
  *output = ReadFile(log);
  return status.value_or(-1);
}

uint64_t Send(harness::Cluster& cluster, uint64_t first, uint64_t end_exclusive) {
  std::vector<v1::IngestRequest> items;
  for (uint64_t seed = first; seed < end_exclusive; ++seed) {
    items.push_back(harness::Request(harness::MakeArticle(seed), Cat("r", seed)));
  }
  const auto responses = harness::SendAll(cluster.ingest(), items);
  EXPECT_TRUE(responses.ok()) << responses.status();
  if (!responses.ok()) return 0;
  uint64_t end = 0;
  for (const v1::IngestResponse& response : *responses) {
    EXPECT_TRUE(response.has_acceptance()) << response.ShortDebugString();
    if (!response.has_acceptance()) return 0;
    for (const auto& article : response.acceptance().articles()) end = std::max<uint64_t>(end, article.offset() + 1);
  }
  return end;
}

absl::Status FindAll(harness::Cluster& cluster, uint64_t first, uint64_t end_exclusive) {
  for (uint64_t seed = first; seed < end_exclusive; ++seed) {
    v1::GetArticleRequest request;
    request.set_id(Cat("n", seed));
    v1::GetArticleResponse response;
    const grpc::Status status =
        cluster.query().GetArticle(harness::Within(absl::Seconds(30)).get(), request, &response);
    if (!status.ok()) return absl::NotFoundError(Cat("article n", seed, ": ", status.error_message()));
    if (response.article().body() != harness::MakeArticle(seed).body()) {
      return absl::DataLossError(Cat("article n", seed, " has another text"));
    }
  }
  return absl::OkStatus();
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

}  // namespace factline::operate
