#include "deploy/formats/news_ml.h"

#include <string>
#include <string_view>
#include <utility>

#include "deploy/formats/fields.h"
#include "deploy/formats/xml_items.h"
#include "protos/vocab/status.h"

namespace factline::formats {
namespace {

constexpr std::string_view kNamespace = "iptc.org/std/nar";

// "ninat:text" and "http://cv.iptc.org/newscodes/ninature/text" -> "text".
std::string CodeOf(const xmlNode* element) {
  if (element == nullptr) return "";
  std::string code = AttributeOf(element, "qcode");
  if (code.empty()) code = AttributeOf(element, "uri");
  code.erase(0, code.find_last_of(":/") == std::string::npos ? 0 : code.find_last_of(":/") + 1);
  return code;
}

// How a party is named, best first: for people, in words, by a code.
std::string PartyOf(const xmlNode* party) {
  if (party == nullptr) return "";
  for (std::string name : {ChildText(party, "name"), AttributeOf(party, "literal"), CodeOf(party)}) {
    if (!name.empty()) return name;
  }
  return "";
}

// "text/html; charset=utf-8" and "application/xhtml+xml".
bool IsHtml(const std::string& type) { return type.find("html") != std::string::npos; }

const xmlNode* Descendant(const xmlNode* root, std::string_view name) {
  for (auto* node = const_cast<xmlNode*>(root); node != nullptr; node = NextNode(node, root)) {
    if (IsElement(node, name)) return node;
  }
  return nullptr;
}

std::string RawText(const xmlNode* element) {
  std::string text;
  for (auto* node = const_cast<xmlNode*>(element); node != nullptr; node = NextNode(node, element))
    text += TextOf(node);
  return text;
}

absl::Status SetBody(const xmlNode* item, v1::Article& article) {
  const xmlNode* content = Child(item, "contentSet");
  std::string body;
  EachChild(content, "inlineXML", [&](const xmlNode* xml) {
    const xmlNode* nitf = Descendant(xml, "body.content");
    if (body.empty()) body = ReadableText(nitf == nullptr ? xml : nitf);
  });
  absl::Status status;
  EachChild(content, "inlineData", [&](const xmlNode* data) {
    const std::string type = AttributeOf(data, "contenttype");
    if (!body.empty() || !status.ok() || !(type.empty() || type.starts_with("text/") || IsHtml(type))) return;
    if (!IsHtml(type)) {
      body = Lines(RawText(data));
      return;
    }
    absl::StatusOr<std::string> text = TextOfHtml(RawText(data));
    status = text.ok() ? absl::OkStatus() : FieldError("inlineData", ToStd(text.status().message()));
    if (text.ok()) body = *std::move(text);
  });
  FL_RETURN_IF_ERROR(status);
  EachChild(Child(item, "contentMeta"), "description", [&](const xmlNode* description) {
    if (body.empty()) body = ReadableText(description);
  });
  article.set_body(std::move(body));
  return absl::OkStatus();
}

// The headline whose role is the main one, else the first.
std::string HeadlineOf(const xmlNode* meta) {
  std::string first, main;
  EachChild(meta, "headline", [&](const xmlNode* headline) {
    if (first.empty()) first = PlainText(headline);
    if (main.empty() && AttributeOf(headline, "role").ends_with(":main")) main = PlainText(headline);
  });
  return main.empty() ? first : main;
}

void SetRights(const xmlNode* item, v1::Article& article) {
  std::string terms;
  EachChild(item, "rightsInfo", [&](const xmlNode* rights) {
    if (HasAttribute(rights, "idrefs")) return;  // of a part, such as its picture
    if (const xmlNode* holder = Child(rights, "copyrightHolder");
        holder != nullptr && !article.rights().copyright_holder().size()) {
      SetHolder(PartyOf(holder), article);
    }
    if (article.rights().copyright_notice().empty()) SetNotice(ChildText(rights, "copyrightNotice"), article);
    EachChild(rights, "usageTerms", [&](const xmlNode* one) { terms += ReadableText(one) + "\n"; });
    for (const char* name : {"link", "usageTerms", "copyrightNotice"}) {
      const xmlNode* link = Child(rights, name);
      if (article.rights().url().empty() && link != nullptr) SetLicence(AttributeOf(link, "href"), article);
    }
  });
  SetTerms(terms, article);
}

absl::Status SetTimes(const xmlNode* item_meta, const xmlNode* content_meta, v1::Article& article) {
  FL_RETURN_IF_ERROR(SetPublished("versionCreated", ChildText(item_meta, "versionCreated"), article));
  if (!article.has_published_time()) {
    FL_RETURN_IF_ERROR(SetPublished("firstCreated", ChildText(item_meta, "firstCreated"), article));
  }
  if (!article.has_published_time()) {
    FL_RETURN_IF_ERROR(SetPublished("contentCreated", ChildText(content_meta, "contentCreated"), article));
  }
  const xmlNode* embargoed = Child(item_meta, "embargoed");
  return embargoed == nullptr ? absl::OkStatus() : SetEmbargo("embargoed", PlainText(embargoed), article);
}

class NewsMlMapping final : public XmlMapping {
 public:
  explicit NewsMlMapping(ReadOptions options) : options_(std::move(options)) {}

  Kind KindOf(const xmlNode* element) override {
    if (NamespaceOf(element).find(kNamespace) == std::string_view::npos) return Kind::kPassed;
    const std::string_view name = NameOf(element);
    return name.ends_with("Item") && name != "catalogItem" && IsOuter(element) ? Kind::kItem : Kind::kPassed;
  }

  void Show(const xmlNode*) override {}

  std::optional<RecordContent> Read(const xmlNode* item) override {
    if (NameOf(item) != "newsItem") return std::nullopt;
    const xmlNode* item_meta = Child(item, "itemMeta");
    const xmlNode* content_meta = Child(item, "contentMeta");
    v1::Article article;
    article.set_id(IdOf(AttributeOf(item, "guid")));
    if (article.id().empty()) return FieldError("guid", "is missing or empty");
    const std::string item_class = CodeOf(Child(item_meta, "itemClass"));
    if (!item_class.empty() && item_class != "text" && item_class != "composite") return std::nullopt;
    // What is withdrawn may have anything else wrong.
    RecordContent by_status = ByStatus("pubStatus", CodeOf(Child(item_meta, "pubStatus")), article);
    if (!std::holds_alternative<v1::Article>(by_status)) return by_status;
    for (const std::string& title : {HeadlineOf(content_meta), HeadlineIn(item), ChildText(item_meta, "title")}) {
      if (article.title().empty()) SetTitle(title, article);
    }
    if (absl::Status status = SetBody(item, article); !status.ok()) return status;
    SetNames(item, item_meta, content_meta, article);
    SetRights(item, article);
    if (absl::Status status = SetTimes(item_meta, content_meta, article); !status.ok()) return status;
    return article;
  }

 private:
  // The document's own item, or one of a message; an itemRef's or a concept's elements are none.
  static bool IsOuter(const xmlNode* element) {
    const xmlNode* parent = element->parent;
    return parent == nullptr || !IsElement(parent) || NameOf(parent) == "itemSet";
  }

  static std::string HeadlineIn(const xmlNode* item) {
    const xmlNode* content = Child(item, "contentSet");
    if (content == nullptr) return "";
    for (const char* name : {"hl1", "h1"}) {
      if (const xmlNode* found = Descendant(content, name); found != nullptr) return PlainText(found);
    }
    return "";
  }

  void SetNames(const xmlNode* item, const xmlNode* item_meta, const xmlNode* content_meta,
                v1::Article& article) const {
    EachChild(content_meta, "by", [&](const xmlNode* by) { AddAuthor(PlainText(by), article); });
    if (article.authors().empty()) {
      EachChild(content_meta, "creator", [&](const xmlNode* creator) { AddAuthor(PartyOf(creator), article); });
    }
    EachChild(content_meta, "keyword", [&](const xmlNode* keyword) { AddTag(PlainText(keyword), article); });
    EachChild(content_meta, "subject", [&](const xmlNode* subject) { AddTag(ChildText(subject, "name"), article); });
    SetLanguage(AttributeOf(item, "lang"), article);
    if (const xmlNode* language = Child(content_meta, "language"); language != nullptr) {
      SetLanguage(AttributeOf(language, "tag"), article);
    }
    SetSource(PartyOf(Child(item_meta, "provider")), article);
    SetSource(options_.defaults.source(), article);
    EachChild(Child(item, "contentSet"), "remoteContent", [&](const xmlNode* remote) {
      if (article.url().empty() && IsHtml(AttributeOf(remote, "contenttype")))
        SetUrl(AttributeOf(remote, "href"), article);
    });
  }

  const ReadOptions options_;
};

}  // namespace

std::unique_ptr<RecordReader> NewNewsMlReader(std::unique_ptr<ByteReader> in, ReadOptions options) {
  const uint64_t max_item_bytes = options.max_item_bytes;
  return NewXmlReader(std::move(in), max_item_bytes, std::make_unique<NewsMlMapping>(std::move(options)));
}

}  // namespace factline::formats
