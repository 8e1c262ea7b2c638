#include "ingest/page/source_text.h"

#include <algorithm>
#include <utility>

#include "ingest/page/code_points.h"

namespace factline::page {
namespace {

uint32_t BodyEnd(const SourceRun& run) { return run.body_begin + run.length_bytes; }

void AppendRun(SourceRun run, std::vector<SourceRun>* runs) {
  if (run.length_bytes == 0) return;
  if (!runs->empty()) {
    SourceRun& last = runs->back();
    if (BodyEnd(last) == run.body_begin && last.source_begin + last.length_bytes == run.source_begin) {
      last.length_bytes += run.length_bytes;
      return;
    }
  }
  runs->push_back(run);
}

// The part of `run` under body bytes [begin, end), moved so that `begin` is body byte 0.
SourceRun Cut(const SourceRun& run, uint32_t begin, uint32_t end) {
  const uint32_t from = std::max(run.body_begin, begin);
  const uint32_t to = std::min(BodyEnd(run), end);
  if (from >= to) return {};
  return {.body_begin = from - begin,
          .source_begin = run.source_begin + (from - run.body_begin),
          .length_bytes = to - from};
}

}  // namespace

Span ToSource(const std::vector<SourceRun>& runs, Span body) {
  auto first =
      std::partition_point(runs.begin(), runs.end(), [&](const SourceRun& run) { return BodyEnd(run) <= body.begin; });
  Span source;
  bool found = false;
  for (auto run = first; run != runs.end() && run->body_begin < body.end_exclusive; ++run) {
    const SourceRun part = Cut(*run, body.begin, body.end_exclusive);
    if (part.length_bytes == 0) continue;
    const Span span = {part.source_begin, part.source_begin + part.length_bytes};
    source =
        found ? Span{std::min(source.begin, span.begin), std::max(source.end_exclusive, span.end_exclusive)} : span;
    found = true;
  }
  if (found) return source;
  if (first == runs.begin()) return runs.empty() ? Span{} : Span{first->source_begin, first->source_begin};
  const SourceRun& before = *std::prev(first);
  return {before.source_begin + before.length_bytes, before.source_begin + before.length_bytes};
}

SourceText SourceText::Sub(size_t begin, size_t end_exclusive) const {
  end_exclusive = std::min(end_exclusive, view_.size());
  begin = std::min(begin, end_exclusive);
  SourceText sub;
  sub.view_ = view_.substr(begin, end_exclusive - begin);
  const auto from = static_cast<uint32_t>(begin);
  const auto to = static_cast<uint32_t>(end_exclusive);
  if (runs_.empty()) {
    sub.single_ = Cut(single_, from, to);
    return sub;
  }
  for (const SourceRun& run : runs_) AppendRun(Cut(run, from, to), &sub.runs_);
  if (sub.runs_.empty() || (sub.runs_.size() == 1 && sub.runs_[0].length_bytes == sub.view_.size())) {
    if (!sub.runs_.empty()) sub.single_ = sub.runs_[0];
    sub.runs_.clear();
  }
  return sub;
}

SourceText SourceText::Trimmed() const {
  const std::string_view kept = TrimBlank(view_);
  if (kept.size() == view_.size()) return *this;
  const size_t begin = kept.data() - view_.data();
  return Sub(begin, begin + kept.size());
}

Span SourceText::source() const {
  if (runs_.empty()) return {single_.source_begin, single_.source_begin + single_.length_bytes};
  Span span = {runs_[0].source_begin, runs_[0].source_begin + runs_[0].length_bytes};
  for (const SourceRun& run : runs_) {
    span.begin = std::min(span.begin, run.source_begin);
    span.end_exclusive = std::max(span.end_exclusive, run.source_begin + run.length_bytes);
  }
  return span;
}

void SourceText::AppendTo(std::string* body, std::vector<SourceRun>* runs) const {
  const auto base = static_cast<uint32_t>(body->size());
  const auto append = [&](SourceRun run) {
    run.body_begin += base;
    AppendRun(run, runs);
  };
  if (runs_.empty()) append(single_);
  for (const SourceRun& run : runs_) append(run);
  body->append(view_);
}

SourceText SourceTextBuilder::Finish(TextArena* arena) && {
  SourceText text;
  arena->push_back(std::move(text_));
  text.view_ = arena->back();
  if (runs_.size() == 1 && runs_[0].length_bytes == text.view_.size()) {
    text.single_ = runs_[0];
  } else {
    text.runs_ = std::move(runs_);
  }
  return text;
}

}  // namespace factline::page
