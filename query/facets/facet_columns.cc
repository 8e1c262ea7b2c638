#include "query/facets/facet_columns.h"

#include <limits>

#include "protos/vocab/status.h"

namespace factline::query {
namespace {

constexpr size_t kNeverFits = std::numeric_limits<size_t>::max();
constexpr size_t kMaxRefused = 10'000;

}  // namespace

absl::StatusOr<std::shared_ptr<const FacetColumn>> FacetColumns::Get(const store::SegmentView& segment,
                                                                     store::Field field, Interrupt* interrupt) {
  const Key key(segment.key(), field);
  {
    std::lock_guard lock(mutex_);
    ++now_;
    if (const auto found = columns_.find(key); found != columns_.end()) {
      found->second.last_used = now_;
      return found->second.column;
    }
    const auto refused = refused_.find(key);
    if (refused != refused_.end() && !MakeRoom(refused->second)) return std::shared_ptr<const FacetColumn>();
  }
  // Two requests may make the same one at a time: neither waits for the other.
  FL_ASSIGN_OR_RETURN(std::shared_ptr<const FacetColumn> column,
                      FacetColumn::Build(segment, field, budget_bytes_, interrupt));
  const size_t bytes = column == nullptr ? kNeverFits : column->size_bytes();
  std::lock_guard lock(mutex_);
  if (columns_.contains(key)) return column;
  if (!MakeRoom(bytes)) {
    if (refused_.size() >= kMaxRefused) refused_.clear();
    refused_[key] = bytes;
    return column;
  }
  refused_.erase(key);
  columns_[key] = {column, now_};
  size_bytes_ += bytes;
  return column;
}

size_t FacetColumns::size_bytes() const {
  std::lock_guard lock(mutex_);
  return size_bytes_;
}

bool FacetColumns::MakeRoom(size_t bytes) {
  if (bytes > budget_bytes_) return false;
  // Requests that all ask for the same columns use each of them within as many calls as there are columns.
  const uint64_t turns = 4 * (columns_.size() + refused_.size() + 1);
  const auto is_stale = [&](const Entry& entry) { return entry.last_used + turns < now_; };
  size_t stale_bytes = 0;
  for (const auto& [key, entry] : columns_) stale_bytes += is_stale(entry) ? entry.column->size_bytes() : 0;
  if (size_bytes_ - stale_bytes + bytes > budget_bytes_) return false;
  for (auto it = columns_.begin(); it != columns_.end() && size_bytes_ + bytes > budget_bytes_;) {
    if (is_stale(it->second)) {
      size_bytes_ -= it->second.column->size_bytes();
      columns_.erase(it++);
    } else {
      ++it;
    }
  }
  return true;
}

}  // namespace factline::query
