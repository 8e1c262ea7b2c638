// Trains the model: `train --data=DIR --output=FILE`. Or measures one: `train --data=DIR --measure=FILE`.

#include <chrono>
#include <cstdio>
#include <fstream>
#include <memory>
#include <optional>
#include <span>
#include <sstream>
#include <string>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "indexer/tag/evaluation.h"
#include "indexer/tag/model.h"
#include "indexer/tag/trainer.h"
#include "protos/vocab/status.h"

ABSL_FLAG(std::string, data, "", "folder of the corpora");
ABSL_FLAG(std::string, plain, "", "file of plain texts, one a line, plain or gzip-compressed; optional");
ABSL_FLAG(std::string, output, "", "file to write the trained model to");
ABSL_FLAG(std::string, gold, "", "folder to write the sentences kept out to, as eval/score_tags.py reads them");
ABSL_FLAG(std::string, first, "", "an earlier model, whose view of the plain texts helps to train the next");
ABSL_FLAG(std::string, measure, "", "model to measure instead of training one");

namespace factline::tag {
namespace {

TrainerOptions Options(bool has_first) {
  TrainerOptions options;
  // The first model is asked for more names: the second learns from where they stand.
  options.name_bias[static_cast<size_t>(Head::kPress)] = has_first ? 0.15f : 0.3f;
  options.heads[static_cast<size_t>(Head::kWords)] = {.epochs = 8, .rate = 0.2f, .drop = 0.1f};
  options.heads[static_cast<size_t>(Head::kPress)] = {.epochs = 8, .rate = 0.12f, .drop = 0.1f, .unknown = 0.05f};
  options.heads[static_cast<size_t>(Head::kDetail)] = {.epochs = 10, .rate = 0.15f, .drop = 0.15f, .unknown = 0.05f};
  return options;
}

absl::Status Measure(const std::string& bytes, const Corpora& corpora) {
  const AlignedModel aligned(bytes);
  FL_ASSIGN_OR_RETURN(const Model model, Model::Parse(aligned.bytes()));
  const Tagger tagger(model);
  constexpr TagType kPressTypes[] = {TagType::kPerson, TagType::kOrg, TagType::kLoc};
  constexpr TagType kAllTypes[] = {TagType::kPerson, TagType::kOrg,   TagType::kLoc,
                                   TagType::kFac,    TagType::kTitle, TagType::kWork};
  const auto print = [](const char* title, const HeadScores& scores) {
    std::fputs(ScoreTable(title, scores).c_str(), stdout);
  };
  const auto names = [&](const char* title, Style style, std::span<const TagType> types,
                         const std::vector<GoldSentence>& gold) {
    print(Cat(title, ", style given").c_str(), EvaluateNames(tagger, style, types, gold));
    print(Cat(title, ", style told by the text").c_str(), EvaluateNames(tagger, std::nullopt, types, gold));
  };
  names("MSRA, kept out", Style::kMsra, kPressTypes, corpora.msra_held_out);
  names("People's Daily, last tenth", Style::kDaily, kPressTypes, corpora.peoples_daily_held_out);
  names("CLUENER, kept out", Style::kWeb, kAllTypes, corpora.cluener_held_out);
  constexpr TagType kDeskTypes[] = {TagType::kPerson, TagType::kOrg,  TagType::kLoc,     TagType::kFac,
                                    TagType::kTitle,  TagType::kWork, TagType::kProduct, TagType::kEvent};
  print("desk, kept out, press head", EvaluateNames(tagger, Style::kNeutral, kPressTypes, corpora.desk_held_out));
  print("desk, kept out, detail head", EvaluateNames(tagger, Style::kDesk, kDeskTypes, corpora.desk_held_out));
  print("People's Daily, last tenth, words", EvaluateWords(tagger, corpora.peoples_daily_held_out));
  return absl::OkStatus();
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream all;
  all << in.rdbuf();
  if (!in) return absl::NotFoundError(Cat("cannot read ", path));
  return std::move(all).str();
}

absl::Status WriteGold(const std::string& path, const std::vector<GoldSentence>& sentences) {
  std::ofstream out(path);
  for (const GoldSentence& sentence : sentences) out << GoldJson(sentence) << "\n";
  return out.flush() ? absl::OkStatus() : absl::InvalidArgumentError(Cat("cannot write ", path));
}

absl::Status Run() {
  FL_ASSIGN_OR_RETURN(const Corpora corpora, ReadCorpora(absl::GetFlag(FLAGS_data), absl::GetFlag(FLAGS_plain)));
  if (const std::string folder = absl::GetFlag(FLAGS_gold); !folder.empty()) {
    FL_RETURN_IF_ERROR(WriteGold(folder + "/msra.jsonl", corpora.msra_held_out));
    FL_RETURN_IF_ERROR(WriteGold(folder + "/peoples_daily.jsonl", corpora.peoples_daily_held_out));
    FL_RETURN_IF_ERROR(WriteGold(folder + "/cluener.jsonl", corpora.cluener_held_out));
  }
  const auto start = std::chrono::steady_clock::now();
  std::string bytes;
  if (const std::string path = absl::GetFlag(FLAGS_measure); !path.empty()) {
    FL_ASSIGN_OR_RETURN(bytes, ReadFile(path));
  } else {
    std::optional<AlignedModel> aligned;
    std::optional<Model> first;
    if (const std::string first_path = absl::GetFlag(FLAGS_first); !first_path.empty()) {
      FL_ASSIGN_OR_RETURN(const std::string first_bytes, ReadFile(first_path));
      aligned.emplace(first_bytes);
      FL_ASSIGN_OR_RETURN(first, Model::Parse(aligned->bytes()));
    }
    bytes = TrainModel(corpora, first.has_value() ? &*first : nullptr, Options(first.has_value()));
    const std::string output = absl::GetFlag(FLAGS_output);
    std::ofstream out(output, std::ios::binary);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!out.flush()) return absl::InvalidArgumentError(Cat("cannot write ", output));
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - start).count();
    std::printf("%s: %zu bytes, trained in %lld s\n", output.c_str(), bytes.size(), static_cast<long long>(seconds));
  }
  return Measure(bytes, corpora);
}

}  // namespace
}  // namespace factline::tag

int main(int argc, char** argv) {
  absl::SetProgramUsageMessage("Trains or measures the tagger's model: --data=DIR (--output=FILE | --measure=FILE)");
  absl::ParseCommandLine(argc, argv);
  if (absl::GetFlag(FLAGS_data).empty() ||
      absl::GetFlag(FLAGS_output).empty() == absl::GetFlag(FLAGS_measure).empty()) {
    std::fprintf(stderr, "train: wants --data=DIR and one of --output=FILE and --measure=FILE\n");
    return 2;
  }
  const absl::Status status = factline::tag::Run();
  if (status.ok()) return 0;
  std::fprintf(stderr, "train: %s\n", std::string(factline::ToStd(status.message())).c_str());
  return 1;
}
