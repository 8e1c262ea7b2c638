#include "indexer/store/merge_policy.h"

#include <algorithm>

namespace factline::store {
namespace {

constexpr uint64_t kLevelZeroBytes = 1 << 20;
constexpr int kTooLarge = 64;

// 0 up to 1 MiB, then one more with each factor of fan_in.
int LevelOf(const SegmentEntry& segment, const MergePolicy& policy) {
  if (segment.size_bytes >= policy.max_segment_bytes) return kTooLarge;
  int level = 0;
  for (uint64_t limit = kLevelZeroBytes; segment.size_bytes > limit; limit *= policy.fan_in) ++level;
  return level;
}

// The fresh segments, if there are too many; they are always the newest.
MergeRun FreshRun(const std::vector<SegmentEntry>& segments, const MergePolicy& policy) {
  size_t begin = segments.size();
  uint64_t size_bytes = 0;
  while (begin > 0 && segments[begin - 1].fresh) size_bytes += segments[--begin].size_bytes;
  const size_t count = segments.size() - begin;
  if (count <= policy.max_fresh_segments && (size_bytes <= policy.max_fresh_bytes || count < 2)) return {};
  return {begin, segments.size()};
}

// The newest run of at least fan_in merged segments that are all of `level` or below; its oldest max_inputs.
MergeRun LevelRun(const std::vector<SegmentEntry>& segments, int level, const MergePolicy& policy) {
  size_t end = segments.size();
  while (end > 0) {
    size_t begin = end;
    while (begin > 0 && !segments[begin - 1].fresh && LevelOf(segments[begin - 1], policy) <= level) --begin;
    if (end - begin >= policy.fan_in) return {begin, std::min(end, begin + policy.max_inputs)};
    end = begin == end ? end - 1 : begin;
  }
  return {};
}

}  // namespace

MergeRun PickMerge(const std::vector<SegmentEntry>& segments, const MergePolicy& policy, MergeScope scope) {
  if (scope == MergeScope::kWhole && segments.size() > 1) return {0, segments.size()};
  if (scope != MergeScope::kLevels) {
    if (const MergeRun run = FreshRun(segments, policy); !run.empty()) return run;
  }
  if (scope == MergeScope::kFresh) return {};
  int top = 0;
  for (const SegmentEntry& segment : segments) {
    if (const int level = LevelOf(segment, policy); level < kTooLarge) top = std::max(top, level);
  }
  for (int level = 0; level <= top; ++level) {
    if (const MergeRun run = LevelRun(segments, level, policy); !run.empty()) return run;
  }
  for (size_t i = 0; i < segments.size(); ++i) {
    const SegmentEntry& segment = segments[i];
    const uint32_t stored = segment.doc_count - segment.hole_count;
    if (!segment.fresh && segment.deleted_count > policy.max_deleted_share * stored) return {i, i + 1};
  }
  return {};
}

}  // namespace factline::store
