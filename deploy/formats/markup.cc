#include "deploy/formats/markup.h"

#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/uri.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <utility>

#include "deploy/formats/fields.h"
#include "deploy/formats/plain_html.h"
#include "protos/vocab/status.h"
#include "protos/vocab/utf8.h"

namespace factline::formats {
namespace {

// Sorted.
constexpr std::string_view kBlocks[] = {
    "address", "article", "aside", "blockquote", "body",     "br",         "caption", "center", "dd",   "details",
    "dir",     "div",     "dl",    "dt",         "fieldset", "figcaption", "figure",  "footer", "form", "h1",
    "h2",      "h3",      "h4",    "h5",         "h6",       "header",     "hedline", "hl1",    "hl2",  "hr",
    "html",    "legend",  "li",    "main",       "menu",     "nav",        "ol",      "p",      "pre",  "section",
    "summary", "table",   "tbody", "td",         "tfoot",    "th",         "thead",   "tr",     "ul"};
constexpr std::string_view kUnread[] = {"applet", "audio", "button",   "canvas",   "embed",    "head",   "iframe",
                                        "input",  "map",   "noframes", "noscript", "object",   "option", "script",
                                        "select", "style", "svg",      "template", "textarea", "video"};

static_assert(std::is_sorted(std::begin(kBlocks), std::end(kBlocks)));
static_assert(std::is_sorted(std::begin(kUnread), std::end(kUnread)));

void StartParser() {
  static std::once_flag once;
  std::call_once(once, [] { xmlInitParser(); });
}

// libxml2 takes no U+0000 and stops at damaged UTF-8.
std::string Mended(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t pos = 0; pos < text.size();) {
    const CodePoint c = DecodeUtf8(text, pos);
    pos += c.size_bytes;
    const bool control = (c.value < 0x20 && c.value != '\t' && c.value != '\n' && c.value != '\r') || c.value == 0x7F;
    AppendUtf8(control ? ' ' : c.value, out);
  }
  return out;
}

}  // namespace

bool IsBlock(std::string_view name) { return std::binary_search(std::begin(kBlocks), std::end(kBlocks), name); }
bool IsUnread(std::string_view name) { return std::binary_search(std::begin(kUnread), std::end(kUnread), name); }

absl::StatusOr<Document> ParseHtml(std::string_view html) {
  StartParser();
  // libxml2 compares each attribute of an element with all before it: what it gets has few.
  FL_ASSIGN_OR_RETURN(const std::string plain, PlainHtml(Mended(html)));
  constexpr int kOptions = HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
                           HTML_PARSE_IGNORE_ENC | HTML_PARSE_COMPACT;
  std::unique_ptr<htmlParserCtxt, void (*)(htmlParserCtxt*)> context(htmlNewParserCtxt(), htmlFreeParserCtxt);
  if (context == nullptr) return absl::InternalError("libxml2 cannot start");
  Document document(
      htmlCtxtReadMemory(context.get(), plain.data(), static_cast<int>(plain.size()), nullptr, "UTF-8", kOptions));
  const xmlError* error = xmlCtxtGetLastError(context.get());
  if (context->disableSAX != 0 && error != nullptr && error->code == XML_ERR_INTERNAL_ERROR) {
    return absl::InvalidArgumentError("elements are nested more than 256 deep");
  }
  return document;
}

std::string_view TextOf(const xmlNode* node) {
  const bool is_text = node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE;
  return is_text && node->content != nullptr ? reinterpret_cast<const char*>(node->content) : std::string_view();
}

xmlNode* NextNode(xmlNode* node, const xmlNode* root, bool skip_children) {
  if (!skip_children && node->type != XML_ENTITY_REF_NODE && node->children != nullptr) return node->children;
  while (node != root) {
    if (node->next != nullptr) return node->next;
    node = node->parent;
    if (node == nullptr) return nullptr;
  }
  return nullptr;
}

bool HasAttribute(const xmlNode* node, std::string_view name) {
  if (!IsElement(node)) return false;
  for (const xmlAttr* a = node->properties; a != nullptr; a = a->next) {
    if (name == reinterpret_cast<const char*>(a->name)) return true;
  }
  return false;
}

std::string AttributeOf(const xmlNode* node, std::string_view name) {
  std::string value;
  if (!IsElement(node)) return value;
  for (const xmlAttr* a = node->properties; a != nullptr; a = a->next) {
    if (name != reinterpret_cast<const char*>(a->name)) continue;
    for (const xmlNode* part = a->children; part != nullptr; part = part->next) value += TextOf(part);
    return value;
  }
  return value;
}

std::string ResolvedUrl(const std::string& url, const std::string& base) {
  // libxml2 takes the dots out of a path by moving what is behind each.
  if (url.empty() || base.empty() || url.size() > kMaxUrlBytes || base.size() > kMaxUrlBytes) return url;
  xmlChar* built =
      xmlBuildURI(reinterpret_cast<const xmlChar*>(url.c_str()), reinterpret_cast<const xmlChar*>(base.c_str()));
  if (built == nullptr) return url;
  std::string resolved(reinterpret_cast<const char*>(built));
  xmlFree(built);
  return resolved;
}

std::string PlainText(const xmlNode* root) {
  std::string text;
  for (auto* node = const_cast<xmlNode*>(root); node != nullptr; node = NextNode(node, root)) text += TextOf(node);
  return OneLine(text);
}

std::string ReadableText(const xmlNode* root) {
  std::string text;
  const auto end_line = [&text] {
    if (!text.empty() && text.back() != '\n') text += '\n';
  };
  Walk(
      root,
      [&](const xmlNode* node) {
        if (IsElement(node) && IsBlock(NameOf(node))) end_line();
        // A line break in the source is a blank; lines are what blocks make.
        for (const char c : TextOf(node)) text += c == '\n' || c == '\r' ? ' ' : c;
        return !IsElement(node) || !IsUnread(NameOf(node));
      },
      [&](const xmlNode* node) {
        if (IsElement(node) && IsBlock(NameOf(node))) end_line();
      });
  return Lines(text);
}

absl::StatusOr<std::string> TextOfHtml(std::string_view fragment) {
  if (fragment.find_first_of("<&") == std::string_view::npos) return Lines(fragment);
  FL_ASSIGN_OR_RETURN(const Document document, ParseHtml(Cat("<div>", fragment, "</div>")));
  const xmlNode* root = document == nullptr ? nullptr : xmlDocGetRootElement(document.get());
  return root == nullptr ? std::string() : ReadableText(root);
}

}  // namespace factline::formats
