#include "deploy/cli/offline.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "protos/vocab/json_writer.h"

namespace factline::cli {
namespace {

constexpr char kPage[] = "bingang-daily-2024-03-18-a01.txt";
constexpr char kGolden[] = "deploy/cli/testdata/extract.golden.jsonl";

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::string Extracted(const Offline& offline) {
  auto articles = offline.ExtractPage(ReadFile(std::string("deploy/samples/") + kPage), absl::CivilDay(2024, 3, 18));
  EXPECT_TRUE(articles.ok()) << articles.status();
  std::string lines;
  for (const Offline::Article& article : *articles) lines += ArticleJson(kPage, article) + "\n";
  return lines;
}

// One entity or fact a line, so that a difference is seen at once.
std::vector<std::string> Pieces(std::string_view lines) {
  std::vector<std::string> pieces;
  for (size_t end; (end = lines.find("}, {")) != std::string_view::npos; lines.remove_prefix(end + 3)) {
    pieces.emplace_back(lines.substr(0, end + 3));
  }
  pieces.emplace_back(lines);
  return pieces;
}

void ExpectSame(const std::vector<std::string>& got, const std::vector<std::string>& want) {
  for (size_t i = 0; i < std::max(got.size(), want.size()); ++i) {
    std::string_view a = i < got.size() ? std::string_view(got[i]) : "(end)";
    std::string_view b = i < want.size() ? std::string_view(want[i]) : "(end)";
    if (a == b) continue;
    ADD_FAILURE() << "first difference, piece " << i << "\n  got:  " << a << "\n  want: " << b;
    return;
  }
}

// A change of splitter, analyser or rules shows here as a difference in plain text. To take the new answer:
//   bazel test //deploy/cli:offline_test --test_env=FACTLINE_REFRESH=$PWD --spawn_strategy=local
TEST(Offline, ExtractGivesTheGoldenAnswerOnASample) {
  auto offline = Offline::Create({});
  ASSERT_TRUE(offline.ok()) << offline.status();
  std::string lines = Extracted(**offline);
  if (const char* tree = std::getenv("FACTLINE_REFRESH")) {
    std::ofstream(std::string(tree) + "/" + kGolden, std::ios::binary) << lines;
    GTEST_SKIP() << "golden file refreshed";
  }
  ExpectSame(Pieces(lines), Pieces(ReadFile(kGolden)));
}

TEST(Offline, TagOffsetsAreCodePoints) {
  auto offline = Offline::Create({});
  ASSERT_TRUE(offline.ok());
  std::string sentence = "公司在2024年投资12亿元。";
  Offline::TagState state;
  EXPECT_EQ(SentenceJson(sentence, (*offline)->TagSentence(sentence, state)),
            R"({"text": "公司在2024年投资12亿元。", "entities": [{"type": "DATE", "start": 3, "end": 8}, )"
            R"({"type": "MONEY", "start": 10, "end": 14}]})");
}

TEST(Offline, TagFindsNamesThatNoListHolds) {
  auto offline = Offline::Create({});
  ASSERT_TRUE(offline.ok());
  Offline::TagState state;
  state.style = tag::Style::kMsra;
  std::string sentence = "新华社记者林知远从北京报道。";
  EXPECT_EQ(SentenceJson(sentence, (*offline)->TagSentence(sentence, state)),
            R"({"text": "新华社记者林知远从北京报道。", "entities": [{"type": "ORG", "start": 0, "end": 3}, )"
            R"({"type": "PERSON", "start": 5, "end": 8}, {"type": "GPE", "start": 9, "end": 11}]})");
}

TEST(Offline, AWrongRulePackIsNamedWithItsLine) {
  std::string path = std::string(testing::TempDir()) + "/wrong.rules";
  std::ofstream(path) << "# a comment\nthis is no rule\n";
  auto offline = Offline::Create({path});
  ASSERT_FALSE(offline.ok());
  EXPECT_NE(offline.status().message().find("wrong.rules:2"), absl::string_view::npos) << offline.status();
}

TEST(Offline, AMissingRulePackIsNamed) {
  auto offline = Offline::Create({"/nonexistent.rules"});
  ASSERT_FALSE(offline.ok());
  EXPECT_NE(offline.status().message().find("/nonexistent.rules"), absl::string_view::npos);
}

TEST(JsonWriter, EscapesWhatJsonDoesNotTake) {
  std::string out;
  JsonWriter json(&out);
  json.BeginObject();
  json.Member("a\"", "\\\n\t\x01 中");
  json.Key("n");
  json.BeginArray();
  json.Number(1e9);
  json.Number(2.45);
  json.Null();
  json.EndArray();
  json.Member("e", std::vector<std::string>{});
  json.EndObject();
  EXPECT_EQ(out, R"({"a\"": "\\\n\t\u0001 中", "n": [1000000000, 2.45, null], "e": []})");
}

}  // namespace
}  // namespace factline::cli
