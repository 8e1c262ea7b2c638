#ifndef FACTLINE_INDEXER_APPLY_DOCUMENT_BUILDER_H_
#define FACTLINE_INDEXER_APPLY_DOCUMENT_BUILDER_H_

#include <optional>
#include <string>
#include <vector>

#include "factline/storage/v1/log_event.pb.h"
#include "indexer/extract/extractor.h"
#include "indexer/store/writer.h"
#include "indexer/text/analyzer.h"
#include "protos/vocab/ids.h"
#include "protos/vocab/span.h"

namespace factline::apply {

// An article's facts and entities take at most this much; what is found in any honest one takes a hundredth.
inline constexpr size_t kMaxExtractionBytes = 8 << 20;

// What an event does to the index.
struct BuiltChange {
  std::optional<store::Change> change;  // none: the event cannot be applied at all
  // Why the event was not applied, or applied in part: an article whose chunks or extraction are unusable is indexed
  // by its words alone. Empty: all is well.
  std::string problem;
};

// Turns events into changes: a pure function of the event and its offset, the same on every run, so that a rebuild
// gives the same bytes. Never fails: the log must go on whatever it holds. Immutable: any number of threads may call
// it.
class DocumentBuilder {
 public:
  // Both must outlive the builder.
  DocumentBuilder(const text::Analyzer& analyzer, const extract::Extractor& extractor)
      : analyzer_(analyzer), extractor_(extractor) {}

  BuiltChange Build(Offset offset, const storage::v1::LogEvent& event) const;

 private:
  BuiltChange BuildArticle(Offset offset, const storage::v1::LogEvent& event) const;
  // Why what was found would make the record unreadable or too large; the record is then as before. Empty: all is well.
  std::string Extract(const text::Analysis& body, const std::vector<Span>& sentences,
                      storage::v1::DocRecord* record) const;

  const text::Analyzer& analyzer_;
  const extract::Extractor& extractor_;
};

// The day of publication that relative dates count from. Chinese text counts in China's time (UTC+8, also for a bare
// date given as midnight UTC, which stays the same day), any other in UTC.
absl::CivilDay PublicationDay(const v1::StoredArticle& article);

}  // namespace factline::apply

#endif  // FACTLINE_INDEXER_APPLY_DOCUMENT_BUILDER_H_
