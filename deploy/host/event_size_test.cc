#include "deploy/host/event_size.h"

#include <gtest/gtest.h>

#include <string>

#include "deploy/host/channel.h"
#include "factline/storage/v1/log_event.pb.h"
#include "ingest/chunk/chunker.h"

namespace factline::host {
namespace {

TEST(CheckEventsFit, TakesTheDefaults) { EXPECT_TRUE(CheckEventsFit(MiB(1), MiB(4)).ok()); }

TEST(CheckEventsFit, NamesTheFlagThatIsTooLarge) {
  absl::Status status = CheckEventsFit(MiB(9), MiB(4));
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(status.message().find("--max_article_bytes=9437184"), absl::string_view::npos) << status;
  status = CheckEventsFit(MiB(1), MiB(5));
  EXPECT_NE(status.message().find("--max_page_bytes=5242880"), absl::string_view::npos) << status;
  EXPECT_FALSE(CheckEventsFit(MiB(1), ByteSize{~uint64_t{0}}).ok());
}

void Fill(const Span& from, v1::Span* to) {
  to->set_begin(from.begin);
  to->set_end(from.end_exclusive);
}

// What the bound says of sentences: the largest body that is let through, made of the shortest ones.
TEST(CheckEventsFit, TheWorstBodyThatItLetsThroughFitsAMessage) {
  uint64_t body_bytes = MiB(7).bytes;
  ASSERT_TRUE(CheckEventsFit(ByteSize{body_bytes}, MiB(4)).ok());
  std::string body;
  while (body.size() < body_bytes) body += "a\n";
  storage::v1::LogEvent event;
  v1::StoredArticle* article = event.mutable_article_accepted()->mutable_article();
  for (const chunk::Chunk& chunk : chunk::ChunkBody(body)) {
    v1::Chunk* to = article->add_chunks();
    Fill(chunk.span, to->mutable_span());
    for (const Span& sentence : chunk.sentences) Fill(sentence, to->add_sentences());
  }
  article->set_body(std::move(body));
  EXPECT_LT(event.ByteSizeLong(), static_cast<size_t>(kMaxAnswerBytes));
  EXPECT_GT(event.ByteSizeLong(), 4 * body_bytes) << "these are no longer the shortest sentences";
}

}  // namespace
}  // namespace factline::host
