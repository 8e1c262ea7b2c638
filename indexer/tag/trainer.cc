#include "indexer/tag/trainer.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <thread>
#include <tuple>
#include <utility>

#include "indexer/tag/model_builder.h"
#include "indexer/tag/press_names.h"
#include "indexer/tag/press_reader.h"
#include "indexer/tag/style_learner.h"
#include "indexer/tag/training_set.h"
#include "indexer/text/dictionary.h"
#include "protos/vocab/status.h"

namespace factline::tag {
namespace {

constexpr size_t kKeptOutEvery = 9;

// Every ninth block goes to the second list: whole stretches, so that a sentence's neighbours are kept out with it.
std::pair<std::vector<GoldSentence>, std::vector<GoldSentence>> PartByBlocks(std::vector<GoldSentence> all,
                                                                             size_t block) {
  std::pair<std::vector<GoldSentence>, std::vector<GoldSentence>> parts;
  for (size_t i = 0; i < all.size(); ++i) {
    (i / block % kKeptOutEvery == kKeptOutEvery - 1 ? parts.second : parts.first).push_back(std::move(all[i]));
  }
  return parts;
}

struct TrainedHead {
  Vocabulary vocabulary;
  std::unique_ptr<Crf> crf;
};

void DropSmallRows(float smallest, const Vocabulary& vocabulary, Crf& crf) {
  for (uint32_t r = 0; r < vocabulary.row_count(); ++r) {
    const float* row = crf.row(r);
    if (std::all_of(row, row + crf.lanes(), [&](float w) { return std::abs(w) < smallest; })) crf.SetDead(r);
  }
}

TrainedHead TrainHead(Head head, const std::vector<StyledSentences>& corpora, const MorePatterns& more,
                      const PatternClasses* classes, const TrainerOptions& options) {
  const size_t index = static_cast<size_t>(head);
  TrainedHead trained{.vocabulary = Vocabulary(classes)};
  TrainingSet set(head, text::Dictionary(), more);
  for (const StyledSentences& corpus : corpora) set.Count(corpus, trained.vocabulary);
  trained.vocabulary.Close();
  for (const StyledSentences& corpus : corpora) set.Add(corpus, trained.vocabulary);
  trained.crf = std::make_unique<Crf>(head, trained.vocabulary.row_count());
  trained.crf->Train(set.windows(), options.heads[index]);
  DropSmallRows(options.smallest_weight[index], trained.vocabulary, *trained.crf);
  CrfOptions last = options.heads[index];
  last.epochs = options.last_epochs[index];
  last.rate *= 0.2f;
  trained.crf->Train(set.windows(), last);
  return trained;
}

}  // namespace

absl::StatusOr<Corpora> ReadCorpora(const std::string& folder, const std::string& plain) {
  Corpora corpora;
  if (!plain.empty()) {
    FL_ASSIGN_OR_RETURN(corpora.plain, ReadPlainCorpus(plain));
  }
  FL_ASSIGN_OR_RETURN(std::vector<GoldSentence> msra, ReadSpanCorpus(folder + "/msra.train.jsonl.gz"));
  std::tie(corpora.msra, corpora.msra_held_out) = PartByBlocks(std::move(msra), 500);
  FL_ASSIGN_OR_RETURN(std::vector<GoldSentence> cluener, ReadSpanCorpus(folder + "/cluener.train.jsonl.gz"));
  std::tie(corpora.cluener, corpora.cluener_held_out) = PartByBlocks(std::move(cluener), 100);
  FL_ASSIGN_OR_RETURN(std::vector<GoldSentence> desk, ReadSpanCorpus(folder + "/desk.train.jsonl.gz"));
  std::tie(corpora.desk, corpora.desk_held_out) = PartByBlocks(std::move(desk), 40);
  FL_ASSIGN_OR_RETURN(corpora.peoples_daily, ReadWordCorpus(folder + "/pfr199801.train.txt.gz"));
  const auto last_tenth = corpora.peoples_daily.begin() + static_cast<ptrdiff_t>(corpora.peoples_daily.size() * 9 / 10);
  corpora.peoples_daily_held_out.assign(last_tenth, corpora.peoples_daily.end());
  corpora.peoples_daily.erase(last_tenth, corpora.peoples_daily.end());
  return corpora;
}

std::string TrainModel(const Corpora& corpora, const Model* first, const TrainerOptions& options) {
  std::optional<Tagger> tagger;
  if (first != nullptr) tagger.emplace(*first);
  PatternClasses classes{text::Dictionary()};
  for (const std::string& text : corpora.plain) classes.Add(text, tagger.has_value() ? &*tagger : nullptr);
  for (const auto* corpus : {&corpora.msra, &corpora.peoples_daily, &corpora.cluener, &corpora.desk}) {
    for (const GoldSentence& sentence : *corpus) classes.Add(sentence.text);
  }
  classes.Close(options.classes);
  TrainedHead words, press, detail;
  StyleLearner styles;
  std::thread other([&] {
    words = TrainHead(Head::kWords, {{corpora.peoples_daily}}, nullptr, &classes, options);
    const text::Dictionary dictionary;
    styles.Add(dictionary, corpora.msra, Style::kMsra);
    styles.Add(dictionary, corpora.peoples_daily, Style::kDaily);
    styles.Add(dictionary, corpora.cluener, Style::kWeb);
    styles.Train(options.style_epochs);
  });
  press = TrainHead(Head::kPress, {{corpora.msra, Style::kMsra}, {corpora.peoples_daily, Style::kDaily}}, nullptr,
                    &classes, options);
  PressReader reader({press.crf.get(), &press.vocabulary, options.name_bias[static_cast<size_t>(Head::kPress)]});
  detail = TrainHead(
      Head::kDetail, {{corpora.cluener, Style::kWeb}, {corpora.desk, Style::kDesk, options.desk_times}},
      [&](const PatternFinder& window, size_t size, std::vector<Pattern>& patterns) {
        AddPressNamePatterns(reader.LabelsOf(window, size), size, patterns);
      },
      &classes, options);
  other.join();
  std::array<HeadWeights, kHeadCount> heads;
  heads[static_cast<size_t>(Head::kWords)] = {words.crf.get(), &words.vocabulary};
  heads[static_cast<size_t>(Head::kPress)] = {press.crf.get(), &press.vocabulary};
  heads[static_cast<size_t>(Head::kDetail)] = {detail.crf.get(), &detail.vocabulary};
  for (size_t head = 0; head < kHeadCount; ++head) heads[head].name_bias = options.name_bias[head];
  return BuildModel(heads, styles, text::Dictionary().fingerprint(), options.max_bytes);
}

}  // namespace factline::tag
