#include "query/search/phrase_places.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace factline::query {
namespace {

// The grams of one piece: [begin, end) of the phrase's.
struct Piece {
  size_t begin = 0;
  size_t end = 0;
  std::vector<uint32_t> starts;  // ascending positions of the first gram where all of them stand
};

std::vector<Piece> PiecesOf(const PhraseShape& shape, const std::vector<std::vector<uint32_t>>& positions) {
  std::vector<Piece> pieces;
  for (size_t i = 0; i < shape.offsets.size(); ++i) {
    if (i == 0 || shape.pieces[i] != shape.pieces[i - 1]) pieces.push_back({i, i, positions[i]});
    Piece& piece = pieces.back();
    ++piece.end;
    const uint32_t distance = shape.offsets[i] - shape.offsets[piece.begin];
    std::erase_if(piece.starts, [&](uint32_t start) {
      return !std::binary_search(positions[i].begin(), positions[i].end(), start + distance);
    });
  }
  return pieces;
}

// Where each piece stands if the first one starts at `start` and the others follow as early as they can.
std::optional<std::vector<uint32_t>> Follow(const PhraseShape& shape, const std::vector<Piece>& pieces,
                                            uint32_t start) {
  std::vector<uint32_t> starts = {start};
  for (size_t p = 1; p < pieces.size(); ++p) {
    const uint32_t distance = shape.offsets[pieces[p].begin] - shape.offsets[pieces[p - 1].begin];
    const std::vector<uint32_t>& places = pieces[p].starts;
    const auto next = std::lower_bound(places.begin(), places.end(), starts.back() + distance);
    if (next == places.end()) return std::nullopt;
    starts.push_back(*next);
  }
  return starts;
}

}  // namespace

PhraseShape ShapeOf(const Expression& phrase) {
  PhraseShape shape;
  for (const PhraseGram& gram : phrase.grams) {
    shape.offsets.push_back(gram.offset);
    shape.pieces.push_back(gram.piece);
  }
  shape.slop = phrase.slop;
  return shape;
}

std::vector<std::vector<uint32_t>> FindPhrase(const PhraseShape& shape,
                                              const std::vector<std::vector<uint32_t>>& positions) {
  const std::vector<Piece> pieces = PiecesOf(shape, positions);
  const uint32_t least_width = shape.offsets[pieces.back().begin];
  std::vector<std::vector<uint32_t>> found;
  std::optional<uint32_t> last_end;
  for (const uint32_t start : pieces.front().starts) {
    const std::optional<std::vector<uint32_t>> starts = Follow(shape, pieces, start);
    if (!starts.has_value()) break;  // nor from any later one
    if (starts->back() - start - least_width > shape.slop) continue;
    std::vector<uint32_t> places;
    for (size_t p = 0; p < pieces.size(); ++p) {
      for (size_t i = pieces[p].begin; i < pieces[p].end; ++i) {
        places.push_back((*starts)[p] + shape.offsets[i] - shape.offsets[pieces[p].begin]);
      }
    }
    if (last_end == starts->back()) found.pop_back();  // wider than this one
    last_end = starts->back();
    found.push_back(std::move(places));
  }
  return found;
}

}  // namespace factline::query
