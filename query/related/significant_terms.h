#ifndef FACTLINE_QUERY_RELATED_SIGNIFICANT_TERMS_H_
#define FACTLINE_QUERY_RELATED_SIGNIFICANT_TERMS_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "factline/v1/query_service.pb.h"
#include "indexer/store/reader.h"
#include "indexer/text/analyzer.h"
#include "query/search/interrupt.h"

namespace factline::query {

// How much more often something occurs in a sample than outside it, as evidence against its being as frequent in both:
// the log-likelihood ratio G² (Dunning, Accurate Methods for the Statistics of Surprise and Coincidence, 1993), 0 where
// it is not more frequent. The sample is part of the whole: sample_with <= with <= all, sample <= all.
double LogLikelihoodRatio(uint64_t sample_with, uint64_t sample, uint64_t with, uint64_t all);

// Answers a FindSignificantTermsRequest from one view. A word counts by the bodies that have it, in the sample as in
// the index, so that both numbers are of one kind. Left out: words that the query holds, in phrases too, words that
// occur in the sample within a longer one alone, and words that are the name of an entity shown. INVALID_ARGUMENT names
// the field at fault. Thread-safe.
absl::StatusOr<v1::FindSignificantTermsResponse> FindSignificantTerms(const store::IndexView& view,
                                                                      const v1::FindSignificantTermsRequest& request,
                                                                      const text::Analyzer& analyzer,
                                                                      const InterruptCheck& check);

}  // namespace factline::query

#endif  // FACTLINE_QUERY_RELATED_SIGNIFICANT_TERMS_H_
