#ifndef FACTLINE_INDEXER_EXTRACT_EMBEDDED_DATA_H_
#define FACTLINE_INDEXER_EXTRACT_EMBEDDED_DATA_H_

#include <string_view>
#include <vector>

namespace factline::extract {

// A file that the build put into the binary.
struct EmbeddedFile {
  std::string_view name;  // without folder: "facts.rules"
  std::string_view text;
};

const std::vector<EmbeddedFile>& EmbeddedLexicons();   // data/*.txt
const std::vector<EmbeddedFile>& EmbeddedRulePacks();  // rules/*.rules

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_EMBEDDED_DATA_H_
