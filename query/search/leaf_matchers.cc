#include "query/search/leaf_matchers.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "query/search/word_matcher.h"

namespace factline::query {
namespace {

using store::NormField;

uint32_t SeekCursor(store::PostingCursor* cursor, uint32_t target) {
  return cursor->doc() < target ? cursor->SeekGE(target) : cursor->doc();
}

class WordMatcher final : public BlockSkippingMatcher {
 public:
  WordMatcher(const store::SegmentView& segment, const Bm25& bm25, double idf, CursorPtr title, CursorPtr body,
              Interrupt* interrupt)
      : BlockSkippingMatcher(interrupt),
        title_(segment, bm25, idf, NormField::kTitle, std::move(title)),
        body_(segment, bm25, idf, NormField::kBody, std::move(body)),
        doc_(std::min(title_.doc(), body_.doc())) {}

  uint32_t doc() const override { return doc_; }
  uint32_t Next() override { return doc_ == kNoMoreDocs ? doc_ : SeekGE(doc_ + 1); }

  uint32_t SeekGE(uint32_t target) override {
    if (target <= doc_) return doc_;
    doc_ = SettleFrom(target, [this](uint32_t from) {
      title_.Seek(from);
      body_.Seek(from);
      return std::min(title_.doc(), body_.doc());
    });
    return doc_;
  }

  bool Confirm() override { return true; }

  double Score() override {
    const double title = title_.doc() == doc_ ? title_.Score() : 0;
    return body_.doc() == doc_ ? title + body_.Score() : title;
  }

  double max_score() const override { return title_.max_score() + body_.max_score(); }

  ScoreBound BoundFrom(uint32_t target) override {
    if (body_.doc() == kNoMoreDocs) return title_.BoundFrom(target);
    const ScoreBound body = body_.BoundFrom(target);
    // Titles are sparse: up to the next one the body's bound is all.
    if (title_.doc() > body.last_doc_inclusive) return body;
    const ScoreBound title = title_.BoundFrom(target);
    return {std::min(title.last_doc_inclusive, body.last_doc_inclusive), title.max_score + body.max_score};
  }

  uint64_t cost() const override { return title_.cost() + body_.cost(); }

  absl::Status status() const override {
    absl::Status status = title_.status();
    return status.ok() ? body_.status() : status;
  }

 private:
  WordSide title_;
  WordSide body_;
  uint32_t doc_;
};

// Finds where all of one field's grams meet: by leapfrog, and where they meet often, by whole blocks held against each
// other. Counts the phrase there.
class PhraseWalker {
 public:
  PhraseWalker(const store::SegmentView& segment, const Bm25& bm25, double idf, PhraseSide side, Interrupt* interrupt)
      : interrupt_(*interrupt),
        norms_(segment.Norms(side.field)),
        base_doc_(segment.base_doc()),
        weight_(bm25.WeightOf(side.field, idf)),
        shape_(std::move(side.shape)) {
    for (size_t i = 0; i < side.cursors.size(); ++i) {
      side.cursors[i]->Next();
      grams_.push_back({std::move(side.cursors[i]), shape_.offsets[i], i});
    }
    std::sort(grams_.begin(), grams_.end(), [](const Gram& a, const Gram& b) {
      return a.cursor->document_frequency() < b.cursor->document_frequency();
    });
    std::vector<store::Impacts> impacts;
    for (const Gram& gram : grams_) impacts.push_back(gram.cursor->impacts());
    max_score_ = BoundOf(impacts);
    Seek(0);
  }

  uint32_t doc() const { return doc_; }
  uint64_t cost() const { return grams_.front().cursor->document_frequency(); }
  double max_score() const { return max_score_; }

  void Seek(uint32_t target) {
    for (; next_met_ < met_count_; ++next_met_) {
      if (met_docs_[next_met_] < target) continue;
      StandOnMet(next_met_++);
      return;
    }
    if (met_count_ > 0 && met_end_ != kNoMoreDocs) target = std::max(target, met_end_ + 1);
    uint32_t candidate = SeekCursor(grams_.front().cursor.get(), target);
    for (size_t i = 1; i < grams_.size() && candidate != kNoMoreDocs;) {
      if (interrupt_.Ends()) {
        doc_ = kNoMoreDocs;
        return;
      }
      const uint32_t found = SeekCursor(grams_[i].cursor.get(), candidate);
      if (found == candidate) {
        ++i;
      } else {
        candidate = SeekCursor(grams_.front().cursor.get(), found);
        i = 1;
      }
    }
    doc_ = candidate;
    if (doc_ != kNoMoreDocs && grams_.size() > 1) MeetInBlocks();
  }

  // How often the phrase stands in the candidate's field.
  uint32_t Frequency() {
    if (grams_.size() == 1) return grams_.front().cursor->frequency();
    if (shape_.slop > 0) return LooseFrequency();
    ReadPositions(grams_.front(), &starts_);
    size_t kept = 0;
    for (const uint32_t position : starts_) {
      if (position >= grams_.front().offset) starts_[kept++] = position - grams_.front().offset;
    }
    starts_.resize(kept);
    for (size_t i = 1; i < grams_.size() && !starts_.empty(); ++i) {
      ReadPositions(grams_[i], &others_);
      KeepFollowed(grams_[i].offset);
    }
    return static_cast<uint32_t>(starts_.size());
  }

  // The most that the candidate may score; positions are not looked at.
  double CandidateBound() const {
    uint32_t frequency = UINT32_MAX;
    for (const Gram& gram : grams_) frequency = std::min(frequency, gram.cursor->frequency());
    return Score(frequency);
  }

  double Score(uint32_t frequency) const { return weight_(frequency, norms_[doc_ - base_doc_]); }

  ScoreBound BoundFrom(uint32_t target) const {
    if (doc_ == kNoMoreDocs) return {};
    const uint32_t from = std::max(target, doc_);
    ScoreBound bound;
    impacts_.clear();
    for (const Gram& gram : grams_) {
      const store::PostingCursor::BlockBound block = gram.cursor->ShallowSeek(from);
      bound.last_doc_inclusive = std::min(bound.last_doc_inclusive, block.last_doc_inclusive);
      impacts_.push_back(block.impacts);
    }
    bound.max_score = BoundOf(impacts_);
    return bound;
  }

  absl::Status status() const {
    if (!status_.ok()) return status_;
    for (const Gram& gram : grams_) {
      if (!gram.cursor->status().ok()) return gram.cursor->status();
    }
    return absl::OkStatus();
  }

 private:
  struct Gram {
    CursorPtr cursor;
    uint32_t offset = 0;
    size_t index = 0;  // in shape_
  };

  uint32_t LooseFrequency() {
    places_.resize(grams_.size());
    for (const Gram& gram : grams_) {
      places_[gram.index].clear();
      status_.Update(gram.cursor->Positions(&places_[gram.index]));
    }
    return status_.ok() ? static_cast<uint32_t>(FindPhrase(shape_, places_).size()) : 0;
  }

  // What the phrase may weigh where these are its grams' impacts: it is no more frequent than its rarest gram, its
  // document no shorter than each gram's shortest, and it is below each gram's impacts.
  double BoundOf(const std::vector<store::Impacts>& grams) const {
    store::Impact least{store::kUnboundedFrequency, 0};
    for (const store::Impacts& gram : grams) {
      least.max_frequency = std::min(least.max_frequency, gram.front().max_frequency);
      uint8_t min_norm = UINT8_MAX;
      for (const store::Impact& impact : gram) {
        if (impact.max_frequency > 0) min_norm = std::min(min_norm, impact.min_norm);
      }
      least.min_norm = std::max(least.min_norm, min_norm);
    }
    double bound = std::numeric_limits<double>::infinity();
    for (store::Impacts gram : grams) {
      for (store::Impact& impact : gram) {
        impact.max_frequency = std::min(impact.max_frequency, least.max_frequency);
        impact.min_norm = std::max(impact.min_norm, least.min_norm);
      }
      bound = std::min(bound, weight_.Bound(gram));
    }
    return bound;
  }

  void ReadPositions(const Gram& gram, std::vector<uint32_t>* positions) {
    absl::Status status = gram.cursor->Positions(positions);
    if (status.ok()) return;
    status_ = std::move(status);
    positions->clear();
  }

  // Of starts_, those that others_ has `offset` further on.
  void KeepFollowed(uint32_t offset) {
    size_t kept = 0, at = 0;
    for (const uint32_t start : starts_) {
      const uint64_t wanted = uint64_t{start} + offset;
      while (at < others_.size() && others_[at] < wanted) ++at;
      if (at == others_.size()) break;
      starts_[kept] = start;
      kept += others_[at] == wanted;
    }
    starts_.resize(kept);
  }

  // Where all cursors stand on one document: finds all documents of their present blocks where they meet, that one
  // first.
  void MeetInBlocks() {
    uint32_t last = kNoMoreDocs;
    for (const Gram& gram : grams_) last = std::min(last, BlockPart::EndOf(*gram.cursor));
    met_end_ = last;
    const BlockPart rarest = BlockPart::Of(*grams_.front().cursor, last);
    met_count_ = next_met_ = 0;
    if (rarest.end - rarest.begin < kWorthMeeting) return;
    met_places_.resize(grams_.size());
    for (uint32_t place = rarest.begin; place < rarest.end; ++place) {
      met_docs_[met_count_] = rarest.docs[place] + rarest.base;
      met_places_[0][met_count_++] = static_cast<uint8_t>(place);
    }
    for (size_t i = 1; i < grams_.size(); ++i) {
      const BlockPart part = BlockPart::Of(*grams_[i].cursor, last);
      uint8_t kept[kRoom], places[kRoom];
      met_count_ = Intersect({met_docs_.data(), 0, met_count_}, part.run(), kept, places);
      for (uint32_t at = 0; at < met_count_; ++at) {
        met_docs_[at] = met_docs_[kept[at]];
        for (size_t before = 0; before < i; ++before) met_places_[before][at] = met_places_[before][kept[at]];
        met_places_[i][at] = static_cast<uint8_t>(part.begin + places[at]);
      }
    }
    StandOnMet(next_met_++);
  }

  void StandOnMet(uint32_t at) {
    doc_ = met_docs_[at];
    for (size_t i = 0; i < grams_.size(); ++i) grams_[i].cursor->MoveTo(met_places_[i][at]);
  }

  static constexpr uint32_t kRoom = store::kMaxBlockPostings + 4;
  static constexpr uint32_t kWorthMeeting = 6;

  Interrupt& interrupt_;
  const uint8_t* const norms_;  // of the segment, from base_doc_ on
  const uint32_t base_doc_;
  const WordWeight weight_;
  PhraseShape shape_;
  std::vector<Gram> grams_;  // rarest first
  double max_score_ = 0;
  uint32_t doc_ = kNoMoreDocs;
  absl::Status status_;
  // Documents where the grams meet, found ahead of doc_, and by gram the places in the cursors' blocks.
  std::array<uint32_t, kRoom> met_docs_;
  std::vector<std::array<uint8_t, kRoom>> met_places_;
  uint32_t met_count_ = 0;
  uint32_t met_end_ = 0;  // inclusive: they are all up to it
  uint32_t next_met_ = 0;
  std::vector<uint32_t> starts_, others_;
  std::vector<std::vector<uint32_t>> places_;    // by gram of shape_
  mutable std::vector<store::Impacts> impacts_;  // of the grams, while a bound is found
};

class PhraseMatcher final : public BlockSkippingMatcher {
 public:
  PhraseMatcher(const store::SegmentView& segment, const Bm25& bm25, double idf, std::vector<PhraseSide> sides,
                Interrupt* interrupt)
      : BlockSkippingMatcher(interrupt) {
    for (PhraseSide& side : sides) walkers_.emplace_back(segment, bm25, idf, std::move(side), interrupt);
    doc_ = Least();
  }

  uint32_t doc() const override { return doc_; }
  uint32_t Next() override { return doc_ == kNoMoreDocs ? doc_ : SeekGE(doc_ + 1); }

  uint32_t SeekGE(uint32_t target) override {
    if (target <= doc_) return doc_;
    do {
      doc_ = SettleFrom(target, [this](uint32_t from) {
        for (PhraseWalker& walker : walkers_) {
          if (walker.doc() < from) walker.Seek(from);
        }
        return Least();
      });
      target = doc_ + 1;
    } while (threshold() > 0 && doc_ != kNoMoreDocs && !MayBeat(CandidateBound(), threshold()));
    return doc_;
  }

  bool Confirm() override {
    if (confirmed_doc_ == doc_) return matches_;
    confirmed_doc_ = doc_;
    matches_ = false;
    score_ = 0;
    for (PhraseWalker& walker : walkers_) {
      if (walker.doc() != doc_) continue;
      const uint32_t frequency = walker.Frequency();
      if (frequency == 0) continue;
      matches_ = true;
      score_ += walker.Score(frequency);
    }
    return matches_;
  }

  double Score() override { return score_; }

  double max_score() const override {
    double sum = 0;
    for (const PhraseWalker& walker : walkers_) sum += walker.max_score();
    return sum;
  }

  ScoreBound BoundFrom(uint32_t target) override {
    ScoreBound sum;
    for (const PhraseWalker& walker : walkers_) {
      const ScoreBound bound = walker.BoundFrom(target);
      sum.last_doc_inclusive = std::min(sum.last_doc_inclusive, bound.last_doc_inclusive);
      sum.max_score += bound.max_score;
    }
    return sum;
  }

  uint64_t cost() const override {
    uint64_t sum = 0;
    for (const PhraseWalker& walker : walkers_) sum += walker.cost();
    return sum;
  }

  absl::Status status() const override {
    for (const PhraseWalker& walker : walkers_) {
      absl::Status status = walker.status();
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

 private:
  double CandidateBound() const {
    double sum = 0;
    for (const PhraseWalker& walker : walkers_) {
      if (walker.doc() == doc_) sum += walker.CandidateBound();
    }
    return sum;
  }

  uint32_t Least() const {
    uint32_t least = kNoMoreDocs;
    for (const PhraseWalker& walker : walkers_) least = std::min(least, walker.doc());
    return least;
  }

  std::vector<PhraseWalker> walkers_;
  uint32_t doc_ = kNoMoreDocs;
  uint32_t confirmed_doc_ = kNoMoreDocs;
  bool matches_ = false;
  double score_ = 0;
};

// What matches without a score.
class Unscored : public Matcher {
 public:
  uint32_t Next() override { return doc() == kNoMoreDocs ? doc() : SeekGE(doc() + 1); }
  bool Confirm() override { return true; }
  double Score() override { return 0; }
  double max_score() const override { return 0; }
  ScoreBound BoundFrom(uint32_t) override { return {}; }
  void SetThreshold(double) override {}
};

class AllMatcher : public Unscored {
 public:
  explicit AllMatcher(const store::SegmentView& segment)
      : doc_(segment.doc_count() == 0 ? kNoMoreDocs : segment.base_doc()),
        last_(segment.base_doc() + segment.doc_count() - 1),
        cost_(segment.doc_count()) {}
  uint32_t doc() const override { return doc_; }
  uint32_t SeekGE(uint32_t target) override {
    if (doc_ != kNoMoreDocs && target > doc_) doc_ = target > last_ ? kNoMoreDocs : target;
    return doc_;
  }
  uint64_t cost() const override { return cost_; }
  absl::Status status() const override { return absl::OkStatus(); }

 private:
  uint32_t doc_;
  const uint32_t last_;
  const uint64_t cost_;
};

class PublishedMatcher final : public AllMatcher {
 public:
  PublishedMatcher(const store::SegmentView& segment, int64_t first_second, int64_t last_second)
      : AllMatcher(segment), segment_(segment), first_second_(first_second), last_second_(last_second) {}
  bool Confirm() override {
    const int64_t seconds = segment_.PublishedSeconds(doc());
    return first_second_ <= seconds && seconds <= last_second_;
  }

 private:
  const store::SegmentView& segment_;
  const int64_t first_second_;
  const int64_t last_second_;
};

}  // namespace

std::unique_ptr<Matcher> MakeWordMatcher(const store::SegmentView& segment, const Bm25& bm25, double idf,
                                         CursorPtr title, CursorPtr body, Interrupt* interrupt) {
  if (title == nullptr || body == nullptr) {
    const NormField field = body == nullptr ? NormField::kTitle : NormField::kBody;
    WordSide side(segment, bm25, idf, field, std::move(body == nullptr ? title : body));
    return std::make_unique<FieldWordMatcher>(std::move(side), interrupt);
  }
  return std::make_unique<WordMatcher>(segment, bm25, idf, std::move(title), std::move(body), interrupt);
}

std::unique_ptr<Matcher> MakePhraseMatcher(const store::SegmentView& segment, const Bm25& bm25, double idf,
                                           std::vector<PhraseSide> sides, Interrupt* interrupt) {
  return std::make_unique<PhraseMatcher>(segment, bm25, idf, std::move(sides), interrupt);
}

std::unique_ptr<Matcher> MakeTermFilter(const store::SegmentView& segment, const Bm25& bm25, CursorPtr cursor,
                                        Interrupt* interrupt) {
  WordSide side(segment, bm25, /*idf=*/0, NormField::kBody, std::move(cursor));
  return std::make_unique<FieldWordMatcher>(std::move(side), interrupt);
}

std::unique_ptr<Matcher> MakeAllMatcher(const store::SegmentView& segment) {
  return std::make_unique<AllMatcher>(segment);
}

std::unique_ptr<Matcher> MakePublishedMatcher(const store::SegmentView& segment, int64_t first_second,
                                              int64_t last_second) {
  return std::make_unique<PublishedMatcher>(segment, first_second, last_second);
}

}  // namespace factline::query
