#include "indexer/apply/document_builder.h"

#include <memory>
#include <utility>

#include "absl/time/time.h"
#include "indexer/apply/record_builder.h"
#include "indexer/apply/term_builder.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/language_tag.h"
#include "protos/vocab/limits.h"

namespace factline::apply {
namespace {

using storage::v1::DocRecord;
using storage::v1::LogEvent;
using store::Change;

constexpr int kChinaOffsetSeconds = 8 * 60 * 60;

bool IsId(const std::string& id) { return !id.empty() && id.size() <= kMaxIdBytes; }

BuiltChange NotApplied(std::string_view what) { return {std::nullopt, std::string(what)}; }

bool IsBoundary(const std::string& body, uint32_t at) {
  return at == body.size() || (at < body.size() && (static_cast<uint8_t>(body[at]) & 0xC0) != 0x80);
}

// Moves `at` to the end of the span if that follows in the text; false if it does not.
bool Follows(const v1::Span& span, const std::string& body, uint32_t& at) {
  if (span.begin() < at || span.end() < span.begin() || !IsBoundary(body, span.begin()) ||
      !IsBoundary(body, span.end())) {
    return false;
  }
  at = span.end();
  return true;
}

// The sentences of all chunks; nullopt if they are not spans of the body, in order.
std::optional<std::vector<Span>> SentencesOf(const v1::StoredArticle& article) {
  std::vector<Span> sentences;
  uint32_t chunk_at = 0;
  uint32_t sentence_at = 0;
  for (const v1::Chunk& chunk : article.chunks()) {
    if (!Follows(chunk.span(), article.body(), chunk_at)) return std::nullopt;
    for (const v1::Span& sentence : chunk.sentences()) {
      if (sentence.begin() < chunk.span().begin() || sentence.end() > chunk.span().end() ||
          !Follows(sentence, article.body(), sentence_at)) {
        return std::nullopt;
      }
      sentences.push_back({sentence.begin(), sentence.end()});
    }
  }
  return sentences;
}

BuiltChange BuildDelete(const storage::v1::ArticleDeleted& deleted) {
  if (!IsId(deleted.article_id())) return NotApplied("a deletion names no article");
  Change change;
  change.kind = Change::Kind::kDelete;
  change.id = deleted.article_id();
  return {std::move(change), ""};
}

BuiltChange BuildPage(const storage::v1::PageAccepted& page) {
  if (!IsId(page.page_id())) return NotApplied("a page has no id");
  Change change;
  change.kind = Change::Kind::kPage;
  change.id = page.page_id();
  change.page_text = page.text();
  return {std::move(change), ""};
}

}  // namespace

absl::CivilDay PublicationDay(const v1::StoredArticle& article) {
  const bool is_chinese = PrimaryLanguage(NormalLanguage(article.language())) == "zh";
  const absl::TimeZone zone = is_chinese ? absl::FixedTimeZone(kChinaOffsetSeconds) : absl::UTCTimeZone();
  return absl::ToCivilDay(absl::FromUnixSeconds(article.published_time().seconds()), zone);
}

BuiltChange DocumentBuilder::Build(Offset offset, const LogEvent& event) const {
  switch (event.event_case()) {
    case LogEvent::kArticleAccepted:
      return BuildArticle(offset, event);
    case LogEvent::kArticleDeleted:
      return BuildDelete(event.article_deleted());
    case LogEvent::kPageAccepted:
      return BuildPage(event.page_accepted());
    case LogEvent::EVENT_NOT_SET:
      break;
  }
  return NotApplied("an event of a kind that this version does not know");
}

BuiltChange DocumentBuilder::BuildArticle(Offset offset, const LogEvent& event) const {
  const storage::v1::ArticleAccepted& accepted = event.article_accepted();
  if (!IsId(accepted.article().id())) return NotApplied("an article has no id");
  BuiltChange built;
  auto document = std::make_unique<store::Document>();
  DocRecord& record = document->record;
  *record.mutable_article() = accepted.article();
  record.set_log_offset(offset.value());
  *record.mutable_indexed_time() = event.accepted_time();

  const bool known = accepted.published_time_known();
  const text::Analysis body = analyzer_.Analyze(record.article().body(),
                                                known ? std::optional(PublicationDay(record.article())) : std::nullopt);
  const std::optional<std::vector<Span>> sentences = SentencesOf(record.article());
  if (!sentences.has_value()) {
    record.mutable_article()->clear_chunks();
    built.problem = "the chunks do not fit the body";
  } else {
    built.problem = Extract(body, *sentences, &record);
  }

  TermList list = TermsOf(analyzer_, record, body);
  document->terms = std::move(list.terms);
  document->title_tokens = list.title_tokens;
  document->body_tokens = list.body_tokens;
  built.change.emplace();
  built.change->kind = Change::Kind::kPut;
  built.change->id = record.article().id();
  built.change->document = std::move(document);
  return built;
}

std::string DocumentBuilder::Extract(const text::Analysis& body, const std::vector<Span>& sentences,
                                     DocRecord* record) const {
  const extract::Extraction extraction = extractor_.Extract(body, sentences);
  // Strings of proto3 must be UTF-8: the record would be lost for good.
  if (!IsUtf8(extraction, body.text)) return "what was extracted is not valid UTF-8";
  const size_t bare_bytes = record->ByteSizeLong();
  AddExtraction(extraction, extractor_.Version(), record);
  if (record->ByteSizeLong() - bare_bytes <= kMaxExtractionBytes) return "";
  record->clear_entities();
  record->clear_facts();
  return Cat("what was extracted takes more than ", kMaxExtractionBytes, " bytes");
}

}  // namespace factline::apply
