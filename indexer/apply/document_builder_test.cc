#include "indexer/apply/document_builder.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "indexer/apply/record_builder.h"
#include "indexer/apply/term_builder.h"
#include "indexer/store/fact_id.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/hash.h"

namespace factline::apply {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// An extractor that finds what the test puts in, to tell the builder from the rules.
class CannedExtractor : public extract::Extractor {
 public:
  extract::Extraction Extract(const text::Analysis& body, const std::vector<Span>& sentences) const override {
    first_date = body.values.empty() ? "" : body.values[0].norm;
    sentence_count = sentences.size();
    return canned;
  }
  std::string_view Version() const override { return "canned-1"; }

  extract::Extraction canned;
  mutable std::string first_date;
  mutable size_t sentence_count = 0;
};

constexpr std::string_view kBody = "云岭机器人投资青石电池4亿元。双方2024年签约。";
constexpr Span kSubject{0, 15};
constexpr Span kObject{21, 33};
constexpr Span kFirstSentence{0, 43};

storage::v1::LogEvent ArticleEvent(std::string_view body = kBody) {
  storage::v1::LogEvent event;
  event.mutable_accepted_time()->set_seconds(1711300000);
  storage::v1::ArticleAccepted& accepted = *event.mutable_article_accepted();
  accepted.set_published_time_known(true);
  v1::StoredArticle& article = *accepted.mutable_article();
  article.set_id("a");
  article.set_version(3);
  article.set_title("云岭机器人投资");
  article.set_body(std::string(body));
  article.set_source("daily");
  article.set_language("zh");
  article.set_content_hash("hash");
  article.mutable_published_time()->set_seconds(1711238400);  // 2024-03-24T00:00:00Z
  article.add_tags("Ｂatteries");
  article.add_tags("batteries");
  v1::Chunk& chunk = *article.add_chunks();
  chunk.mutable_span()->set_end(static_cast<uint32_t>(body.size()));
  *chunk.add_sentences() = chunk.span();
  return event;
}

extract::Extraction Investment() {
  extract::Extraction found;
  found.entities.push_back({extract::EntityType::kOrg, "云岭机器人", {"云岭"}, "", {{kSubject}}});
  found.entities.push_back({extract::EntityType::kOrg, "青石电池", {}, "", {{kObject}}});
  found.entities.push_back({extract::EntityType::kMoney, "4亿元", {}, "400000000 CNY", {{{33, 40}}}});
  extract::Fact fact;
  fact.predicate = "invests_in";
  fact.subject = {0, "云岭", kSubject};
  fact.object = {1, "青石电池", kObject};
  fact.qualifiers = {{"amount", "400000000 CNY"}, {"date", "2024"}};
  fact.confidence = 0.8F;
  fact.evidence = kFirstSentence;
  fact.rule_id = "pack/rule";
  found.facts.push_back(fact);
  return found;
}

class DocumentBuilderTest : public testing::Test {
 protected:
  store::Document Build(const storage::v1::LogEvent& event) {
    BuiltChange built = builder_.Build(Offset(7), event);
    EXPECT_EQ(built.problem, "");
    EXPECT_TRUE(built.change.has_value());
    return std::move(*built.change->document);
  }

  const text::Analyzer analyzer_;
  CannedExtractor extractor_;
  const DocumentBuilder builder_{analyzer_, extractor_};
};

TEST_F(DocumentBuilderTest, FactsCarryIdsEvidenceAndEventDays) {
  extractor_.canned = Investment();
  const storage::v1::DocRecord record = Build(ArticleEvent()).record;
  ASSERT_THAT(record.facts(), SizeIs(1));
  const storage::v1::ExtractedFact& fact = record.facts(0);
  EXPECT_EQ(fact.fact_id(), store::FactIdOf(fact).value());
  EXPECT_EQ(fact.event_day_first(), 19723);
  EXPECT_EQ(fact.event_day_last(), 20088);
  EXPECT_EQ(fact.meaning().subject().text(), "云岭机器人");
  EXPECT_EQ(fact.meaning().subject().entity_id(), record.entities(0).entity_id());
  EXPECT_EQ(fact.meaning().qualifiers().at("amount"), "400000000 CNY");
  EXPECT_EQ(fact.evidence().article_version(), 3);
  EXPECT_EQ(fact.evidence().span().end(), kFirstSentence.end_exclusive);
  EXPECT_EQ(fact.evidence().content_hash(), "hash");
  EXPECT_EQ(fact.evidence().indexed_time().seconds(), 1711300000);
  EXPECT_EQ(fact.evidence().extractor_version(), "canned-1");
  EXPECT_EQ(fact.evidence().source(), "daily");
  EXPECT_EQ(record.log_offset(), 7);
  EXPECT_EQ(record.indexed_time().seconds(), 1711300000);
}

TEST_F(DocumentBuilderTest, ValuesAreEntitiesOfTheArticleWithoutIdOrPosting) {
  extractor_.canned = Investment();
  const store::Document document = Build(ArticleEvent());
  ASSERT_THAT(document.record.entities(), SizeIs(3));
  EXPECT_EQ(document.record.entities(2).norm(), "400000000 CNY");
  EXPECT_EQ(document.record.entities(2).entity_id(), "");
  EXPECT_EQ(std::count_if(document.terms.begin(), document.terms.end(),
                          [](const auto& term) { return term.field == store::Field::kEntity; }),
            2);
}

TEST_F(DocumentBuilderTest, PredicatesAndTypesOfEntitiesAreTermsCountedByFactsAndEntities) {
  extractor_.canned = Investment();
  extract::Fact again = extractor_.canned.facts[0];
  again.qualifiers["amount"] = "500000000 CNY";
  extractor_.canned.facts.push_back(again);
  const store::Document document = Build(ArticleEvent());
  std::vector<std::string> terms;
  for (const store::DocumentTerm& term : document.terms) {
    if (term.field == store::Field::kPredicate || term.field == store::Field::kEntityType) {
      terms.push_back(Cat(term.term, " ", term.frequency));
    }
  }
  EXPECT_THAT(terms, ElementsAre("invests_in 2", "ORG 2"));
}

TEST_F(DocumentBuilderTest, EntitiesOfOneNormalFormAreOne) {
  extractor_.canned.entities.push_back({extract::EntityType::kOrg, "ACME", {"AC"}, "", {{{0, 3}}, {{6, 9}}}});
  extractor_.canned.entities.push_back({extract::EntityType::kOrg, "Acme", {}, "", {{{3, 6}}}});
  const storage::v1::DocRecord record = Build(ArticleEvent()).record;
  ASSERT_THAT(record.entities(), SizeIs(1));
  EXPECT_EQ(record.entities(0).name(), "ACME");
  EXPECT_THAT(record.entities(0).aliases(), ElementsAre("AC", "Acme"));
  ASSERT_THAT(record.entities(0).mentions(), SizeIs(3));
  EXPECT_EQ(record.entities(0).mentions(1).begin(), 3);
}

TEST_F(DocumentBuilderTest, OfTooManyFormsTheMostMentionedAreKept) {
  // Two mentions of the form whose bytes sort last; the other forms have none.
  const std::string body = "zztop and zztop again";
  std::vector<std::string> aliases = {"zztop"};
  for (int i = 10; i < 40; ++i) aliases.push_back("form " + std::to_string(i));
  extractor_.canned.entities.push_back({extract::EntityType::kOrg, "Acme", aliases, "", {{{0, 5}}, {{10, 15}}}});
  const storage::v1::DocRecord record = Build(ArticleEvent(body)).record;
  ASSERT_THAT(record.entities(), SizeIs(1));
  ASSERT_THAT(record.entities(0).aliases(), SizeIs(kMaxAliases));
  EXPECT_EQ(record.entities(0).aliases(0), "form 10");
  EXPECT_EQ(record.entities(0).aliases(kMaxAliases - 2), "form 23");
  EXPECT_EQ(record.entities(0).aliases(kMaxAliases - 1), "zztop");
}

TEST_F(DocumentBuilderTest, ThousandsOfEntitiesOfOneIdTakeLinearTime) {
  // Case variants of one name: fourteen letters have sixteen thousand.
  for (uint32_t bits = 0; bits < 1 << 14; ++bits) {
    std::string name = "abcdefghijklmn";
    for (size_t i = 0; i < name.size(); ++i) {
      if ((bits >> i & 1) != 0) name[i] = static_cast<char>(name[i] - 'a' + 'A');
    }
    extractor_.canned.entities.push_back({extract::EntityType::kOrg, name, {}, "", {{{0, 3}}}});
  }
  const absl::Time begin = absl::Now();
  const storage::v1::DocRecord record = Build(ArticleEvent()).record;
  EXPECT_LT(absl::Now() - begin, absl::Seconds(10)) << "a set rebuilt for each of them takes minutes";
  ASSERT_THAT(record.entities(), SizeIs(1));
  EXPECT_THAT(record.entities(0).aliases(), SizeIs(kMaxAliases));
}

TEST_F(DocumentBuilderTest, AStatementThatComesTwiceIsKeptOnce) {
  extractor_.canned = Investment();
  extractor_.canned.facts.push_back(extractor_.canned.facts[0]);
  EXPECT_THAT(Build(ArticleEvent()).record.facts(), SizeIs(1));
}

TEST_F(DocumentBuilderTest, FactsWhoseEvidenceIsNotInTheBodyAreLeftOut) {
  extractor_.canned = Investment();
  extractor_.canned.facts[0].evidence = {0, 4000};
  EXPECT_THAT(Build(ArticleEvent()).record.facts(), IsEmpty());
}

TEST_F(DocumentBuilderTest, AMeasuresValueSaysComparatorAndChangeOnce) {
  extractor_.canned = Investment();
  extract::Fact& fact = extractor_.canned.facts[0];
  fact.predicate = "measure";
  fact.object = {};
  fact.value = text::Value{.span = {33, 40}, .context = {33, 40}, .number = 4e8, .unit = "CNY"};
  fact.qualifiers = {{"indicator", "投资"}, {"comparator", "="}, {"change", "none"}};
  const storage::v1::DocRecord record = Build(ArticleEvent()).record;
  const v1::Fact& meaning = record.facts(0).meaning();
  EXPECT_EQ(meaning.value().number(), 4e8);
  EXPECT_EQ(meaning.value().text(), "4亿元");
  EXPECT_EQ(meaning.value().comparator(), v1::COMPARATOR_EQUAL);
  EXPECT_THAT(meaning.qualifiers(), SizeIs(1));
  EXPECT_FALSE(meaning.has_object());
}

TEST_F(DocumentBuilderTest, TermsAreSortedAndEachOnce) {
  extractor_.canned = Investment();
  const store::Document document = Build(ArticleEvent());
  std::set<store::Field> fields;
  for (size_t i = 0; i < document.terms.size(); ++i) {
    const store::DocumentTerm& term = document.terms[i];
    fields.insert(term.field);
    if (i > 0) {
      EXPECT_LT(std::tie(document.terms[i - 1].field, document.terms[i - 1].term), std::tie(term.field, term.term));
    }
    if (store::HasPositions(term.field)) {
      EXPECT_EQ(term.positions.size(), term.frequency);
      EXPECT_TRUE(std::is_sorted(term.positions.begin(), term.positions.end()));
    } else {
      EXPECT_THAT(term.positions, IsEmpty());
    }
  }
  EXPECT_EQ(fields.size(), 10);
  EXPECT_GT(document.body_tokens, document.title_tokens);
  EXPECT_GT(document.title_tokens, 0);
}

TEST_F(DocumentBuilderTest, KickerSubheadsAndCaptionsAreFoundBehindTheBodyAndNoPhraseCrossesThem) {
  storage::v1::LogEvent event = ArticleEvent();
  const store::Document plain = Build(event);
  v1::StoredArticle& article = *event.mutable_article_accepted()->mutable_article();
  article.set_kicker("港湾");
  article.add_subheads("Ferry returns");
  article.add_captions("渔船");
  const store::Document document = Build(event);
  const auto positions_of = [](const store::Document& from, std::string_view term) {
    for (const store::DocumentTerm& each : from.terms) {
      if (each.field == store::Field::kBodyGram && each.term == term) {
        return std::vector<uint32_t>(each.positions.begin(), each.positions.end());
      }
    }
    return std::vector<uint32_t>();
  };
  EXPECT_EQ(positions_of(document, "云岭"), positions_of(plain, "云岭"));
  const std::vector<std::string> in_order = {"签约", "港湾", "ferry", "渔船"};
  for (size_t i = 1; i < in_order.size(); ++i) {
    ASSERT_THAT(positions_of(document, in_order[i]), SizeIs(1)) << in_order[i];
    EXPECT_GT(positions_of(document, in_order[i])[0], positions_of(document, in_order[i - 1])[0] + 101) << in_order[i];
  }
  EXPECT_EQ(positions_of(document, "returns")[0], positions_of(document, "ferry")[0] + 1);
  EXPECT_EQ(document.body_tokens, plain.body_tokens + 4);
  EXPECT_EQ(document.title_tokens, plain.title_tokens);
}

TEST_F(DocumentBuilderTest, ALanguageIsFoundWithItsRegionAndWithoutInAnyCase) {
  storage::v1::LogEvent event = ArticleEvent();
  const auto languages_of = [&](const char* tag) {
    event.mutable_article_accepted()->mutable_article()->set_language(tag);
    std::vector<std::string> terms;
    const store::Document document = Build(event);
    for (const store::DocumentTerm& term : document.terms) {
      if (term.field == store::Field::kLanguage) terms.push_back(term.term);
    }
    return terms;
  };
  EXPECT_THAT(languages_of("en-US"), ElementsAre("en", "en-us"));
  EXPECT_THAT(languages_of("ZH"), ElementsAre("zh"));
  EXPECT_THAT(languages_of("zh-Hant-TW"), ElementsAre("zh", "zh-hant-tw"));
}

TEST_F(DocumentBuilderTest, TermsFollowFromTheStoredRecordAlone) {
  extractor_.canned = Investment();
  const store::Document document = Build(ArticleEvent());
  const TermList again = TermsOf(analyzer_, document.record);
  ASSERT_EQ(again.terms.size(), document.terms.size());
  for (size_t i = 0; i < again.terms.size(); ++i) {
    EXPECT_EQ(again.terms[i].term, document.terms[i].term);
    EXPECT_EQ(again.terms[i].frequency, document.terms[i].frequency);
    EXPECT_EQ(again.terms[i].positions, document.terms[i].positions);
  }
}

TEST_F(DocumentBuilderTest, TheSameEventGivesTheSameRecord) {
  extractor_.canned = Investment();
  EXPECT_TRUE(
      google::protobuf::util::MessageDifferencer::Equals(Build(ArticleEvent()).record, Build(ArticleEvent()).record));
}

TEST_F(DocumentBuilderTest, RelativeDatesCountFromTheDayOfPublicationIfItIsKnown) {
  storage::v1::LogEvent event = ArticleEvent("今日签约。");
  Build(event);
  EXPECT_EQ(extractor_.first_date, "2024-03-24");
  event.mutable_article_accepted()->mutable_article()->mutable_published_time()->set_seconds(
      1711211400);  // 16:30Z, 23rd
  Build(event);
  EXPECT_EQ(extractor_.first_date, "2024-03-24") << "China's papers date by China's time";
  event.mutable_article_accepted()->mutable_article()->set_language("en");
  Build(event);
  EXPECT_EQ(extractor_.first_date, "2024-03-23");
  event.mutable_article_accepted()->set_published_time_known(false);
  Build(event);
  EXPECT_EQ(extractor_.first_date, "");
}

TEST_F(DocumentBuilderTest, BadChunksCostTheExtractionNotTheArticle) {
  extractor_.canned = Investment();
  const auto break_chunks = [](auto breaking) {
    storage::v1::LogEvent event = ArticleEvent();
    breaking(*event.mutable_article_accepted()->mutable_article()->mutable_chunks(0));
    return event;
  };
  for (const storage::v1::LogEvent& event : {
           break_chunks([](v1::Chunk& chunk) { chunk.mutable_span()->set_end(100000); }),
           break_chunks([](v1::Chunk& chunk) { chunk.mutable_sentences(0)->set_begin(1); }),
           break_chunks([](v1::Chunk& chunk) { chunk.mutable_span()->set_begin(3); }),
           break_chunks([](v1::Chunk& chunk) { *chunk.add_sentences() = chunk.sentences(0); }),
       }) {
    const BuiltChange built = builder_.Build(Offset(0), event);
    EXPECT_THAT(built.problem, HasSubstr("chunks"));
    ASSERT_TRUE(built.change.has_value());
    EXPECT_THAT(built.change->document->record.facts(), IsEmpty());
    EXPECT_THAT(built.change->document->record.article().chunks(), IsEmpty());
    EXPECT_GT(built.change->document->body_tokens, 0);
  }
}

TEST_F(DocumentBuilderTest, ExtractionThatCouldNotBeReadAgainIsDropped) {
  const std::string bad = "\xff";
  const std::vector<std::function<void(extract::Extraction&)>> breaks = {
      [&](extract::Extraction& e) { e.entities[0].name = bad; },
      [&](extract::Extraction& e) { e.entities[0].norm = bad; },
      [&](extract::Extraction& e) { e.entities[0].aliases = {bad}; },
      [&](extract::Extraction& e) { e.facts[0].predicate = bad; },
      [&](extract::Extraction& e) { e.facts[0].subject.text = bad; },
      [&](extract::Extraction& e) { e.facts[0].object.text = bad; },
      [&](extract::Extraction& e) { e.facts[0].source = bad; },
      [&](extract::Extraction& e) { e.facts[0].rule_id = bad; },
      [&](extract::Extraction& e) { e.facts[0].qualifiers["date"] = bad; },
      [&](extract::Extraction& e) { e.facts[0].value->unit = bad; },
      [&](extract::Extraction& e) { e.facts[0].value->context.end_exclusive -= 1; },  // in the middle of 元
  };
  for (size_t i = 0; i < breaks.size(); ++i) {
    extractor_.canned = Investment();
    extractor_.canned.facts[0].value = text::Value{.span = {33, 40}, .context = {33, 40}, .unit = "CNY"};
    breaks[i](extractor_.canned);
    const BuiltChange built = builder_.Build(Offset(0), ArticleEvent());
    EXPECT_THAT(built.problem, HasSubstr("UTF-8")) << i;
    ASSERT_TRUE(built.change.has_value());
    EXPECT_THAT(built.change->document->record.entities(), IsEmpty()) << i;
  }
}

TEST_F(DocumentBuilderTest, ExtractionThatWouldMakeTheRecordTooLargeIsDropped) {
  extractor_.canned = Investment();
  extract::Fact fact = extractor_.canned.facts[0];
  fact.object = {extract::kNoEntity, std::string(kMaxExtractionBytes / 4, 'x'), {}};
  for (int i = 0; i < 5; ++i) {
    fact.object.text[0] = static_cast<char>('a' + i);
    extractor_.canned.facts.push_back(fact);
  }
  const BuiltChange built = builder_.Build(Offset(0), ArticleEvent());
  EXPECT_THAT(built.problem, HasSubstr("bytes"));
  ASSERT_TRUE(built.change.has_value());
  EXPECT_THAT(built.change->document->record.facts(), IsEmpty());
  EXPECT_THAT(built.change->document->record.entities(), IsEmpty());
  EXPECT_GT(built.change->document->body_tokens, 0);
}

TEST_F(DocumentBuilderTest, EventsThatSayNothingAreDescribed) {
  storage::v1::LogEvent nameless = ArticleEvent();
  nameless.mutable_article_accepted()->mutable_article()->clear_id();
  storage::v1::LogEvent deletion;
  deletion.mutable_article_deleted();
  storage::v1::LogEvent page;
  page.mutable_page_accepted()->set_page_id(std::string(257, 'x'));
  for (const storage::v1::LogEvent& event : {storage::v1::LogEvent(), nameless, deletion, page}) {
    const BuiltChange built = builder_.Build(Offset(0), event);
    EXPECT_FALSE(built.change.has_value());
    EXPECT_NE(built.problem, "");
  }
}

TEST_F(DocumentBuilderTest, DeletionsAndPagesPassThrough) {
  storage::v1::LogEvent deletion;
  deletion.mutable_article_deleted()->set_article_id("gone");
  const BuiltChange deleted = builder_.Build(Offset(0), deletion);
  EXPECT_EQ(deleted.change->kind, store::Change::Kind::kDelete);
  EXPECT_EQ(deleted.change->id, "gone");
  storage::v1::LogEvent page;
  page.mutable_page_accepted()->set_page_id("p");
  page.mutable_page_accepted()->set_text("as received");
  const BuiltChange kept = builder_.Build(Offset(0), page);
  EXPECT_EQ(kept.change->kind, store::Change::Kind::kPage);
  EXPECT_EQ(kept.change->page_text, "as received");
}

TEST_F(DocumentBuilderTest, AnEmptyBodyAndLongTermsAreNoTrouble) {
  storage::v1::LogEvent event = ArticleEvent("");
  event.mutable_article_accepted()->mutable_article()->clear_chunks();
  event.mutable_article_accepted()->mutable_article()->set_source(std::string(256, 's'));
  const store::Document document = Build(event);
  EXPECT_EQ(document.body_tokens, 0);
  for (const store::DocumentTerm& term : document.terms) EXPECT_LE(term.term.size(), 255);
}

}  // namespace
}  // namespace factline::apply
