#include "deploy/cli/rebuilding.h"

#include <gtest/gtest.h>

#include "ingest/log/embedded_log.h"

namespace factline::cli {
namespace {

TEST(OpenLogFiles, TakesALogOfAnyNumberOfPartitions) {
  const std::string path = testing::TempDir() + "/log";
  {
    auto log = log::EmbeddedLog::Open({.path = path, .partitions = 3, .disk_reserve_bytes = 0});
    ASSERT_TRUE(log.ok()) << log.status();
    storage::v1::LogEvent event;
    event.mutable_article_deleted()->set_article_id("a");
    ASSERT_TRUE((*log)->Append({.events = {{Partition(2), Offset(0), event}}, .state = {}}).ok());
  }
  auto log = OpenLogFiles(path);
  ASSERT_TRUE(log.ok()) << log.status();
  EXPECT_EQ(*LogEnd(**log, Partition(2)), Offset(1));
  EXPECT_EQ(*LogEnd(**log, Partition(0)), Offset(0));
}

}  // namespace
}  // namespace factline::cli
