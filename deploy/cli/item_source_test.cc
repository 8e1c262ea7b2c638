#include "deploy/cli/item_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "protos/vocab/status.h"

namespace factline::cli {
namespace {

namespace fs = std::filesystem;

std::string NewFolder(const std::string& name) {
  fs::path folder = fs::path(testing::TempDir()) / name;
  fs::remove_all(folder);
  fs::create_directories(folder);
  return folder.string();
}

void WriteFile(const std::string& path, std::string_view content) { std::ofstream(path, std::ios::binary) << content; }

// Each thing that was read on a line: "label id" for items, "label !field: message" for what is wrong.
std::vector<std::string> ReadAll(ItemSource& source) {
  std::vector<std::string> lines;
  while (auto next = source.Read()) {
    if (next->item.has_value()) {
      const v1::IngestRequest& request = next->item->request;
      lines.push_back(Cat(fs::path(next->item->label).filename().string(), " ",
                          request.has_page()      ? request.page().id()
                          : request.has_article() ? request.article().id()
                                                  : Cat("withdraws ", request.delete_id())));
    } else {
      lines.push_back(
          Cat(fs::path(next->bad->label).filename().string(), " !", FieldOf(next->bad->status).value_or("")));
    }
  }
  return lines;
}

TEST(ItemSource, ReadsFoldersInOrderOfNames) {
  std::string folder = NewFolder("source_folder");
  WriteFile(folder + "/b.jsonl", "{\"id\":\"b1\"}\n\n{\"id\":\"b2\"}");
  WriteFile(folder + "/a.txt", "一页");
  WriteFile(folder + "/skipped.md", "no news");
  std::istringstream none;
  auto source = ItemSource::Open({folder}, none, {});
  ASSERT_TRUE(source.ok());
  EXPECT_EQ(ReadAll(*source), (std::vector<std::string>{"a.txt a", "b.jsonl:1 b1", "b.jsonl:3 b2"}));
}

TEST(ItemSource, SaysWhyThereIsNothingToRead) {
  const auto error_of = [](const std::string& path) {
    std::istringstream none;
    return std::string(ToStd(ItemSource::Open({path}, none, {}).status().message()));
  };
  const std::string folder = NewFolder("source_empty");
  EXPECT_THAT(error_of(folder + "/gone.txt"), ::testing::EndsWith("cannot be read: No such file or directory"));
  WriteFile(folder + "/picture.png", "x");
  EXPECT_THAT(error_of(folder), ::testing::HasSubstr("has no file whose name ends as news do"));
}

TEST(ItemSource, BadLinesAreNamedAndTheRestIsRead) {
  std::string folder = NewFolder("source_bad");
  WriteFile(folder + "/n.jsonl", "{\"id\":\"1\"}\nnot json\n{\"id\":\"3\",\"url\":3}\n{\"id\":\"4\"}\n");
  std::istringstream none;
  auto source = ItemSource::Open({folder + "/n.jsonl"}, none, {});
  EXPECT_EQ(ReadAll(*source),
            (std::vector<std::string>{"n.jsonl:1 1", "n.jsonl:2 !", "n.jsonl:3 !url", "n.jsonl:4 4"}));
}

TEST(ItemSource, TooLongLinesAndBadBytesAreBadItems) {
  std::string folder = NewFolder("source_limits");
  WriteFile(folder + "/n.jsonl", std::string(200, ' ') + "\n{\"id\":\"2\"}\n");
  WriteFile(folder + "/p.txt", "ok \xff");
  WriteFile(folder + "/q.txt", std::string(101, 'x'));
  std::istringstream none;
  auto source = ItemSource::Open({folder}, none, {.read = {.max_item_bytes = 100}});
  EXPECT_EQ(ReadAll(*source),
            (std::vector<std::string>{"n.jsonl:1 !", "n.jsonl:2 2", "p.txt !page.text", "q.txt !page.text"}));
}

TEST(ItemSource, StandardInputHoldsLinesOrOnePage) {
  std::istringstream lines("{\"id\":\"x\"}\n");
  auto source = ItemSource::Open({"-"}, lines, {});
  EXPECT_EQ(source->total_bytes(), 0);
  EXPECT_EQ(ReadAll(*source), std::vector<std::string>{"-:1 x"});
  std::istringstream page("{\"id\":\"x\"}\n");
  source = ItemSource::Open({"-"}, page, {.format = formats::Format::kPage, .standard_input_id = "p"});
  EXPECT_EQ(ReadAll(*source), std::vector<std::string>{"- p"});
}

std::vector<std::string> RequestIds(const std::string& lines, const std::string& run_id) {
  std::istringstream in(lines);
  auto source = ItemSource::Open({"-"}, in, {.run_id = run_id});
  std::vector<std::string> ids;
  while (auto next = source->Read()) ids.push_back(next->item->request.request_id());
  return ids;
}

// Else an article that was deleted, or replaced and is to come back, would be answered "known already" and stay away.
TEST(ItemSource, TheSameContentIsANewRequestInEachPlaceAndRun) {
  const std::string x_y_x =
      "{\"id\":\"a\",\"title\":\"x\"}\n{\"id\":\"a\",\"title\":\"y\"}\n{\"id\":\"a\",\"title\":\"x\"}\n";
  std::vector<std::string> first = RequestIds(x_y_x, "run1"), second = RequestIds(x_y_x, "run2");
  std::set<std::string> all(first.begin(), first.end());
  all.insert(second.begin(), second.end());
  EXPECT_EQ(all.size(), 6);
}

TEST(ItemSource, PagesWithFieldsThatAreNotUtf8AreBadItems) {
  const std::string gbk = "\xbd\xad\xca\xd0";
  std::string folder = NewFolder("source_gbk");
  WriteFile(folder + "/" + gbk + ".txt", "a page");
  std::istringstream none;
  auto source = ItemSource::Open({folder}, none, {});
  EXPECT_EQ(ReadAll(*source), std::vector<std::string>{gbk + ".txt !page.id"});

  WriteFile(folder + "/p.txt", "a page");
  v1::Page defaults[4];
  defaults[0].set_source(gbk);
  defaults[1].set_url(gbk);
  defaults[2].set_language(gbk);
  defaults[3].add_tags(gbk);
  const char* fields[] = {"source", "url", "language", "tags"};
  for (int i = 0; i < 4; ++i) {
    source = ItemSource::Open({folder + "/p.txt"}, none, {.read = {.defaults = defaults[i]}});
    EXPECT_EQ(ReadAll(*source), std::vector<std::string>{Cat("p.txt !page.", fields[i])});
  }
}

TEST(ItemSource, LinesThatAreNotUtf8AreBadItems) {
  std::istringstream in("{\"id\":\"a\",\"tags\":[\"\xbd\xad\"]}\n{\"id\":\"\xff\"}\n{\"id\":\"b\"}\n");
  auto source = ItemSource::Open({"-"}, in, {});
  EXPECT_EQ(ReadAll(*source), (std::vector<std::string>{"-:1 !", "-:2 !", "-:3 b"}));
}

// What it sends is what a server with its defaults takes, and a larger item is named here rather than there.
TEST(ItemSource, TheDefaultCapIsAPageOfTheServersDefaultCap) {
  std::string folder = NewFolder("source_cap");
  WriteFile(folder + "/a.txt", std::string(4 << 20, 'x'));
  WriteFile(folder + "/b.txt", std::string((4 << 20) + 1, 'x'));
  std::istringstream none;
  auto source = ItemSource::Open({folder}, none, {});
  EXPECT_EQ(ReadAll(*source), (std::vector<std::string>{"a.txt a", "b.txt !page.text"}));
}

TEST(ItemSource, ACanceledArticleIsWithdrawnInItsPlace) {
  std::istringstream in("{\"id\":\"a\",\"title\":\"t\"}\n{\"id\":\"a\",\"status\":\"canceled\"}\n");
  auto source = ItemSource::Open({"-"}, in, {});
  EXPECT_EQ(ReadAll(*source), (std::vector<std::string>{"-:1 a", "-:2 withdraws a"}));
}

TEST(ItemSource, ArticlesUnderEmbargoAreBadItemsWhereThatIsAskedFor) {
  const std::string lines =
      "{\"id\":\"now\",\"embargo\":\"2024-03-01\"}\n{\"id\":\"later\",\"embargo\":\"2024-03-03\"}\n";
  std::istringstream in(lines), again(lines);
  auto source = ItemSource::Open({"-"}, in, {});
  EXPECT_EQ(ReadAll(*source), (std::vector<std::string>{"-:1 now", "-:2 later"}));
  source = ItemSource::Open({"-"}, again, {.embargoed_after = absl::FromUnixSeconds(1709337600)});  // 2 March
  EXPECT_EQ(ReadAll(*source), (std::vector<std::string>{"-:1 now", "-:2 !article.rights.embargo_time"}));
}

TEST(ItemSource, AMissingFileFailsAtOnce) {
  std::istringstream none;
  auto source = ItemSource::Open({"/nonexistent/news.jsonl"}, none, {});
  ASSERT_FALSE(source.ok());
  EXPECT_NE(source.status().message().find("/nonexistent/news.jsonl"), absl::string_view::npos);
}

}  // namespace
}  // namespace factline::cli
