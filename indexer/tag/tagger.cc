#include "indexer/tag/tagger.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <span>

#include "indexer/tag/press_names.h"
#include "indexer/tag/viterbi.h"

namespace factline::tag {
namespace {

constexpr size_t kPressStride = 16;
constexpr size_t kDetailStride = 40;
constexpr size_t kWordStride = 8;
// Characters beyond a window's ends that a pattern's rows may speak about, whatever bits a damaged model sets.
constexpr size_t kMargin = 8;
// Patterns ahead, at which a bucket is called for, and at which its rows are: each comes from memory in the meantime.
constexpr size_t kBucketAhead = 32;
constexpr size_t kRowsAhead = 16;

// Adds `Count` weights to sums. Sums stay far from 16 bits' end: a character has fewer than 250 rows.
template <size_t kCount>
void AddRow(const int8_t* weights, int16_t* sums) {
  static_assert(kCount % 4 == 0);
  size_t i = 0;
  for (; i + 8 <= kCount; i += 8) {
    typedef int8_t Narrow __attribute__((vector_size(8)));
    typedef int16_t Wide __attribute__((vector_size(16)));
    Narrow more;
    Wide sum;
    __builtin_memcpy(&more, weights + i, sizeof(more));
    __builtin_memcpy(&sum, sums + i, sizeof(sum));
    sum += __builtin_convertvector(more, Wide);
    __builtin_memcpy(sums + i, &sum, sizeof(sum));
  }
  if constexpr (kCount % 8 != 0) {
    typedef int8_t Narrow __attribute__((vector_size(4)));
    typedef int16_t Wide __attribute__((vector_size(8)));
    Narrow more;
    Wide sum;
    __builtin_memcpy(&more, weights + i, sizeof(more));
    __builtin_memcpy(&sum, sums + i, sizeof(sum));
    sum += __builtin_convertvector(more, Wide);
    __builtin_memcpy(sums + i, &sum, sizeof(sum));
  }
}

// Names and words by their labels, in the text's bytes.
template <typename Take>
void ForEachSpan(Head head, const uint8_t* labels, size_t size, Take take) {
  size_t first = 0;
  for (size_t i = 0; i < size; ++i) {
    const int label = labels[i];
    if (head != Head::kWords && label == 0) continue;
    if (!LabelContinues(head, label)) first = i;
    if (!LabelOpens(head, label)) take(first, i);
  }
}

void TakeNames(Head head, const std::vector<text::NormalChar>& chars, size_t begin, const uint8_t* labels, size_t size,
               std::vector<TaggedName>& names) {
  ForEachSpan(head, labels, size, [&](size_t first, size_t last) {
    names.push_back({{chars[begin + first].begin, chars[begin + last].end_exclusive()},
                     static_cast<TagType>((labels[last] - 1) / 4)});
  });
}

constexpr bool PressKnows(TagType type) { return type <= TagType::kFac; }

// The press names, and of the detail names those of types that the press head does not know of, where they touch none
// (it has a FAC as LOC). Both from the given places on.
void MergeNames(const std::vector<TaggedName>& press, size_t press_begin, const std::vector<TaggedName>& detail,
                size_t detail_begin, std::vector<TaggedName>& names) {
  size_t p = press_begin;
  for (size_t d = detail_begin; d < detail.size(); ++d) {
    if (PressKnows(detail[d].type)) continue;
    while (p < press.size() && press[p].span.end_exclusive <= detail[d].span.begin) names.push_back(press[p++]);
    if (p == press.size() || press[p].span.begin >= detail[d].span.end_exclusive) names.push_back(detail[d]);
  }
  names.insert(names.end(), press.begin() + static_cast<ptrdiff_t>(p), press.end());
}

// In nats. A source that changes its style is followed once what it reads outweighs them; with 8 the style
// was told wrongly so often that MSRA's F1 was .883 instead of .894.
constexpr float kMostEvidence = 30;

StyleEvidence Bounded(StyleEvidence evidence) {
  const float top = std::max({0.0f, evidence.daily, evidence.web});
  const float msra = std::max(-top, -kMostEvidence);  // the others likewise, relative to the top
  return {std::max(evidence.daily - top, -kMostEvidence) - msra, std::max(evidence.web - top, -kMostEvidence) - msra};
}

// How much of the contrast counts, in sixteenths: all of it for a style that is given or certain.
constexpr int kWholeContrast = 16;
int ContrastShare(Head head, const Tagger::Options& options, const StyleEvidence& evidence) {
  if (options.style.has_value()) return kWholeContrast * ContrastSign(head, *options.style);
  const float against = head == Head::kPress ? -evidence.daily : evidence.web - std::max(0.0f, evidence.daily);
  return static_cast<int>(std::lround(kWholeContrast * std::tanh(against / 2)));
}

// Adds a share of the contrast to `count` sums.
void AddContrast(const int16_t* contrast, int share, size_t count, int16_t* sums) {
  if (share == 0) return;
  for (size_t i = 0; i < count; ++i) {
    sums[i] = static_cast<int16_t>(sums[i] + contrast[i] * share / kWholeContrast);
  }
}

}  // namespace

Style StyleEvidence::style() const {
  if (web > 0 && web > daily) return Style::kWeb;
  return daily > 0 ? Style::kDaily : Style::kMsra;
}

void Tagger::Tag(std::string_view text, const Options& options, Scratch& scratch, Tagging& out) const {
  out.words.clear();
  out.names.clear();
  out.press.clear();
  out.detail.clear();
  out.evidence = options.before;
  text::Normalize(text, scratch.chars_);
  for (size_t begin = 0, end; begin < scratch.chars_.size(); begin = end) {
    end = WindowEnd(scratch.chars_, begin);
    TagWindow(begin, end, options, scratch, out);
  }
}

void Tagger::TagWindow(size_t begin, size_t end, const Options& options, Scratch& scratch, Tagging& out) const {
  const size_t size = end - begin;
  scratch.finder_.Find(scratch.chars_, begin, end);
  AddScores(size, options, scratch, out.evidence);
  out.evidence = Bounded(out.evidence);
  if (options.names) TagNames(begin, size, options, scratch, out);
  if (options.words) TagWords(begin, size, scratch, out);
}

void Tagger::TagNames(size_t begin, size_t size, const Options& options, Scratch& scratch, Tagging& out) const {
  const Style style = options.style.value_or(out.evidence.style());
  int16_t* const sums = scratch.press_.data() + kMargin * kPressStride;
  if (const int share = ContrastShare(Head::kPress, options, out.evidence); share != 0) {
    AddContrast(scratch.contrast_.data() + kMargin * kPressStride, share, size * kPressStride, sums);
  }
  scratch.labels_.resize(std::max(scratch.labels_.size(), size));
  uint8_t* const labels = scratch.labels_.data();
  const size_t press_before = out.press.size(), detail_before = out.detail.size();
  DecodePress(sums, kPressStride, size, model_.transitions(Head::kPress), labels, scratch.best_);
  TakeNames(Head::kPress, scratch.chars_, begin, labels, size, out.press);
  if (!options.details) {
    out.names.insert(out.names.end(), out.press.begin() + static_cast<ptrdiff_t>(press_before), out.press.end());
    return;
  }
  AddPressNames(labels, size, scratch);
  int16_t* const details = scratch.detail_.data() + kMargin * kDetailStride;
  AddContrast(scratch.detail_contrast_.data() + kMargin * kDetailStride,
              ContrastShare(Head::kDetail, options, out.evidence), size * kDetailStride, details);
  DecodeDetail(details, kDetailStride, size, model_.transitions(Head::kDetail), labels, scratch.best_);
  TakeNames(Head::kDetail, scratch.chars_, begin, labels, size, out.detail);
  if (style == Style::kWeb || style == Style::kDesk) {
    out.names.insert(out.names.end(), out.detail.begin() + static_cast<ptrdiff_t>(detail_before), out.detail.end());
  } else {
    MergeNames(out.press, press_before, out.detail, detail_before, out.names);
  }
}

void Tagger::TagWords(size_t begin, size_t size, Scratch& scratch, Tagging& out) const {
  // The words' lanes of the press rows, where Viterbi wants them.
  scratch.detail_.resize(std::max(scratch.detail_.size(), size * kWordStride));
  const int16_t* const press = scratch.press_.data() + kMargin * kPressStride;
  for (size_t i = 0; i < size; ++i) {
    int16_t* const sums = &scratch.detail_[i * kWordStride];
    std::fill_n(sums, kWordStride, int16_t{0});
    std::copy_n(press + i * kPressStride + kFirstWordLane, kLanesOf[static_cast<size_t>(Head::kWords)],
                sums + kWordFirst);
  }
  scratch.labels_.resize(std::max(scratch.labels_.size(), size));
  uint8_t* const labels = scratch.labels_.data();
  DecodeWords(scratch.detail_.data(), kWordStride, size, model_.transitions(Head::kWords), labels, scratch.best_);
  const text::NormalChar* const chars = &scratch.chars_[begin];
  ForEachSpan(Head::kWords, labels, size, [&](size_t first, size_t last) {
    for (size_t i = first; i <= last; ++i) {  // a word that the model takes over a blank is two
      if (chars[i].cls == text::CharClass::kBlank) continue;
      const bool goes_on = i > first && chars[i - 1].cls != text::CharClass::kBlank;
      if (goes_on) {
        out.words.back().end_exclusive = chars[i].end_exclusive();
      } else {
        out.words.push_back({chars[i].begin, chars[i].end_exclusive()});
      }
    }
  });
}

namespace {

// Adds a slot's rows to the sums of the places that they speak about. `sums` is that of the window's first character;
// kMargin characters before it and behind the last take what rows say about places outside, which nobody reads.
template <size_t kRowBytes, size_t kStride>
const int8_t* AddRows(const Pattern& pattern, uint8_t present, const std::vector<PathWord>& words, int size,
                      const int8_t* weights, int16_t* sums) {
  const auto add_to = [&](int place) { AddRow<kRowBytes>(weights, sums + place * static_cast<ptrdiff_t>(kStride)); };
  switch (pattern.scheme) {
    case RowScheme::kMatch:
    case RowScheme::kWord:
      for (uint32_t left = present; left != 0; left &= left - 1, weights += kRowBytes) {
        const PlaceRange places =
            PlacesOf(pattern.scheme, pattern.at, pattern.size, words, size, std::countr_zero(left));
        for (int place = places.begin; place < places.end_exclusive; ++place) add_to(place);
      }
      return weights;
    default: {
      const int first = pattern.at + kFirstRowAt[static_cast<size_t>(pattern.scheme)];
      for (uint32_t left = present; left != 0; left &= left - 1, weights += kRowBytes) {
        add_to(first + std::countr_zero(left));
      }
      return weights;
    }
  }
}

}  // namespace

// What the press head's names say to the detail head.
void Tagger::AddPressNames(const uint8_t* labels, size_t size, Scratch& scratch) const {
  scratch.press_names_.clear();
  AddPressNamePatterns(labels, size, scratch.press_names_);
  int16_t* const detail = scratch.detail_.data() + kMargin * kDetailStride + 1;
  int16_t* const contrast = scratch.detail_contrast_.data() + kMargin * kDetailStride + 1;
  const std::vector<PathWord>& words = scratch.finder_.words();
  const int count = static_cast<int>(size);
  for (const Pattern& pattern : scratch.press_names_) {
    const ModelSlot* const slot = model_.Find(pattern.key);
    if (slot == nullptr) continue;
    const int8_t* weights = model_.RowsOf(*slot) +
                            kPressRowBytes * static_cast<size_t>(std::popcount(slot->press_rows)) +
                            kContrastRowBytes * static_cast<size_t>(std::popcount(slot->contrast_rows));
    weights = AddRows<kDetailRowBytes, kDetailStride>(pattern, slot->detail_rows, words, count, weights, detail);
    AddRows<kDetailRowBytes, kDetailStride>(pattern, slot->detail_contrast_rows, words, count, weights, contrast);
  }
}

void Tagger::AddScores(size_t size, const Options& options, Scratch& scratch, StyleEvidence& evidence) const {
  const bool contrasts =
      options.names && (!options.style.has_value() || ContrastSign(Head::kPress, *options.style) != 0);
  const bool details = options.names && options.details;
  scratch.press_.assign((size + 2 * kMargin) * kPressStride, 0);
  if (contrasts) scratch.contrast_.assign((size + 2 * kMargin) * kPressStride, 0);
  if (details) {
    scratch.detail_.assign((size + 2 * kMargin) * kDetailStride, 0);
    scratch.detail_contrast_.assign((size + 2 * kMargin) * kDetailStride, 0);
  }
  int16_t* const press = scratch.press_.data() + kMargin * kPressStride;
  int16_t* const contrast = scratch.contrast_.data() + kMargin * kPressStride + 1;
  int16_t* const detail = scratch.detail_.data() + kMargin * kDetailStride + 1;
  int16_t* const detail_contrast = scratch.detail_contrast_.data() + kMargin * kDetailStride + 1;
  // The patterns that the model may know, by number.
  const std::vector<Pattern>& patterns = scratch.finder_.patterns();
  const std::vector<PathWord>& words = scratch.finder_.words();
  scratch.known_.resize(std::max(scratch.known_.size(), patterns.size()));
  size_t known_count = 0;
  for (size_t i = 0; i < patterns.size(); ++i) {
    scratch.known_[known_count] = static_cast<uint32_t>(i);
    known_count += model_.MayKnow(patterns[i].key) ? 1 : 0;
  }
  const std::span<const uint32_t> known(scratch.known_.data(), known_count);

  const ModelSlot* found[kRowsAhead] = {};  // of known[i] to known[i + kRowsAhead - 1], by number modulo kRowsAhead
  const auto find = [&](size_t i) {
    if (i + kBucketAhead - kRowsAhead < known.size()) {
      model_.Prefetch(patterns[known[i + kBucketAhead - kRowsAhead]].key);
    }
    if (i >= known.size()) return;
    const ModelSlot* const slot = model_.Find(patterns[known[i]].key);
    found[i % kRowsAhead] = slot;
    if (slot == nullptr) return;
    __builtin_prefetch(model_.RowsOf(*slot));
    __builtin_prefetch(model_.RowsOf(*slot) + 64);
    if (slot->cls == 0) return;
    __builtin_prefetch(model_.RowsOf(model_.ClassOf(*slot)));
    __builtin_prefetch(model_.RowsOf(model_.ClassOf(*slot)) + 64);
  };
  for (size_t i = 0; i < kRowsAhead; ++i) find(i);
  int daily = 0, web = 0;
  const int count = static_cast<int>(size);
  const auto add = [&](const Pattern& pattern, const ModelSlot& slot) {
    const int8_t* weights = model_.RowsOf(slot);
    weights = AddRows<kPressRowBytes, kPressStride>(pattern, slot.press_rows, words, count, weights, press);
    if (contrasts) {
      weights = AddRows<kContrastRowBytes, kPressStride>(pattern, slot.contrast_rows, words, count, weights, contrast);
    } else {
      weights += kContrastRowBytes * static_cast<size_t>(std::popcount(slot.contrast_rows));
    }
    if (!details) return;
    weights = AddRows<kDetailRowBytes, kDetailStride>(pattern, slot.detail_rows, words, count, weights, detail);
    AddRows<kDetailRowBytes, kDetailStride>(pattern, slot.detail_contrast_rows, words, count, weights, detail_contrast);
  };
  for (size_t i = 0; i < known.size(); ++i) {
    const ModelSlot* const slot = found[i % kRowsAhead];
    find(i + kRowsAhead);
    if (slot == nullptr) continue;
    daily += slot->daily;
    web += slot->web;
    add(patterns[known[i]], *slot);
    if (slot->cls != 0) add(patterns[known[i]], model_.ClassOf(*slot));
  }
  evidence.daily += static_cast<float>(daily) * kStyleScale;
  evidence.web += static_cast<float>(web) * kStyleScale;
}

}  // namespace factline::tag
