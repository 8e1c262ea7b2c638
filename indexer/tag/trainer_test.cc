// The whole way from sentences to a model that tags, on a corpus made here: a few names in a few frames.

#include "indexer/tag/trainer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

#include "indexer/tag/evaluation.h"
#include "indexer/tag/model.h"
#include "indexer/tag/press_names.h"
#include "protos/vocab/crc32c.h"
#include "protos/vocab/utf8.h"

namespace factline::tag {
namespace {

// Builds sentences out of words and names.
class Writer {
 public:
  Writer& Word(std::string_view word) {
    sentence_.text += word;
    at_ += static_cast<uint32_t>(CountCodePoints(word));
    sentence_.word_ends.push_back(at_);
    return *this;
  }
  Writer& Name(std::string_view name, TagType type) {
    const uint32_t begin = at_;
    Word(name);
    sentence_.spans.push_back({begin, at_, type});
    return *this;
  }
  GoldSentence Take() { return std::move(sentence_); }

 private:
  GoldSentence sentence_;
  uint32_t at_ = 0;
};

constexpr std::string_view kPersons[] = {"林知远", "陈海", "欧阳明", "周若川", "沈一诺"};
constexpr std::string_view kPlaces[] = {"松江港", "青石镇", "北屏县", "云泽市"};
constexpr std::string_view kOrgs[] = {"云泽大学", "远岭储能公司", "松江港管理局"};

std::vector<GoldSentence> Sentences() {
  std::vector<GoldSentence> all;
  for (const std::string_view person : kPersons) {
    for (const std::string_view place : kPlaces) {
      for (const std::string_view org : kOrgs) {
        all.push_back(Writer()
                          .Name(org, TagType::kOrg)
                          .Word("总经理")
                          .Name(person, TagType::kPerson)
                          .Word("昨天")
                          .Word("到达")
                          .Name(place, TagType::kLoc)
                          .Word("。")
                          .Take());
        all.push_back(Writer()
                          .Word("据悉")
                          .Word("，")
                          .Name(person, TagType::kPerson)
                          .Word("在")
                          .Name(place, TagType::kLoc)
                          .Word("创办")
                          .Word("了")
                          .Name(org, TagType::kOrg)
                          .Take());
      }
    }
  }
  return all;
}

// The same, with titles marked too, as only the desk does.
std::vector<GoldSentence> DeskSentences() {
  std::vector<GoldSentence> all = Sentences();
  for (GoldSentence& sentence : all) {
    const size_t at = sentence.text.find("总经理");
    if (at == std::string::npos) continue;
    const auto begin = static_cast<uint32_t>(CountCodePoints(std::string_view(sentence.text).substr(0, at)));
    sentence.spans.push_back({begin, begin + 3, TagType::kTitle});
    std::sort(sentence.spans.begin(), sentence.spans.end());
  }
  return all;
}

std::string Train() {
  Corpora corpora;
  corpora.msra = corpora.peoples_daily = corpora.cluener = Sentences();
  corpora.desk = DeskSentences();
  TrainerOptions options;
  for (CrfOptions& head : options.heads) head.epochs = 4;
  return TrainModel(corpora, nullptr, options);
}

TEST(Trainer, TheSameSentencesGiveTheSameBytes) { EXPECT_EQ(Train(), Train()); }

TEST(Trainer, AModelTagsWhatItLearned) {
  const AlignedModel bytes(Train());
  const absl::StatusOr<Model> model = Model::Parse(bytes.bytes());
  ASSERT_TRUE(model.ok()) << model.status();
  const Tagger tagger(*model);
  constexpr TagType kTypes[] = {TagType::kPerson, TagType::kOrg, TagType::kLoc};
  EXPECT_GT(EvaluateWords(tagger, Sentences()).all.f1(), 0.99);
  for (const Style style : {Style::kMsra, Style::kDaily, Style::kNeutral, Style::kWeb, Style::kDesk}) {
    EXPECT_GT(EvaluateNames(tagger, style, kTypes, Sentences()).all.f1(), 0.99) << static_cast<int>(style);
  }
  // Names that were not seen, in frames that were.
  const std::vector<GoldSentence> unseen = {Writer()
                                                .Name("云泽大学", TagType::kOrg)
                                                .Word("总经理")
                                                .Name("高子安", TagType::kPerson)
                                                .Word("昨天")
                                                .Word("到达")
                                                .Name("松江港", TagType::kLoc)
                                                .Take()};
  EXPECT_EQ(EvaluateNames(tagger, Style::kMsra, kTypes, unseen).all.right, 3u);
}

TEST(Trainer, TheDetailHeadMarksAsTheStyleDoes) {
  const AlignedModel bytes(Train());
  const absl::StatusOr<Model> model = Model::Parse(bytes.bytes());
  ASSERT_TRUE(model.ok()) << model.status();
  const Tagger tagger(*model);
  constexpr TagType kTitle[] = {TagType::kTitle};
  EXPECT_GT(EvaluateNames(tagger, Style::kDesk, kTitle, DeskSentences()).all.f1(), 0.99);
  EXPECT_EQ(EvaluateNames(tagger, Style::kWeb, kTitle, Sentences()).all.wrong, 0u);
}

TEST(PressNames, EachNameIsTwoPatternsOverItsCharacters) {
  const uint8_t labels[] = {0, NameLabel(TagType::kOrg, kFirst), NameLabel(TagType::kOrg, kLast),
                            NameLabel(TagType::kLoc, kOnly)};
  std::vector<Pattern> patterns;
  AddPressNamePatterns(labels, std::size(labels), patterns);
  ASSERT_EQ(patterns.size(), 4u);
  EXPECT_EQ(patterns[0].at, 1);
  EXPECT_EQ(patterns[0].size, 2);
  EXPECT_EQ(patterns[2].at, 3);
  EXPECT_EQ(patterns[2].size, 1);
  std::vector<uint64_t> keys;
  for (const Pattern& pattern : patterns) keys.push_back(pattern.key);
  std::sort(keys.begin(), keys.end());
  EXPECT_EQ(std::unique(keys.begin(), keys.end()), keys.end());
}

TEST(Model, BadBytesAreNamed) {
  const std::string good = Train();
  const auto error = [](std::string bytes, bool mend_checksum) {
    AlignedModel aligned(bytes);
    if (mend_checksum) {
      reinterpret_cast<ModelHeader*>(aligned.data())->checksum =
          MaskCrc32c(Crc32c(aligned.bytes().substr(sizeof(ModelHeader))));
    }
    const absl::Status status = Model::Parse(aligned.bytes()).status();
    return std::string(status.message().data(), status.message().size());
  };
  EXPECT_EQ(error(good, false), "");
  EXPECT_EQ(error(good.substr(0, 20), false), "tagger model, byte 20: ends inside the header");
  EXPECT_NE(error(good.substr(0, good.size() - 8), false).find("the file ends here"), std::string::npos);
  std::string bad = good;
  bad[0] ^= 1;
  EXPECT_EQ(error(bad, false), "tagger model, byte 0: no tagger model");
  bad = good;
  bad[8] = 9;
  EXPECT_NE(error(bad, false).find("byte 8: version 9"), std::string::npos);
  bad = good;
  bad[good.size() / 2] ^= 1;
  EXPECT_EQ(error(bad, false), "tagger model, byte 12: the checksum is not that of the bytes");
  // The rows of the last slots, beyond the pool.
  const auto* header = reinterpret_cast<const ModelHeader*>(good.data());
  const size_t pool_bytes = size_t{header->pool_units} * kUnitBytes;
  bad = good.substr(0, good.size() - (pool_bytes + kModelAlignment - 1) / kModelAlignment * kModelAlignment);
  reinterpret_cast<ModelHeader*>(bad.data())->pool_units = 0;
  EXPECT_NE(error(bad, true).find("a slot's rows lie outside the pool"), std::string::npos);
}

TEST(Tagger, AnyBytesGiveSpansInOrder) {
  const AlignedModel bytes(Train());
  const absl::StatusOr<Model> model = Model::Parse(bytes.bytes());
  ASSERT_TRUE(model.ok()) << model.status();
  const Tagger tagger(*model);
  Tagger::Scratch scratch;
  Tagging tagging;
  std::string one_sentence, noise, letters(1 << 20, 'a');
  while (one_sentence.size() < (1 << 20)) one_sentence += "云泽大学总经理林知远在松江港";
  for (uint32_t i = 0; i < (1 << 20); ++i) noise += static_cast<char>(i * 2654435761u >> 24);
  for (const std::string& text : {one_sentence, noise, letters, std::string()}) {
    tagger.Tag(text, {}, scratch, tagging);
    uint32_t end = 0;
    for (const Span& word : tagging.words) {
      EXPECT_GE(word.begin, end);
      EXPECT_LE(word.end_exclusive, text.size());
      end = word.end_exclusive;
    }
    for (const auto* names : {&tagging.press, &tagging.detail}) {
      end = 0;
      for (const TaggedName& name : *names) {
        EXPECT_GE(name.span.begin, end);
        EXPECT_GT(name.span.end_exclusive, name.span.begin);
        end = name.span.end_exclusive;
      }
    }
  }
}

}  // namespace
}  // namespace factline::tag
