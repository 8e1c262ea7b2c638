#include "indexer/extract/rule_pack.h"

#include <algorithm>

#include "protos/vocab/status.h"
#include "protos/vocab/string_map.h"

namespace factline::extract {
namespace {

using Words = std::vector<std::string_view>;

bool IsLowerSnakeCase(std::string_view name) {
  if (name.empty() || name.size() > 64 || name.front() < 'a' || name.front() > 'z') return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

bool IsRuleName(std::string_view name) {
  if (name.empty() || name.size() > 64) return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; });
}

Words Split(std::string_view line) {
  constexpr std::string_view kBlanks = " \t\r";
  Words words;
  while (true) {
    line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
    if (line.empty() || line.front() == '#') return words;
    const std::string_view word = line.substr(0, line.find_first_of(kBlanks));
    words.push_back(word);
    line.remove_prefix(word.size());
  }
}

// "a_b" as a cue of two English words: blanks separate cues, so an underscore stands for a blank inside one.
std::string CueText(std::string_view word) {
  std::string cue(word);
  std::replace(cue.begin(), cue.end(), '_', ' ');
  return cue;
}

std::optional<RuleForm> FormFromName(std::string_view name) {
  if (name == "relation") return RuleForm::kRelation;
  if (name == "speech") return RuleForm::kSpeech;
  if (name == "position") return RuleForm::kPosition;
  if (name == "measure") return RuleForm::kMeasure;
  if (name == "alias") return RuleForm::kAlias;
  if (name == "placed") return RuleForm::kPlaced;
  if (name == "quotation") return RuleForm::kQuotation;
  return std::nullopt;
}

std::optional<Stance> StanceFromName(std::string_view name) {
  if (name == "asserted") return Stance::kAsserted;
  if (name == "planned") return Stance::kPlanned;
  if (name == "estimated") return Stance::kEstimated;
  if (name == "denied") return Stance::kDenied;
  if (name == "negated") return Stance::kNegated;
  if (name == "given_up") return Stance::kGivenUp;
  if (name == "open") return Stance::kOpen;
  if (name == "taken_back") return Stance::kTakenBack;
  return std::nullopt;
}

// Parses the lines of one pack; errors are plain text, the caller adds name and line.
class PackParser {
 public:
  explicit PackParser(std::string_view name) { pack_.name = std::string(name); }

  absl::Status Line(const Words& words) {
    const std::string_view key = words[0];
    if (key == "rule") return BeginRule(words);
    if (key == "hint") return Hint(words);
    if (pack_.rules.empty()) return Wrong(Cat("'", key, "' before the first 'rule'"));
    Rule& rule = pack_.rules.back();
    if (words.size() < 2) return Wrong(Cat("'", key, "' needs a value"));
    if (key == "predicate") return Predicate(words, rule);
    if (key == "form") return Form(words, rule);
    if (key == "cue") return Append(words, rule.cues);
    if (key == "unless") return Append(words, rule.unless);
    if (key == "subject") return OneArgument(words, rule.subject, "subject");
    if (key == "object") return OneArgument(words, rule.object, "object");
    if (key == "qualifier") return Qualifier(words, rule);
    if (key == "requires") return Requires(words, rule);
    if (key == "modality") return SetModality(words, rule);
    if (key == "confidence") return Confidence(words, rule);
    return Wrong(Cat("unknown key '", key, "'"));
  }

  // The last rule is whole once the next begins or the pack ends.
  absl::Status EndRule() {
    if (pack_.rules.empty()) return absl::OkStatus();
    Rule& rule = pack_.rules.back();
    if (rule.predicate.empty()) return Wrong(Cat("rule '", rule.id, "' has no predicate"));
    const bool by_cue = rule.form == RuleForm::kRelation || rule.form == RuleForm::kSpeech;
    if (by_cue && rule.cues.empty()) return Wrong(Cat("rule '", rule.id, "' has no cue"));
    if (by_cue && !rule.subject) return Wrong(Cat("rule '", rule.id, "' has no subject"));
    return absl::OkStatus();
  }

  RulePack Take() { return std::move(pack_); }

 private:
  static absl::Status Wrong(std::string text) { return absl::InvalidArgumentError(text); }

  absl::Status BeginRule(const Words& words) {
    if (words.size() != 2 || !IsRuleName(words[1])) return Wrong("'rule' needs one name of a-z, 0-9, '-' and '_'");
    FL_RETURN_IF_ERROR(EndRule());
    if (pack_.rules.size() == kMaxRulesPerPack) return Wrong(Cat("more than ", kMaxRulesPerPack, " rules"));
    if (!names_.insert(std::string(words[1])).second) return Wrong(Cat("rule '", words[1], "' stands twice"));
    std::string_view pack = pack_.name;
    pack = pack.substr(0, pack.find('.'));
    pack_.rules.push_back({.id = Cat(pack, "/", words[1])});
    return absl::OkStatus();
  }

  // hint STANCE WORD...: holds for all packs, wherever it stands.
  absl::Status Hint(const Words& words) {
    if (words.size() < 3) return Wrong("'hint' needs a stance and words");
    const std::optional<Stance> stance = StanceFromName(words[1]);
    if (!stance) return Wrong(Cat("unknown stance '", words[1], "'"));
    if (pack_.hints.size() + words.size() - 2 > kMaxHintsPerPack) {
      return Wrong(Cat("more than ", kMaxHintsPerPack, " hints"));
    }
    for (size_t i = 2; i < words.size(); ++i) {
      std::string word = CueText(words[i]);
      if (std::count(word.begin(), word.end(), ' ') > 1) return Wrong(Cat("hint '", words[i], "' of over two words"));
      pack_.hints.push_back({.stance = *stance, .word = std::move(word)});
    }
    return absl::OkStatus();
  }

  static absl::Status Predicate(const Words& words, Rule& rule) {
    if (words.size() != 2 || !IsLowerSnakeCase(words[1]))
      return Wrong(Cat("predicate '", words[1], "' is no lower_snake_case name"));
    rule.predicate = std::string(words[1]);
    return absl::OkStatus();
  }

  static absl::Status Form(const Words& words, Rule& rule) {
    const std::optional<RuleForm> form = FormFromName(words[1]);
    if (!form) return Wrong(Cat("unknown form '", words[1], "'"));
    rule.form = *form;
    return absl::OkStatus();
  }

  static absl::Status Append(const Words& words, std::vector<std::string>& to) {
    for (size_t i = 1; i < words.size(); ++i) to.push_back(CueText(words[i]));
    if (to.size() > kMaxCuesPerRule) return Wrong(Cat("more than ", kMaxCuesPerRule, " words"));
    return absl::OkStatus();
  }

  static absl::Status OneArgument(const Words& words, std::optional<ArgumentRule>& to, std::string_view what) {
    if (to) return Wrong(Cat("a second ", what));
    if (words[1] == "none") return absl::OkStatus();
    FL_ASSIGN_OR_RETURN(to, Argument(words, 1));
    return absl::OkStatus();
  }

  static absl::Status Qualifier(const Words& words, Rule& rule) {
    if (words.size() < 3 || !IsLowerSnakeCase(words[1])) return Wrong("'qualifier' needs a name and an argument");
    FL_ASSIGN_OR_RETURN(ArgumentRule argument, Argument(words, 2));
    rule.qualifiers.push_back({.name = std::string(words[1]), .argument = std::move(argument)});
    return absl::OkStatus();
  }

  static absl::Status Requires(const Words& words, Rule& rule) {
    for (size_t i = 1; i < words.size(); ++i) {
      const auto named = [&](const QualifierRule& q) { return q.name == words[i]; };
      if (std::none_of(rule.qualifiers.begin(), rule.qualifiers.end(), named)) {
        return Wrong(Cat("'requires' names no qualifier of the rule above it: '", words[i], "'"));
      }
      rule.required.emplace_back(words[i]);
    }
    return absl::OkStatus();
  }

  static absl::Status SetModality(const Words& words, Rule& rule) {
    rule.modality = ModalityFromName(words[1]);
    return rule.modality ? absl::OkStatus() : Wrong(Cat("unknown modality '", words[1], "'"));
  }

  static absl::Status Confidence(const Words& words, Rule& rule) {
    double value = 0;
    if (!absl::SimpleAtod(ToAbsl(words[1]), &value) || !(value > 0 && value <= 1)) {
      return Wrong(Cat("confidence '", words[1], "' is not in (0, 1]"));
    }
    rule.confidence = static_cast<float>(value);
    return absl::OkStatus();
  }

  // TYPE,TYPE then options in any order.
  static absl::StatusOr<ArgumentRule> Argument(const Words& words, size_t at) {
    ArgumentRule argument;
    if (words[at] == "peers") {
      argument.peers = true;
      if (words.size() > at + 1) return Wrong("'peers' takes no options");
      return argument;
    }
    FL_RETURN_IF_ERROR(Types(words[at], argument));
    for (size_t i = at + 1; i < words.size(); ++i) {
      const std::string_view word = words[i];
      const std::string_view value = i + 1 < words.size() ? words[i + 1] : std::string_view();
      if (word == "before") {
        argument.side = Side::kBefore;
      } else if (word == "after") {
        argument.side = Side::kAfter;
      } else if (word == "any") {
        argument.side = Side::kAny;
      } else if (word == "first") {
        argument.pick = Pick::kFirst;
      } else if (word == "nearest") {
        argument.pick = Pick::kNearest;
      } else if (word == "carry") {
        argument.carry = true;
      } else if (word == "within") {
        if (!absl::SimpleAtoi(ToAbsl(value), &argument.within) || argument.within == 0 ||
            argument.within > kMaxWithin) {
          return Wrong(Cat("'within' needs a number from 1 to ", kMaxWithin, ", not '", value, "'"));
        }
        ++i;
      } else if (word == "clause" || word == "sentence") {
        argument.reach = word == "clause" ? Reachable::kSameClause : Reachable::kSentence;
      } else if (word == "marker") {
        FL_RETURN_IF_ERROR(Markers(value, argument));
        ++i;
      } else {
        return Wrong(Cat("unknown option '", word, "'"));
      }
    }
    return argument;
  }

  static absl::Status Types(std::string_view list, ArgumentRule& argument) {
    while (!list.empty()) {
      const std::string_view name = list.substr(0, list.find(','));
      list.remove_prefix(std::min(name.size() + 1, list.size()));
      if (name == "TEXT") {
        argument.text = true;
        continue;
      }
      const std::optional<EntityType> type = EntityTypeFromName(name);
      if (!type) return Wrong(Cat("unknown entity type '", name, "'"));
      argument.types |= 1u << static_cast<uint8_t>(*type);
    }
    return absl::OkStatus();
  }

  static absl::Status Markers(std::string_view list, ArgumentRule& argument) {
    if (list.empty()) return Wrong("'marker' needs words, with commas between");
    while (!list.empty()) {
      const std::string_view word = list.substr(0, list.find(','));
      list.remove_prefix(std::min(word.size() + 1, list.size()));
      if (word.empty()) return Wrong("an empty marker");
      argument.markers.push_back(CueText(word));
    }
    return absl::OkStatus();
  }

  RulePack pack_;
  StringSet names_;
};

}  // namespace

absl::StatusOr<RulePack> ParseRulePack(std::string_view name, std::string_view text) {
  if (text.size() > kMaxPackBytes) {
    return absl::InvalidArgumentError(Cat(name, ":1: a rule pack has at most ", kMaxPackBytes, " bytes"));
  }
  PackParser parser(name);
  size_t line_number = 0;
  const auto at_line = [&](const absl::Status& status) {
    return absl::InvalidArgumentError(Cat(name, ":", line_number, ": ", ToStd(status.message())));
  };
  while (!text.empty()) {
    ++line_number;
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const Words words = Split(line);
    if (words.empty()) continue;
    if (const absl::Status status = parser.Line(words); !status.ok()) return at_line(status);
  }
  if (const absl::Status status = parser.EndRule(); !status.ok()) return at_line(status);
  return parser.Take();
}

}  // namespace factline::extract
