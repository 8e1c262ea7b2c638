#include "indexer/extract/tag_finder.h"

#include "indexer/extract/lexicon.h"
#include "indexer/tag/tagger.h"
#include "protos/vocab/utf8.h"

namespace factline::extract {
namespace {

// Measured on the annotated articles (README.md): rules that are sure score higher, and places gain nothing.
constexpr tag::Style kStyle = tag::Style::kNeutral;
constexpr float kPersonScore = 0.5f;
constexpr float kOrgScore = 0.4f;

EntityType PlaceType(std::string_view name) {
  const Lexicon& lexicon = Lexicon::BuiltIn();
  const uint64_t is = lexicon.Classes(name), ends = lexicon.SuffixClasses(name);
  if (is & Bit(WordClass::kGpe)) return EntityType::kGpe;
  if (is & Bit(WordClass::kLoc)) return EntityType::kLoc;
  if (ends & Bit(WordClass::kGpeSuffix) && !(is & Bit(WordClass::kGpeNot))) return EntityType::kGpe;
  if (ends & Bit(WordClass::kLocSuffix)) return EntityType::kLoc;
  return EntityType::kGpe;  // most names without an ending are of cities and countries
}

}  // namespace

EntityType TypeOfTagged(tag::TagType type, std::string_view name) {
  switch (type) {
    case tag::TagType::kPerson:
      return EntityType::kPerson;
    case tag::TagType::kOrg:
      return EntityType::kOrg;
    case tag::TagType::kLoc:
      return PlaceType(name);
    case tag::TagType::kFac:
      return EntityType::kFac;
    case tag::TagType::kTitle:
      return EntityType::kTitle;
    case tag::TagType::kWork:
      return EntityType::kWork;
  }
  return EntityType::kOrg;
}

void FindTaggedNames(const WordList& list, std::vector<NameMention>& mentions) {
  const tag::Tagger tagger(tag::Model::BuiltIn());
  tag::Tagger::Scratch scratch;
  tag::Tagging tagging;
  tagger.Tag(list.text, {.words = false, .details = false, .style = kStyle}, scratch, tagging);
  for (const tag::TaggedName& name : tagging.names) {
    // A character by itself is a short form (中, 美) or a surname: the rules know which of them are names.
    if (CountCodePoints(name.span.In(list.text)) < 2) continue;
    if (name.type == tag::TagType::kPerson) {
      mentions.push_back({.span = name.span, .type = EntityType::kPerson, .score = kPersonScore});
    } else if (name.type == tag::TagType::kOrg) {
      mentions.push_back({.span = name.span, .type = EntityType::kOrg, .score = kOrgScore});
    }
  }
}

}  // namespace factline::extract
