#ifndef FACTLINE_INDEXER_EXTRACT_RULE_PACK_H_
#define FACTLINE_INDEXER_EXTRACT_RULE_PACK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "indexer/extract/extraction.h"

namespace factline::extract {

// The parsed form of a rule pack. RULES.md is the grammar and says what each word means.

// Which part of the code reads a rule.
enum class RuleForm : uint8_t {
  kRelation,   // arguments beside a cue
  kSpeech,     // who says what
  kPosition,   // titles beside a person
  kMeasure,    // values and what they measure
  kAlias,      // "X（以下简称Y）"
  kPlaced,     // a place right before what stands there
  kQuotation,  // a quotation with its speaker, without a verb of speaking
};
constexpr size_t kRuleFormCount = 7;

enum class Side : uint8_t { kBefore, kAfter, kAny };
enum class Reachable : uint8_t { kSameClause, kSentence };
enum class Pick : uint8_t { kNearest, kFirst };

// Where an argument of a rule stands and what it may be.
struct ArgumentRule {
  uint32_t types = 0;  // bits 1 << EntityType
  bool text = false;   // TEXT: a noun phrase where no entity stands
  bool peers = false;  // the other members of the subject's own list
  Side side = Side::kAfter;
  uint32_t within = 12;  // units between cue and argument, at most
  Reachable reach = Reachable::kSameClause;
  Pick pick = Pick::kNearest;
  bool carry = false;                // if none is found: what the sentence before was about
  std::vector<std::string> markers;  // one of these stands right before the argument; none: no preposition may

  bool Takes(EntityType type) const { return types & (1u << static_cast<uint8_t>(type)); }
};

struct QualifierRule {
  std::string name;
  ArgumentRule argument;
};

struct Rule {
  std::string id;  // "pack/rule"
  std::string predicate;
  RuleForm form = RuleForm::kRelation;
  std::vector<std::string> cues;
  std::vector<std::string> unless;  // not a cue right before or after one of these
  std::optional<ArgumentRule> subject;
  std::optional<ArgumentRule> object;  // none: the predicate takes no object
  std::vector<QualifierRule> qualifiers;
  std::vector<std::string> required;  // names of qualifiers without which there is no fact
  std::optional<Modality> modality;   // overrides what the words around say
  float confidence = 0.5f;
};

// What a word shows of a statement that it stands before. The first ones are numbered like Modality.
enum class Stance : uint8_t {
  kAsserted,
  kPlanned,
  kEstimated,
  kDenied,     // 未, not: of the words right behind it
  kNegated,    // 不: of the next word alone
  kGivenUp,    // 放弃, failed to: with the plan that may stand between
  kOpen,       // 如果, whether: nothing is stated
  kTakenBack,  // 不实, are false: denied by words behind it
};

struct Hint {
  Stance stance;
  std::string word;  // or two, with a blank between
};

struct RulePack {
  std::string name;
  std::vector<Hint> hints;
  std::vector<Rule> rules;
};

// Bounds of a pack, so that a user's file cannot exhaust the indexer.
constexpr size_t kMaxPackBytes = 1 << 20;
constexpr size_t kMaxRulesPerPack = 2000;
constexpr size_t kMaxCuesPerRule = 500;
constexpr size_t kMaxHintsPerPack = 500;  // words
constexpr uint32_t kMaxWithin = 64;

// Fails with "NAME:LINE: what is wrong".
absl::StatusOr<RulePack> ParseRulePack(std::string_view name, std::string_view text);

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_RULE_PACK_H_
