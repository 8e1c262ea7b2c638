#ifndef FACTLINE_DEPLOY_CLI_DISPLAY_WIDTH_H_
#define FACTLINE_DEPLOY_CLI_DISPLAY_WIDTH_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace factline::cli {

// How many columns a terminal takes for UTF-8 text: two for wide characters (Han, kana, full width), none for marks
// that combine and for control characters, one for all others, bytes that are no UTF-8 among them.
size_t DisplayWidth(std::string_view text);

// The longest prefix, cut between characters, that takes at most `columns`; where something is cut off it ends in "…".
std::string CutToWidth(std::string_view text, size_t columns);

// On one line: runs of line breaks, tabs and blanks become one blank; other control characters go, so that no text of
// an article can move the cursor or change the terminal's colours.
std::string OneLine(std::string_view text);

// Line breaks and tabs as blanks, other control characters as "?", byte for byte, so that spans stay right and no text
// of an article can command the terminal.
std::string Tame(std::string text);

}  // namespace factline::cli

#endif  // FACTLINE_DEPLOY_CLI_DISPLAY_WIDTH_H_
