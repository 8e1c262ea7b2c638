#include "protos/vocab/json_writer.h"

#include <cmath>
#include <cstdint>

#include "absl/strings/str_format.h"

namespace factline {

void JsonWriter::Separate() {
  if (!first_ && !after_key_) out_ += ", ";
  first_ = after_key_ = false;
}

void JsonWriter::Begin(char bracket) {
  Separate();
  out_ += bracket;
  first_ = true;
}

void JsonWriter::End(char bracket) {
  out_ += bracket;
  first_ = false;
}

void JsonWriter::Key(std::string_view key) {
  String(key);
  out_ += ": ";
  after_key_ = true;
}

void JsonWriter::String(std::string_view text) {
  Separate();
  out_ += '"';
  for (char c : text) {
    switch (c) {
      case '"':
        out_ += "\\\"";
        break;
      case '\\':
        out_ += "\\\\";
        break;
      case '\n':
        out_ += "\\n";
        break;
      case '\t':
        out_ += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) {
          absl::StrAppendFormat(&out_, "\\u%04x", static_cast<unsigned char>(c));
        } else {
          out_ += c;
        }
    }
  }
  out_ += '"';
}

void JsonWriter::Number(double number) {
  if (!std::isfinite(number)) return Null();
  Separate();
  if (number == std::trunc(number) && std::fabs(number) < 1e15) {
    out_ += std::to_string(static_cast<int64_t>(number));
  } else {
    absl::StrAppendFormat(&out_, "%.15g", number);
  }
}

void JsonWriter::Boolean(bool value) {
  Separate();
  out_ += value ? "true" : "false";
}

void JsonWriter::Null() {
  Separate();
  out_ += "null";
}

void JsonWriter::Member(std::string_view key, const std::vector<std::string>& texts) {
  Key(key);
  BeginArray();
  for (const std::string& text : texts) String(text);
  EndArray();
}

}  // namespace factline
