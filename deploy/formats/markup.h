#ifndef FACTLINE_DEPLOY_FORMATS_MARKUP_H_
#define FACTLINE_DEPLOY_FORMATS_MARKUP_H_

#include <libxml/tree.h>

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace factline::formats {

// A parsed document. Nodes are read; who takes some away removes them with their subtree.
struct FreeDocument {
  void operator()(xmlDoc* document) const { xmlFreeDoc(document); }
};
using Document = std::unique_ptr<xmlDoc, FreeDocument>;

// HTML in UTF-8, mended as libxml2 mends it; well-formed or not, it is a tree. No network, no files, no scripts.
// INVALID_ARGUMENT if its elements are nested more than 256 deep, or one has more than 1000 attributes. Damaged UTF-8
// reads as U+FFFD.
absl::StatusOr<Document> ParseHtml(std::string_view html);

// ---- walking; elements are known by their local names, in lower case ----

inline std::string_view NameOf(const xmlNode* node) { return reinterpret_cast<const char*>(node->name); }
inline bool IsElement(const xmlNode* node) { return node->type == XML_ELEMENT_NODE; }
inline bool IsElement(const xmlNode* node, std::string_view name) { return IsElement(node) && NameOf(node) == name; }
// The content of a text or CDATA node; empty for any other.
std::string_view TextOf(const xmlNode* node);

// The node after `node` in document order within the subtree of `root`; null at its end. Without `node`'s own children
// if `skip_children`.
xmlNode* NextNode(xmlNode* node, const xmlNode* root, bool skip_children = false);

// Calls `enter` and, after what is beneath, `leave` with each node of the subtree in document order, without recursion;
// `enter` returns whether to go beneath the node. Neither may change the tree.
template <typename Enter, typename Leave>
void Walk(const xmlNode* root, Enter enter, Leave leave) {
  const xmlNode* node = root;
  bool descend = true;
  while (true) {
    // An entity's reference has the entity's declaration as its child, which is no part of the tree.
    if (descend && enter(node) && node->type != XML_ENTITY_REF_NODE && node->children != nullptr) {
      node = node->children;
      continue;
    }
    leave(node);
    if (node == root) return;
    descend = node->next != nullptr;
    node = descend ? node->next : node->parent;
  }
}

// The value of an attribute without a namespace prefix of its own ("xml:lang" is asked for as "lang"); "" without one.
std::string AttributeOf(const xmlNode* node, std::string_view name);
bool HasAttribute(const xmlNode* node, std::string_view name);

// `url` as seen from `base`; as it stands where either is none, or longer than 2 KiB.
std::string ResolvedUrl(const std::string& url, const std::string& base);

// All text beneath, as it stands, blanks made one.
std::string PlainText(const xmlNode* node);

// The text beneath as a reader sees it: a paragraph, heading, cell or list item a line; scripts, styles, forms and what
// else is not for reading left out.
std::string ReadableText(const xmlNode* node);
// Likewise, of a fragment of HTML. What holds no markup comes back as it is, but for its blanks.
absl::StatusOr<std::string> TextOfHtml(std::string_view fragment);

// Whether an element stands in lines of its own: a paragraph, not a link.
bool IsBlock(std::string_view name);
// Whether nothing beneath it is text for readers: a script.
bool IsUnread(std::string_view name);

}  // namespace factline::formats

#endif  // FACTLINE_DEPLOY_FORMATS_MARKUP_H_
