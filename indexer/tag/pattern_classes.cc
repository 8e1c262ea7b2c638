#include "indexer/tag/pattern_classes.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "indexer/tag/random.h"

namespace factline::tag {
namespace {

constexpr size_t kCompanyDimensions = 64;   // multiples of 8, all of them
constexpr size_t kLabelDimensions = 24;     // the shares of the labels of names, at the first and the last character
constexpr double kContextSmoothing = 0.75;  // flattens the contexts' shares (Levy, Goldberg and Dagan 2015)

struct Matrix {
  Matrix(size_t rows, size_t columns) : dimensions(columns), values(rows * columns, 0.0f) {}
  float* row(size_t r) { return &values[r * dimensions]; }
  const float* row(size_t r) const { return &values[r * dimensions]; }
  size_t rows() const { return values.size() / dimensions; }

  const size_t dimensions;
  std::vector<float> values;
};

// Items by contexts, without the zeros.
struct SparseMatrix {
  std::vector<size_t> begins = {0};
  std::vector<uint32_t> columns;
  std::vector<float> values;
  size_t column_count = 0;

  size_t rows() const { return begins.size() - 1; }

  void Multiply(const Matrix& right, Matrix& product) const {  // product = this · right
    std::fill(product.values.begin(), product.values.end(), 0.0f);
    for (size_t r = 0; r < rows(); ++r) {
      float* const to = product.row(r);
      for (size_t i = begins[r]; i < begins[r + 1]; ++i) {
        const float* const from = right.row(columns[i]);
        for (size_t d = 0; d < product.dimensions; ++d) to[d] += values[i] * from[d];
      }
    }
  }
  void MultiplyTransposed(const Matrix& right, Matrix& product) const {  // product = thisᵀ · right
    std::fill(product.values.begin(), product.values.end(), 0.0f);
    for (size_t r = 0; r < rows(); ++r) {
      const float* const from = right.row(r);
      for (size_t i = begins[r]; i < begins[r + 1]; ++i) {
        float* const to = product.row(columns[i]);
        for (size_t d = 0; d < product.dimensions; ++d) to[d] += values[i] * from[d];
      }
    }
  }
};

// Makes the columns orthonormal, by Gram and Schmidt, twice over each.
void Orthonormalize(Matrix& m) {
  std::vector<double> dots(m.dimensions);
  for (size_t c = 0; c < m.dimensions; ++c) {
    for (int again = 0; again < 2; ++again) {
      std::fill(dots.begin(), dots.end(), 0.0);
      for (size_t r = 0; r < m.rows(); ++r) {
        const float* row = m.row(r);
        for (size_t b = 0; b < c; ++b) dots[b] += double{row[b]} * row[c];
      }
      for (size_t r = 0; r < m.rows(); ++r) {
        float* row = m.row(r);
        double x = row[c];
        for (size_t b = 0; b < c; ++b) x -= dots[b] * row[b];
        row[c] = static_cast<float>(x);
      }
    }
    double square = 0;
    for (size_t r = 0; r < m.rows(); ++r) square += double{m.row(r)[c]} * m.row(r)[c];
    const float scale = square > 1e-20 ? static_cast<float>(1 / std::sqrt(square)) : 0.0f;
    for (size_t r = 0; r < m.rows(); ++r) m.row(r)[c] *= scale;
  }
}

// The items in the space of the matrix's leading right singular vectors, each of length 1.
Matrix Project(const SparseMatrix& matrix, size_t dimensions) {
  uint64_t random = 1;
  Matrix basis(matrix.column_count, dimensions);
  for (float& x : basis.values) x = NextRandom(random) >> 63 ? 1.0f : -1.0f;
  Matrix items(matrix.rows(), dimensions);
  for (int power = 0; power < 3; ++power) {
    matrix.Multiply(basis, items);
    matrix.MultiplyTransposed(items, basis);
    Orthonormalize(basis);
  }
  matrix.Multiply(basis, items);
  for (size_t r = 0; r < items.rows(); ++r) {
    float* row = items.row(r);
    float square = 1e-12f;
    for (size_t d = 0; d < dimensions; ++d) square += row[d] * row[d];
    for (size_t d = 0; d < dimensions; ++d) row[d] /= std::sqrt(square);
  }
  return items;
}

// k-means over the items in `members`: the class of each, below `k`.
std::vector<uint32_t> KMeans(const Matrix& items, const std::vector<uint32_t>& members, uint32_t k, int iterations) {
  std::vector<uint32_t> of(members.size(), 0);
  if (members.size() <= k) {
    std::iota(of.begin(), of.end(), 0);
    return of;
  }
  const size_t dimensions = items.dimensions;
  Matrix centres(k, dimensions);
  uint64_t random = members.size();
  for (uint32_t c = 0; c < k; ++c)
    std::copy_n(items.row(members[NextRandom(random) % members.size()]), dimensions, centres.row(c));
  std::vector<uint32_t> sizes(k);
  for (int iteration = 0; iteration < iterations; ++iteration) {
    for (size_t i = 0; i < members.size(); ++i) {
      const float* const item = items.row(members[i]);
      float top = -std::numeric_limits<float>::infinity();
      for (uint32_t c = 0; c < k; ++c) {
        const float* const centre = centres.row(c);
        float lanes[8] = {};
        for (size_t d = 0; d < dimensions; d += 8) {
          for (size_t l = 0; l < 8; ++l) lanes[l] += item[d + l] * centre[d + l];
        }
        const float dot =
            ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
        if (dot > top) {
          top = dot;
          of[i] = c;
        }
      }
    }
    std::fill(centres.values.begin(), centres.values.end(), 0.0f);
    std::fill(sizes.begin(), sizes.end(), 0);
    for (size_t i = 0; i < members.size(); ++i) {
      ++sizes[of[i]];
      for (size_t d = 0; d < dimensions; ++d) centres.row(of[i])[d] += items.row(members[i])[d];
    }
    for (uint32_t c = 0; c < k; ++c) {
      float* const centre = centres.row(c);
      if (sizes[c] == 0) std::copy_n(items.row(members[NextRandom(random) % members.size()]), dimensions, centre);
      float square = 1e-12f;
      for (size_t d = 0; d < dimensions; ++d) square += centre[d] * centre[d];
      for (size_t d = 0; d < dimensions; ++d) centre[d] /= std::sqrt(square);
    }
  }
  return of;
}

}  // namespace

void PatternClasses::Sequence::Push(uint64_t key, uint8_t first_label, uint8_t last_label) {
  const auto [it, fresh] = numbers.emplace(key, static_cast<uint32_t>(keys.size()));
  if (fresh) {
    keys.push_back(key);
    counts.push_back(0);
  }
  ++counts[it->second];
  items.push_back(it->second);
  first_labels.push_back(first_label);
  last_labels.push_back(last_label);
}

void PatternClasses::Sequence::PushBorders(int count) {
  for (int i = 0; i < count; ++i) {
    items.push_back(0);
    first_labels.push_back(0);
    last_labels.push_back(0);
  }
}

void PatternClasses::Add(std::string_view text, const Tagger* first) {
  text::Normalize(text, chars_);
  // Labels of the characters, with one place for the border at each end of the text.
  labels_.assign(chars_.size() + 2, 0);
  if (first != nullptr) {
    has_labels_ = true;
    first->Tag(text, {.words = false, .details = false, .style = Style::kNeutral}, scratch_, tagging_);
    size_t at = 0;
    for (const TaggedName& name : tagging_.press) {
      while (at < chars_.size() && chars_[at].begin < name.span.begin) ++at;
      const size_t from = at;
      while (at < chars_.size() && chars_[at].begin < name.span.end_exclusive)
        labels_[1 + at++] = NameLabel(name.type, kInner);
      if (at == from) continue;
      labels_[1 + from] = NameLabel(name.type, at == from + 1 ? kOnly : kFirst);
      if (at > from + 1) labels_[at] = NameLabel(name.type, kLast);
    }
  }
  for (size_t begin = 0, end; begin < chars_.size(); begin = end) {
    end = WindowEnd(chars_, begin);
    finder_.Find(chars_, begin, end);
    const auto label = [&](int place) { return labels_[static_cast<size_t>(static_cast<int>(begin) + place + 1)]; };
    for (const Pattern& pattern : finder_.patterns()) {
      if (pattern.scheme == RowScheme::kUnigram) singles_.Push(pattern.key, 0, 0);
      if (pattern.scheme == RowScheme::kBigram) pairs_.Push(pattern.key, label(pattern.at), label(pattern.at + 1));
      if (pattern.scheme == RowScheme::kWord) {
        const PathWord& word = finder_.words()[static_cast<size_t>(pattern.at)];
        words_.Push(pattern.key, label(word.begin), label(word.begin + word.size - 1));
      }
    }
    // A window of n characters has n + 2 singles, borders among them, and n + 1 pairs.
    singles_.PushBorders(2);
    words_.PushBorders(2);
    pairs_.PushBorders(3);
  }
}

void PatternClasses::Close(const Options& options) {
  fine_per_coarse_ = options.fine;
  first_pair_class_ = options.coarse * options.fine;
  Classify(words_, {{&words_, -2}, {&words_, -1}, {&words_, 1}, {&words_, 2}}, options.smallest_word_count,
           options.word_contexts, 0, options);
  Classify(pairs_, {{&singles_, -1}, {&singles_, 2}, {&pairs_, -2}, {&pairs_, 2}}, options.smallest_pair_count,
           options.pair_contexts, first_pair_class_, options);
  for (Sequence* sequence : {&words_, &singles_, &pairs_}) *sequence = Sequence();
}

namespace {

// Puts the shares of the names' labels, of each item's first and last character, in place of the last dimensions.
template <typename Sequence>
void AddLabels(const Sequence& items, const std::vector<uint32_t>& rows, Matrix& projected) {
  Matrix counts(projected.rows(), kLabelDimensions);
  std::vector<float> all(projected.rows(), 0.0f);
  for (size_t i = 0; i < items.items.size(); ++i) {
    const uint32_t row = rows[items.items[i]];
    if (row == PatternClasses::kNone) continue;
    ++all[row];
    if (items.first_labels[i] != 0) ++counts.row(row)[items.first_labels[i] - 1];
    if (items.last_labels[i] != 0) ++counts.row(row)[kLabelDimensions / 2 + items.last_labels[i] - 1];
  }
  for (size_t r = 0; r < projected.rows(); ++r) {
    float* const row = projected.row(r);
    for (size_t d = 0; d < kLabelDimensions; ++d) {
      row[projected.dimensions - kLabelDimensions + d] = std::sqrt(counts.row(r)[d] / (all[r] + 3));
    }
    float square = 1e-12f;
    for (size_t d = 0; d < projected.dimensions; ++d) square += row[d] * row[d];
    for (size_t d = 0; d < projected.dimensions; ++d) row[d] /= std::sqrt(square);
  }
}

}  // namespace

void PatternClasses::Classify(const Sequence& items, const std::vector<Neighbour>& neighbours, uint32_t smallest_count,
                              uint32_t contexts, uint32_t first_class, const Options& options) {
  // Numbers among the frequent: of items, and for each neighbour of its contexts.
  const auto frequent = [](const Sequence& sequence, uint32_t smallest) {
    std::vector<uint32_t> numbers(sequence.keys.size(), kNone);
    uint32_t next = 0;
    for (size_t i = 1; i < numbers.size(); ++i) {
      if (sequence.counts[i] >= smallest) numbers[i] = next++;
    }
    return std::make_pair(numbers, next);
  };
  const auto [rows, row_count] = frequent(items, smallest_count);
  if (row_count == 0) return;
  std::vector<uint64_t> seen;  // row and column of each sighting
  uint32_t column_count = 0;
  for (const Neighbour& neighbour : neighbours) {
    const Sequence& sequence = *neighbour.sequence;
    std::vector<uint32_t> counts = sequence.counts;
    const size_t at = std::min<size_t>(contexts, counts.size() - 1);
    std::nth_element(counts.begin(), counts.begin() + static_cast<ptrdiff_t>(at), counts.end(), std::greater<>());
    const auto [columns, count] = frequent(sequence, counts[at] + 1);
    for (size_t i = 2; i + 2 < items.items.size(); ++i) {
      const uint32_t row = rows[items.items[i]];
      const uint32_t column = columns[sequence.items[i + static_cast<size_t>(neighbour.offset)]];
      if (row != kNone && column != kNone) seen.push_back(uint64_t{row} << 32 | (column_count + column));
    }
    column_count += count;
  }
  std::sort(seen.begin(), seen.end());
  std::vector<double> of_row(row_count, 0), of_column(column_count, 0);
  for (const uint64_t pair : seen) {
    ++of_row[pair >> 32];
    ++of_column[pair & UINT32_MAX];
  }
  double all = 0;
  for (double& x : of_column) all += x = std::pow(x, kContextSmoothing);
  SparseMatrix matrix;
  matrix.column_count = column_count;
  size_t i = 0;
  for (uint32_t row = 0; row < row_count; ++row) {
    while (i < seen.size() && seen[i] >> 32 == row) {
      size_t end = i + 1;
      while (end < seen.size() && seen[end] == seen[i]) ++end;
      const uint32_t column = static_cast<uint32_t>(seen[i] & UINT32_MAX);
      const double information = std::log(static_cast<double>(end - i) / of_row[row] / (of_column[column] / all));
      if (information > 0) {
        matrix.columns.push_back(column);
        matrix.values.push_back(static_cast<float>(information));
      }
      i = end;
    }
    matrix.begins.push_back(matrix.columns.size());
  }
  seen = {};
  Matrix projected = Project(matrix, kCompanyDimensions + (has_labels_ ? kLabelDimensions : 0));
  if (has_labels_) AddLabels(items, rows, projected);
  std::vector<uint32_t> members(row_count);
  std::iota(members.begin(), members.end(), 0);
  const std::vector<uint32_t> coarse = KMeans(projected, members, options.coarse, options.iterations);
  std::vector<uint64_t> keys(row_count);
  for (size_t item = 1; item < rows.size(); ++item) {
    if (rows[item] != kNone) keys[rows[item]] = items.keys[item];
  }
  for (uint32_t c = 0; c < options.coarse; ++c) {
    members.clear();
    for (uint32_t row = 0; row < row_count; ++row) {
      if (coarse[row] == c) members.push_back(row);
    }
    const std::vector<uint32_t> fine = KMeans(projected, members, options.fine, options.iterations);
    for (size_t m = 0; m < members.size(); ++m) classes_[keys[members[m]]] = first_class + c * options.fine + fine[m];
  }
}

}  // namespace factline::tag
