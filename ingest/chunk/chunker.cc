#include "ingest/chunk/chunker.h"

#include <cstddef>
#include <utility>

#include "ingest/chunk/sentences.h"
#include "ingest/page/code_points.h"

namespace factline::chunk {
namespace {

struct Sized {
  Span span;
  uint64_t code_points = 0;
  uint64_t paragraph_left = 0;  // code points from here to the end of the paragraph, this sentence included
  bool begins_paragraph = false;
};

std::vector<Sized> Measure(std::string_view body) {
  std::vector<Sized> sized;
  size_t before = 0;
  for (Span span : SplitSentences(body)) {
    Sized s{.span = span, .code_points = factline::CountCodePoints(span.In(body))};
    s.begins_paragraph = body.substr(before, span.begin - before).find('\n') != std::string_view::npos;
    before = span.end_exclusive;
    sized.push_back(s);
  }
  for (size_t i = sized.size(); i-- > 0;) {
    const bool last = i + 1 == sized.size() || sized[i + 1].begins_paragraph;
    sized[i].paragraph_left = sized[i].code_points + (last ? 0 : sized[i + 1].paragraph_left);
  }
  return sized;
}

// Whether a chunk that holds `held` code points closes before `next`.
bool ClosesBefore(uint64_t held, const Sized& next, const ChunkOptions& options) {
  const uint64_t target = options.target_code_points;
  const uint64_t max = options.max_code_points;
  if (held + next.code_points > max) return true;
  if (next.begins_paragraph) {
    return held >= target || (held >= target / 2 && held + next.paragraph_left > target + target / 3);
  }
  return held >= target && held + next.paragraph_left > max;
}

}  // namespace

std::vector<Chunk> ChunkBody(std::string_view body, const ChunkOptions& options) {
  std::vector<Chunk> chunks;
  uint64_t held = 0;
  for (const Sized& sentence : Measure(body)) {
    if (chunks.empty() || ClosesBefore(held, sentence, options)) {
      chunks.push_back({.span = sentence.span, .sentences = {}});
      held = 0;
    }
    chunks.back().span.end_exclusive = sentence.span.end_exclusive;
    chunks.back().sentences.push_back(sentence.span);
    held += sentence.code_points;
  }
  return chunks;
}

}  // namespace factline::chunk
