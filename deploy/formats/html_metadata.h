#ifndef FACTLINE_DEPLOY_FORMATS_HTML_METADATA_H_
#define FACTLINE_DEPLOY_FORMATS_HTML_METADATA_H_

#include <libxml/tree.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace factline::formats {

// What an HTML page says of itself. Each text as it stands there, "" where it says nothing.
struct HtmlMetadata {
  std::map<std::string, std::vector<std::string>, std::less<>> meta;  // by name, property or itemprop in lower case
  std::map<std::string, std::string, std::less<>> links;              // the first href by each word of rel
  std::string title, first_heading, language;
  std::vector<std::string> times;    // of time elements that say they are the publication's; then of all others
  std::vector<std::string> authors;  // of elements that are marked as the author

  // schema.org's Article (or a kind of it) in JSON-LD.
  struct Article {
    std::string headline, published, language, url, body, publisher;
    std::string copyright_holder, copyright_notice, usage_terms, license;
    std::vector<std::string> authors, keywords;
  } article;

  // The first value of the first of these names that has one.
  std::string Meta(std::initializer_list<std::string_view> names) const;
  std::string Link(std::string_view rel) const;
};

HtmlMetadata ReadHtmlMetadata(const xmlDoc* document);

}  // namespace factline::formats

#endif  // FACTLINE_DEPLOY_FORMATS_HTML_METADATA_H_
