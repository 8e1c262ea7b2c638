#ifndef FACTLINE_INDEXER_TAG_TRAINER_H_
#define FACTLINE_INDEXER_TAG_TRAINER_H_

#include <array>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "indexer/tag/corpus.h"
#include "indexer/tag/crf.h"
#include "indexer/tag/model.h"
#include "indexer/tag/pattern_classes.h"

namespace factline::tag {

// The corpora that the model is made of, each parted into what is learned from and what is kept out to measure with.
struct Corpora {
  std::vector<GoldSentence> msra, msra_held_out;  // blocks of 500 sentences, every ninth block kept out
  std::vector<GoldSentence> peoples_daily, peoples_daily_held_out;  // the last tenth kept out
  std::vector<GoldSentence> cluener, cluener_held_out;              // blocks of 100, every ninth kept out
  // Passages of modern news marked for this project, by the fact model; blocks of 40 sentences, every ninth kept out.
  std::vector<GoldSentence> desk, desk_held_out;
  std::vector<std::string> plain;  // texts without any mark, which words and pairs are parted into classes by
};

// Reads `folder`: msra.train.jsonl.gz, pfr199801.train.txt.gz, cluener.train.jsonl.gz, desk.train.jsonl.gz; and of
// `plain`, unless it is empty, a text a line.
absl::StatusOr<Corpora> ReadCorpora(const std::string& folder, const std::string& plain);

struct TrainerOptions {
  std::array<CrfOptions, kHeadCount> heads;
  int style_epochs = 3;
  PatternClasses::Options classes;
  size_t max_bytes = 19'900'000;
  // Rows whose weights are all smaller are left out, and what remains is trained once more.
  std::array<float, kHeadCount> smallest_weight = {0.15f, 0.15f, 0.14f};
  std::array<int, kHeadCount> last_epochs = {2, 3, 3};
  int desk_times = 2;  // that an epoch learns from each sentence of the desk, which are few
  // Added to the weight of each name's label: what a name missed costs against a wrong one. Chosen on training data.
  std::array<float, kHeadCount> name_bias = {0, 0.15f, 0.1f};
};

// The bytes of a model. Two threads; the same corpora and options give the same bytes.
// `first`, unless it is null, is an earlier model whose view of the plain texts helps to part words into classes.
std::string TrainModel(const Corpora& corpora, const Model* first, const TrainerOptions& options);

}  // namespace factline::tag

#endif  // FACTLINE_INDEXER_TAG_TRAINER_H_
