#include "ingest/page/page_splitter.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <limits>
#include <optional>
#include <set>
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

// A page whose lines all look like headings or credits still is an article: its lines are the body.
Draft WholePage(const std::vector<Block>& blocks) {
  Draft draft;
  for (const Block& block : blocks) draft.paragraphs.push_back({block.text, /*begins_section=*/true});
  return draft;
}

// Leaves out paragraphs without text, and all copies but one.
void DropEmptyAndRepeated(std::vector<Draft>* drafts) {
  std::vector<PrintedParagraph> printed;
  for (uint32_t article = 0; article < drafts->size(); ++article) {
    for (const DraftParagraph& p : (*drafts)[article].paragraphs) printed.push_back({p.text.view(), article});
  }
  const std::vector<bool> keep = KeepOnce(printed);
  size_t next = 0;
  for (Draft& draft : *drafts) {
    bool has_copies = false;
    std::erase_if(draft.paragraphs, [&](const DraftParagraph& p) {
      has_copies = has_copies || !keep[next];
      return !keep[next++] || p.text.empty();
    });
    draft.repeats = has_copies && draft.paragraphs.empty();
  }
}

// What stands in a draft without text is the next one's, or at the page's end the one's before: headline and byline
// above headings that took the text for themselves, teasers, copies whose text another article keeps.
void DropWithoutText(std::vector<Draft>* drafts) {
  std::set<std::string_view> headlines;
  for (const Draft& draft : *drafts) {
    for (const SourceText& heading : draft.headings) {
      if (!draft.paragraphs.empty()) headlines.insert(heading.view());
    }
  }
  std::vector<Draft> kept;
  Draft ahead;
  for (Draft& draft : *drafts) {
    if (draft.paragraphs.empty()) {
      std::erase_if(draft.headings, [&](const SourceText& heading) { return headlines.contains(heading.view()); });
      if (draft.repeats && draft.headings.empty()) continue;
      std::move(draft.headings.begin(), draft.headings.end(), std::back_inserter(ahead.headings));
      MoveRest(&draft, &ahead);
      continue;
    }
    const bool names_it = draft.headings.empty() || (draft.byline.empty() && !ahead.byline.empty());
    std::vector<SourceText>& headings = names_it ? draft.headings : draft.subheads;
    headings.insert(headings.begin(), ahead.headings.begin(), ahead.headings.end());
    MoveRest(&ahead, &draft);
    ahead = {};
    kept.push_back(std::move(draft));
  }
  if (!kept.empty()) {
    std::move(ahead.headings.begin(), ahead.headings.end(), std::back_inserter(ahead.subheads));
    MoveRest(&ahead, &kept.back());
  }
  *drafts = std::move(kept);
}

PageArticle MakeArticle(Draft draft, const SplitOptions& options) {
  PageArticle article;
  std::vector<SourceText> texts;
  for (const DraftParagraph& paragraph : draft.paragraphs) texts.push_back(paragraph.text);
  const Title title = ChooseTitle(draft.headings, texts);
  article.headline = title.headline.view();
  article.kicker = title.kicker.view();
  if (!title.headline.empty()) article.headline_source = title.headline.source();
  for (const SourceText& other : title.others) article.subheads.emplace_back(other.view());
  article.outlet = std::move(draft.outlet);
  article.byline = std::move(draft.byline);
  for (const SourceText& subhead : draft.subheads) article.subheads.emplace_back(subhead.view());
  article.captions = std::move(draft.captions);
  if (article.captions.size() > options.max_captions_per_article) {
    article.captions.resize(options.max_captions_per_article);
  }
  JoinParagraphs(draft.paragraphs, &article.body, &article.body_source);
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
  DropEmptyAndRepeated(&drafts);
  DropWithoutText(&drafts);
  if (drafts.empty() && !blocks.empty()) drafts.push_back(WholePage(blocks));

  std::vector<PageArticle> articles;
  for (Draft& draft : drafts) {
    PageArticle article = MakeArticle(std::move(draft), options);
    if (!article.body.empty()) articles.push_back(std::move(article));
  }
  return articles;
}

}  // namespace factline::page
