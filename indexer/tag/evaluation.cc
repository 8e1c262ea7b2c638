#include "indexer/tag/evaluation.h"

#include <algorithm>
#include <cstdio>

#include "protos/vocab/json_writer.h"
#include "protos/vocab/utf8.h"

namespace factline::tag {
namespace {

// Byte spans as spans of code points. `spans` are in order.
class CodePointOffsets {
 public:
  explicit CodePointOffsets(std::string_view text) : text_(text) {}

  uint32_t Of(uint32_t byte) {  // called with growing bytes
    while (byte_ < byte) {
      byte_ += DecodeUtf8(text_, byte_).size_bytes;
      ++code_point_;
    }
    return code_point_;
  }

 private:
  const std::string_view text_;
  size_t byte_ = 0;
  uint32_t code_point_ = 0;
};

std::vector<GoldSpan> NamesFound(std::string_view text, const std::vector<TaggedName>& names) {
  std::vector<GoldSpan> spans;
  CodePointOffsets offsets(text);
  for (const TaggedName& name : names) {
    const uint32_t begin = offsets.Of(name.span.begin);
    spans.push_back({begin, offsets.Of(name.span.end_exclusive), name.type});
  }
  return spans;
}

std::vector<GoldSpan> WordsFound(std::string_view text, const std::vector<Span>& words) {
  std::vector<GoldSpan> spans;
  CodePointOffsets offsets(text);
  for (const Span& word : words) {
    const uint32_t begin = offsets.Of(word.begin);
    spans.push_back({begin, offsets.Of(word.end_exclusive), TagType::kPerson});
  }
  return spans;
}

std::vector<GoldSpan> GoldWords(const GoldSentence& sentence) {
  std::vector<GoldSpan> spans;
  uint32_t begin = 0;
  for (const uint32_t end : sentence.word_ends) {
    spans.push_back({begin, end, TagType::kPerson});
    begin = end;
  }
  return spans;
}

void Count(const std::vector<GoldSpan>& gold, const std::vector<GoldSpan>& found, HeadScores& scores) {
  for (const GoldSpan& span : found) {
    SpanCounts& type = scores.by_type[static_cast<size_t>(span.type)];
    const bool right = std::binary_search(gold.begin(), gold.end(), span);
    ++(right ? type.right : type.wrong);
    ++(right ? scores.all.right : scores.all.wrong);
  }
  for (const GoldSpan& span : gold) {
    if (std::binary_search(found.begin(), found.end(), span)) continue;
    ++scores.by_type[static_cast<size_t>(span.type)].missed;
    ++scores.all.missed;
  }
}

std::string Row(std::string_view name, const SpanCounts& counts) {
  char line[160];
  std::snprintf(line, sizeof(line), "  %-8.*s P %.4f  R %.4f  F1 %.4f  gold %llu\n", static_cast<int>(name.size()),
                name.data(), counts.precision(), counts.recall(), counts.f1(),
                static_cast<unsigned long long>(counts.right + counts.missed));
  return line;
}

}  // namespace

HeadScores EvaluateNames(const Tagger& tagger, std::optional<Style> style, std::span<const TagType> types,
                         const std::vector<GoldSentence>& gold) {
  const auto of_other_type = [&](const GoldSpan& span) {
    return std::find(types.begin(), types.end(), span.type) == types.end();
  };
  HeadScores scores;
  Tagger::Scratch scratch;
  Tagging tagging;
  Tagger::Options options = {.words = false, .style = style};
  for (const GoldSentence& sentence : gold) {
    tagger.Tag(sentence.text, options, scratch, tagging);
    options.before = tagging.evidence;
    std::vector<GoldSpan> want = sentence.spans, found = NamesFound(sentence.text, tagging.names);
    std::erase_if(want, of_other_type);
    std::erase_if(found, of_other_type);
    Count(want, found, scores);
  }
  return scores;
}

HeadScores EvaluateWords(const Tagger& tagger, const std::vector<GoldSentence>& gold) {
  HeadScores scores;
  Tagger::Scratch scratch;
  Tagging tagging;
  for (const GoldSentence& sentence : gold) {
    if (sentence.word_ends.empty()) continue;
    tagger.Tag(sentence.text, {.names = false}, scratch, tagging);
    Count(GoldWords(sentence), WordsFound(sentence.text, tagging.words), scores);
  }
  return scores;
}

std::string GoldJson(const GoldSentence& sentence) {
  std::string line;
  JsonWriter json(&line);
  json.BeginObject();
  json.Member("text", sentence.text);
  json.Key("entities");
  json.BeginArray();
  for (const GoldSpan& span : sentence.spans) {
    json.BeginObject();
    json.Member("type", TagTypeName(span.type));
    json.Key("start");
    json.Number(span.begin);
    json.Key("end");
    json.Number(span.end_exclusive);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  return line;
}

std::string ScoreTable(std::string_view title, const HeadScores& scores) {
  const auto occurs = [](const SpanCounts& counts) { return counts.right + counts.wrong + counts.missed > 0; };
  const bool one_type = std::count_if(scores.by_type.begin(), scores.by_type.end(), occurs) == 1;
  std::string table = std::string(title) + "\n";
  for (size_t type = 0; type < kTagTypeCount; ++type) {
    if (one_type || !occurs(scores.by_type[type])) continue;
    table += Row(TagTypeName(static_cast<TagType>(type)), scores.by_type[type]);
  }
  return table + Row("all", scores.all);
}

}  // namespace factline::tag
