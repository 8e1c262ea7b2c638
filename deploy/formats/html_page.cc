#include "deploy/formats/html_page.h"

#include <string>
#include <utility>

#include "deploy/formats/charset.h"
#include "deploy/formats/dates.h"
#include "deploy/formats/fields.h"
#include "deploy/formats/html_metadata.h"
#include "deploy/formats/main_text.h"
#include "deploy/formats/markup.h"
#include "deploy/formats/page_reader.h"
#include "protos/vocab/status.h"
#include "protos/vocab/timestamp.h"

namespace factline::formats {
namespace {

// Two lines of print: what has less is no article.
constexpr size_t kMinBodyColumns = 120;

std::string FirstOf(std::initializer_list<std::string> texts) {
  for (const std::string& text : texts) {
    if (!text.empty()) return text;
  }
  return "";
}

// `url` as seen from `base`; "" if that is no http address.
std::string Absolute(const std::string& url, const std::string& base) {
  std::string resolved = ResolvedUrl(url, base);
  return HostOf(resolved).empty() || resolved.size() > kMaxUrlBytes ? "" : resolved;
}

// Whether a page from `base` may say that it is at `url`: on a host of the same site. Any page may, where `base` says
// nothing.
bool IsOfSite(const std::string& url, const std::string& base) {
  const std::string host = HostOf(url);
  const std::string site = HostOf(base);
  return site.empty() || host == site || host.ends_with("." + site) || site.ends_with("." + host);
}

// "A plant opens | Bay Herald" -> "A plant opens".
std::string WithoutSite(std::string title) {
  for (std::string_view mark : {" | ", " - ", " – ", " — ", "_", "｜", " · "}) {
    const size_t at = title.find(mark);
    if (at != std::string::npos && Columns(title.substr(0, at)) >= 10) title.resize(at);
  }
  return title;
}

// Values of metadata may be HTML within JSON or attributes: "Smith &amp; Sons".
std::string Unescaped(const std::string& text) {
  absl::StatusOr<std::string> plain = TextOfHtml(text);
  return plain.ok() ? OneLine(*plain) : OneLine(text);
}

void SetFirstDate(std::initializer_list<std::string> texts, const std::vector<std::string>& more,
                  v1::Article& article) {
  std::vector<std::string> all(texts);
  all.insert(all.end(), more.begin(), more.end());
  for (const std::string& text : all) {
    if (std::optional<absl::Time> time = ParseDate(text); time.has_value()) {
      *article.mutable_published_time() = ToTimestamp(*time);
      return;
    }
  }
}

void AddAuthors(const HtmlMetadata& page, v1::Article& article) {
  for (const std::string& author : page.article.authors) AddAuthor(Unescaped(author), article);
  for (const char* name : {"author", "article:author", "byl", "parsely-author", "sailthru.author", "dc.creator"}) {
    const auto found = page.meta.find(name);
    if (!article.authors().empty() || found == page.meta.end()) continue;
    for (const std::string& author : found->second) {
      if (HostOf(author).empty()) AddAuthor(author, article);  // some give the address of a profile
    }
  }
  if (!article.authors().empty()) return;
  for (const std::string& author : page.authors) AddAuthor(author, article);
}

void AddTagsOf(const std::string& list, v1::Article& article) {
  std::string tag;
  for (size_t at = 0; at <= list.size();) {
    const bool wide =
        list.compare(at, 3, "，") == 0 || list.compare(at, 3, "；") == 0 || list.compare(at, 3, "、") == 0;
    if (at == list.size() || wide || list[at] == ',' || list[at] == ';') {
      AddTag(tag, article);
      tag.clear();
    } else {
      tag += list[at];
    }
    at += wide ? 3 : 1;
  }
}

void AddTags(const HtmlMetadata& page, v1::Article& article) {
  if (const auto found = page.meta.find("article:tag"); found != page.meta.end()) {
    for (const std::string& tag : found->second) AddTag(tag, article);
  }
  if (page.article.keywords.size() > 1) {
    for (const std::string& keyword : page.article.keywords) AddTag(keyword, article);
  } else if (!page.article.keywords.empty()) {
    AddTagsOf(page.article.keywords[0], article);
  }
  if (article.tags().empty()) AddTagsOf(page.Meta({"news_keywords", "keywords", "parsely-tags"}), article);
}

void SetRights(const HtmlMetadata& page, const std::string& base, v1::Article& article) {
  SetHolder(page.article.copyright_holder, article);
  SetNotice(FirstOf({page.article.copyright_notice, page.Meta({"copyright", "dc.rights", "dcterms.rights", "rights"})}),
            article);
  SetTerms(page.article.usage_terms, article);
  SetLicence(Absolute(FirstOf({page.article.license, page.Link("license")}), base), article);
}

class HtmlReader final : public RecordReader {
 public:
  HtmlReader(std::unique_ptr<ByteReader> in, ReadOptions options) : in_(std::move(in)), options_(std::move(options)) {}

  std::optional<Record> Next() override {
    if (in_ == nullptr) return std::nullopt;
    Record record;
    absl::StatusOr<std::string> html = ReadWhole("page", *in_, options_.max_item_bytes);
    record.bytes = in_->offset();
    in_.reset();
    if (!html.ok()) {
      record.what = html.status();
      return record;
    }
    std::optional<RecordContent> content = ArticleFromHtml(*html, {.url = options_.defaults.url()}, options_);
    record.what = content.has_value() ? *std::move(content) : FieldError("body", "the page has no running text");
    return record;
  }

 private:
  std::unique_ptr<ByteReader> in_;  // null once read
  const ReadOptions options_;
};

}  // namespace

std::optional<RecordContent> ArticleFromHtml(std::string_view html, const HtmlOrigin& origin,
                                             const ReadOptions& options) {
  absl::StatusOr<Document> document = ParseHtml(HtmlToUtf8(html, origin.charset));
  if (!document.ok()) return document.status();
  if (*document == nullptr) return std::nullopt;
  const HtmlMetadata page = ReadHtmlMetadata(document->get());
  v1::Article article;
  SetTitle(Unescaped(FirstOf({page.article.headline, page.Meta({"og:title", "twitter:title", "dc.title"}),
                              page.first_heading, WithoutSite(page.title)})),
           article);
  std::string body = MainText(document->get(), article.title());
  if (Columns(body) < kMinBodyColumns) {
    absl::StatusOr<std::string> said = TextOfHtml(page.article.body);
    if (said.ok() && Columns(*said) > Columns(body)) body = *std::move(said);
  }
  if (Columns(body) < kMinBodyColumns) return std::nullopt;
  article.set_body(std::move(body));
  const std::string base(origin.url);
  std::string url;
  for (const std::string& one : {page.Link("canonical"), page.Meta({"og:url"}), page.article.url, base}) {
    if (url.empty()) url = Absolute(one, base);
    if (!IsOfSite(url, base)) url.clear();  // else a page could take the place of another site's
  }
  SetUrl(url, article);
  article.set_id(IdOf(url.empty() ? options.name : url));
  if (article.id().empty()) return FieldError("id", "the page names no address of its own: say --url=URL or --id=ID");
  SetSource(FirstOf({options.defaults.source(), HostOf(url), page.Meta({"og:site_name"}), page.article.publisher}),
            article);
  SetFirstDate(
      {page.article.published, page.Meta({"article:published_time", "datepublished", "og:published_time", "pubdate",
                                          "publishdate", "publish_date", "publish-date", "parsely-pub-date",
                                          "sailthru.date", "dc.date.issued", "dcterms.created", "dc.date", "date"})},
      page.times, article);
  for (const std::string& language :
       {page.Meta({"content-language"}), page.Meta({"og:locale"}), page.article.language, page.language}) {
    SetLanguage(language, article);  // the last that is one stays
  }
  AddAuthors(page, article);
  AddTags(page, article);
  SetRights(page, base, article);
  return article;
}

std::unique_ptr<RecordReader> NewHtmlReader(std::unique_ptr<ByteReader> in, ReadOptions options) {
  return std::make_unique<HtmlReader>(std::move(in), std::move(options));
}

}  // namespace factline::formats
