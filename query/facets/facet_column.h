#ifndef FACTLINE_QUERY_FACETS_FACET_COLUMN_H_
#define FACTLINE_QUERY_FACETS_FACET_COLUMN_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "indexer/store/reader.h"
#include "query/search/interrupt.h"

namespace factline::query {

// The terms of one field turned round: for each document of a segment the values that it has, so that counting costs a
// look at each match and not at each value. Values are numbered in the order of their bytes. A function of the
// segment's postings, which never change: deleted documents have their values too. Immutable; thread-safe.
class FacetColumn {
 public:
  // Null if it would take more than `max_bytes`. Work and memory on the way are about twice the column's.
  static absl::StatusOr<std::shared_ptr<const FacetColumn>> Build(const store::SegmentView& segment, store::Field field,
                                                                  size_t max_bytes, Interrupt* interrupt);

  uint32_t value_count() const { return static_cast<uint32_t>(value_ends_.size()); }
  std::string_view value(uint32_t number) const {
    const uint32_t begin = number == 0 ? 0 : value_ends_[number - 1];
    return std::string_view(value_bytes_).substr(begin, value_ends_[number] - begin);
  }

  // The numbers of the document's values, growing.
  absl::Span<const uint32_t> ValuesOf(uint32_t doc) const {
    if (begins_.empty()) return {};
    const uint32_t begin = begins_[doc - base_doc_];
    return absl::MakeConstSpan(values_).subspan(begin, begins_[doc - base_doc_ + 1] - begin);
  }

  size_t size_bytes() const {
    return sizeof(*this) + value_bytes_.size() + 4 * (value_ends_.size() + begins_.size() + values_.size());
  }

 private:
  FacetColumn() = default;

  uint32_t base_doc_ = 0;
  std::string value_bytes_;
  std::vector<uint32_t> value_ends_;  // exclusive, in value_bytes_
  std::vector<uint32_t> begins_;  // of each document's values in values_, and their end; empty if no document has any
  std::vector<uint32_t> values_;
};

}  // namespace factline::query

#endif  // FACTLINE_QUERY_FACETS_FACET_COLUMN_H_
