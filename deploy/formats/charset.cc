#include "deploy/formats/charset.h"

#include <unicode/ucnv.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "protos/vocab/utf8.h"

namespace factline::formats {
namespace {

constexpr size_t kSniffedBytes = 4096;

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool IsLabel(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-' || c == '_' || c == ':'; }

std::string Label(std::string_view text) {
  std::string label;
  for (const char c : text.substr(0, 40)) {
    if (!IsLabel(Lower(c))) break;
    label += Lower(c);
  }
  return label;
}

std::string DeclaredIn(std::string_view bytes) {
  std::string start(bytes.substr(0, kSniffedBytes));
  std::transform(start.begin(), start.end(), start.begin(), Lower);
  size_t at = start.find("charset=");
  if (at == std::string::npos) return "";
  at = start.find_first_not_of("\"' ", at + 8);
  return at == std::string::npos ? "" : Label(std::string_view(start).substr(at));
}

// What browsers take a label for (WHATWG Encoding); ICU knows the rest by its own aliases.
std::string Meant(const std::string& label) {
  if (label == "gb2312" || label == "gbk" || label == "gb-2312" || label == "x-gbk") return "gb18030";
  if (label == "iso-8859-1" || label == "latin1" || label == "us-ascii" || label == "ascii") return "windows-1252";
  return label;
}

std::optional<std::string> Convert(std::string_view bytes, const std::string& label) {
  if (label.empty()) return std::nullopt;
  UErrorCode error = U_ZERO_ERROR;
  std::unique_ptr<UConverter, void (*)(UConverter*)> converter(ucnv_open(Meant(label).c_str(), &error), ucnv_close);
  if (U_FAILURE(error)) return std::nullopt;
  const icu::UnicodeString text(bytes.data(), static_cast<int32_t>(bytes.size()), converter.get(), error);
  if (U_FAILURE(error)) return std::nullopt;
  std::string utf8;
  text.toUTF8String(utf8);
  return utf8;
}

}  // namespace

std::string HtmlToUtf8(std::string_view bytes, std::string_view declared) {
  if (bytes.starts_with("\xEF\xBB\xBF")) return std::string(bytes.substr(3));
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
    return Convert(bytes, "utf-16").value_or(std::string(bytes));
  }
  if (!FirstInvalidUtf8(bytes).has_value()) return std::string(bytes);
  for (const std::string& label : {Label(declared), DeclaredIn(bytes)}) {
    if (label == "utf-8" || label == "utf8") return std::string(bytes);  // damaged: mended where it is parsed
    if (std::optional<std::string> text = Convert(bytes, label); text.has_value()) return *std::move(text);
  }
  return Convert(bytes, "windows-1252").value_or(std::string(bytes));
}

}  // namespace factline::formats
