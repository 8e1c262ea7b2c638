#include "indexer/extract/rule_pack.h"

#include <gtest/gtest.h>

#include "indexer/extract/embedded_data.h"
#include "indexer/extract/lexicon.h"
#include "indexer/extract/rule_book.h"

namespace factline::extract {
namespace {

TEST(RulePackTest, ReadsWhatARuleDeclares) {
  const auto pack = ParseRulePack("news.rules",
                                  "# comment\n"
                                  "hint planned 将 拟\n"
                                  "rule buys   # trailing comment\n"
                                  "  predicate buys\n"
                                  "  cue 收购 took_over\n"
                                  "  unless 价\n"
                                  "  subject ORG,PERSON before within 9 first carry\n"
                                  "  object ORG,TEXT after sentence marker 了,of\n"
                                  "  qualifier amount MONEY any within 10\n"
                                  "  modality planned\n"
                                  "  confidence 0.25\n");
  ASSERT_TRUE(pack.ok()) << pack.status();
  ASSERT_EQ(pack->rules.size(), 1);
  ASSERT_EQ(pack->hints.size(), 2);
  EXPECT_EQ(pack->hints[0].word, "将");
  const Rule& rule = pack->rules[0];
  EXPECT_EQ(rule.id, "news/buys");
  EXPECT_EQ(rule.predicate, "buys");
  EXPECT_EQ(rule.cues, (std::vector<std::string>{"收购", "took over"}));
  EXPECT_EQ(rule.unless, (std::vector<std::string>{"价"}));
  EXPECT_EQ(rule.modality, Modality::kPlanned);
  EXPECT_FLOAT_EQ(rule.confidence, 0.25f);
  ASSERT_TRUE(rule.subject && rule.object);
  EXPECT_TRUE(rule.subject->Takes(EntityType::kPerson));
  EXPECT_FALSE(rule.subject->Takes(EntityType::kGpe));
  EXPECT_EQ(rule.subject->side, Side::kBefore);
  EXPECT_EQ(rule.subject->within, 9);
  EXPECT_EQ(rule.subject->pick, Pick::kFirst);
  EXPECT_TRUE(rule.subject->carry);
  EXPECT_TRUE(rule.object->text);
  EXPECT_EQ(rule.object->reach, Reachable::kSentence);
  EXPECT_EQ(rule.object->markers, (std::vector<std::string>{"了", "of"}));
  ASSERT_EQ(rule.qualifiers.size(), 1);
  EXPECT_EQ(rule.qualifiers[0].name, "amount");
}

struct Row {
  const char* text;
  const char* error;
};

class WrongPackTest : public testing::TestWithParam<Row> {};

TEST_P(WrongPackTest, NamesPackLineAndFault) {
  const auto pack = ParseRulePack("p.rules", GetParam().text);
  ASSERT_FALSE(pack.ok());
  EXPECT_EQ(std::string(pack.status().message()), GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(
    All, WrongPackTest,
    testing::Values(
        Row{"predicate a\n", "p.rules:1: 'predicate' before the first 'rule'"},
        Row{"rule A\n", "p.rules:1: 'rule' needs one name of a-z, 0-9, '-' and '_'"},
        Row{"rule a\n  predicate Bad\n", "p.rules:2: predicate 'Bad' is no lower_snake_case name"},
        Row{"rule a\n  predicate a\n  colour red\n", "p.rules:3: unknown key 'colour'"},
        Row{"rule a\n  predicate a\n  cue x\n", "p.rules:3: rule 'p/a' has no subject"},
        Row{"rule a\n  predicate a\n  subject ORG\n", "p.rules:3: rule 'p/a' has no cue"},
        Row{"rule a\n  predicate a\n  form speech\n  cue x\n", "p.rules:4: rule 'p/a' has no subject"},
        Row{"rule a\n  cue x\n  subject ORG\n", "p.rules:3: rule 'p/a' has no predicate"},
        Row{"rule a\n  subject ORGAN\n", "p.rules:2: unknown entity type 'ORGAN'"},
        Row{"rule a\n  subject ORG within 900\n", "p.rules:2: 'within' needs a number from 1 to 64, not '900'"},
        Row{"rule a\n  subject ORG sideways\n", "p.rules:2: unknown option 'sideways'"},
        Row{"rule a\n  subject ORG marker\n", "p.rules:2: 'marker' needs words, with commas between"},
        Row{"rule a\n  subject ORG\n  subject ORG\n", "p.rules:3: a second subject"},
        Row{"rule a\n  confidence 2\n", "p.rules:2: confidence '2' is not in (0, 1]"},
        Row{"rule a\n  modality perhaps\n", "p.rules:2: unknown modality 'perhaps'"},
        Row{"rule a\n  requires amount\n", "p.rules:2: 'requires' names no qualifier of the rule above it: 'amount'"},
        Row{"rule a\n  form song\n", "p.rules:2: unknown form 'song'"},
        Row{"hint planned\n", "p.rules:1: 'hint' needs a stance and words"},
        Row{"hint perhaps x\n", "p.rules:1: unknown stance 'perhaps'"},
        Row{"hint open a_b_c\n", "p.rules:1: hint 'a_b_c' of over two words"},
        Row{"rule a\n  predicate a\n  form measure\nrule a\n", "p.rules:4: rule 'a' stands twice"}));

TEST(RulePackTest, PackHasABound) {
  const auto pack = ParseRulePack("p.rules", std::string(kMaxPackBytes + 1, ' '));
  EXPECT_FALSE(pack.ok());
}

TEST(RulePackTest, BuiltInPacksAreRight) {
  ASSERT_FALSE(EmbeddedRulePacks().empty());
  for (const EmbeddedFile& file : EmbeddedRulePacks()) {
    const auto pack = ParseRulePack(file.name, file.text);
    EXPECT_TRUE(pack.ok()) << pack.status();
  }
}

TEST(LexiconTest, BuiltInLexiconsAreRight) {
  Lexicon lexicon;
  for (const EmbeddedFile& file : EmbeddedLexicons()) {
    const absl::Status status = lexicon.Add(file.name, file.text);
    EXPECT_TRUE(status.ok()) << status;
  }
}

TEST(LexiconTest, KnowsWordsAndTheirLongestSuffix) {
  Lexicon lexicon;
  ASSERT_TRUE(lexicon.Add("a.txt", "[org_suffix] 公司 有限公司 # 集团\n[gpe]\n临江\n").ok());
  EXPECT_TRUE(lexicon.Is("临江", WordClass::kGpe));
  EXPECT_FALSE(lexicon.Is("集团", WordClass::kOrgSuffix));
  EXPECT_EQ(lexicon.SuffixIn("甲乙有限公司", WordClass::kOrgSuffix), "有限公司");
  EXPECT_EQ(lexicon.SuffixIn("甲乙", WordClass::kOrgSuffix), "");
  EXPECT_EQ(lexicon.SuffixClasses("临江公司"), Bit(WordClass::kOrgSuffix));
}

std::string Rules(size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) {
    text += "rule r" + std::to_string(i) + "\n  predicate a\n  cue 起诉\n  subject ORG\n";
  }
  return text;
}

std::string Words(std::string_view lead, size_t count) {
  std::string line(lead);
  for (size_t i = 0; i < count; ++i) line += " w" + std::to_string(i);
  return line + "\n";
}

TEST(RulePackTest, HoldsAsMuchAsItsBoundsAndNoMore) {
  const std::string head = "rule a\n  predicate a\n  subject ORG\n";
  EXPECT_TRUE(ParseRulePack("p", Rules(kMaxRulesPerPack)).ok());
  EXPECT_TRUE(ParseRulePack("p", head + Words("cue", kMaxCuesPerRule)).ok());
  EXPECT_TRUE(ParseRulePack("p", Words("hint planned", kMaxHintsPerPack)).ok());
  const auto error = [](const std::string& text) { return std::string(ParseRulePack("p", text).status().message()); };
  EXPECT_EQ(error(Rules(kMaxRulesPerPack + 1)), "p:8001: more than 2000 rules");
  EXPECT_EQ(error(head + Words("cue", kMaxCuesPerRule) + "  cue x\n"), "p:5: more than 500 words");
  EXPECT_EQ(error(head + Words("unless", kMaxCuesPerRule + 1)), "p:4: more than 500 words");
  EXPECT_EQ(error(Words("hint planned", kMaxHintsPerPack) + "hint planned x\n"), "p:2: more than 500 hints");
  EXPECT_EQ(error(std::string(kMaxPackBytes + 1, '\n')), "p:1: a rule pack has at most 1048576 bytes");
}

TEST(RuleBookTest, HoldsAsManyRulesAsItsBoundAndNoMore) {
  std::vector<RulePack> packs;
  for (size_t rules = 0; rules < kMaxRules; rules += kMaxRulesPerPack) {
    packs.push_back(*ParseRulePack("p", Rules(kMaxRulesPerPack)));
  }
  EXPECT_TRUE(RuleBook::Make(packs).ok());
  packs.push_back(*ParseRulePack("p", Rules(1)));
  EXPECT_EQ(std::string(RuleBook::Make(packs).status().message()), "more than 20000 rules in all packs");
}

TEST(LexiconTest, WrongFileIsRefusedByNameAndLine) {
  Lexicon lexicon;
  EXPECT_EQ(std::string(lexicon.Add("a.txt", "[gpe]\n[planet] 火星\n").message()),
            "a.txt:2: unknown word class '[planet]'");
  EXPECT_EQ(std::string(lexicon.Add("b.txt", "火星\n").message()), "b.txt:1: a word before the first [class]");
}

}  // namespace
}  // namespace factline::extract
