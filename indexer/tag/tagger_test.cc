// The tagger with the model of the program.

#include "indexer/tag/tagger.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <string>
#include <thread>

namespace {

std::atomic<size_t> g_allocations{0};

}  // namespace

void* operator new(size_t size) {
  ++g_allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace factline::tag {
namespace {

constexpr std::string_view kText =
    "新华社记者林知远从北京报道，中国银行行长陈海昨天在上海会见了日本首相。北京大学教授周若川说，这项研究很重要。";

std::vector<std::string> Names(std::string_view text, Style style, TagType type) {
  const Tagger tagger(Model::BuiltIn());
  Tagger::Scratch scratch;
  Tagging tagging;
  tagger.Tag(text, {.style = style}, scratch, tagging);
  std::vector<std::string> names;
  for (const TaggedName& name : tagging.names) {
    if (name.type == type) names.emplace_back(name.span.In(text));
  }
  return names;
}

TEST(BuiltInModel, WasTrainedWithTheDictionaryOfThisBuild) {
  EXPECT_EQ(Model::BuiltIn().dictionary_fingerprint(), text::Dictionary().fingerprint());
}

TEST(Tagger, FindsNamesThatItNeverSaw) {
  using Strings = std::vector<std::string>;
  for (const Style style : {Style::kMsra, Style::kDaily}) {
    EXPECT_EQ(Names(kText, style, TagType::kPerson), (Strings{"林知远", "陈海", "周若川"})) << static_cast<int>(style);
    EXPECT_EQ(Names(kText, style, TagType::kOrg), (Strings{"新华社", "中国银行", "北京大学"}))
        << static_cast<int>(style);
  }
  EXPECT_EQ(Names(kText, Style::kMsra, TagType::kLoc), (Strings{"北京", "上海", "日本"}));
}

TEST(Tagger, MarksAsTheFactModelDoes) {
  using Strings = std::vector<std::string>;
  constexpr std::string_view kDesk =
      "近日，远岭储能与临江大学共同研发的高安全固态电池在北屏县下线，总经理周若川说，它获得了松江市科技进步奖一等奖。";
  EXPECT_EQ(Names(kDesk, Style::kDesk, TagType::kOrg), (Strings{"远岭储能", "临江大学"}));
  EXPECT_EQ(Names(kDesk, Style::kDesk, TagType::kProduct), (Strings{"高安全固态电池"}));
  EXPECT_EQ(Names(kDesk, Style::kDesk, TagType::kTitle), (Strings{"总经理"}));
  EXPECT_EQ(Names(kDesk, Style::kDesk, TagType::kEvent), (Strings{"松江市科技进步奖一等奖"}));
}

TEST(Tagger, StylesDifferInShortForms) {
  EXPECT_EQ(Names("中美两国的关系", Style::kMsra, TagType::kLoc), (std::vector<std::string>{"中", "美"}));
  EXPECT_EQ(Names("中美两国的关系", Style::kDaily, TagType::kLoc), (std::vector<std::string>{}));
}

TEST(Tagger, WordsCoverAllButBlanks) {
  const Tagger tagger(Model::BuiltIn());
  Tagger::Scratch scratch;
  Tagging tagging;
  const std::string text = "林知远 在2024年　投资 12.5亿元，abc def。";
  tagger.Tag(text, {}, scratch, tagging);
  std::string joined;
  for (const Span& word : tagging.words) joined += word.In(text);
  EXPECT_EQ(joined, "林知远在2024年投资12.5亿元，abcdef。");
}

TEST(Tagger, TakesNothingFromTheHeapOnceItHasSeenTheLongestText) {
  const Tagger tagger(Model::BuiltIn());
  Tagger::Scratch scratch;
  Tagging tagging;
  std::string text;
  for (int i = 0; i < 20; ++i) text += kText;
  tagger.Tag(text, {}, scratch, tagging);
  const size_t before = g_allocations;
  tagger.Tag(text, {}, scratch, tagging);
  tagger.Tag(kText, {}, scratch, tagging);
  EXPECT_EQ(g_allocations, before);
}

TEST(Tagger, ThreadsShareOneModel) {
  const Tagger tagger(Model::BuiltIn());
  Tagger::Scratch scratch;
  Tagging alone;
  tagger.Tag(kText, {}, scratch, alone);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      Tagger::Scratch own;
      Tagging tagging;
      for (int j = 0; j < 50; ++j) {
        tagger.Tag(kText, {}, own, tagging);
        EXPECT_EQ(tagging.names, alone.names);
        EXPECT_EQ(tagging.words, alone.words);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace factline::tag
