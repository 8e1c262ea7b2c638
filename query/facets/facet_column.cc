#include "query/facets/facet_column.h"

#include <algorithm>
#include <utility>

#include "protos/vocab/status.h"

namespace factline::query {

absl::StatusOr<std::shared_ptr<const FacetColumn>> FacetColumn::Build(const store::SegmentView& segment,
                                                                      store::Field field, size_t max_bytes,
                                                                      Interrupt* interrupt) {
  max_bytes = std::min<size_t>(max_bytes, UINT32_MAX);  // so that every place fits four bytes
  std::shared_ptr<FacetColumn> column(new FacetColumn());
  column->base_doc_ = segment.base_doc();
  column->begins_.assign(segment.doc_count() + size_t{1}, 0);
  std::vector<uint32_t> docs;       // of all values, one value after the other
  std::vector<uint32_t> docs_ends;  // of each value
  const std::unique_ptr<store::TermIterator> terms = segment.TermsFrom(field, "");
  while (terms->Next() && terms->field() == field) {
    FL_ASSIGN_OR_RETURN(const std::unique_ptr<store::PostingCursor> cursor, terms->Postings());
    for (uint32_t doc = cursor->Next(); doc != store::kNoMoreDocs; doc = cursor->Next()) {
      FL_RETURN_IF_ERROR(interrupt->Step());
      docs.push_back(doc - segment.base_doc());
      ++column->begins_[doc - segment.base_doc() + 1];
    }
    FL_RETURN_IF_ERROR(cursor->status());
    docs_ends.push_back(static_cast<uint32_t>(docs.size()));
    column->value_bytes_ += terms->term();
    column->value_ends_.push_back(static_cast<uint32_t>(column->value_bytes_.size()));
    if (column->size_bytes() + 4 * docs.size() > max_bytes) return std::shared_ptr<const FacetColumn>();
  }
  FL_RETURN_IF_ERROR(terms->status());
  if (docs.empty()) column->begins_.clear();
  column->begins_.shrink_to_fit();
  column->value_bytes_.shrink_to_fit();
  column->value_ends_.shrink_to_fit();
  for (size_t i = 1; i < column->begins_.size(); ++i) column->begins_[i] += column->begins_[i - 1];
  column->values_.resize(docs.size());
  std::vector<uint32_t> next = column->begins_;
  for (size_t i = 0, value = 0; i < docs.size(); ++i) {
    while (docs_ends[value] == i) ++value;
    column->values_[next[docs[i]]++] = static_cast<uint32_t>(value);
  }
  return std::shared_ptr<const FacetColumn>(std::move(column));
}

}  // namespace factline::query
