#ifndef FACTLINE_INDEXER_EXTRACT_EXTRACTION_JSON_H_
#define FACTLINE_INDEXER_EXTRACT_EXTRACTION_JSON_H_

#include <string>
#include <string_view>

#include "indexer/extract/extraction.h"
#include "protos/vocab/json_writer.h"

namespace factline::extract {

struct ExtractionJsonOptions {
  bool rules = false;  // each fact's "rule" and "confidence" too
};

// Writes two members of the object that `json` has open: "entities": [{type, name, aliases, norm}] and "facts":
// [{subject, predicate, object, value, value_to of ranges, unit, qualifiers, modality, source, evidence}].
void WriteExtraction(const Extraction& extraction, std::string_view body, JsonWriter& json,
                     const ExtractionJsonOptions& options = {});

// An article on one line without an end, with rules, as eval/score.py and verdicts.py read it:
// {"page", "article": {"body"}, "entities", "facts"}.
std::string ScoredLine(std::string_view page, std::string_view body, const Extraction& extraction);

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_EXTRACTION_JSON_H_
