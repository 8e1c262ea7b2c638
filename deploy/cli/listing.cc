#include "deploy/cli/listing.h"

namespace factline::cli {

std::vector<FlagSpec> ListFlags() {
  return {
      {"filter", "EXPRESSION", "further conditions as the API takes them, in AND with the flags above", ""},
      {"limit", "N", "how many at most", "50"},
      {"page_token", "TOKEN", "go on where an earlier call ended", ""},
  };
}

std::string And(const std::vector<std::string>& terms) {
  std::string all;
  for (const std::string& term : terms) {
    if (!term.empty()) all += Cat(all.empty() ? "" : " AND ", term);
  }
  return all;
}

}  // namespace factline::cli
