#include "deploy/host/event_size.h"

#include <string_view>

#include "deploy/host/channel.h"
#include "protos/vocab/cat.h"

namespace factline::host {
namespace {

// Bytes of an event for each byte of text, at worst: a letter a line makes a sentence of every 2 bytes. A sentence
// takes at most 12 bytes (a Span's two numbers of 4 bytes below 256 MiB, three tags, one length), its share of a chunk
// less than 2; on a page also 14 bytes for where the line stood (a SourceRun's three numbers).
constexpr uint64_t kArticleFactor = 1 + (12 + 2) / 2;
constexpr uint64_t kPageFactor = kArticleFactor + 14 / 2;
constexpr uint64_t kOtherBytes = 1 << 20;  // title, names and tags, whose caps are fixed; the message around the event

absl::Status Check(std::string_view flag, ByteSize value, uint64_t factor) {
  const uint64_t most = (kMaxAnswerBytes - kOtherBytes) / factor;
  if (value.bytes <= most) return absl::OkStatus();
  return absl::InvalidArgumentError(Cat("--", flag, "=", value.bytes, ": at most ", most,
                                        ", so that an item's event, which may take ", factor,
                                        " times its bytes, fits a message of ", kMaxAnswerBytes, " bytes"));
}

}  // namespace

absl::Status CheckEventsFit(ByteSize max_article_bytes, ByteSize max_page_bytes) {
  absl::Status article = Check("max_article_bytes", max_article_bytes, kArticleFactor);
  return article.ok() ? Check("max_page_bytes", max_page_bytes, kPageFactor) : article;
}

}  // namespace factline::host
