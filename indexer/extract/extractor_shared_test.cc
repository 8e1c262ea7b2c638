// Extraction against the annotated articles of the shared folder: the bodies as they were annotated, so that nothing
// depends on page splitting. Skipped where the folder is absent. With FACTLINE_EXTRACT_JSONL=FILE the result is also
// written in the format that eval/score.py reads.

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>

#include "indexer/extract/extraction_json.h"
#include "indexer/extract/extractor.h"
#include "indexer/text/analyzer.h"

namespace factline::extract {
namespace {

using google::protobuf::Struct;
using google::protobuf::Value;

std::string Read(const std::filesystem::path& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// Sentences as the chunker cuts them: behind 。！？ and the closing quotes that follow, unless the sentence goes on.
std::vector<Span> Sentences(std::string_view body) {
  std::vector<Span> sentences;
  size_t begin = 0;
  const auto end_at = [&](size_t end) {
    const size_t from = std::min(body.find_first_not_of(" \n", begin), end);
    if (end > from) sentences.push_back({static_cast<uint32_t>(from), static_cast<uint32_t>(end)});
    begin = end;
  };
  const auto one_of = [&](size_t at, std::initializer_list<std::string_view> marks) {
    for (const std::string_view mark : marks) {
      if (body.substr(at).starts_with(mark)) return true;
    }
    return false;
  };
  for (size_t at = 0; at < body.size();) {
    if (body[at] == '\n') {
      end_at(at++);
    } else if (one_of(at, {"。", "！", "？"})) {
      while (one_of(at, {"。", "！", "？"})) at += 3;
      const size_t marks_end = at;
      while (one_of(at, {"”", "’", "）", "》"})) at += 3;
      if (at == marks_end || !one_of(at, {"，", "、", "；", "：", "的", "等", "与", "和", "之"})) end_at(at);
    } else {
      ++at;
    }
  }
  end_at(body.size());
  return sentences;
}

struct Counts {
  int found = 0, missed = 0, wrong = 0;
  double F1() const { return 2.0 * found / std::max(1, 2 * found + missed + wrong); }
};

// Names are compared as score.py does, but for NFKC: blanks and marks aside.
std::string Bare(std::string_view name) {
  static const char* const kMarks[] = {"“",  "”",  "‘",  "’", "《", "》", "「", "」", "『",
                                       "』", "（", "）", "·", "，", "。", "、", "："};
  std::string bare(name);
  for (const char* mark : kMarks) {
    for (size_t at; (at = bare.find(mark)) != std::string::npos;) bare.erase(at, std::string_view(mark).size());
  }
  std::erase_if(bare, [](char c) {
    return c == ' ' || c == '\n' || c == '"' || c == '\'' || c == '(' || c == ')' || c == ',' || c == ':';
  });
  return bare;
}

void CountEntities(const Struct& gold, const Extraction& extraction, Counts& counts) {
  std::set<size_t> used;
  for (const Value& row : gold.fields().at("entities").list_value().values()) {
    const auto& fields = row.struct_value().fields();
    std::set<std::string> forms{Bare(fields.at("name").string_value())};
    if (fields.contains("aliases")) {
      for (const Value& alias : fields.at("aliases").list_value().values()) forms.insert(Bare(alias.string_value()));
    }
    bool hit = false;
    for (size_t i = 0; i < extraction.entities.size() && !hit; ++i) {
      const Entity& e = extraction.entities[i];
      if (used.contains(i) || EntityTypeName(e.type) != fields.at("type").string_value()) continue;
      hit = forms.contains(Bare(e.name));
      for (const std::string& alias : e.aliases) hit |= forms.contains(Bare(alias));
      if (hit) used.insert(i);
    }
    ++(hit ? counts.found : counts.missed);
  }
  counts.wrong += static_cast<int>(extraction.entities.size() - used.size());
}

TEST(ExtractorSharedTest, FindsTheEntitiesOfTheAnnotatedArticles) {
  const char* shared = std::getenv("FACTLINE_SHARED");
  if (shared == nullptr || !std::filesystem::exists(std::filesystem::path(shared) / "eval/gold")) {
    GTEST_SKIP() << "FACTLINE_SHARED names no folder with eval/gold";
  }
  const text::Analyzer analyzer;
  const auto extractor =
      Extractor::Create(BuiltInRulePacks(), {.tagged_names = std::getenv("FACTLINE_TAGGED") != nullptr});
  ASSERT_TRUE(extractor.ok()) << extractor.status();
  std::ofstream out;
  if (const char* file = std::getenv("FACTLINE_EXTRACT_JSONL")) out.open(file);

  Counts counts;
  for (const char* set : {"gold", "gold_news"}) {
    for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(shared) / "eval" / set)) {
      Struct file;
      ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(Read(entry.path()), &file).ok()) << entry.path();
      for (const Value& article : file.fields().at("articles").list_value().values()) {
        const Struct& gold = article.struct_value();
        const std::string& body = gold.fields().at("body").string_value();
        const text::Analysis analysis = analyzer.Analyze(body);
        const std::vector<Span> sentences = Sentences(body);
        const Extraction extraction = (*extractor)->Extract(analysis, sentences);
        CountEntities(gold, extraction, counts);
        if (out.is_open()) out << ScoredLine(file.fields().at("page").string_value(), body, extraction) << "\n";
      }
    }
  }
  std::cout << "entities: found " << counts.found << ", missed " << counts.missed << ", wrong " << counts.wrong
            << ", F1 " << counts.F1() << "\n";
  EXPECT_GE(counts.F1(), 0.78);
}

}  // namespace
}  // namespace factline::extract
