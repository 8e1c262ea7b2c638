#ifndef FACTLINE_DEPLOY_FORMATS_XML_ITEMS_H_
#define FACTLINE_DEPLOY_FORMATS_XML_ITEMS_H_

#include <libxml/xmlreader.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "deploy/formats/byte_reader.h"
#include "deploy/formats/markup.h"
#include "deploy/formats/record.h"

namespace factline::formats {

// Counts the attributes of each tag in the bytes of an XML document as they pass, whatever its encoding, as long as
// that writes ASCII's characters as their bytes, with zeros between or without.
class AttributeCounter {
 public:
  // False once a tag has more than 1000.
  bool Count(std::string_view bytes);

 private:
  enum class State { kText, kOpen, kTag };  // kOpen: behind a '<'
  State state_ = State::kText;
  char quote_ = 0;  // that a value began with; 0 outside of one
  int attributes_ = 0;
};

// Walks an XML document that may be longer than memory, an element at a time. What a hostile one could do is bounded:
// no network and no other files; a document that declares entities or attributes is refused, so that nothing can
// expand; elements nest at most 256 deep and have at most 1000 attributes; and between two elements of interest the
// parser is given at most `max_item_bytes`, within one likewise. Not thread-safe.
class XmlItems {
 public:
  XmlItems(std::unique_ptr<ByteReader> in, uint64_t max_item_bytes);
  ~XmlItems();

  // The next element, entered or passed: `node` with its attributes but without what is in it. Null at the end; an
  // error, after which nothing more can be read, names the line and the byte.
  absl::StatusOr<const xmlNode*> NextElement();

  // The whole of the element that NextElement returned last; the next call then goes past it. Valid until that call.
  absl::StatusOr<const xmlNode*> Expand();

  // About where the parser stands in the document.
  uint64_t offset() const;
  // Bytes that it was given so far; it looks ahead.
  uint64_t given_bytes() const { return in_->offset(); }

 private:
  static int ReadBytes(void* self, char* out, int capacity);
  static void OnError(void* self, xmlError* error);
  absl::Status Fault();

  const std::unique_ptr<ByteReader> in_;
  const uint64_t max_item_bytes_;
  uint64_t budget_bytes_;  // that may still be read before the next element of interest
  bool over_budget_ = false;
  AttributeCounter attributes_;
  bool too_many_attributes_ = false;
  bool pass_ = false;  // the next step goes past the element, not into it
  bool failed_ = false;
  std::string why_;  // the parser's first complaint
  xmlTextReader* reader_ = nullptr;
};

// What an XML format makes of its elements.
class XmlMapping {
 public:
  virtual ~XmlMapping() = default;

  enum class Kind {
    kPassed,  // entered, or nothing to it
    kShown,   // wanted whole, for what it says of the items: a feed's title
    kItem,    // wanted whole, as a record
  };
  // Of an element with its attributes and ancestors, without what is in it.
  virtual Kind KindOf(const xmlNode* element) = 0;
  virtual void Show(const xmlNode* element) = 0;
  // nullopt: it holds no article by its nature.
  virtual std::optional<RecordContent> Read(const xmlNode* item) = 0;
};

// The records of an XML file, "#1", "#2" ...; one item is in memory at a time.
std::unique_ptr<RecordReader> NewXmlReader(std::unique_ptr<ByteReader> in, uint64_t max_item_bytes,
                                           std::unique_ptr<XmlMapping> mapping);

// ---- of an expanded element ----

// The first child element of that name; null without one.
const xmlNode* Child(const xmlNode* parent, std::string_view name);
// Likewise, in a namespace whose address holds `ns` ("purl.org/dc").
const xmlNode* ChildIn(const xmlNode* parent, std::string_view ns, std::string_view name);
// All of that child's text; "" without one.
std::string ChildText(const xmlNode* parent, std::string_view name);
// Calls `f` with each child element of that name.
void EachChild(const xmlNode* parent, std::string_view name, const std::function<void(const xmlNode*)>& f);
std::string_view NamespaceOf(const xmlNode* node);

}  // namespace factline::formats

#endif  // FACTLINE_DEPLOY_FORMATS_XML_ITEMS_H_
