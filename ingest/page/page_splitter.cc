#include "ingest/page/page_splitter.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "ingest/page/body.h"
#include "ingest/page/classify.h"
#include "ingest/page/code_points.h"
#include "ingest/page/headline.h"
#include "ingest/page/insets.h"
#include "ingest/page/joins.h"
#include "ingest/page/lines.h"
#include "ingest/page/outline.h"
#include "ingest/page/repeats.h"
#include "protos/vocab/cat.h"

namespace factline::page {
namespace {

absl::Status CheckPage(std::string_view page, const SplitOptions& options) {
  const uint32_t most = options.max_page_bytes == 0 ? std::numeric_limits<uint32_t>::max() : options.max_page_bytes;
  if (page.size() > most) {
    return absl::InvalidArgumentError(Cat("the page has ", page.size(), " bytes, more than the ", most, " allowed"));
  }
  if (std::optional<size_t> byte = FirstInvalidUtf8(page)) {
    return absl::InvalidArgumentError(Cat("the page is no valid UTF-8 at byte ", *byte));
  }
  return absl::OkStatus();
}

bool HasBody(const Draft& draft) {
  return std::any_of(draft.paragraphs.begin(), draft.paragraphs.end(), [](const auto& p) { return !p.text.empty(); });
}

// A page whose lines all look like headings or credits still is an article: its lines are the body.
Draft WholePage(const std::vector<Block>& blocks) {
  Draft draft;
  for (const Block& block : blocks) draft.paragraphs.push_back({block.text, /*begins_section=*/true});
  return draft;
}

std::vector<bool> KeepOnceOverAll(const std::vector<Draft>& drafts) {
  std::vector<PrintedParagraph> printed;
  for (uint32_t article = 0; article < drafts.size(); ++article) {
    for (const DraftParagraph& p : drafts[article].paragraphs) printed.push_back({p.text.view(), article});
  }
  return KeepOnce(printed);
}

PageArticle MakeArticle(Draft draft, const std::vector<bool>& keep, const SplitOptions& options) {
  PageArticle article;
  std::vector<SourceText> texts;
  for (const DraftParagraph& paragraph : draft.paragraphs) texts.push_back(paragraph.text);
  const Title title = ChooseTitle(draft.headings, texts);
  article.headline = title.headline.view();
  article.kicker = title.kicker.view();
  if (!title.headline.empty()) article.headline_source = title.headline.source();
  article.outlet = std::move(draft.outlet);
  article.byline = std::move(draft.byline);
  for (const SourceText& subhead : draft.subheads) article.subheads.emplace_back(subhead.view());
  article.captions = std::move(draft.captions);
  if (article.captions.size() > options.max_captions_per_article) {
    article.captions.resize(options.max_captions_per_article);
  }
  JoinParagraphs(draft.paragraphs, keep, &article.body, &article.body_source);
  return article;
}

}  // namespace

absl::StatusOr<std::vector<PageArticle>> SplitPage(std::string_view page_text, const SplitOptions& options) {
  if (absl::Status status = CheckPage(page_text, options); !status.ok()) return status;
  TextArena arena;
  const std::vector<PageLine> lines = SplitLines(page_text, &arena);
  const PageGrams grams(page_text);
  std::vector<Block> blocks = Classify(lines, grams);
  ResolveCaptions(&blocks, &arena);
  const size_t max_articles = std::max(options.max_articles, 1u);
  Insets insets = FindInsets(blocks, grams, max_articles / 2);
  const size_t max_outlined = max_articles - insets.drafts.size();
  std::vector<Draft> drafts = Outline(blocks, std::move(insets), max_outlined);
  for (Draft& draft : drafts) CleanParagraphs(&draft, &arena);
  std::erase_if(drafts, [](const Draft& draft) { return !HasBody(draft); });
  if (drafts.empty() && !blocks.empty()) drafts.push_back(WholePage(blocks));

  const std::vector<bool> keep = KeepOnceOverAll(drafts);
  std::vector<PageArticle> articles;
  size_t first = 0;
  for (Draft& draft : drafts) {
    const size_t count = draft.paragraphs.size();
    const std::vector<bool> mine(keep.begin() + first, keep.begin() + first + count);
    first += count;
    PageArticle article = MakeArticle(std::move(draft), mine, options);
    if (!article.body.empty()) articles.push_back(std::move(article));
  }
  return articles;
}

}  // namespace factline::page
