#include "indexer/tag/training_set.h"

#include <algorithm>
#include <utility>

#include "protos/vocab/utf8.h"

namespace factline::tag {
namespace {

// A pattern of fewer sentences says nothing about new text.
constexpr uint32_t kMinSentences[kSchemeCount] = {1, 2, 2, 3, 2, 1, 1, 2};

}  // namespace

void Vocabulary::Count(const std::vector<Pattern>& patterns, int contrast_sign, uint32_t sentence) {
  for (const Pattern& pattern : patterns) {
    ForEachKey(pattern, contrast_sign, [&](uint64_t key, int8_t, bool by_class) {
      Entry& entry = entries_[key];
      entry.scheme = pattern.scheme;
      entry.by_class = by_class;
      entry.contrast = key == ContrastKey(pattern.key);
      if (entry.last_sentence == sentence) return;
      entry.last_sentence = sentence;
      ++entry.sentences;
    });
  }
}

void Vocabulary::Close() {
  std::vector<uint64_t> keys;
  for (auto it = entries_.begin(); it != entries_.end();) {
    if (it->second.sentences < kMinSentences[static_cast<size_t>(it->second.scheme)]) {
      entries_.erase(it++);
    } else {
      keys.push_back(it++->first);
    }
  }
  std::sort(keys.begin(), keys.end());
  row_count_ = 0;
  for (const uint64_t key : keys) {
    Entry& entry = entries_[key];
    entry.row = row_count_;
    row_count_ += kRowsOf[static_cast<size_t>(entry.scheme)];
  }
}

std::vector<uint8_t> LabelsOf(Head head, const GoldSentence& sentence, const std::vector<text::NormalChar>& chars) {
  // Code points and normal characters both in order of bytes: one walk over both.
  std::vector<uint32_t> begins;  // of code points, in bytes
  for (size_t at = 0; at < sentence.text.size(); at += DecodeUtf8(sentence.text, at).size_bytes) {
    begins.push_back(static_cast<uint32_t>(at));
  }
  begins.push_back(static_cast<uint32_t>(sentence.text.size()));
  const auto index_of = [&](uint32_t code_point) {  // the first character at or behind it
    const uint32_t byte = begins[std::min<size_t>(code_point, begins.size() - 1)];
    return std::lower_bound(chars.begin(), chars.end(), byte,
                            [](const text::NormalChar& c, uint32_t b) { return c.begin < b; }) -
           chars.begin();
  };
  std::vector<uint8_t> labels(chars.size(), 0);
  const auto mark = [&](size_t begin, size_t end, uint8_t first, uint8_t inner, uint8_t last, uint8_t only) {
    if (begin >= end) return;
    for (size_t i = begin; i < end; ++i) labels[i] = inner;
    labels[begin] = first;
    labels[end - 1] = end - begin == 1 ? only : last;
  };
  if (head == Head::kWords) {
    uint32_t begin = 0;
    for (const uint32_t end : sentence.word_ends) {
      mark(index_of(begin), index_of(end), kWordFirst, kWordInner, kWordLast, kWordOnly);
      begin = end;
    }
    return labels;
  }
  for (const GoldSpan& span : sentence.spans) {
    mark(index_of(span.begin), index_of(span.end_exclusive), NameLabel(span.type, kFirst), NameLabel(span.type, kInner),
         NameLabel(span.type, kLast), NameLabel(span.type, kOnly));
  }
  return labels;
}

namespace {

// A name or word that a window's border cuts becomes two.
void RepairBorders(Head head, std::vector<uint8_t>& labels) {
  if (labels.empty()) return;
  const auto step = [head](uint8_t label, int from_part, int to_part) -> uint8_t {
    const int part = head == Head::kWords ? label : (label - 1) % 4;
    return part == from_part ? static_cast<uint8_t>(label + to_part - from_part) : label;
  };
  if (head == Head::kWords) {
    if (labels.front() == kWordInner) labels.front() = kWordFirst;
    if (labels.front() == kWordLast) labels.front() = kWordOnly;
    if (labels.back() == kWordInner) labels.back() = kWordLast;
    if (labels.back() == kWordFirst) labels.back() = kWordOnly;
    return;
  }
  if (labels.front() != 0) labels.front() = step(step(labels.front(), kInner, kFirst), kLast, kOnly);
  if (labels.back() != 0) labels.back() = step(step(labels.back(), kInner, kLast), kFirst, kOnly);
}

}  // namespace

template <typename Take>
void TrainingSet::ForEachWindow(std::span<const GoldSentence> sentences, Take take) {
  PatternFinder finder(dictionary_);
  std::vector<text::NormalChar> chars;
  std::vector<Pattern> patterns;
  std::vector<uint8_t> labels;
  for (const GoldSentence& sentence : sentences) {
    text::Normalize(sentence.text, chars);
    labels = LabelsOf(head_, sentence, chars);
    for (size_t begin = 0, end; begin < chars.size(); begin = end) {
      end = WindowEnd(chars, begin);
      finder.Find(chars, begin, end);
      patterns = finder.patterns();
      if (more_) more_(finder, end - begin, patterns);
      TrainingWindow window;
      window.words = finder.words();
      window.labels.assign(labels.begin() + static_cast<ptrdiff_t>(begin),
                           labels.begin() + static_cast<ptrdiff_t>(end));
      RepairBorders(head_, window.labels);
      take(static_cast<uint32_t>(&sentence - sentences.data()), patterns, std::move(window));
    }
  }
}

void TrainingSet::Count(const StyledSentences& styled, Vocabulary& vocabulary) {
  const int sign = ContrastSign(head_, styled.style);
  ForEachWindow(styled.sentences, [&](uint32_t number, const std::vector<Pattern>& patterns, TrainingWindow) {
    vocabulary.Count(patterns, sign, static_cast<uint32_t>(styled.style) << 24 | number);
  });
}

void TrainingSet::Add(const StyledSentences& styled, const Vocabulary& vocabulary) {
  const int sign = ContrastSign(head_, styled.style);
  ForEachWindow(styled.sentences, [&](uint32_t, const std::vector<Pattern>& patterns, TrainingWindow window) {
    for (const Pattern& pattern : patterns) {
      vocabulary.ForEachKey(pattern, sign, [&](uint64_t key, int8_t key_sign, bool by_class) {
        const Vocabulary::Entry* entry = vocabulary.Find(key);
        if (entry == nullptr) return;
        window.instances.push_back({entry->row, pattern.at, pattern.size, pattern.scheme, key_sign, by_class});
      });
    }
    window.instances.shrink_to_fit();
    for (int i = 0; i < styled.times; ++i) windows_.push_back(window);
  });
}

}  // namespace factline::tag
