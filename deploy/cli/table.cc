#include "deploy/cli/table.h"

#include <algorithm>
#include <numeric>

#include "deploy/cli/display_width.h"

namespace factline::cli {
namespace {

constexpr size_t kGap = 2;
constexpr size_t kNarrowest = 6;  // no column is cut below this

void AppendCell(const std::string& text, size_t width, Table::Align align, bool last, std::string& line) {
  std::string cell = CutToWidth(text, width);
  std::string padding(width - std::min(width, DisplayWidth(cell)), ' ');
  if (align == Table::Align::kRight) line += padding;
  line += cell;
  if (align == Table::Align::kLeft && !last) line += padding;
  if (!last) line += std::string(kGap, ' ');
}

}  // namespace

void Table::AddRow(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  for (std::string& cell : cells) cell = OneLine(cell);
  rows_.push_back({std::move(cells), {}});
}

void Table::AddNote(std::string text) { rows_.back().notes.push_back(std::move(text)); }

std::vector<size_t> Table::Widths(size_t max_columns) const {
  std::vector<size_t> widths;
  for (size_t c = 0; c < columns_.size(); ++c) {
    size_t width = DisplayWidth(columns_[c].header);
    for (const Row& row : rows_) width = std::max(width, DisplayWidth(row.cells[c]));
    widths.push_back(width);
  }
  if (max_columns == 0) return widths;
  size_t total = std::accumulate(widths.begin(), widths.end(), kGap * (widths.size() - 1));
  while (total > max_columns) {
    auto widest = std::max_element(widths.begin(), widths.end());
    if (*widest <= kNarrowest) break;
    --*widest;
    --total;
  }
  return widths;
}

std::string Table::Render(size_t max_columns) const {
  std::vector<size_t> widths = Widths(max_columns);
  std::string out;
  auto append = [&](auto&& cell_of) {
    for (size_t c = 0; c < columns_.size(); ++c) {
      AppendCell(cell_of(c), widths[c], columns_[c].align, c + 1 == columns_.size(), out);
    }
    while (out.ends_with(' ')) out.pop_back();
    out += '\n';
  };
  append([&](size_t c) -> const std::string& { return columns_[c].header; });
  for (const Row& row : rows_) {
    append([&](size_t c) -> const std::string& { return row.cells[c]; });
    for (const std::string& note : row.notes) out += "    " + note + "\n";
  }
  return out;
}

}  // namespace factline::cli
