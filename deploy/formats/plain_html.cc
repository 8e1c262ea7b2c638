#include "deploy/formats/plain_html.h"

#include <algorithm>

#include "protos/vocab/status.h"

namespace factline::formats {
namespace {

constexpr int kMaxAttributes = 1000;
constexpr size_t kMaxNameBytes = 64;

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }
bool IsLetter(char c) { return Lower(c) >= 'a' && Lower(c) <= 'z'; }
bool IsOfName(char c) { return IsLetter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == ':' || c == '.'; }

bool IsName(std::string_view name) {
  return !name.empty() && name.size() <= kMaxNameBytes && (IsLetter(name[0]) || name[0] == '_' || name[0] == ':') &&
         std::all_of(name.begin(), name.end(), IsOfName);
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = Lower(c);
  return lower;
}

class Rewriter {
 public:
  explicit Rewriter(std::string_view html) : html_(html) { out_.reserve(html.size()); }

  absl::StatusOr<std::string> Run() {
    while (at_ < html_.size()) {
      const size_t open = std::min(html_.find('<', at_), html_.size());
      out_ += html_.substr(at_, open - at_);
      at_ = open;
      if (at_ < html_.size()) FL_RETURN_IF_ERROR(Markup());
    }
    return std::move(out_);
  }

 private:
  char Peek(size_t ahead = 0) const { return at_ + ahead < html_.size() ? html_[at_ + ahead] : '\0'; }
  bool AtEnd() const { return at_ >= html_.size(); }
  void SkipPast(char c) {
    const size_t found = html_.find(c, at_);
    at_ = found == std::string_view::npos ? html_.size() : found + 1;
  }
  void SkipBlanks() {
    while (!AtEnd() && IsBlank(html_[at_])) ++at_;
  }

  // What begins with the '<' at at_.
  absl::Status Markup() {
    const char next = Peek(1);
    if (html_.substr(at_, 4) == "<!--") {
      SkipComment();
    } else if (next == '!' || next == '?') {
      SkipPast('>');
    } else if (next == '/' && IsLetter(Peek(2))) {
      at_ += 2;
      out_ += "</";
      out_ += TakeName();
      out_ += '>';
      SkipPast('>');
    } else if (IsLetter(next)) {
      return Tag();
    } else {
      out_ += "&lt;";
      ++at_;
    }
    return absl::OkStatus();
  }

  // "<!-->" and "<!--->" are whole.
  void SkipComment() {
    for (at_ = html_.find("--", at_ + 2); at_ != std::string_view::npos; at_ = html_.find("--", at_ + 1)) {
      if (Peek(2) != '>' && (Peek(2) != '!' || Peek(3) != '>')) continue;
      return SkipPast('>');
    }
    at_ = html_.size();
  }

  std::string_view TakeName() {
    const size_t begin = at_;
    while (IsOfName(Peek())) ++at_;
    return html_.substr(begin, std::min(at_ - begin, kMaxNameBytes));
  }

  absl::Status Tag() {
    ++at_;
    const std::string name = Lower(TakeName());
    out_ += '<';
    out_ += name;
    bool is_json = false;
    bool closed = false;
    for (int attributes = 0; !AtEnd() && Peek() != '>';) {
      closed = Peek() == '/' && Peek(1) == '>';
      if (IsBlank(Peek()) || Peek() == '/') {
        ++at_;
        continue;
      }
      if (++attributes > kMaxAttributes) {
        return absl::InvalidArgumentError(Cat("an element has more than ", kMaxAttributes, " attributes"));
      }
      is_json = Attribute() || is_json;
    }
    SkipPast('>');
    out_ += closed ? "/>" : ">";
    if (!closed && (name == "script" || name == "style")) Code(name, is_json);
    return absl::OkStatus();
  }

  // Whether it says that a script is JSON-LD.
  bool Attribute() {
    const size_t begin = at_++;  // a '=' in the first place is part of the name
    while (!AtEnd() && !IsBlank(Peek()) && Peek() != '/' && Peek() != '>' && Peek() != '=') ++at_;
    const std::string_view name = html_.substr(begin, at_ - begin);
    SkipBlanks();
    std::string_view value;
    if (Peek() == '=') {
      ++at_;
      SkipBlanks();
      value = TakeValue();
    }
    if (!IsName(name)) return false;
    out_ += Cat(" ", name, "=\"");
    for (const char c : value) {
      if (c == '<') {
        out_ += "&lt;";
      } else if (c == '>') {
        out_ += "&gt;";
      } else if (c == '"') {
        out_ += "&quot;";
      } else {
        out_ += c;
      }
    }
    out_ += '"';
    return Lower(name) == "type" && Lower(value.substr(0, 100)).find("ld+json") != std::string::npos;
  }

  std::string_view TakeValue() {
    const char quote = Peek();
    if (quote == '"' || quote == '\'') {
      const size_t begin = ++at_;
      const size_t end = std::min(html_.find(quote, begin), html_.size());
      at_ = std::min(end + 1, html_.size());
      return html_.substr(begin, end - begin);
    }
    const size_t begin = at_;
    while (!AtEnd() && !IsBlank(Peek()) && Peek() != '>') ++at_;
    return html_.substr(begin, at_ - begin);
  }

  // To the tag that closes it, whose letters may be of either case.
  void Code(const std::string& name, bool keep) {
    const size_t begin = at_;
    while (true) {
      at_ = std::min(html_.find("</", at_), html_.size());
      if (AtEnd() || Lower(html_.substr(at_ + 2, name.size())) == name) break;
      at_ += 2;
    }
    if (keep) out_ += html_.substr(begin, at_ - begin);
    out_ += Cat("</", name, ">");
    SkipPast('>');
  }

  const std::string_view html_;
  size_t at_ = 0;
  std::string out_;
};

}  // namespace

absl::StatusOr<std::string> PlainHtml(std::string_view html) { return Rewriter(html).Run(); }

}  // namespace factline::formats
