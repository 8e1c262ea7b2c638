#ifndef FACTLINE_INGEST_PAGE_SOURCE_TEXT_H_
#define FACTLINE_INGEST_PAGE_SOURCE_TEXT_H_

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "protos/vocab/span.h"

namespace factline::page {

// Body bytes [body_begin, body_begin + length_bytes) are the source bytes [source_begin, source_begin + length_bytes).
struct SourceRun {
  uint32_t body_begin = 0;
  uint32_t source_begin = 0;
  uint32_t length_bytes = 0;

  friend bool operator==(const SourceRun&, const SourceRun&) = default;
};

// The smallest source span that covers `body`; where `body` holds no source byte, the empty span at the run before it.
// `runs` must be sorted by body_begin.
Span ToSource(const std::vector<SourceRun>& runs, Span body);

// Texts made of several pieces live here as long as the page is worked on.
using TextArena = std::deque<std::string>;

// A text that knows where its bytes stand on the page. A cheap value; the page and the arena must outlive it.
class SourceText {
 public:
  SourceText() = default;

  // The bytes of `page` under `span`, as they stand.
  SourceText(std::string_view page, Span span)
      : view_(span.In(page)), single_{.body_begin = 0, .source_begin = span.begin, .length_bytes = span.size_bytes()} {}

  std::string_view view() const { return view_; }
  bool empty() const { return view_.empty(); }

  // Bytes [begin, end_exclusive) of view(); both are clamped to it.
  SourceText Sub(size_t begin, size_t end_exclusive) const;
  SourceText From(size_t begin) const { return Sub(begin, view_.size()); }
  SourceText Trimmed() const;

  // The smallest span of the page that holds all of it.
  Span source() const;

  // Appends the text to `body`, and what of it stands on the page to `runs`.
  void AppendTo(std::string* body, std::vector<SourceRun>* runs) const;

 private:
  friend class SourceTextBuilder;

  std::string_view view_;
  SourceRun single_;             // the only run, where `runs_` is empty
  std::vector<SourceRun> runs_;  // two or more runs, or gaps between them; body_begin counts in view_
};

// Puts a text together from pieces of the page and marks of ours, which belong to no run.
class SourceTextBuilder {
 public:
  void Append(const SourceText& text) { text.AppendTo(&text_, &runs_); }
  void AppendOurs(std::string_view text) { text_ += text; }
  bool empty() const { return text_.empty(); }
  SourceText Finish(TextArena* arena) &&;

 private:
  std::string text_;
  std::vector<SourceRun> runs_;
};

}  // namespace factline::page

#endif  // FACTLINE_INGEST_PAGE_SOURCE_TEXT_H_
