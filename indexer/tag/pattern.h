#ifndef FACTLINE_INDEXER_TAG_PATTERN_H_
#define FACTLINE_INDEXER_TAG_PATTERN_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace factline::tag {

// What the model looks at. A pattern is something found in the text (two characters, a dictionary word of some class, a
// word), looked up once by its key; what is found there is a few rows of weights, one for each place near the pattern
// whose label it speaks about. So a character costs a dozen look-ups, where one look-up for each feature of each
// character would cost forty.

// How the rows of a pattern lie around it. Frozen: models store them by number, in this order.
enum class RowScheme : uint8_t {
  kUnigram,   // one character: rows for the places -3..+3 from it
  kBigram,    // two: -2..+3 from the first
  kTrigram,   // three: -1..+3
  kFourgram,  // four: -1..+4
  kSkip,      // two with any one between: 0..+2
  kTypes,     // the types of five characters: the middle one
  kMatch,     // a span: the place before, its first, its inner ones, its last, the place after
  kWord,      // a word: all of the word two before, of the one before; its first, inner, last, only character; all of
              // the next word, and of the one after that
};
inline constexpr size_t kSchemeCount = 8;
inline constexpr uint8_t kRowsOf[kSchemeCount] = {7, 6, 5, 6, 3, 1, 5, 8};
inline constexpr int8_t kFirstRowAt[kSchemeCount] = {-3, -2, -1, -1, 0, 0, 0, 0};  // of those with fixed places
inline constexpr size_t kMaxRows = 8;

struct Pattern {
  uint64_t key = 0;
  int16_t at = 0;     // character in the window, -1 for what begins before it; of a kWord, the word
  uint16_t size = 0;  // of a kMatch, in characters
  RowScheme scheme = RowScheme::kUnigram;
};

// A word of the window, as the dictionary alone parts it.
struct PathWord {
  uint16_t begin = 0;
  uint16_t size = 0;
  uint8_t cls = 0;
};

// Places in a window, one after the other.
struct PlaceRange {
  int begin = 0;
  int end_exclusive = 0;
};

// The places in [0, size) that row `row` of a pattern speaks about.
inline PlaceRange PlacesOf(RowScheme scheme, int at, int match_size, const std::vector<PathWord>& words, int size,
                           int row) {
  const auto one = [size](int place) -> PlaceRange {
    return place >= 0 && place < size ? PlaceRange{place, place + 1} : PlaceRange{};
  };
  const auto span_row = [&](int first, int length, int part) -> PlaceRange {  // first, inner, last
    if (part == 0) return {first, first + 1};
    if (part == 1) return {first + 1, std::max(first + 1, first + length - 1)};
    return length > 1 ? PlaceRange{first + length - 1, first + length} : PlaceRange{};
  };
  switch (scheme) {
    case RowScheme::kMatch:
      if (row == 0) return one(at - 1);
      return row == 4 ? one(at + match_size) : span_row(at, match_size, row - 1);
    case RowScheme::kWord: {
      constexpr int8_t kWordOf[kMaxRows] = {2, 1, 0, 0, 0, 0, -1, -2};
      const int index = at + kWordOf[row];
      if (index < 0 || index >= static_cast<int>(words.size())) return {};
      const PathWord& word = words[static_cast<size_t>(index)];
      if (row < 2 || row > 5) return {word.begin, word.begin + word.size};
      if (row == 5 || word.size == 1)
        return (row == 5) == (word.size == 1) ? PlaceRange{word.begin, word.begin + 1} : PlaceRange{};
      return span_row(word.begin, word.size, row - 2);
    }
    default:
      return one(at + kFirstRowAt[static_cast<size_t>(scheme)] + row);
  }
}

// Calls put(row, place) for each row of a pattern and each place that it speaks about.
template <typename Put>
inline void ForEachRow(RowScheme scheme, int at, int match_size, const std::vector<PathWord>& words, int size,
                       Put put) {
  for (int row = 0; row < kRowsOf[static_cast<size_t>(scheme)]; ++row) {
    const PlaceRange places = PlacesOf(scheme, at, match_size, words, size, row);
    for (int place = places.begin; place < places.end_exclusive; ++place) put(row, place);
  }
}

}  // namespace factline::tag

#endif  // FACTLINE_INDEXER_TAG_PATTERN_H_
