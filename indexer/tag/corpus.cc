#include "indexer/tag/corpus.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <zlib.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string_view>

#include "protos/vocab/status.h"
#include "protos/vocab/utf8.h"

namespace factline::tag {
namespace {

using google::protobuf::Struct;
using google::protobuf::Value;

constexpr size_t kMaxLineBytes = 1 << 20;

absl::Status Wrong(const std::string& path, size_t line, std::string_view what) {
  return absl::InvalidArgumentError(Cat(path, ":", line, ": ", what));
}

// Calls `read` with each line, without its end, until one fails.
absl::Status ForEachLine(const std::string& path, const std::function<absl::Status(size_t, std::string_view)>& read) {
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "rb"), gzclose);
  if (file == nullptr) return absl::NotFoundError(Cat("cannot open ", path));
  std::string line;
  size_t number = 0;
  const auto end_line = [&]() -> absl::Status {
    ++number;
    while (line.ends_with('\r')) line.pop_back();
    if (line.find('\0') != std::string::npos) return Wrong(path, number, "a NUL byte");
    FL_RETURN_IF_ERROR(read(number, line));
    line.clear();
    return absl::OkStatus();
  };
  char block[1 << 14];
  for (int size; (size = gzread(file.get(), block, sizeof(block))) > 0;) {
    std::string_view rest(block, static_cast<size_t>(size));
    while (!rest.empty()) {
      const size_t end = std::min(rest.find('\n'), rest.size());
      line += rest.substr(0, end);
      if (line.size() > kMaxLineBytes) return Wrong(path, number + 1, "line too long");
      if (end < rest.size()) FL_RETURN_IF_ERROR(end_line());
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  int code = Z_OK;
  const std::string what = gzerror(file.get(), &code);
  if (code != Z_OK && code != Z_STREAM_END) return Wrong(path, number + 1, what);
  if (!line.empty()) FL_RETURN_IF_ERROR(end_line());
  if (number == 0) return Wrong(path, 1, "the file is empty");
  return absl::OkStatus();
}

uint32_t CountOf(std::string_view text) { return static_cast<uint32_t>(CountCodePoints(text)); }

// The spans in order, without those that overlap the one before.
void Tidy(std::vector<GoldSpan>& spans) {
  std::sort(spans.begin(), spans.end(), [](const GoldSpan& a, const GoldSpan& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end_exclusive > b.end_exclusive;
  });
  uint32_t end = 0;
  std::erase_if(spans, [&](const GoldSpan& span) {
    if (span.begin < end) return true;
    end = span.end_exclusive;
    return false;
  });
}

absl::StatusOr<GoldSentence> ParseSpans(std::string_view line) {
  Struct record;
  if (!google::protobuf::util::JsonStringToMessage(std::string(line), &record).ok()) {
    return absl::InvalidArgumentError("no JSON object");
  }
  const auto text = record.fields().find("text");
  const auto entities = record.fields().find("entities");
  if (text == record.fields().end() || !text->second.has_string_value() || entities == record.fields().end()) {
    return absl::InvalidArgumentError("no text or no entities");
  }
  GoldSentence sentence;
  sentence.text = text->second.string_value();
  const uint32_t size = CountOf(sentence.text);
  for (const Value& row : entities->second.list_value().values()) {
    const auto& fields = row.struct_value().fields();
    const auto number = [&](const char* name) {
      const auto it = fields.find(name);
      return it == fields.end() ? -1.0 : it->second.number_value();
    };
    const auto name = fields.find("type");
    const auto type = name == fields.end() ? std::nullopt : ParseTagType(name->second.string_value());
    if (!type.has_value()) return absl::InvalidArgumentError("a span of no known type");
    const double start = number("start"), end = number("end");
    if (!(start >= 0 && start < end && end <= size)) return absl::InvalidArgumentError("a span outside the text");
    sentence.spans.push_back({static_cast<uint32_t>(start), static_cast<uint32_t>(end), *type});
  }
  Tidy(sentence.spans);
  return sentence;
}

// One word of a `word/tag` line, and the bracket that it opens or closes.
struct TaggedWord {
  std::string_view word;
  std::string_view tag;
  bool opens = false;
  std::string_view closes_as;
};

std::optional<TaggedWord> ParseTaggedWord(std::string_view token) {
  TaggedWord parsed;
  if (token.size() > 1 && token[0] == '[' && token[1] != '/') {
    parsed.opens = true;
    token.remove_prefix(1);
  }
  const size_t slash = token.rfind('/');
  if (slash == std::string_view::npos || slash == 0 || slash + 1 == token.size()) return std::nullopt;
  parsed.word = token.substr(0, slash);
  parsed.tag = token.substr(slash + 1);
  if (const size_t close = parsed.tag.find(']'); close != std::string_view::npos) {
    parsed.closes_as = parsed.tag.substr(close + 1);
    parsed.tag = parsed.tag.substr(0, close);
    if (parsed.tag.empty() || parsed.closes_as.empty()) return std::nullopt;
  }
  return parsed;
}

std::optional<TagType> TypeOfTag(std::string_view tag) {
  if (tag == "nr") return TagType::kPerson;
  if (tag == "ns") return TagType::kLoc;
  if (tag == "nt") return TagType::kOrg;
  return std::nullopt;
}

bool IsSurname(std::string_view word) {
  static constexpr std::string_view kTwoCharacters[] = {"欧阳", "司马", "诸葛", "上官", "司徒", "东方", "皇甫",
                                                        "尉迟", "公孙", "慕容", "令狐", "宇文", "南宫", "夏侯"};
  return CountCodePoints(word) == 1 ||
         std::find(std::begin(kTwoCharacters), std::end(kTwoCharacters), word) != std::end(kTwoCharacters);
}

// Reads the words of a line one by one.
class WordLine {
 public:
  absl::Status Add(std::string_view token) {
    const std::optional<TaggedWord> word = ParseTaggedWord(token);
    if (!word.has_value()) return absl::InvalidArgumentError(Cat("no word/tag: '", token, "'"));
    if (word->opens) {
      if (open_.has_value()) return absl::InvalidArgumentError("a bracket inside a bracket");
      open_ = at_;
    }
    const uint32_t begin = at_;
    at_ += CountOf(word->word);
    sentence_.text += word->word;
    sentence_.word_ends.push_back(at_);
    AddName(*word, begin);
    if (!word->closes_as.empty()) {
      if (!open_.has_value()) return absl::InvalidArgumentError("a bracket is closed that was not opened");
      if (const auto type = TypeOfTag(word->closes_as)) sentence_.spans.push_back({*open_, at_, *type});
      open_.reset();
    }
    return absl::OkStatus();
  }

  absl::StatusOr<GoldSentence> Take() {
    if (open_.has_value()) return absl::InvalidArgumentError("a bracket is not closed");
    Tidy(sentence_.spans);
    return std::move(sentence_);
  }

 private:
  void AddName(const TaggedWord& word, uint32_t begin) {
    const std::optional<TagType> type = TypeOfTag(word.tag);
    const bool joins = word.tag == "nr" && surname_.has_value();
    if (joins) {
      sentence_.spans.back().end_exclusive = at_;
    } else if (type.has_value()) {
      sentence_.spans.push_back({begin, at_, *type});
    }
    surname_.reset();
    if (word.tag == "nr" && !joins && IsSurname(word.word)) surname_ = begin;
  }

  GoldSentence sentence_;
  uint32_t at_ = 0;
  std::optional<uint32_t> open_;
  std::optional<uint32_t> surname_;  // where the surname right before begins
};

absl::StatusOr<GoldSentence> ParseWords(std::string_view line) {
  WordLine words;
  bool first = true;  // the paragraph's number
  for (size_t at = line.find_first_not_of(' '); at < line.size();) {
    const size_t end = std::min(line.find(' ', at), line.size());
    if (!first) FL_RETURN_IF_ERROR(words.Add(line.substr(at, end - at)));
    first = false;
    at = std::min(line.find_first_not_of(' ', end), line.size());
  }
  return words.Take();
}

absl::StatusOr<std::vector<GoldSentence>> ReadCorpus(const std::string& path,
                                                     absl::StatusOr<GoldSentence> (*parse)(std::string_view)) {
  std::vector<GoldSentence> sentences;
  FL_RETURN_IF_ERROR(ForEachLine(path, [&](size_t number, std::string_view line) -> absl::Status {
    if (line.find_first_not_of(' ') == std::string_view::npos) return absl::OkStatus();
    if (FirstInvalidUtf8(line).has_value()) return Wrong(path, number, "not UTF-8");
    absl::StatusOr<GoldSentence> sentence = parse(line);
    if (!sentence.ok()) return Wrong(path, number, ToStd(sentence.status().message()));
    if (!sentence->text.empty()) sentences.push_back(*std::move(sentence));
    return absl::OkStatus();
  }));
  return sentences;
}

}  // namespace

absl::StatusOr<std::vector<GoldSentence>> ReadSpanCorpus(const std::string& path) {
  return ReadCorpus(path, ParseSpans);
}

absl::StatusOr<std::vector<GoldSentence>> ReadWordCorpus(const std::string& path) {
  return ReadCorpus(path, ParseWords);
}

absl::StatusOr<std::vector<std::string>> ReadPlainCorpus(const std::string& path) {
  std::vector<std::string> texts;
  FL_RETURN_IF_ERROR(ForEachLine(path, [&](size_t number, std::string_view line) -> absl::Status {
    if (FirstInvalidUtf8(line).has_value()) return Wrong(path, number, "not UTF-8");
    if (!line.empty()) texts.emplace_back(line);
    return absl::OkStatus();
  }));
  return texts;
}

}  // namespace factline::tag
