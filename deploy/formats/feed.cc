#include "deploy/formats/feed.h"

#include <string>
#include <string_view>
#include <utility>

#include "deploy/formats/fields.h"
#include "deploy/formats/xml_items.h"
#include "protos/vocab/status.h"

namespace factline::formats {
namespace {

// Of RSS or Atom itself, not of a module that has an element of the same name ("media:title").
bool IsOwn(const xmlNode* node) {
  const std::string_view ns = NamespaceOf(node);
  return ns.empty() || ns.find("purl.org/rss") != std::string_view::npos || ns.find("Atom") != std::string_view::npos;
}

const xmlNode* Own(const xmlNode* parent, std::string_view name) {
  const xmlNode* found = nullptr;
  EachChild(parent, name, [&](const xmlNode* child) {
    if (found == nullptr && IsOwn(child)) found = child;
  });
  return found;
}

std::string OwnText(const xmlNode* parent, std::string_view name) {
  const xmlNode* child = Own(parent, name);
  return child == nullptr ? std::string() : PlainText(child);
}

std::string DublinCore(const xmlNode* parent, std::string_view name) {
  const xmlNode* child = ChildIn(parent, "purl.org/dc", name);
  return child == nullptr ? std::string() : PlainText(child);
}

// The first that says something.
std::string FirstOf(std::initializer_list<std::string> texts) {
  for (const std::string& text : texts) {
    if (!text.empty()) return text;
  }
  return "";
}

// "ann@bayherald.example (Ann Reed)", as RSS has it.
std::string_view PersonOf(std::string_view author) {
  const size_t open = author.find('(');
  const size_t close = author.rfind(')');
  const bool named = author.find('@') < open && open != std::string_view::npos && close != std::string_view::npos;
  return named && close > open ? author.substr(open + 1, close - open - 1) : author;
}

// What one text construct of Atom says: its type tells text from HTML, as a string or in elements.
absl::StatusOr<std::string> AtomText(const xmlNode* construct) {
  if (construct == nullptr) return std::string();
  const std::string type = AttributeOf(construct, "type");
  if (type == "xhtml" || type.find("xml") != std::string::npos) return ReadableText(construct);
  std::string text;
  for (auto* node = const_cast<xmlNode*>(construct); node != nullptr; node = NextNode(node, construct)) {
    text += TextOf(node);
  }
  if (type == "html" || type == "text/html") return TextOfHtml(text);
  return Lines(text);
}

absl::StatusOr<std::string> HtmlText(const xmlNode* element) {
  if (element == nullptr) return std::string();
  std::string text;
  for (auto* node = const_cast<xmlNode*>(element); node != nullptr; node = NextNode(node, element))
    text += TextOf(node);
  return TextOfHtml(text);
}

class FeedMapping final : public XmlMapping {
 public:
  explicit FeedMapping(ReadOptions options) : options_(std::move(options)) {}

  Kind KindOf(const xmlNode* element) override {
    const std::string_view name = NameOf(element);
    if ((name == "item" || name == "entry") && IsOwn(element)) return Kind::kItem;
    if (name == "deleted-entry") return Kind::kItem;
    if (name == "feed" || name == "rss") {
      feed_.language = AttributeOf(element, "lang");
      feed_.base = AttributeOf(element, "base");
    }
    const bool of_feed = element->parent != nullptr && IsElement(element->parent) &&
                         (NameOf(element->parent) == "channel" || NameOf(element->parent) == "feed");
    return of_feed ? Kind::kShown : Kind::kPassed;
  }

  void Show(const xmlNode* element) override {
    const std::string_view name = NameOf(element);
    if (name == "title" && IsOwn(element)) feed_.title = PlainText(element);
    if (name == "language") feed_.language = PlainText(element);
    if (name == "copyright" || name == "rights") feed_.rights = PlainText(element);
    if (name == "author" && feed_.author.empty()) feed_.author = ChildText(element, "name");
    if (name == "license") feed_.licence = PlainText(element);
    if (name == "link") {
      const std::string rel = AttributeOf(element, "rel");
      if (rel == "license") feed_.licence = AttributeOf(element, "href");
      const std::string url = IsOwn(element) ? FirstOf({PlainText(element), AttributeOf(element, "href")}) : "";
      if (feed_.host.empty() && (rel.empty() || rel == "alternate")) feed_.host = HostOf(ResolvedUrl(url, feed_.base));
    }
  }

  std::optional<RecordContent> Read(const xmlNode* item) override {
    v1::Article article;
    SetSource(FirstOf({options_.defaults.source(), feed_.host, feed_.title}), article);
    if (NameOf(item) == "deleted-entry") {
      const std::string ref = OneLine(AttributeOf(item, "ref"));
      if (ref.empty()) return FieldError("ref", "is missing or empty");
      if (absl::Status status = SetId("ref", ref, article); !status.ok()) return status;
      return Withdrawal{article.id()};
    }
    SetLanguage(FirstOf({AttributeOf(item, "lang"), feed_.language}), article);
    SetNotice(feed_.rights, article);
    SetLicence(feed_.licence, article);
    absl::Status status = NameOf(item) == "entry" ? ReadEntry(item, article) : ReadItem(item, article);
    if (!status.ok()) return status;
    return article;
  }

 private:
  struct Feed {
    std::string title, host, language, base, rights, licence, author;
  };

  // `article` has its source already.
  static absl::Status SetId(std::string_view field, const std::string& id, v1::Article& article) {
    if (id.empty()) return FieldError(field, "is missing, and so is a link: nothing names the item");
    // A bare number is the feed's own; ids are for the whole corpus.
    const bool is_global = id.find(':') != std::string::npos;
    if (!is_global && article.source().empty()) {
      return FieldError(field, Cat("'", Cut(id, 100), "' is the feed's own, and nothing names the feed: say --source"));
    }
    article.set_id(IdOf(is_global ? id : Cat(article.source(), ":", id)));
    return absl::OkStatus();
  }

  absl::Status ReadItem(const xmlNode* item, v1::Article& article) const {
    const std::string link = ResolvedUrl(OwnText(item, "link"), feed_.base);
    const std::string id = FirstOf({OwnText(item, "guid"), AttributeOf(item, "about"), link});
    FL_RETURN_IF_ERROR(SetId("guid", id, article));
    FL_ASSIGN_OR_RETURN(const std::string title, HtmlText(Own(item, "title")));
    SetTitle(title, article);
    SetUrl(link, article);
    FL_ASSIGN_OR_RETURN(std::string body, HtmlText(ChildIn(item, "purl.org/rss/1.0/modules/content", "encoded")));
    if (body.empty()) {
      FL_ASSIGN_OR_RETURN(body, HtmlText(Own(item, "description")));
    }
    article.set_body(std::move(body));
    EachChild(item, "author", [&](const xmlNode* author) {
      if (IsOwn(author)) AddAuthor(PersonOf(PlainText(author)), article);
    });
    EachChild(item, "creator", [&](const xmlNode* creator) { AddAuthor(PlainText(creator), article); });
    EachChild(item, "category", [&](const xmlNode* category) {
      if (IsOwn(category)) AddTag(PlainText(category), article);
    });
    EachChild(item, "subject", [&](const xmlNode* subject) { AddTag(PlainText(subject), article); });
    SetLanguage(DublinCore(item, "language"), article);
    SetNotice(DublinCore(item, "rights"), article);
    SetLicence(ChildText(item, "license"), article);
    const std::string date = OwnText(item, "pubDate");
    return date.empty() ? SetPublished("date", DublinCore(item, "date"), article)
                        : SetPublished("pubDate", date, article);
  }

  absl::Status ReadEntry(const xmlNode* entry, v1::Article& article) const {
    std::string link;
    const std::string base = ResolvedUrl(AttributeOf(entry, "base"), feed_.base);
    EachChild(entry, "link", [&](const xmlNode* one) {
      const std::string rel = AttributeOf(one, "rel");
      if (link.empty() && (rel.empty() || rel == "alternate")) {
        link = ResolvedUrl(AttributeOf(one, "href"), base.empty() ? feed_.base : base);
      }
      if (rel == "license") SetLicence(AttributeOf(one, "href"), article);
    });
    FL_RETURN_IF_ERROR(SetId("id", FirstOf({OwnText(entry, "id"), link}), article));
    SetUrl(link, article);
    FL_ASSIGN_OR_RETURN(const std::string title, AtomText(Own(entry, "title")));
    SetTitle(title, article);
    FL_ASSIGN_OR_RETURN(std::string body, AtomText(Own(entry, "content")));
    if (body.empty()) {
      FL_ASSIGN_OR_RETURN(body, AtomText(Own(entry, "summary")));
    }
    article.set_body(std::move(body));
    EachChild(entry, "author", [&](const xmlNode* author) { AddAuthor(ChildText(author, "name"), article); });
    if (article.authors().empty()) AddAuthor(feed_.author, article);
    EachChild(entry, "category", [&](const xmlNode* category) {
      AddTag(FirstOf({AttributeOf(category, "label"), AttributeOf(category, "term")}), article);
    });
    SetNotice(OwnText(entry, "rights"), article);
    const std::string published = OwnText(entry, "published");
    return published.empty() ? SetPublished("updated", OwnText(entry, "updated"), article)
                             : SetPublished("published", published, article);
  }

  const ReadOptions options_;
  Feed feed_;
};

}  // namespace

std::unique_ptr<RecordReader> NewFeedReader(std::unique_ptr<ByteReader> in, ReadOptions options) {
  const uint64_t max_item_bytes = options.max_item_bytes;
  return NewXmlReader(std::move(in), max_item_bytes, std::make_unique<FeedMapping>(std::move(options)));
}

}  // namespace factline::formats
