#ifndef FACTLINE_INDEXER_TAG_TAGGER_H_
#define FACTLINE_INDEXER_TAG_TAGGER_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "indexer/tag/model.h"
#include "indexer/tag/pattern_finder.h"
#include "indexer/tag/tag.h"
#include "indexer/text/dictionary.h"
#include "indexer/text/normalizer.h"
#include "protos/vocab/span.h"

namespace factline::tag {

// A name in the text.
struct TaggedName {
  Span span;  // in bytes of the text
  TagType type = TagType::kPerson;

  friend bool operator==(const TaggedName&, const TaggedName&) = default;
};

// What speaks for a text's being of a style, in nats against Style::kMsra. Adds up over the pieces of one text, and
// over the texts of one source.
struct StyleEvidence {
  float daily = 0;
  float web = 0;

  // The likeliest style.
  Style style() const;
};

// What the model reads in one text. Blanks belong to no word; names of one list, and words, never overlap.
struct Tagging {
  std::vector<Span> words;
  std::vector<TaggedName>
      names;  // as the text's style marks them, with what the press head has no type for beside them
  std::vector<TaggedName> press;   // the press head's: PERSON, ORG, LOC
  std::vector<TaggedName> detail;  // the detail head's: all types
  StyleEvidence evidence;          // with the options' `before`
};

// Words and names by the model: each head's best labels over the sums of the patterns' weights, by Viterbi.
//
// Immutable: any number of threads may use one tagger, each with a Scratch of its own. Takes nothing from the heap once
// the Scratch and the Tagging have grown to the longest text, and time linear in the text whatever it holds: no more
// than kMaxWindowChars are read together. `model` must outlive the tagger.
class Tagger {
 public:
  explicit Tagger(const Model& model) : model_(model) {}

  // Buffers of a call, kept between calls.
  class Scratch {
   public:
    Scratch() : finder_(dictionary_) {}

   private:
    friend class Tagger;
    text::Dictionary dictionary_;
    PatternFinder finder_;
    std::vector<text::NormalChar> chars_;
    // Of each character, and of some beyond the window's ends:
    std::vector<int16_t> press_;            // 16 a character: a press row's sums
    std::vector<int16_t> contrast_;         // likewise: a contrast row's, from [1] on
    std::vector<int16_t> detail_;           // 40 a character: labels of kDetail
    std::vector<int16_t> detail_contrast_;  // likewise
    std::vector<Pattern> press_names_;
    std::vector<uint32_t> known_;
    std::vector<int16_t> best_;
    std::vector<uint8_t> labels_;
  };

  struct Options {
    bool words = true;
    bool names = true;
    bool details =
        true;  // the detail head; without it `names` are the press head's whatever the style, in half the time
    std::optional<Style> style;  // unset: as the text reads
    StyleEvidence before;        // of what was read from the same source before
  };

  // `text` should be valid UTF-8; any bytes are safe. Replaces what `out` held.
  void Tag(std::string_view text, const Options& options, Scratch& scratch, Tagging& out) const;

 private:
  void TagWindow(size_t begin, size_t end, const Options& options, Scratch& scratch, Tagging& out) const;
  void TagNames(size_t begin, size_t size, const Options& options, Scratch& scratch, Tagging& out) const;
  void TagWords(size_t begin, size_t size, Scratch& scratch, Tagging& out) const;
  void AddPressNames(const uint8_t* labels, size_t size, Scratch& scratch) const;
  void AddScores(size_t size, const Options& options, Scratch& scratch, StyleEvidence& evidence) const;

  const Model model_;
};

}  // namespace factline::tag

#endif  // FACTLINE_INDEXER_TAG_TAGGER_H_
