#include "ingest/log/ranges.h"

#include "ingest/log/keys.h"
#include "protos/vocab/status.h"

namespace factline::log {
namespace {

constexpr size_t kRangeValueBytes = 24;

}  // namespace

std::string EncodeRangeValue(const Range& range) {
  std::string value;
  PutBigEndian(range.end_exclusive.value(), &value);
  PutBigEndian(range.bytes, &value);
  PutBigEndian(static_cast<uint64_t>(absl::ToUnixMicros(range.newest)), &value);
  return value;
}

absl::StatusOr<Range> DecodeRange(Offset first, std::string_view value) {
  if (value.size() != kRangeValueBytes) {
    return absl::DataLossError(
        Cat("the range at offset ", first.value(), " has a value of ", value.size(), " bytes, not ", kRangeValueBytes));
  }
  Range range{.first = first,
              .end_exclusive = Offset(GetBigEndian<uint64_t>(value)),
              .bytes = GetBigEndian<uint64_t>(value.substr(8)),
              .newest = absl::FromUnixMicros(static_cast<int64_t>(GetBigEndian<uint64_t>(value.substr(16))))};
  if (range.end_exclusive <= first) {
    return absl::DataLossError(Cat("the range at offset ", first.value(), " ends at ", range.end_exclusive.value()));
  }
  return range;
}

absl::Status RangeTable::Restore(Range range) {
  if (!ranges_.empty() && ranges_.back().end_exclusive != range.first) {
    return absl::DataLossError(Cat("a range ends at offset ", ranges_.back().end_exclusive.value(),
                                   " and the next one begins at ", range.first.value()));
  }
  bytes_ += range.bytes;
  ranges_.push_back(range);
  return absl::OkStatus();
}

void RangeTable::Add(Offset offset, uint64_t bytes, absl::Time time, uint64_t range_bytes) {
  if (ranges_.empty() || ranges_.back().bytes >= range_bytes) {
    ranges_.push_back(Range{.first = offset, .end_exclusive = offset});
  }
  Range& range = ranges_.back();
  range.end_exclusive = Offset(offset.value() + 1);
  range.bytes += bytes;
  range.newest = std::max(range.newest, time);
  bytes_ += bytes;
}

std::optional<Range> RangeTable::OldestDroppable(Offset keep_from) const {
  if (ranges_.size() < 2 || ranges_.front().end_exclusive > keep_from) return std::nullopt;
  return ranges_.front();
}

void RangeTable::DropOldest() {
  bytes_ -= ranges_.front().bytes;
  ranges_.pop_front();
}

std::vector<DroppedRange> ApplyRetention(const RetentionPolicy& policy, const std::vector<Offset>& keep_from,
                                         std::vector<RangeTable>* tables) {
  uint64_t total = 0;
  for (const RangeTable& table : *tables) total += table.bytes();
  std::vector<DroppedRange> dropped;
  while (dropped.size() < policy.max_ranges) {
    std::optional<DroppedRange> oldest;
    for (uint32_t p = 0; p < tables->size(); ++p) {
      const std::optional<Range> range = (*tables)[p].OldestDroppable(keep_from[p]);
      if (range.has_value() && (!oldest.has_value() || range->newest < oldest->range.newest)) {
        oldest = DroppedRange{Partition(p), *range};
      }
    }
    if (!oldest.has_value()) break;
    const bool too_much = policy.max_bytes > 0 && total > policy.max_bytes;
    if (!too_much && oldest->range.newest >= policy.keep_newer_than) break;
    total -= oldest->range.bytes;
    (*tables)[oldest->partition.value()].DropOldest();
    dropped.push_back(*oldest);
  }
  return dropped;
}

}  // namespace factline::log
