// Measures SplitPage on the annotated pages beside the project (FACTLINE_SHARED), as the scorer there does.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "ingest/page/code_points.h"
#include "ingest/page/line_coverage.h"
#include "ingest/page/page_splitter.h"

namespace factline::page {
namespace {

namespace fs = std::filesystem;
using google::protobuf::Struct;

struct GoldArticle {
  std::string body;
  std::vector<std::string> outside;  // captions, subheads, kicker: never in a body
};

std::string ReadFile(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return std::move(text).str();
}

// The scorer's normal form, but for NFKC, which changes both sides alike here.
std::u32string Norm(std::string_view text) {
  static const std::u32string kIgnored = U"\"'“”‘’《》「」『』()（）·,，。、：:";
  std::u32string norm;
  for (size_t pos = 0; pos < text.size();) {
    const CodePoint c = DecodeUtf8(text, pos);
    pos += c.size_bytes;
    if (!IsBlank(c.value) && kIgnored.find(c.value) == std::u32string::npos) norm += c.value;
  }
  return norm;
}

std::map<std::u32string, int> Grams(std::string_view text) {
  const std::u32string norm = Norm(text);
  std::map<std::u32string, int> grams;
  for (size_t i = 0; i + 3 <= std::max<size_t>(norm.size(), 3); ++i) ++grams[norm.substr(i, 3)];
  return grams;
}

double SameBody(const std::map<std::u32string, int>& a, const std::map<std::u32string, int>& b) {
  double common = 0, in_a = 0, in_b = 0;
  for (const auto& [gram, count] : a) {
    in_a += count;
    const auto other = b.find(gram);
    if (other != b.end()) common += std::min(count, other->second);
  }
  for (const auto& [gram, count] : b) in_b += count;
  return std::min(common / std::max(1.0, in_a), common / std::max(1.0, in_b));
}

std::vector<GoldArticle> ReadGold(const fs::path& path) {
  Struct page;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(ReadFile(path), &page).ok()) << path;
  std::vector<GoldArticle> articles;
  for (const auto& value : page.fields().at("articles").list_value().values()) {
    const auto& fields = value.struct_value().fields();
    GoldArticle article{.body = fields.at("body").string_value()};
    for (const char* key : {"captions", "subheads"}) {
      for (const auto& line : fields.at(key).list_value().values()) article.outside.push_back(line.string_value());
    }
    article.outside.push_back(fields.at("kicker").string_value());
    articles.push_back(std::move(article));
  }
  return articles;
}

class SharedPages : public ::testing::TestWithParam<const char*> {};

TEST_P(SharedPages, ArticlesAreFoundWithWholeAndCleanBodies) {
  const char* shared = std::getenv("FACTLINE_SHARED");
  const fs::path root = shared == nullptr ? "" : shared;
  const std::string suffix = GetParam();
  const fs::path gold = root / "eval" / ("gold" + suffix), pages = root / ("pages" + suffix);
  if (shared == nullptr || !fs::exists(gold))
    GTEST_SKIP() << "no annotated pages: FACTLINE_SHARED is unset or lacks " << gold;
  double found = 0, missed = 0, wrong = 0;
  for (const auto& entry : fs::directory_iterator(gold)) {
    const std::string page = ReadFile(pages / entry.path().stem().replace_extension(".txt"));
    const auto articles = SplitPage(page);
    ASSERT_TRUE(articles.ok()) << entry.path();
    EXPECT_THAT(LostLines(page, *articles), ::testing::IsEmpty()) << entry.path();
    std::vector<std::map<std::u32string, int>> left;
    for (const PageArticle& article : *articles) left.push_back(Grams(article.body));
    const std::vector<GoldArticle> wanted = ReadGold(entry.path());
    const auto is_text = [&](const std::string& line) {  // a body says the same words
      return std::any_of(wanted.begin(), wanted.end(),
                         [&](const auto& w) { return w.body.find(line) != std::string::npos; });
    };
    for (const GoldArticle& want : wanted) {
      const auto grams = Grams(want.body);
      const auto best = std::max_element(left.begin(), left.end(), [&](const auto& a, const auto& b) {
        return SameBody(grams, a) < SameBody(grams, b);
      });
      const bool hit = best != left.end() && SameBody(grams, *best) >= 0.8;
      hit ? ++found : ++missed;
      if (hit) left.erase(best);
      for (const std::string& line : want.outside) {
        if (CountCodePoints(line) < 8 || is_text(line)) continue;
        for (const PageArticle& article : *articles) {
          EXPECT_EQ(article.body.find(line), std::string::npos) << entry.path() << ": " << line;
        }
      }
    }
    wrong += static_cast<double>(left.size());
  }
  const double f1 = 2 * found / std::max(1.0, 2 * found + missed + wrong);
  RecordProperty("article_f1", std::to_string(f1));
  EXPECT_GE(f1, 0.90) << found << " found, " << missed << " missed, " << wrong << " wrong";
}

INSTANTIATE_TEST_SUITE_P(Page, SharedPages, ::testing::Values("", "_news"),
                         [](const auto& row) { return *row.param == '\0' ? "newspaper" : "news"; });

}  // namespace
}  // namespace factline::page
