// Texts that nobody would print: what the extractor says of them must still lie in them, and be worked out in time that
// grows as the text does.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "indexer/extract/extract_text.h"
#include "indexer/extract/extraction_check.h"

namespace factline::extract {
namespace {

using testing::IsEmpty;

std::string Repeat(std::string_view text, size_t times) {
  std::string all;
  for (size_t i = 0; i < times; ++i) all += text;
  return all;
}

TEST(HostileTextTest, BlanksBesideASentenceAreNoPartOfWhatItsEvidenceIsMeasuredBy) {
  constexpr std::string_view kSentence = "全市粮食产量达到5万吨";
  for (const std::string& body :
       {std::string(kSentence) + std::string(100, ' '), std::string(kSentence) + Repeat("\u202C", 40),
        std::string(100, ' ') + std::string(kSentence)}) {
    // As `factline tag` cuts it: the whole line.
    const Extraction found = ExtractSentences(body, {{0, static_cast<uint32_t>(body.size())}});
    EXPECT_FALSE(found.facts.empty());
    EXPECT_THAT(ExtractionCheck(body, found).faults(), IsEmpty());
  }
}

TEST(HostileTextTest, ASpeechWithoutAnEndIsCutBetweenCharacters) {
  for (const char* lead : {"周立民说，", "周立民说，a", "周立民说，ab"}) {
    std::string body = lead;
    for (int i = 0; i < 1100; ++i) body += i % 2 ? "江" : "山";
    const Extraction found = ExtractText(body);
    EXPECT_FALSE(found.facts.empty());
    EXPECT_THAT(ExtractionCheck(body, found).faults(), IsEmpty()) << lead;
  }
}

TEST(HostileTextTest, ANameEndsBeforeItsPossessiveHoweverThatIsWritten) {
  for (const char* possessive : {"'s", "’s", "＇s", "'\u00ADs", "\u00AD’\u00ADs", "'ｓ"}) {
    const std::string body =
        std::string("Northvale Motors Inc") + possessive + " chairman John Whitfield said the plant would open.";
    const Extraction found = ExtractText(body);
    EXPECT_THAT(ExtractionCheck(body, found).faults(), IsEmpty()) << possessive;
    EXPECT_TRUE(std::any_of(found.entities.begin(), found.entities.end(), [](const Entity& e) {
      return e.name.starts_with("Northvale Motors Inc");
    })) << possessive;
  }
}

}  // namespace
}  // namespace factline::extract
