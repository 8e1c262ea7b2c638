#include "ingest/page/lines.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "ingest/page/code_points.h"
#include "ingest/page/joins.h"
#include "ingest/page/tail.h"

namespace factline::page {
namespace {

constexpr size_t kMinUnbrokenBytes = 200;
constexpr size_t kMaxTagBytes = 80;
constexpr size_t kMaxImageBytes = 400;
constexpr size_t kMinWrapWidth = 20;  // in columns: a Han character takes two
constexpr size_t kMaxWrapWidth = 120;
constexpr size_t kMinWrapLines = 3;

bool HasWord(std::string_view text) {
  for (size_t pos = 0; pos < text.size();) {
    const CodePoint c = DecodeUtf8(text, pos);
    if (IsWordLike(c.value)) return true;
    pos += c.size_bytes;
  }
  return false;
}

// Bytes of the markup that begins at `pos`, 0 if none does.
size_t MarkupAt(std::string_view text, size_t pos) {
  const std::string_view rest = text.substr(pos);
  if (rest.starts_with("**")) return 2;
  if (rest.starts_with("&nbsp;")) return 6;
  if (rest.starts_with("![")) {
    const size_t close = rest.substr(0, kMaxImageBytes).find(')');
    return close == std::string_view::npos ? 0 : close + 1;
  }
  if (rest.size() > 2 && rest[0] == '<' && (IsAsciiLetter(static_cast<unsigned char>(rest[1])) || rest[1] == '/')) {
    const size_t close = rest.substr(0, kMaxTagBytes).find('>');
    return close == std::string_view::npos ? 0 : close + 1;
  }
  return 0;
}

// The first byte at or behind `pos` that markup can begin with. string_view::find_first_of costs a call a byte.
size_t FindMark(std::string_view text, size_t pos) {
  for (; pos < text.size(); ++pos) {
    const char c = text[pos];
    if (c == '*' || c == '<' || c == '&' || c == '!') return pos;
  }
  return std::string_view::npos;
}

SourceText WithoutMarkup(const SourceText& line, TextArena* arena) {
  const std::string_view text = line.view();
  SourceTextBuilder builder;
  size_t begin = 0;
  bool cut = false;
  for (size_t pos = FindMark(text, 0); pos != std::string_view::npos; pos = FindMark(text, pos)) {
    const size_t bytes = MarkupAt(text, pos);
    if (bytes == 0) {
      ++pos;
      continue;
    }
    builder.Append(line.Sub(begin, pos));
    begin = pos += bytes;
    cut = true;
  }
  if (!cut) return line;
  builder.Append(line.From(begin));
  return std::move(builder).Finish(arena).Trimmed();
}

PageLine ReadLine(SourceText text, TextArena* arena) {
  PageLine line;
  std::string_view view = text.view();
  size_t marks = 0;
  while (marks < view.size() && marks < 6 && view[marks] == '#') ++marks;
  if (marks > 0 && marks < view.size() && view[marks] == ' ') {
    line.marked_heading = true;
    text = text.From(marks).Trimmed();
    view = text.view();
  }
  for (std::string_view mark : {"- ", "* ", "• ", "· ", "> "}) {
    if (!view.starts_with(mark)) continue;
    line.bullet = mark != "> ";
    text = text.From(mark.size()).Trimmed();
    break;
  }
  line.text = WithoutMarkup(text, arena);
  return line;
}

// Cuts unbroken text at two or more blanks beside a Han character or a wide mark.
std::vector<SourceText> CutAtWideBlanks(const SourceText& line) {
  const std::string_view text = line.view();
  std::vector<SourceText> pieces;
  size_t begin = 0;
  for (size_t pos = text.find("  "); pos != std::string_view::npos; pos = text.find("  ", pos)) {
    size_t end = pos;
    while (end < text.size() && text[end] == ' ') ++end;
    if (DecodeUtf8Before(text, pos).value >= 0x2E80 || DecodeUtf8(text, end).value >= 0x2E80) {
      pieces.push_back(line.Sub(begin, pos).Trimmed());
      begin = end;
    }
    pos = end;
  }
  pieces.push_back(line.From(begin).Trimmed());
  return pieces;
}

size_t Width(std::string_view text) {
  size_t width = 0;
  for (size_t pos = 0; pos < text.size();) {
    const CodePoint c = DecodeUtf8(text, pos);
    width += c.value >= 0x2E80 ? 2 : 1;
    pos += c.size_bytes;
  }
  return width;
}

bool StartsLower(std::string_view text) { return !text.empty() && text[0] >= 'a' && text[0] <= 'z'; }

// Whether lines [begin, end) of one block are one column's lines rather than paragraphs of their own: most lines that
// end no sentence are as wide as the widest.
bool IsWrapped(const std::vector<PageLine>& lines, size_t begin, size_t end, size_t* column_width) {
  if (end - begin < kMinWrapLines) return false;
  size_t widest = 0, open = 0, open_and_full = 0;
  bool has_sentence = false;
  std::vector<size_t> widths;
  for (size_t i = begin; i < end; ++i) {
    if (lines[i].bullet || lines[i].marked_heading) return false;
    if (lines[i].text.view().size() > 4 * kMaxWrapWidth) return false;
    const std::string_view text = lines[i].text.view();
    has_sentence = has_sentence || EndsSentence(text) || text.find("。") != std::string_view::npos;
    widths.push_back(Width(text));
    widest = std::max(widest, widths.back());
  }
  if (!has_sentence || widest < kMinWrapWidth || widest > kMaxWrapWidth) return false;
  for (size_t i = begin; i + 1 < end; ++i) {
    if (EndsSentence(lines[i].text.view())) continue;
    ++open;
    open_and_full += widths[i - begin] * 100 >= widest * 80;
  }
  *column_width = widest;
  return open * 3 >= end - begin && open_and_full * 10 >= open * 7;
}

// Whether `text`, a line of an English page that ends no sentence, is one sentence with `next`, which begins with a
// capital: it ends in a word that needs another, or is running text as wide as a column. Headings, names and credits
// write most of their words with capitals.
bool BreaksEnglishSentence(std::string_view text, std::string_view next) {
  constexpr size_t kMinWords = 5;
  constexpr size_t kMinColumn = 40;
  size_t words = 0, small = 0;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find(' ', begin), text.size());
    words += end > begin;
    small += text[begin] >= 'a' && text[begin] <= 'z';
    begin = end + 1;
  }
  if (words < kMinWords || Width(text) != CountCodePoints(text)) return false;  // wide characters: no English
  if (EndsInOpenWord(text)) return true;
  if (2 * small < words) return false;
  if (text.ends_with(',') || text.find(". ") != std::string_view::npos) return true;
  const bool next_is_text = EndsSentence(next) || EndsInOpenWord(next) || next.find(". ") != std::string_view::npos ||
                            next.find(", ") != std::string_view::npos;
  return next_is_text && Width(text) >= kMinColumn && Width(next) <= kMaxWrapWidth &&
         Width(text) * 100 >= Width(next) * 80;
}

bool GoesOnInNextLine(const PageLine& line, const PageLine& next, bool wrapped, size_t column_width) {
  if (next.bullet || next.marked_heading || line.marked_heading) return false;
  const std::string_view text = line.text.view();
  if (!wrapped) {
    if (EndsSentence(text) || text.size() <= 1) return false;
    return StartsLower(next.text.view()) || BreaksEnglishSentence(text, next.text.view());
  }
  return !EndsSentence(text) || Width(text) * 100 >= column_width * 92;
}

// Puts the lines of [begin, end), one block without empty lines, into `out`, wrapped ones together.
void AppendBlock(const std::vector<PageLine>& lines, size_t begin, size_t end, TextArena* arena,
                 std::vector<PageLine>* out) {
  size_t column_width = 0;
  const bool wrapped = IsWrapped(lines, begin, end, &column_width);
  for (size_t i = begin; i < end;) {
    size_t last = i;
    while (last + 1 < end && GoesOnInNextLine(lines[last], lines[last + 1], wrapped, column_width)) ++last;
    PageLine line = lines[i];
    if (last > i) {
      SourceTextBuilder builder;
      for (size_t k = i; k <= last; ++k) {
        const SourceText& text = lines[k].text;
        const Seam seam = k < last ? SeamBetween(text.view(), lines[k + 1].text.view()) : Seam::kNothing;
        const size_t hyphen =
            seam == Seam::kDropHyphen ? DecodeUtf8Before(text.view(), text.view().size()).size_bytes : 0;
        builder.Append(text.Sub(0, text.view().size() - hyphen));
        if (seam == Seam::kBlank) builder.AppendOurs(" ");
      }
      line.text = std::move(builder).Finish(arena);
    }
    out->push_back(std::move(line));
    i = last + 1;
  }
}

std::vector<PageLine> ReadLines(std::string_view page, TextArena* arena) {
  std::vector<PageLine> lines;
  bool after_blank = true;
  for (size_t begin = 0; begin < page.size();) {
    const size_t newline = page.find('\n', begin);
    const size_t end = newline == std::string_view::npos ? page.size() : newline;
    const SourceText raw = SourceText(page, {static_cast<uint32_t>(begin), static_cast<uint32_t>(end)}).Trimmed();
    begin = end + 1;
    if (raw.empty()) {
      after_blank = true;
      continue;
    }
    const std::vector<SourceText> pieces =
        raw.view().size() >= kMinUnbrokenBytes ? CutAtWideBlanks(raw) : std::vector<SourceText>{raw};
    for (const SourceText& piece : pieces) {
      PageLine line = ReadLine(piece, arena);
      if (!HasWord(line.text.view())) continue;
      line.after_blank = after_blank || pieces.size() > 1;
      after_blank = false;
      lines.push_back(std::move(line));
    }
  }
  return lines;
}

}  // namespace

std::vector<PageLine> SplitLines(std::string_view page, TextArena* arena) {
  const std::vector<PageLine> lines = ReadLines(page, arena);
  std::vector<PageLine> out;
  out.reserve(lines.size());
  const auto is_pointer = [&](size_t i) { return IsPagePointer(lines[i].text.view()); };
  for (size_t begin = 0; begin < lines.size();) {
    size_t end = begin + 1;
    while (end < lines.size() && !lines[end].after_blank && !is_pointer(end) && !is_pointer(end - 1)) ++end;
    AppendBlock(lines, begin, end, arena, &out);
    begin = end;
  }
  return out;
}

}  // namespace factline::page
