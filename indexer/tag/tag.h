#ifndef FACTLINE_INDEXER_TAG_TAG_H_
#define FACTLINE_INDEXER_TAG_TAG_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace factline::tag {

// What a name is, as the corpora tell it: they part places with a government from places without one not at all.
// Frozen: labels of models are numbered by it.
enum class TagType : uint8_t { kPerson, kOrg, kLoc, kFac, kTitle, kWork, kProduct, kEvent };
inline constexpr size_t kTagTypeCount = 8;

std::string_view TagTypeName(TagType type);  // "PERSON"
std::optional<TagType> ParseTagType(std::string_view name);

// How a text reads, and so how names in it are marked. The press head learns MSRA's and People's Daily's way together:
// MSRA marks short forms (中, 美) and bodies named by a common noun that People's Daily does not.
enum class Style : uint8_t {
  kMsra,     // edited news, marked as MSRA does
  kDaily,    // edited news, marked as People's Daily does
  kWeb,      // news and web texts, marked as CLUENER does: the detail head
  kNeutral,  // edited news, marked where both ways agree or in between
  kDesk,     // names as the fact model has them: the detail head
};
inline constexpr size_t kStyleCount = 3;  // that a text is told to be of

// The heads of the model: each labels every character, all from the same patterns.
enum class Head : uint8_t {
  kWords,   // where words end
  kPress,   // PERSON, ORG, LOC as edited news marks them (MSRA, People's Daily)
  kDetail,  // all types, as CLUENER marks them in news and web texts
};
inline constexpr size_t kHeadCount = 3;

// Which way a head's contrast weights count for a style: added, taken away, or not at all.
constexpr int ContrastSign(Head head, Style style) {
  switch (head) {
    case Head::kPress:
      return style == Style::kMsra ? 1 : style == Style::kDaily ? -1 : 0;
    case Head::kDetail:
      return style == Style::kWeb ? 1 : -1;
    default:
      return 0;
  }
}

// Labels of a head of N types: 0 is "no name", then for each type first, inner, last and only character. The head of
// words has one type and no label for "none": every character belongs to a word, and label 0 is that of one which is a
// word by itself.
inline constexpr size_t kTypesOf[kHeadCount] = {1, 3, kTagTypeCount};
inline constexpr size_t kLanesOf[kHeadCount] = {3, 12, 32};  // labels that carry weights: all but the first
enum NamePart : uint8_t { kFirst, kInner, kLast, kOnly };
constexpr uint8_t NameLabel(TagType type, NamePart part) {
  return static_cast<uint8_t>(1 + 4 * static_cast<int>(type) + part);
}
enum WordLabel : uint8_t { kWordOnly, kWordFirst, kWordInner, kWordLast };

// Whether `next` may follow `label`. A sequence starts behind, and ends before, a label that closes.
constexpr bool LabelOpens(Head head, int label) {  // a name or word goes on behind it
  return head == Head::kWords ? label == kWordFirst || label == kWordInner : label != 0 && (label - 1) % 4 <= kInner;
}
constexpr bool LabelContinues(Head head, int label) {  // a name or word went on before it
  return head == Head::kWords ? label == kWordInner || label == kWordLast
                              : label != 0 && ((label - 1) % 4 == kInner || (label - 1) % 4 == kLast);
}
constexpr bool MayFollow(Head head, int label, int next) {
  if (LabelOpens(head, label) != LabelContinues(head, next)) return false;
  return head == Head::kWords || !LabelOpens(head, label) || (label - 1) / 4 == (next - 1) / 4;
}

}  // namespace factline::tag

#endif  // FACTLINE_INDEXER_TAG_TAG_H_
