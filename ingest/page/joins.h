#ifndef FACTLINE_INGEST_PAGE_JOINS_H_
#define FACTLINE_INGEST_PAGE_JOINS_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace factline::page {

// Whether the last marks of `text` end a sentence or a paragraph: 。！？…… ； ： —— with closers behind them, or a
// Latin full stop.
bool EndsSentence(std::string_view text);

// Opening quotes or brackets at the end of `text` that nothing closes: the text goes on elsewhere.
bool LeavesOpen(std::string_view text);

// Whether `text` ends in a small English word that needs another behind it: the, of, which, will ...
bool EndsInOpenWord(std::string_view text);

// What stands between two texts that a column or page break cut apart.
enum class Seam {
  kNothing,     // Han characters, or a word cut in two
  kBlank,       // Latin words
  kDropHyphen,  // manufac- | turing
};
Seam SeamBetween(std::string_view before, std::string_view after);

// How often runs of two and three code points stand on a page: its own word list, by which a word that a break cuts in
// two is known again without a dictionary. Counts are by hash in a small table, so that they may be too high, never too
// low (up to 255).
class PageGrams {
 public:
  explicit PageGrams(std::string_view page);

  // Whether the characters next to the border between `before` and `after` mostly stand together elsewhere on the page,
  // so that `after` probably goes on with the word that `before` ends in.
  bool JoinsAWord(std::string_view before, std::string_view after) const;

  // Of the runs of three code points in `text`, a part of the page, the share that the page has more than once.
  double ShareRepeated(std::string_view text) const;

 private:
  uint32_t Count(char32_t a, char32_t b, char32_t c) const;
  // Whether a b is mostly followed by c, or b c mostly preceded by a; one occurrence of the pair is the border's own.
  static bool Mostly(uint32_t triple, uint32_t pair) { return triple > 0 && 2 * triple + 1 >= pair; }

  std::vector<uint8_t> counts_;
};

}  // namespace factline::page

#endif  // FACTLINE_INGEST_PAGE_JOINS_H_
