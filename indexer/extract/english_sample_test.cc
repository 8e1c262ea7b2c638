// Extraction over the English articles in testdata/english, which were annotated before their output was seen. Prints
// precision and recall for each of the groups that its README tells apart, and holds floors for the one whose errors
// were never looked at. With FACTLINE_EXTRACT_JSONL=FILE the output is also written, in the format that eval/score.py
// reads.

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>
#include <vector>

#include "indexer/extract/extraction_json.h"
#include "indexer/extract/extractor.h"
#include "indexer/text/analyzer.h"
#include "protos/vocab/cat.h"

namespace factline::extract {
namespace {

using google::protobuf::Struct;
using google::protobuf::Value;

struct Counts {
  int found = 0, missed = 0, wrong = 0;
  double P() const { return static_cast<double>(found) / std::max(1, found + wrong); }
  double R() const { return static_cast<double>(found) / std::max(1, found + missed); }
  double F1() const { return 2.0 * found / std::max(1, 2 * found + missed + wrong); }
  std::string Show() const { return Cat("P ", P(), " R ", R(), " F1 ", F1()); }
};

struct Sample {
  std::string page;
  Struct gold;
};

std::vector<Sample> Load() {
  std::vector<Sample> samples;
  for (const auto& entry : std::filesystem::directory_iterator("indexer/extract/testdata/english")) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream in(entry.path());
    std::stringstream text;
    text << in.rdbuf();
    Struct file;
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(text.str(), &file).ok()) << entry.path();
    samples.push_back(
        {file.fields().at("page").string_value(), file.fields().at("articles").list_value().values(0).struct_value()});
  }
  std::sort(samples.begin(), samples.end(), [](const Sample& a, const Sample& b) { return a.page < b.page; });
  return samples;
}

const std::string& Field(const Struct& row, const char* name) { return row.fields().at(name).string_value(); }

// The sentences as the sample cuts them; one blank stands between two.
std::vector<Span> Sentences(const Struct& gold) {
  std::vector<Span> sentences;
  uint32_t begin = 0;
  for (const Value& sentence : gold.fields().at("sentences").list_value().values()) {
    const uint32_t end = begin + static_cast<uint32_t>(sentence.string_value().size());
    sentences.push_back({begin, end});
    begin = end + 1;
  }
  return sentences;
}

// Letters and digits in small letters: names are compared so.
std::string Bare(std::string_view name) {
  std::string bare;
  for (const char c : name) {
    if (std::isalnum(static_cast<unsigned char>(c))) bare.push_back(static_cast<char>(std::tolower(c)));
  }
  return bare;
}

using Forms = std::set<std::string>;

std::vector<Forms> GoldNames(const Struct& gold) {
  std::vector<Forms> names;
  for (const Value& row : gold.fields().at("entities").list_value().values()) {
    Forms forms{Bare(Field(row.struct_value(), "name"))};
    for (const Value& alias : row.struct_value().fields().at("aliases").list_value().values()) {
      forms.insert(Bare(alias.string_value()));
    }
    names.push_back(std::move(forms));
  }
  return names;
}

bool Hits(const Forms& forms, const Entity& entity) {
  bool hit = forms.contains(Bare(entity.name));
  for (const std::string& alias : entity.aliases) hit |= forms.contains(Bare(alias));
  return hit;
}

void CountEntities(const Struct& gold, const Extraction& extraction, Counts& counts) {
  const std::vector<Forms> names = GoldNames(gold);
  std::set<size_t> used;
  for (int row = 0; row < static_cast<int>(names.size()); ++row) {
    const std::string& type = Field(gold.fields().at("entities").list_value().values(row).struct_value(), "type");
    bool hit = false;
    for (size_t i = 0; i < extraction.entities.size() && !hit; ++i) {
      const Entity& e = extraction.entities[i];
      hit = !used.contains(i) && EntityTypeName(e.type) == type && Hits(names[row], e);
      if (hit) used.insert(i);
    }
    ++(hit ? counts.found : counts.missed);
  }
  counts.wrong += static_cast<int>(extraction.entities.size() - used.size());
}

// The same name, or a name that the gold knows the other by.
bool SameName(std::string_view a, std::string_view b, const std::vector<Forms>& names) {
  if (Bare(a) == Bare(b)) return true;
  for (const Forms& forms : names) {
    if (forms.contains(Bare(a)) && forms.contains(Bare(b))) return true;
  }
  return false;
}

bool Overlap(std::string_view a, std::string_view b) {
  const std::string x = Bare(a), y = Bare(b);
  return !x.empty() && !y.empty() && (x.find(y) != std::string::npos || y.find(x) != std::string::npos);
}

bool Matches(const Struct& gold, const Fact& fact, const std::vector<Forms>& names) {
  if (Field(gold, "predicate") != fact.predicate) return false;
  const bool same = SameName(Field(gold, "subject"), fact.subject.text, names);
  if (fact.predicate == "measure") {
    const Value& value = gold.fields().at("value");
    if (!fact.value || std::fabs(value.number_value() - fact.value->number) > 1e-6 * value.number_value()) return false;
    const auto& qualifiers = gold.fields().at("qualifiers").struct_value();
    return same || Overlap(Field(gold, "subject"), fact.subject.text) ||
           Overlap(Field(qualifiers, "indicator"), fact.subject.text);
  }
  if (!same) return false;
  if (fact.predicate == "founded") return true;
  if (fact.predicate == "says") return Overlap(Field(gold, "object"), fact.object.text);
  if (fact.predicate == "holds_position") {
    return SameName(Field(gold, "object"), fact.object.text, names) &&
           Bare(Field(gold.fields().at("qualifiers").struct_value(), "title")) == Bare(fact.qualifiers.at("title"));
  }
  return SameName(Field(gold, "object"), fact.object.text, names);
}

void CountFacts(const Struct& gold, const Extraction& extraction, Counts& counts) {
  const std::vector<Forms> names = GoldNames(gold);
  std::vector<bool> used(extraction.facts.size(), false);
  for (const bool optional : {false, true}) {
    for (const Value& value : gold.fields().at("facts").list_value().values()) {
      const Struct& row = value.struct_value();
      if (row.fields().at("optional").bool_value() != optional) continue;
      bool hit = false;
      for (size_t i = 0; i < used.size() && !hit; ++i) {
        hit = !used[i] && Matches(row, extraction.facts[i], names);
        if (hit) used[i] = true;
      }
      if (!optional) ++(hit ? counts.found : counts.missed);
    }
  }
  counts.wrong += static_cast<int>(std::count(used.begin(), used.end(), false));
}

TEST(EnglishSampleTest, FindsEntitiesAndFactsOfAnnotatedArticles) {
  // By the first page of each; the last was never used but to measure.
  constexpr std::pair<std::string_view, std::string_view> kGroups[] = {
      {"en00", "first half"}, {"en07", "second half"}, {"en20", "harder"}, {"en30", "fresh"}};
  const std::vector<Sample> samples = Load();
  ASSERT_GE(samples.size(), 12u);
  const text::Analyzer analyzer;
  const auto extractor = Extractor::Create(BuiltInRulePacks());
  ASSERT_TRUE(extractor.ok()) << extractor.status();
  std::ofstream out;
  if (const char* file = std::getenv("FACTLINE_EXTRACT_JSONL")) out.open(file);

  Counts entities[std::size(kGroups)], facts[std::size(kGroups)];
  for (const Sample& sample : samples) {
    const std::string& body = Field(sample.gold, "body");
    const text::Analysis analysis = analyzer.Analyze(body);
    const std::vector<Span> sentences = Sentences(sample.gold);
    ASSERT_EQ(sentences.back().end_exclusive, body.size()) << sample.page;
    const Extraction extraction = (*extractor)->Extract(analysis, sentences);
    size_t group = 0;
    while (group + 1 < std::size(kGroups) && sample.page >= kGroups[group + 1].first) ++group;
    CountEntities(sample.gold, extraction, entities[group]);
    CountFacts(sample.gold, extraction, facts[group]);
    if (out.is_open()) out << ScoredLine(sample.page, body, extraction) << "\n";
  }
  for (size_t group = 0; group < std::size(kGroups); ++group) {
    std::cout << kGroups[group].second << ": entities " << entities[group].Show() << ", facts " << facts[group].Show()
              << "\n";
  }
  EXPECT_GE(entities[3].F1(), 0.80);
  EXPECT_GE(facts[3].F1(), 0.65);
}

// What one sentence of invented copy gives, as `subject|predicate|object|qualifiers of interest`.
std::vector<std::string> FactsOf(const std::string& body) {
  static const auto* const analyzer = new text::Analyzer();
  static const auto* const extractor = Extractor::Create(BuiltInRulePacks())->release();
  const text::Analysis analysis = analyzer->Analyze(body);
  const std::vector<Span> sentences = {{0, static_cast<uint32_t>(body.size())}};
  std::vector<std::string> facts;
  for (const Fact& fact : extractor->Extract(analysis, sentences).facts) {
    std::string line = Cat(fact.subject.text, "|", fact.predicate, "|");
    line += fact.value ? Cat(fact.value->number, " ", fact.value->unit) : fact.object.text;
    const auto title = fact.qualifiers.find("title");
    facts.push_back(title == fact.qualifiers.end() ? line : Cat(line, "|", title->second));
  }
  return facts;
}

TEST(EnglishGrammarTest, SentencesGiveTheirFacts) {
  const struct {
    const char* in;
    std::vector<std::string> want;
  } kRows[] = {
      {"\"It will be dry,\" said Clara Whitmore, chairman of Aldgate Foods Ltd.",
       {"Clara Whitmore|says|It will be dry", "Clara Whitmore|holds_position|Aldgate Foods Ltd|chairman"}},
      {"Clara Whitmore, its chairman, said Aldgate Foods Ltd would sell two mills.",
       {"Clara Whitmore|holds_position||chairman", "Clara Whitmore|says|Aldgate Foods Ltd would sell two mills",
        "Aldgate Foods Ltd|measure|2 mills"}},
      {"Clara Whitmore told reporters in Leeds that the mill was safe.", {"Clara Whitmore|says|the mill was safe"}},
      {"Aldgate Foods Ltd named Clara Whitmore as its president.",
       {"Clara Whitmore|holds_position|Aldgate Foods Ltd|president"}},
      {"Aldgate Foods Ltd, based in Leeds, was founded in 1931.",
       {"Aldgate Foods Ltd|based_in|Leeds", "Aldgate Foods Ltd|founded|"}},
      {"Aldgate Foods Ltd acquired Norbury Mills Inc for $30 million.",
       {"Aldgate Foods Ltd|invests_in|Norbury Mills Inc", "Aldgate Foods Ltd|measure|3e+07 USD"}},
      {"Clara Whitmore won the Harrow Medal in 2019.", {"Clara Whitmore|awarded|Harrow Medal"}},
      {"Aldgate Foods Ltd employs 1,200 people.", {"Aldgate Foods Ltd|measure|1200 people"}},
  };
  for (const auto& row : kRows) {
    std::vector<std::string> found = FactsOf(row.in);
    std::vector<std::string> want = row.want;
    std::sort(found.begin(), found.end());
    std::sort(want.begin(), want.end());
    EXPECT_EQ(found, want) << row.in;
  }
}

}  // namespace
}  // namespace factline::extract
