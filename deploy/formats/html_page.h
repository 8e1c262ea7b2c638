#ifndef FACTLINE_DEPLOY_FORMATS_HTML_PAGE_H_
#define FACTLINE_DEPLOY_FORMATS_HTML_PAGE_H_

#include <memory>
#include <optional>
#include <string_view>

#include "deploy/formats/byte_reader.h"
#include "deploy/formats/record.h"

namespace factline::formats {

// What is known of a page beside its bytes.
struct HtmlOrigin {
  std::string_view url;      // where it was fetched; may be empty
  std::string_view charset;  // as HTTP has it; may be empty
};

// One HTML page as an article: its main text, and what its metadata say (JSON-LD, OpenGraph, meta elements, in this
// order). README.md has the mapping. nullopt: the page has next to no running text, as an index of headlines has none.
std::optional<RecordContent> ArticleFromHtml(std::string_view html, const HtmlOrigin& origin,
                                             const ReadOptions& options);

// A file that is one page; one without running text is an error.
std::unique_ptr<RecordReader> NewHtmlReader(std::unique_ptr<ByteReader> in, ReadOptions options);

}  // namespace factline::formats

#endif  // FACTLINE_DEPLOY_FORMATS_HTML_PAGE_H_
