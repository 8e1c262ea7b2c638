#include "deploy/formats/html_metadata.h"

#include <google/protobuf/struct.pb.h>

#include <algorithm>
#include <utility>

#include "deploy/formats/json.h"
#include "deploy/formats/markup.h"

namespace factline::formats {
namespace {

using google::protobuf::Struct;
using google::protobuf::Value;

// A page that says more of itself than this is after something else.
constexpr size_t kMaxValues = 1000;
constexpr int kMaxScripts = 32;

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return lower;
}

const Value* Find(const Struct& object, const std::string& key) {
  const auto found = object.fields().find(key);
  return found == object.fields().end() ? nullptr : &found->second;
}

// The texts that a value comes to: itself, those of its list, or for an object what it is called or where it is.
void AddTexts(const Value* value, std::initializer_list<const char*> keys, std::vector<std::string>& texts) {
  if (value == nullptr || texts.size() >= kMaxValues) return;
  if (!value->string_value().empty()) texts.push_back(value->string_value());
  for (const Value& one : value->list_value().values()) AddTexts(&one, keys, texts);
  if (!value->has_struct_value()) return;
  for (const char* key : keys) {
    const size_t before = texts.size();
    AddTexts(Find(value->struct_value(), key), keys, texts);
    if (texts.size() > before) return;
  }
}

std::vector<std::string> Texts(const Struct& object, const std::string& key,
                               std::initializer_list<const char*> keys = {"name", "@value", "url", "@id"}) {
  std::vector<std::string> texts;
  AddTexts(Find(object, key), keys, texts);
  return texts;
}

std::string Text(const Struct& object, const std::string& key,
                 std::initializer_list<const char*> keys = {"name", "@value", "url", "@id"}) {
  std::vector<std::string> texts = Texts(object, key, keys);
  return texts.empty() ? std::string() : std::move(texts.front());
}

bool IsArticle(const Struct& object) {
  for (const std::string& type : Texts(object, "@type")) {
    if (type.ends_with("Article") || type.ends_with("BlogPosting")) return true;
  }
  return false;
}

// The first article in a value: itself, in a list, or in an object's @graph or mainEntity. As deep as JSON nests.
const Struct* FindArticle(const Value& value) {
  if (value.has_struct_value() && IsArticle(value.struct_value())) return &value.struct_value();
  for (const Value& one : value.list_value().values()) {
    if (const Struct* found = FindArticle(one); found != nullptr) return found;
  }
  for (const char* key : {"@graph", "mainEntity"}) {
    const Value* inner = value.has_struct_value() ? Find(value.struct_value(), key) : nullptr;
    const Struct* found = inner == nullptr ? nullptr : FindArticle(*inner);
    if (found != nullptr) return found;
  }
  return nullptr;
}

void ReadArticle(const Struct& json, HtmlMetadata::Article& article) {
  article.headline = Text(json, "headline");
  if (article.headline.empty()) article.headline = Text(json, "name");
  article.published = Text(json, "datePublished");
  if (article.published.empty()) article.published = Text(json, "dateCreated");
  article.language = Text(json, "inLanguage", {"alternateName", "name"});
  article.url = Text(json, "url", {"@id"});
  if (article.url.empty()) article.url = Text(json, "mainEntityOfPage", {"@id", "url"});
  article.body = Text(json, "articleBody");
  article.publisher = Text(json, "publisher", {"name"});
  article.copyright_holder = Text(json, "copyrightHolder", {"name"});
  article.copyright_notice = Text(json, "copyrightNotice");
  article.usage_terms = Text(json, "conditionsOfAccess");
  article.license = Text(json, "license", {"url", "@id"});
  if (article.license.empty()) article.license = Text(json, "usageInfo", {"url", "@id"});
  article.authors = Texts(json, "author", {"name"});
  article.keywords = Texts(json, "keywords");
}

void AddMeta(const xmlNode* node, HtmlMetadata& page) {
  const std::string content = AttributeOf(node, "content");
  if (content.empty() || page.meta.size() >= kMaxValues) return;
  for (const char* attribute : {"name", "property", "itemprop", "http-equiv"}) {
    const std::string name = Lower(AttributeOf(node, attribute));
    std::vector<std::string>* values = name.empty() ? nullptr : &page.meta[name];
    if (values != nullptr && values->size() < kMaxValues) values->push_back(content);
  }
}

void AddLink(const xmlNode* node, HtmlMetadata& page) {
  const std::string rels = Lower(AttributeOf(node, "rel")) + " ";
  const std::string href = AttributeOf(node, "href");
  if (page.links.size() >= kMaxValues || href.empty()) return;
  size_t begin = 0;
  for (size_t end = rels.find(' '); end != std::string::npos; end = rels.find(' ', begin)) {
    if (end > begin) page.links.emplace(rels.substr(begin, end - begin), href);
    begin = end + 1;
  }
}

bool HasWord(const std::string& words, std::string_view word) {
  const size_t at = words.find(word);
  if (at == std::string::npos) return false;
  const bool begins = at == 0 || words[at - 1] == ' ';
  const size_t end = at + word.size();
  return begins && (end == words.size() || words[end] == ' ');
}

void AddMarked(const xmlNode* node, HtmlMetadata& page) {
  const std::string itemprop = AttributeOf(node, "itemprop");
  const bool has_room = page.times.size() < kMaxValues;
  if (NameOf(node) == "time" && has_room) {
    std::string time = AttributeOf(node, "datetime");
    if (time.empty()) time = PlainText(node);
    const bool is_publication = itemprop == "datePublished" || HasAttribute(node, "pubdate");
    page.times.insert(is_publication ? page.times.begin() : page.times.end(), std::move(time));
  } else if (itemprop == "datePublished" && NameOf(node) != "meta" && has_room) {
    page.times.insert(page.times.begin(), PlainText(node));
  }
  const bool is_author = itemprop == "author" || (NameOf(node) == "a" && HasWord(AttributeOf(node, "rel"), "author"));
  if (!is_author || NameOf(node) == "meta" || page.authors.size() >= kMaxValues) return;
  page.authors.push_back(PlainText(node));
}

std::string Raw(const xmlNode* node) {
  std::string text;
  for (const xmlNode* child = node->children; child != nullptr; child = child->next) text += TextOf(child);
  return text;
}

}  // namespace

std::string HtmlMetadata::Meta(std::initializer_list<std::string_view> names) const {
  for (std::string_view name : names) {
    const auto found = meta.find(name);
    if (found != meta.end()) return found->second.front();
  }
  return "";
}

std::string HtmlMetadata::Link(std::string_view rel) const {
  const auto found = links.find(rel);
  return found == links.end() ? std::string() : found->second;
}

HtmlMetadata ReadHtmlMetadata(const xmlDoc* document) {
  HtmlMetadata page;
  xmlNode* root = xmlDocGetRootElement(document);
  if (root == nullptr) return page;
  int scripts = 0;
  bool has_article = false;
  for (xmlNode* node = root; node != nullptr; node = NextNode(node, root)) {
    if (!IsElement(node)) continue;
    const std::string_view name = NameOf(node);
    if (name == "html") page.language = AttributeOf(node, "lang");
    if (name == "meta") AddMeta(node, page);
    if (name == "link") AddLink(node, page);
    if (name == "title" && page.title.empty()) page.title = PlainText(node);
    if (name == "h1" && page.first_heading.empty()) page.first_heading = PlainText(node);
    AddMarked(node, page);
    const bool is_json = name == "script" && Lower(AttributeOf(node, "type")).find("ld+json") != std::string::npos;
    if (!is_json || has_article || ++scripts > kMaxScripts) continue;
    absl::StatusOr<Value> json = ParseJsonValue(Raw(node));
    const Struct* article = json.ok() ? FindArticle(*json) : nullptr;
    has_article = article != nullptr;
    if (has_article) ReadArticle(*article, page.article);
  }
  return page;
}

}  // namespace factline::formats
