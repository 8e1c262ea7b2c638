#include "deploy/formats/xml_items.h"

#include <algorithm>
#include <utility>

#include "deploy/formats/fields.h"
#include "protos/vocab/status.h"

namespace factline::formats {

namespace {

constexpr int kMaxAttributes = 1000;

}  // namespace

// Within a comment or CDATA what looks like a tag counts as one: no harm, for a '<' or '>' ends it soon.
bool AttributeCounter::Count(std::string_view bytes) {
  for (const char c : bytes) {
    if (c == '\0') continue;
    if (c == '<') {  // never within a tag, not in a value either
      state_ = State::kOpen;
      attributes_ = 0;
      quote_ = 0;
    } else if (state_ == State::kOpen) {
      state_ = c == '/' || c == '!' || c == '?' ? State::kText : State::kTag;
    } else if (state_ == State::kTag && quote_ != 0) {
      if (c == quote_) quote_ = 0;
    } else if (state_ == State::kTag && (c == '"' || c == '\'')) {
      quote_ = c;
      if (++attributes_ > kMaxAttributes) return false;
    } else if (c == '>') {
      state_ = State::kText;
    }
  }
  return true;
}

XmlItems::XmlItems(std::unique_ptr<ByteReader> in, uint64_t max_item_bytes)
    : in_(std::move(in)), max_item_bytes_(max_item_bytes), budget_bytes_(max_item_bytes) {
  // Entities are not substituted and DTDs not loaded, as neither is asked for.
  reader_ = xmlReaderForIO(&XmlItems::ReadBytes, nullptr, this, nullptr, nullptr, XML_PARSE_NONET | XML_PARSE_COMPACT);
  if (reader_ != nullptr) xmlTextReaderSetStructuredErrorHandler(reader_, &XmlItems::OnError, this);
}

XmlItems::~XmlItems() { xmlFreeTextReader(reader_); }

int XmlItems::ReadBytes(void* self, char* out, int capacity) {
  auto* items = static_cast<XmlItems*>(self);
  const size_t size = items->in_->Read(out, static_cast<size_t>(capacity));
  if (size == 0) return items->in_->status().ok() ? 0 : -1;
  if (size > items->budget_bytes_) {
    items->over_budget_ = true;
    return -1;
  }
  items->budget_bytes_ -= size;
  items->too_many_attributes_ = !items->attributes_.Count({out, size});
  if (items->too_many_attributes_) return -1;
  return static_cast<int>(size);
}

void XmlItems::OnError(void* self, xmlError* error) {
  auto* items = static_cast<XmlItems*>(self);
  if (error->level < XML_ERR_FATAL || !items->why_.empty()) return;
  items->why_ = Cat(OneLine(error->message == nullptr ? "is damaged" : error->message), " (line ", error->line, ")");
}

uint64_t XmlItems::offset() const {
  const long parsed = reader_ == nullptr ? -1 : xmlTextReaderByteConsumed(reader_);
  return parsed < 0 ? in_->offset() : std::min(static_cast<uint64_t>(parsed), in_->offset());
}

absl::Status XmlItems::Fault() {
  failed_ = true;
  if (!in_->status().ok()) return in_->status();
  if (over_budget_) {
    return absl::InvalidArgumentError(
        Cat("an item has more bytes than --max_item_bytes=", max_item_bytes_, "; the rest of the file is not read"));
  }
  if (too_many_attributes_) {
    return absl::InvalidArgumentError(Cat("XML: an element has more than ", kMaxAttributes, " attributes, before byte ",
                                          offset(), "; the rest of the file is not read"));
  }
  return absl::InvalidArgumentError(Cat("XML: ", why_.empty() ? "is damaged" : why_, ", before byte ", offset(),
                                        "; the rest of the file is not read"));
}

absl::StatusOr<const xmlNode*> XmlItems::NextElement() {
  if (reader_ == nullptr) return absl::InternalError("libxml2 cannot start");
  if (failed_) return nullptr;
  budget_bytes_ = std::max(budget_bytes_, max_item_bytes_ / 2);
  while (true) {
    const int result = std::exchange(pass_, false) ? xmlTextReaderNext(reader_) : xmlTextReaderRead(reader_);
    if (result < 0) return Fault();
    if (result == 0) return nullptr;
    const int type = xmlTextReaderNodeType(reader_);
    // By way of the node: to ask the reader for its document is to own that from then on.
    const xmlNode* node = xmlTextReaderCurrentNode(reader_);
    const xmlDtd* dtd = node == nullptr || node->doc == nullptr ? nullptr : node->doc->intSubset;
    if (dtd != nullptr && (dtd->entities != nullptr || dtd->pentities != nullptr || dtd->attributes != nullptr)) {
      failed_ = true;
      return absl::InvalidArgumentError("XML: the document declares entities or attributes, which are not taken");
    }
    if (type == XML_READER_TYPE_ELEMENT) return node;
  }
}

absl::StatusOr<const xmlNode*> XmlItems::Expand() {
  budget_bytes_ = max_item_bytes_;
  const xmlNode* node = xmlTextReaderExpand(reader_);
  if (node == nullptr || !why_.empty()) return Fault();
  pass_ = true;
  budget_bytes_ = max_item_bytes_;
  return node;
}

namespace {

class XmlReader final : public RecordReader {
 public:
  XmlReader(std::unique_ptr<ByteReader> in, uint64_t max_item_bytes, std::unique_ptr<XmlMapping> mapping)
      : items_(std::move(in), max_item_bytes), mapping_(std::move(mapping)) {}

  std::optional<Record> Next() override {
    while (!done_) {
      absl::StatusOr<const xmlNode*> node = items_.NextElement();
      if (!node.ok()) return Last(node.status());
      if (*node == nullptr) break;
      const XmlMapping::Kind kind = mapping_->KindOf(*node);
      if (kind == XmlMapping::Kind::kPassed) continue;
      if (kind == XmlMapping::Kind::kItem) ++number_;
      node = items_.Expand();
      if (!node.ok()) return Last(node.status());
      if (kind == XmlMapping::Kind::kShown) {
        mapping_->Show(*node);
        continue;
      }
      std::optional<RecordContent> content = mapping_->Read(*node);
      if (!content.has_value()) {
        ++skipped_;
        continue;
      }
      const uint64_t before = std::exchange(given_bytes_, items_.given_bytes());
      return Record{.place = Cat("#", number_), .bytes = given_bytes_ - before, .what = *std::move(content)};
    }
    done_ = true;
    return std::nullopt;
  }

 private:
  Record Last(absl::Status status) {
    done_ = true;
    return {.place = Cat("#", std::max<uint64_t>(number_, 1)), .bytes = 0, .what = std::move(status)};
  }

  XmlItems items_;
  const std::unique_ptr<XmlMapping> mapping_;
  uint64_t number_ = 0;
  uint64_t given_bytes_ = 0;  // up to the last record
  bool done_ = false;
};

}  // namespace

std::unique_ptr<RecordReader> NewXmlReader(std::unique_ptr<ByteReader> in, uint64_t max_item_bytes,
                                           std::unique_ptr<XmlMapping> mapping) {
  return std::make_unique<XmlReader>(std::move(in), max_item_bytes, std::move(mapping));
}

std::string_view NamespaceOf(const xmlNode* node) {
  return node->ns == nullptr || node->ns->href == nullptr ? std::string_view()
                                                          : reinterpret_cast<const char*>(node->ns->href);
}

const xmlNode* ChildIn(const xmlNode* parent, std::string_view ns, std::string_view name) {
  if (parent == nullptr) return nullptr;
  for (const xmlNode* child = parent->children; child != nullptr; child = child->next) {
    if (IsElement(child, name) && NamespaceOf(child).find(ns) != std::string_view::npos) return child;
  }
  return nullptr;
}

const xmlNode* Child(const xmlNode* parent, std::string_view name) { return ChildIn(parent, "", name); }

std::string ChildText(const xmlNode* parent, std::string_view name) {
  const xmlNode* child = Child(parent, name);
  return child == nullptr ? std::string() : PlainText(child);
}

void EachChild(const xmlNode* parent, std::string_view name, const std::function<void(const xmlNode*)>& f) {
  if (parent == nullptr) return;
  for (const xmlNode* child = parent->children; child != nullptr; child = child->next) {
    if (IsElement(child, name)) f(child);
  }
}

}  // namespace factline::formats
