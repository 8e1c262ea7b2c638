#include "indexer/store/store_test_util.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "protos/vocab/cat.h"

namespace factline::store::testing {

void Check(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "unexpected: %s\n", status.ToString().c_str());
  std::abort();
}

TempDir::TempDir() {
  const char* base = std::getenv("TEST_TMPDIR");
  path_ = Cat(base != nullptr ? base : "/tmp", "/store_XXXXXX");
  if (mkdtemp(path_.data()) == nullptr) Check(absl::InternalError("mkdtemp"));
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::unique_ptr<Document> MakeDocument(const std::string& id, uint64_t version, const std::string& title,
                                       const std::string& body, int64_t published_seconds) {
  auto document = std::make_unique<Document>();
  v1::StoredArticle& article = *document->record.mutable_article();
  article.set_id(id);
  article.set_version(version);
  article.set_title(title);
  article.set_body(body);
  article.mutable_published_time()->set_seconds(published_seconds);
  std::map<std::pair<Field, std::string>, std::vector<uint32_t>> positions;
  const auto add = [&positions](const std::string& text, Field words, Field grams) {
    std::istringstream stream(text);
    uint32_t count = 0;
    for (std::string word; stream >> word; ++count) {
      positions[{words, word}].push_back(count);
      positions[{grams, word}].push_back(count);
    }
    return count;
  };
  document->title_tokens = add(title, Field::kTitleWord, Field::kTitleGram);
  document->body_tokens = add(body, Field::kBodyWord, Field::kBodyGram);
  for (auto& [name, where] : positions) {
    DocumentTerm term = {name.first, name.second, static_cast<uint32_t>(where.size()), {}};
    if (HasPositions(name.first)) term.positions = {where.begin(), where.end()};
    document->terms.push_back(std::move(term));
  }
  return document;
}

Change Put(std::unique_ptr<Document> document) {
  Change change;
  change.document = std::move(document);
  return change;
}

Change Delete(const std::string& id) {
  Change change;
  change.kind = Change::Kind::kDelete;
  change.id = id;
  return change;
}

Change PageChange(const std::string& id, const std::string& text) {
  Change change;
  change.kind = Change::Kind::kPage;
  change.id = id;
  change.page_text = text;
  return change;
}

std::string Difference(const SeenIndex& seen, const SeenIndex& expected) {
  std::string lines;
  for (const auto& [id, document] : seen) {
    const auto found = expected.find(id);
    if (found == expected.end()) {
      lines += Cat(id, ": version ", document.version, " should not be there\n");
    } else if (document.version != found->second.version) {
      lines += Cat(id, ": version ", document.version, " instead of ", found->second.version, "\n");
    } else if (document != found->second) {
      lines += Cat(id, ": version ", document.version, " has other contents, ", document.terms.size(), " terms for ",
                   found->second.terms.size(), "\n");
    }
  }
  for (const auto& [id, document] : expected) {
    if (!seen.contains(id)) lines += Cat(id, ": version ", document.version, " is missing\n");
  }
  return lines;
}

SeenDocument Expected(const Document& document) {
  const v1::StoredArticle& article = document.record.article();
  SeenDocument seen;
  seen.text = Cat(article.title(), "|", article.body());
  seen.version = article.version();
  seen.title_norm = EncodeNorm(document.title_tokens);
  seen.body_norm = EncodeNorm(document.body_tokens);
  seen.published_seconds = article.published_time().seconds();
  for (const DocumentTerm& term : document.terms) {
    std::vector<uint32_t>& positions = seen.terms[Cat(static_cast<int>(term.field), ":", term.term)];
    positions.assign(term.positions.begin(), term.positions.end());
    if (!HasPositions(term.field)) positions.assign(term.frequency, 0);
  }
  return seen;
}

namespace {

void ExpectNextFrom(const SegmentView& segment, Field field, const std::string& from,
                    const std::pair<Field, std::string>& want) {
  const std::unique_ptr<TermIterator> terms = segment.TermsFrom(field, from);
  ASSERT_TRUE(terms->Next()) << want.second;
  EXPECT_EQ(want, std::make_pair(terms->field(), std::string(terms->term())));
}

void ReadTerms(const SegmentView& segment, std::map<uint32_t, SeenDocument>* documents) {
  const std::unique_ptr<TermIterator> terms = segment.Terms();
  std::pair<Field, std::string> before(static_cast<Field>(0), "");
  while (terms->Next()) {
    const std::pair<Field, std::string> name(terms->field(), terms->term());
    EXPECT_LT(before, name);
    ExpectNextFrom(segment, before.first, before.second + std::string(1, '\0'), name);
    ExpectNextFrom(segment, name.first, name.second, name);
    before = name;
    // By the way that a query takes, not by the iterator's own.
    const std::unique_ptr<PostingCursor> cursor = Must(segment.Postings(name.first, name.second));
    ASSERT_NE(cursor, nullptr) << name.second;
    uint32_t count = 0;
    int64_t last = -1;
    for (uint32_t doc = cursor->Next(); doc != kNoMoreDocs; doc = cursor->Next()) {
      EXPECT_GT(doc, last);
      last = doc;
      ++count;
      EXPECT_TRUE(Covers(cursor->impacts(), cursor->frequency(), segment.Norm(NormOf(name.first), doc)));
      if (!segment.IsLive(doc)) continue;
      std::vector<uint32_t> positions(cursor->frequency(), 0);
      if (HasPositions(name.first)) Check(cursor->Positions(&positions));
      (*documents)[doc].terms[Cat(static_cast<int>(name.first), ":", name.second)] = positions;
    }
    Check(cursor->status());
    EXPECT_EQ(count, cursor->document_frequency()) << name.second;
  }
  Check(terms->status());
  EXPECT_FALSE(segment.TermsFrom(before.first, before.second + std::string(1, '\0'))->Next());
}

}  // namespace

SeenIndex ReadAll(const IndexView& view) {
  SeenIndex index;
  uint64_t live = 0;
  for (const auto& segment : view.segments()) {
    std::map<uint32_t, SeenDocument> documents;
    ReadTerms(*segment, &documents);
    uint32_t segment_live = 0;
    for (uint32_t doc = segment->base_doc(); doc < segment->base_doc() + segment->doc_count(); ++doc) {
      EXPECT_EQ(view.SegmentOf(doc), segment.get());
      if (!segment->IsLive(doc)) continue;
      ++segment_live;
      const auto record = Must(view.Document(doc));
      if (!record.has_value()) {
        ADD_FAILURE() << "live document " << doc << " is not stored";
        continue;
      }
      SeenDocument& seen = documents[doc];
      seen.text = Cat(record->article().title(), "|", record->article().body());
      seen.version = record->article().version();
      seen.title_norm = segment->Norm(NormField::kTitle, doc);
      seen.body_norm = segment->Norm(NormField::kBody, doc);
      seen.published_seconds = segment->PublishedSeconds(doc);
      EXPECT_GE(seen.published_seconds, segment->min_published_seconds());
      EXPECT_LE(seen.published_seconds, segment->max_published_seconds());
      EXPECT_EQ(Must(view.FindArticle(record->article().id())), doc);
      EXPECT_TRUE(index.emplace(record->article().id(), seen).second) << record->article().id() << " is live twice";
    }
    EXPECT_EQ(segment_live, segment->live_count());
    live += segment_live;
  }
  EXPECT_EQ(live, view.stats().live_docs);
  EXPECT_GE(view.stats().docs, live);
  return index;
}

WriterOptions SmallWriter(const std::string& dir) {
  WriterOptions options;
  options.index_dir = dir + "/index";
  options.versions = {.format_version = 0, .analyzer_version = "analyzer 1", .extractor_version = "extractor 1"};
  options.max_fresh_segments = 3;
  options.segment_grace = absl::ZeroDuration();
  options.merge_bytes_per_second = 0;
  return options;
}

ReaderOptions SmallReader(const std::string& dir, const std::string& secondary_name) {
  ReaderOptions options;
  options.index_dir = dir + "/index";
  options.secondary_dir = dir + "/" + secondary_name;
  options.posting_cache_bytes = 1 << 20;
  return options;
}

}  // namespace factline::store::testing
