#include "ingest/accept/prepare.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "ingest/accept/language.h"
#include "ingest/chunk/chunker.h"
#include "ingest/page/code_points.h"
#include "ingest/page/page_splitter.h"
#include "protos/vocab/hash.h"
#include "protos/vocab/status.h"

namespace factline::accept {
namespace {

// A list as one field of a hash: each entry after its length.
template <typename Strings>
std::string Flatten(const Strings& strings) {
  std::string flat;
  for (const std::string& s : strings) flat += Cat(s.size(), ":", s);
  return flat;
}

template <typename Item>
std::string TimeField(const Item& item) {
  if (!item.has_published_time()) return "";
  return Cat(item.published_time().seconds(), ".", item.published_time().nanos());
}

std::string RightsField(const v1::Rights& rights) {
  std::string time;
  if (rights.has_embargo_time()) time = Cat(rights.embargo_time().seconds(), ".", rights.embargo_time().nanos());
  return Flatten(std::initializer_list<std::string>{rights.copyright_holder(), rights.copyright_notice(),
                                                    rights.usage_terms(), rights.url(), time});
}

// Rights count where there are any: what was accepted before articles had them keeps its hash.
template <typename Item>
std::string WithRights(std::string hash, const Item& item) {
  return item.has_rights() ? StableHash({"rights", hash, RightsField(item.rights())}) : hash;
}

std::string HashOf(const v1::Article& a) {
  return WithRights(StableHash({"article", a.id(), a.title(), a.body(), a.source(), Flatten(a.authors()), TimeField(a),
                                a.url(), a.language(), Flatten(a.tags())}),
                    a);
}

std::string HashOf(const v1::Page& p) {
  return WithRights(
      StableHash({"page", p.id(), p.text(), p.source(), TimeField(p), p.url(), p.language(), Flatten(p.tags())}), p);
}

// As article.proto and fact.proto give it: anybody can make it again from what is stored.
std::string TextHashOf(const v1::StoredArticle& article) {
  return StableHash({"article text", article.title(), article.body()});
}

// One printed line: every run of blanks becomes one space.
std::string OneLine(std::string_view text) {
  std::string line;
  bool gap = false;
  for (size_t pos = 0; pos < text.size();) {
    const factline::CodePoint c = DecodeUtf8(text, pos);
    if (c.value == '\t' || c.value == '\n' || c.value == '\r' || c.value == ' ') {
      gap = !line.empty();
    } else {
      if (std::exchange(gap, false)) line += ' ';
      line += text.substr(pos, c.size_bytes);
    }
    pos += c.size_bytes;
  }
  return std::string(page::TrimBlank(line));
}

void AddChunks(v1::StoredArticle* article) {
  for (const chunk::Chunk& chunk : chunk::ChunkBody(article->body())) {
    v1::Chunk* out = article->add_chunks();
    out->mutable_span()->set_begin(chunk.span.begin);
    out->mutable_span()->set_end(chunk.span.end_exclusive);
    for (const Span& sentence : chunk.sentences) {
      v1::Span* span = out->add_sentences();
      span->set_begin(sentence.begin);
      span->set_end(sentence.end_exclusive);
    }
  }
}

void FillLanguage(v1::StoredArticle* article) {
  if (!article->language().empty()) return;
  const std::string_view sample = article->body().empty() ? article->title() : article->body();
  article->set_language(std::string(DetectLanguage(sample)));
}

v1::StoredArticle ToStored(const v1::Page& page, page::PageArticle found, size_t number) {
  v1::StoredArticle article;
  article.set_id(Cat(page.id(), "#", number));
  article.set_page_id(page.id());
  article.set_title(OneLine(found.headline));
  article.set_kicker(std::move(found.kicker));
  article.set_outlet(std::move(found.outlet));
  article.set_body(std::move(found.body));
  for (std::string& subhead : found.subheads) article.add_subheads(std::move(subhead));
  for (page::Credit& credit : found.byline) {
    v1::Credit* out = article.add_byline();
    out->set_name(std::move(credit.name));
    out->set_role(std::move(credit.role));
  }
  for (std::string& caption : found.captions) article.add_captions(std::move(caption));
  for (const page::SourceRun& run : found.body_source) {
    v1::SourceRun* out = article.add_source_runs();
    out->set_body_begin(run.body_begin);
    out->set_source_begin(run.source_begin);
    out->set_length_bytes(run.length_bytes);
  }
  article.set_source(page.source());
  if (page.has_published_time()) *article.mutable_published_time() = page.published_time();
  article.set_url(page.url());
  article.set_language(page.language());
  *article.mutable_tags() = page.tags();
  if (page.has_rights()) *article.mutable_rights() = page.rights();
  article.set_content_hash(TextHashOf(article));
  FillLanguage(&article);
  AddChunks(&article);
  return article;
}

}  // namespace

std::string NormalizeBody(std::string_view text) {
  std::string body;
  body.reserve(text.size());
  while (!text.empty()) {
    const size_t end = std::min(text.find_first_of("\r\n"), text.size());
    const std::string_view line = page::TrimBlank(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    if (!body.empty()) body += '\n';
    body += line;
  }
  return body;
}

absl::StatusOr<PreparedItem> PrepareArticle(v1::Article article, const Limits& limits) {
  FL_RETURN_IF_ERROR(ValidateArticle(article, limits));
  PreparedItem item{.content_hash = HashOf(article), .what = PreparedArticle()};
  v1::StoredArticle& stored = std::get<PreparedArticle>(item.what).article;
  stored.set_title(OneLine(article.title()));
  stored.set_body(NormalizeBody(article.body()));
  stored.set_content_hash(TextHashOf(stored));
  stored.set_id(std::move(*article.mutable_id()));
  stored.set_source(std::move(*article.mutable_source()));
  stored.mutable_authors()->Swap(article.mutable_authors());
  if (article.has_published_time()) *stored.mutable_published_time() = article.published_time();
  stored.set_url(std::move(*article.mutable_url()));
  stored.set_language(std::move(*article.mutable_language()));
  stored.mutable_tags()->Swap(article.mutable_tags());
  if (article.has_rights()) stored.mutable_rights()->Swap(article.mutable_rights());
  FillLanguage(&stored);
  AddChunks(&stored);
  return item;
}

absl::StatusOr<PreparedItem> PreparePage(v1::Page page, const Limits& limits) {
  FL_RETURN_IF_ERROR(ValidatePage(page, limits));
  absl::StatusOr<std::vector<page::PageArticle>> found =
      page::SplitPage(page.text(), {.max_page_bytes = static_cast<uint32_t>(limits.max_page_bytes)});
  if (!found.ok()) return FieldError("page.text", ToStd(found.status().message()));
  if (found->empty()) return FieldError("page.text", "holds no article");
  if (const std::string last = Cat(page.id(), "#", found->size()); last.size() > kMaxIdBytes) {
    return FieldError("page.id", Cat("is too long: its last article's id would have ", last.size(), " bytes; at most ",
                                     kMaxIdBytes, " are taken"));
  }
  PreparedItem item{.content_hash = HashOf(page), .what = PreparedPage()};
  PreparedPage& prepared = std::get<PreparedPage>(item.what);
  prepared.articles.reserve(found->size());
  for (page::PageArticle& article : *found) {
    prepared.articles.push_back({ToStored(page, std::move(article), prepared.articles.size() + 1)});
  }
  prepared.page_id = std::move(*page.mutable_id());
  prepared.text = std::move(*page.mutable_text());
  return item;
}

absl::StatusOr<PreparedItem> PrepareDeletion(std::string id) {
  FL_RETURN_IF_ERROR(ValidateId("id", id));
  std::string hash = StableHash({"deletion", id});
  return PreparedItem{.content_hash = std::move(hash), .what = PreparedDeletion{std::move(id)}};
}

}  // namespace factline::accept
