#include "ingest/page/body.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include "ingest/page/captions.h"
#include "ingest/page/code_points.h"
#include "ingest/page/joins.h"
#include "ingest/page/lead.h"
#include "ingest/page/repeats.h"
#include "ingest/page/tail.h"

namespace factline::page {
namespace {

SourceText WithoutSpans(const SourceText& text, const std::vector<Span>& spans, TextArena* arena) {
  SourceTextBuilder builder;
  size_t begin = 0;
  for (Span span : spans) {
    builder.Append(text.Sub(begin, span.begin));
    begin = span.end_exclusive;
  }
  builder.Append(text.From(begin));
  return std::move(builder).Finish(arena);
}

// The headline where the page prints none above; else another wording of it.
void TakeTitle(const SourceText& title, Draft* draft) {
  const bool known = std::any_of(draft->headings.begin(), draft->headings.end(),
                                 [&](const SourceText& heading) { return heading.view() == title.view(); });
  if (!known) (draft->headings.empty() ? draft->headings : draft->subheads).push_back(title);
}

void TakeOriginalTitle(SourceText* text, Draft* draft) {
  const OriginalTitle title = ParseOriginalTitle(text->view());
  if (title.title_end == title.title_begin) return;
  TakeTitle(text->Sub(title.title_begin, title.title_end).Trimmed(), draft);
  *text = text->From(title.body_begin).Trimmed();
}

void TakeCaptions(SourceText* text, Draft* draft, TextArena* arena) {
  std::vector<Span> spans = FindInlineCaptions(text->view());
  if (spans.empty()) return;
  for (Span& span : spans) {
    draft->captions.emplace_back(TrimBlank(span.In(text->view())));
    for (CodePoint c = DecodeUtf8(text->view(), span.end_exclusive); c.size_bytes > 0 && IsBlank(c.value);
         c = DecodeUtf8(text->view(), span.end_exclusive)) {
      span.end_exclusive += c.size_bytes;
    }
  }
  *text = WithoutSpans(*text, spans, arena).Trimmed();
}

void TakeLead(SourceText* text, Draft* draft) {
  const Lead lead = ParseLead(text->view());
  if (lead.stripped_bytes > 0) *text = text->From(lead.stripped_bytes).Trimmed();
  AddCredits(lead.credits, draft);
}

void TakePagePointers(SourceText* text) {
  size_t begin = 0, end = text->view().size();
  TrimPagePointers(text->view(), &begin, &end);
  if (begin > 0 || end < text->view().size()) *text = text->Sub(begin, end).Trimmed();
}

// The note at the end, over as many of the last paragraphs as are nothing else.
void TakeTail(Draft* draft) {
  for (size_t i = draft->paragraphs.size(); i-- > 0;) {
    SourceText& text = draft->paragraphs[i].text;
    const Tail tail = ParseTail(text.view());
    AddCredits(tail.credits, draft);
    if (!tail.original_title.empty()) {
      const size_t at = text.view().rfind(tail.original_title);
      TakeTitle(text.Sub(at, at + tail.original_title.size()), draft);
    }
    text = text.Sub(0, tail.kept_bytes);
    if (!text.empty()) return;
  }
}

}  // namespace

void CleanParagraphs(Draft* draft, TextArena* arena) {
  for (size_t i = 0; i < draft->paragraphs.size(); ++i) {
    SourceText& text = draft->paragraphs[i].text;
    if (i == 0) TakeOriginalTitle(&text, draft);
    TakeCaptions(&text, draft, arena);
    if (i == 0) TakeLead(&text, draft);
    TakePagePointers(&text);
    if (std::optional<Span> reprint = FindReprint(text.view())) text = WithoutSpans(text, {*reprint}, arena);
  }
  TakeTail(draft);
}

void JoinParagraphs(const std::vector<DraftParagraph>& paragraphs, std::string* body, std::vector<SourceRun>* runs) {
  SourceText before;
  const auto append = [&](const SourceText& text) { text.AppendTo(body, runs); };
  for (size_t i = 0; i < paragraphs.size(); ++i) {
    SourceText text = paragraphs[i].text;
    if (!before.empty()) {
      const bool whole = EndsSentence(before.view()) || paragraphs[i].begins_section;
      const Seam seam = whole ? Seam::kNothing : SeamBetween(before.view(), text.view());
      append(seam == Seam::kDropHyphen ? before.Sub(0, before.view().size() - 1) : before);
      if (whole) *body += '\n';
      if (seam == Seam::kBlank) *body += ' ';
      if (!whole) text = text.From(OverlapBytes(before.view(), text.view()));
    }
    before = text;
  }
  append(before);
}

}  // namespace factline::page
