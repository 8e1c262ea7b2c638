#ifndef FACTLINE_DEPLOY_CLI_TABLE_H_
#define FACTLINE_DEPLOY_CLI_TABLE_H_

#include <cstddef>
#include <string>
#include <vector>

namespace factline::cli {

// Rows of cells in columns that line up on a terminal, wide characters counted as two columns:
//   NAME      TYPE  FACTS
//   远岭储能  ORG      12
class Table {
 public:
  enum class Align { kLeft, kRight };
  struct Column {
    std::string header;
    Align align = Align::kLeft;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // `cells`: as many as there are columns; each is put on one line.
  void AddRow(std::vector<std::string> cells);
  // A line of its own beneath the last row, indented, not cut.
  void AddNote(std::string text);

  bool empty() const { return rows_.empty(); }

  // Cells are cut with "…", the widest columns first, until rows fit `max_columns`; 0: nothing is cut.
  std::string Render(size_t max_columns) const;

 private:
  struct Row {
    std::vector<std::string> cells;
    std::vector<std::string> notes;
  };
  std::vector<size_t> Widths(size_t max_columns) const;

  std::vector<Column> columns_;
  std::vector<Row> rows_;
};

}  // namespace factline::cli

#endif  // FACTLINE_DEPLOY_CLI_TABLE_H_
