#ifndef FACTLINE_DEPLOY_FORMATS_MAIN_TEXT_H_
#define FACTLINE_DEPLOY_FORMATS_MAIN_TEXT_H_

#include <libxml/tree.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace factline::formats {

// The running text of a news page, a paragraph a line, without menus, teasers, comments and advertisements; "" if the
// page has none. Takes what it leaves out from `document`.
//
// The method is that of Readability (Arc90, 2009; Mozilla's Readability.js): what is surely no text goes first, by
// element, role and the words of class and id; each paragraph then gives its ancestors points for length and commas;
// an element's points are weighed down by the share of its text that is links; the best one, with siblings that read
// alike, is the article. Two things are ours: text is measured in columns, a Han character for two, so that Chinese
// pages are weighed like English ones; and an element that says it is the body (schema.org's itemprop="articleBody")
// is believed.
//
// `title` is left out where it stands as a line of its own.
std::string MainText(xmlDoc* document, std::string_view title);

// The width of a text in columns: two for a character of East Asia's scripts.
size_t Columns(std::string_view text);

}  // namespace factline::formats

#endif  // FACTLINE_DEPLOY_FORMATS_MAIN_TEXT_H_
