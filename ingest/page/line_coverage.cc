#include "ingest/page/line_coverage.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>

#include "ingest/page/code_points.h"
#include "ingest/page/tail.h"

namespace factline::page {
namespace {

std::vector<uint64_t> Pairs(std::string_view text) {
  std::vector<uint64_t> pairs;
  char32_t before = 0;
  for (size_t pos = 0; pos < text.size();) {
    const CodePoint c = DecodeUtf8(text, pos);
    pos += c.size_bytes;
    if (!IsWordLike(c.value)) continue;
    const char32_t letter = c.value >= 'A' && c.value <= 'Z' ? c.value - 'A' + 'a' : c.value;
    if (before != 0) pairs.push_back(uint64_t{before} << 32 | letter);
    before = letter;
  }
  return pairs;
}

}  // namespace

std::vector<std::string> LostLines(std::string_view page, const std::vector<PageArticle>& articles) {
  std::set<uint64_t> told;
  const auto add = [&told](std::string_view text) {
    for (const uint64_t pair : Pairs(text)) told.insert(pair);
  };
  for (const PageArticle& article : articles) {
    for (const std::string* field : {&article.headline, &article.kicker, &article.outlet, &article.body}) add(*field);
    for (const std::string& subhead : article.subheads) add(subhead);
    for (const std::string& caption : article.captions) add(caption);
    for (const Credit& credit : article.byline) add(credit.role + credit.name + credit.role);
  }
  std::vector<std::string> lost;
  for (size_t begin = 0; begin < page.size();) {
    const size_t end = std::min(page.find('\n', begin), page.size());
    const std::string_view line = page.substr(begin, end - begin);
    begin = end + 1;
    size_t found = 0;
    const std::vector<uint64_t> pairs = Pairs(line);
    for (const uint64_t pair : pairs) found += told.contains(pair);
    if (3 * found < pairs.size() && !IsPagePointer(line)) lost.emplace_back(line);
  }
  return lost;
}

}  // namespace factline::page
