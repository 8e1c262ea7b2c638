// A libFuzzer entry: any bytes are split, and what comes back keeps SplitPage's contract.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "ingest/page/code_points.h"
#include "ingest/page/page_splitter.h"

namespace factline::page {
namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

void CheckRuns(std::string_view page, const PageArticle& article) {
  uint32_t covered_to = 0;
  for (const SourceRun& run : article.body_source) {
    Require(run.length_bytes > 0 && run.body_begin >= covered_to);
    covered_to = run.body_begin + run.length_bytes;
    Require(covered_to <= article.body.size());
    Require(uint64_t{run.source_begin} + run.length_bytes <= page.size());
    Require(page.substr(run.source_begin, run.length_bytes) ==
            std::string_view(article.body).substr(run.body_begin, run.length_bytes));
  }
  const Span whole = ToSource(article.body_source, {0, static_cast<uint32_t>(article.body.size())});
  Require(whole.begin <= whole.end_exclusive && whole.end_exclusive <= page.size());
}

void CheckArticle(std::string_view page, const PageArticle& article) {
  Require(!article.body.empty());
  Require(!FirstInvalidUtf8(article.body) && !FirstInvalidUtf8(article.headline) && !FirstInvalidUtf8(article.kicker));
  Require(!FirstInvalidUtf8(article.outlet));
  for (const std::string& caption : article.captions) Require(!FirstInvalidUtf8(caption));
  for (const Credit& credit : article.byline) Require(!FirstInvalidUtf8(credit.name) && !FirstInvalidUtf8(credit.role));
  Require(article.headline_source.end_exclusive <= page.size());
  CheckRuns(page, article);
}

}  // namespace
}  // namespace factline::page

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using factline::FirstInvalidUtf8;
  using namespace factline::page;
  const std::string_view page(reinterpret_cast<const char*>(data), size);
  const auto articles = SplitPage(page, {.max_page_bytes = 1 << 20, .max_articles = 64, .max_captions_per_article = 8});
  Require(articles.ok() == (!FirstInvalidUtf8(page).has_value() && size <= 1 << 20));
  if (!articles.ok()) return 0;
  Require(articles->size() <= 64);
  for (const PageArticle& article : *articles) CheckArticle(page, article);
  return 0;
}
