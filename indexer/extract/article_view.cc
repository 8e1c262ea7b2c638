#include "indexer/extract/article_view.h"

#include <algorithm>

#include "indexer/extract/term_set.h"

namespace factline::extract {
namespace {

using text::PartOfSpeech;
using text::TokenKind;

constexpr TermSet kClauseMarks = {"，", ",", "；", ";", "：", ":", "。", "！", "!", "？", "?", "—", "——", "…"};
constexpr TermSet kQuestionMarks = {"？", "?"};
// With one of these at its head the whole of an English sentence is the question, else its last clause is.
constexpr TermSet kQuestionHeads = {"did",  "does",  "do",    "is",    "was",   "are",    "were", "has",   "have",
                                    "had",  "will",  "would", "can",   "could", "should", "may",  "might", "who",
                                    "whom", "whose", "what",  "which", "when",  "where",  "why",  "how"};
constexpr TermSet kOpen = {"(", "（", "["};
constexpr TermSet kClose = {")", "）", "]"};
constexpr uint16_t kMaxDepth = 1000;

// Lays the units of one sentence down from words, mentions and values, each already in text order.
class SentenceBuilder {
 public:
  SentenceBuilder(const WordList& list, const text::Analysis& analysis, const EntityTable& table)
      : list_(list), analysis_(analysis), table_(table) {}

  SentenceView Build(Span span) {
    view_ = {.span = span};
    constexpr size_t kUnitBytes = 5;  // of most sentences, at least
    view_.units.reserve(span.size_bytes() / kUnitBytes + 2);
    view_.starts.reserve(span.size_bytes() / kUnitBytes + 2);
    view_.cue_text.reserve(span.size_bytes() + 1);
    clause_ = 0;
    clause_begin_ = 0;
    depth_ = 0;
    if (list_.text.substr(last_end_, span.begin - last_end_).find('\n') != std::string_view::npos) quotes_ = 0;
    last_end_ = span.end_exclusive;
    uint32_t at = span.begin;
    while (Skip(at), true) {
      const uint32_t mention = NextMention();
      const uint32_t value = NextValue();
      const uint32_t word = NextWord(at);
      const uint32_t first = std::min({mention, value, word});
      if (first >= span.end_exclusive) break;
      if (mention == first) {
        at = AddMention();
      } else if (value == first) {
        at = AddValue();
      } else {
        at = AddWord(at, std::min(mention, value));
      }
    }
    return std::move(view_);
  }

 private:
  // Passes what ends at or before `at`.
  void Skip(uint32_t at) {
    while (word_ < list_.words.size() && list_.words[word_].span.end_exclusive <= at) ++word_;
    while (mention_ < table_.mentions.size() && table_.mentions[mention_].span.begin < at) ++mention_;
    while (value_ < table_.values.size() && analysis_.values[table_.values[value_].value].span.begin < at) ++value_;
  }
  uint32_t NextMention() const {
    return mention_ < table_.mentions.size() ? table_.mentions[mention_].span.begin : UINT32_MAX;
  }
  uint32_t NextValue() const {
    return value_ < table_.values.size() ? analysis_.values[table_.values[value_].value].span.begin : UINT32_MAX;
  }
  uint32_t NextWord(uint32_t at) const {
    return word_ < list_.words.size() ? std::max(list_.words[word_].span.begin, at) : UINT32_MAX;
  }

  uint32_t AddMention() {
    const PlacedMention& m = table_.mentions[mention_];
    Add({.span = m.span,
         .term = m.span.In(list_.text),
         .kind = UnitKind::kMention,
         .type = table_.entities[m.entity].type,
         .entity = m.entity,
         .is_reference = m.is_reference},
        "\x01");
    return m.span.end_exclusive;
  }

  uint32_t AddValue() {
    const PlacedValue& placed = table_.values[value_];
    const text::Value& value = analysis_.values[placed.value];
    Add({.span = value.span,
         .term = value.span.In(list_.text),
         .kind = UnitKind::kValue,
         .type = EntityTypeOf(value.kind),
         .entity = placed.entity,
         .value = placed.value},
        "\x02");
    return value.span.end_exclusive;
  }

  // The rest of the current word from `at`, up to `limit` where a name begins inside it.
  uint32_t AddWord(uint32_t at, uint32_t limit) {
    const Word& word = list_.words[word_];
    const uint32_t begin = std::max(word.span.begin, at);
    const uint32_t end = std::min(word.span.end_exclusive, limit);
    Unit unit{.span = {begin, end}, .term = word.term, .pos = word.pos, .is = word.is, .ends = word.ends};
    if (begin != word.span.begin || end != word.span.end_exclusive) {
      unit.term = unit.span.In(list_.text);
      unit.pos = PartOfSpeech::kUnknown;
      unit.is = Lexicon::BuiltIn().Classes(unit.term);
      unit.ends = Lexicon::BuiltIn().SuffixClasses(unit.term);
    }
    if (word.IsPunctuation()) unit.kind = UnitKind::kPunctuation;
    const bool latin = word.kind == TokenKind::kLatin;
    if (latin && last_latin_ && !view_.cue_text.empty()) view_.cue_text += ' ';
    Add(unit, unit.term);
    last_latin_ = latin;
    return end;
  }

  void Add(const Unit& unit, std::string_view cue_text) {
    last_latin_ = false;
    view_.starts.push_back(static_cast<uint32_t>(view_.cue_text.size()));
    view_.cue_text += cue_text;
    Unit& added = view_.units.emplace_back(unit);
    added.clause = clause_;
    added.depth = depth_;
    added.quoted = quotes_ > 0;
    if (unit.IsPunctuation()) Punctuate(unit.term);
  }

  // What follows the mark: brackets and quotations open or close, or another clause begins.
  void Punctuate(std::string_view term) {
    if (OneOf(term, kClose) && depth_ > 0) --depth_;
    if (term == "”" && quotes_ > 0) --quotes_;
    if (OneOf(term, kOpen) && depth_ < kMaxDepth) ++depth_;
    if (term == "“" && quotes_ < kMaxDepth) ++quotes_;
    if (depth_ > 0 || !OneOf(term, kClauseMarks)) return;
    ++clause_;
    if (OneOf(term, kQuestionMarks)) MarkQuestion();
    clause_begin_ = view_.units.size();
  }

  void MarkQuestion() {
    const Unit& head = view_.units.front();
    const bool whole = !head.asked && OneOf(head.term, kQuestionHeads);
    for (size_t i = whole ? 0 : clause_begin_; i < view_.units.size(); ++i) view_.units[i].asked = true;
  }

  const WordList& list_;
  const text::Analysis& analysis_;
  const EntityTable& table_;
  size_t word_ = 0, mention_ = 0, value_ = 0;
  SentenceView view_;
  uint32_t clause_ = 0;
  size_t clause_begin_ = 0;
  uint16_t depth_ = 0;
  uint16_t quotes_ = 0;    // open quotations; they run over sentences, not over lines
  uint32_t last_end_ = 0;  // of the sentence before
  bool last_latin_ = false;
};

bool CanBeTopic(const Unit& unit) {
  if (!unit.IsMention() || unit.depth > 0) return false;
  switch (unit.type) {
    case EntityType::kOrg:
    case EntityType::kPerson:
    case EntityType::kFac:
    case EntityType::kProduct:
    case EntityType::kEvent:
    case EntityType::kGpe:
    case EntityType::kLoc:
      return true;
    default:
      return false;
  }
}

// 甲社乙地7月1日电: the agency and the place are not what the article is about.
bool IsDateline(const SentenceView& sentence, size_t unit) {
  for (size_t i = unit + 1; i < sentence.units.size() && i < unit + 6; ++i) {
    const Unit& u = sentence.units[i];
    if (u.IsPunctuation()) return false;
    if (u.term == "讯" || u.term == "电" || u.term == "记者" || u.term == "日电" || u.term == "日讯" ||
        u.term == "消息" || u.term == "报道")
      return true;
  }
  return false;
}

constexpr TermSet kReportVerbs = {"显示", "获悉", "了解到", "统计", "测算", "报告",
                                  "公告", "通报", "数据",   "了解", "预计", "消息"};

constexpr TermSet kReportMarks = {"，", ",", "：", ":"};

// Behind the last clause, of the first ones, that ends with a verb of speaking or reporting.
void FindReport(SentenceView& sentence) {
  constexpr size_t kMaxUnits = 80;
  const auto& units = sentence.units;
  for (size_t i = 1; i < units.size() && i < kMaxUnits; ++i) {
    if (units[i].quoted || !units[i].IsPunctuation() || units[i].clause != units[i - 1].clause) continue;
    if (!OneOf(units[i].term, kReportMarks)) continue;
    const Unit& last = units[i - 1];
    if (last.IsWord() && (last.Is(WordClass::kSpeech) || OneOf(last.term, kReportVerbs))) sentence.told_from = i + 1;
  }
}

// The person, else the organisation, named nearest before a verb of speaking.
uint32_t SpeakerIn(const SentenceView& sentence) {
  constexpr size_t kWindow = 12;
  const auto& units = sentence.units;
  for (size_t verb = 1; verb < units.size(); ++verb) {
    if (!units[verb].IsWord() || units[verb].quoted || !units[verb].Is(WordClass::kSpeech)) continue;
    uint32_t org = kNoEntity;
    for (size_t i = verb, n = 0; i > 0 && n < kWindow && units[i - 1].clause == units[verb].clause; --i, ++n) {
      if (!units[i - 1].IsMention()) continue;
      if (units[i - 1].type == EntityType::kPerson) return units[i - 1].entity;
      if (units[i - 1].type == EntityType::kOrg && org == kNoEntity) org = units[i - 1].entity;
    }
    if (org != kNoEntity) return org;
  }
  return kNoEntity;
}

// 甲创办的乙: behind a relative clause stands what the sentence is about. The unit, or `first` where there is none.
size_t HeadOfRelative(const SentenceView& sentence, size_t first) {
  constexpr size_t kWindow = 7;
  const auto& units = sentence.units;
  bool verb = false;
  for (size_t i = first + 1; i + 1 < units.size() && i < first + kWindow; ++i) {
    if (units[i].IsPunctuation() || units[i].IsMention()) break;
    verb |= units[i].pos == PartOfSpeech::kVerb;
    if (units[i].term != "的") continue;
    const Unit& head = units[i + 1];
    return verb && head.IsMention() && (CanBeTopic(head) || head.type == EntityType::kWork) ? i + 1 : first;
  }
  return first;
}

// The first name that no preposition precedes; a place only if it leads the clause and no name follows at once.
void FindTopic(SentenceView& sentence, size_t from) {
  constexpr size_t kMaxUnits = 60;
  uint32_t place = kNoEntity;
  size_t place_unit = 0;
  for (size_t i = from; i < sentence.units.size() && i < from + kMaxUnits; ++i) {
    const Unit& unit = sentence.units[i];
    if (!CanBeTopic(unit)) continue;
    if (i > 0 && sentence.units[i - 1].pos == PartOfSpeech::kPreposition) continue;
    if (IsDateline(sentence, i)) continue;
    if (unit.type == EntityType::kGpe || unit.type == EntityType::kLoc) {
      if (place == kNoEntity) {
        place = unit.entity;
        place_unit = i;
      }
      continue;
    }
    sentence.topic_unit = HeadOfRelative(sentence, i);
    sentence.topic = sentence.units[sentence.topic_unit].entity;
    sentence.topic_is_own = true;
    return;
  }
  if (place != kNoEntity) {
    sentence.topic = place;
    sentence.topic_is_own = true;
    sentence.topic_unit = place_unit;
  }
}

// The organisation that a reporting clause names, unless it is an authority (局, 部, 委).
void FindReporter(const EntityTable& table, SentenceView& sentence) {
  for (size_t i = 0; i < sentence.told_from; ++i) {
    const Unit& unit = sentence.units[i];
    if (!unit.IsMention() || unit.type != EntityType::kOrg || IsDateline(sentence, i)) continue;
    const std::string_view name = table.entities[unit.entity].name;
    for (const std::string_view ending :
         {"局", "部", "委", "厅", "政府", "办公室", "署", "委员会", "银行", "协会", "社"}) {
      if (name.ends_with(ending)) return;
    }
    sentence.topic = unit.entity;
    sentence.topic_is_own = true;
    sentence.topic_unit = i;
    return;
  }
}

}  // namespace

size_t SentenceView::UnitAt(uint32_t cue_text_offset) const {
  const auto it = std::upper_bound(starts.begin(), starts.end(), cue_text_offset);
  return it == starts.begin() ? 0 : static_cast<size_t>(it - starts.begin()) - 1;
}

ArticleView MakeArticleView(const WordList& list, const text::Analysis& analysis, const EntityTable& table,
                            const std::vector<Span>& sentences) {
  ArticleView view{.list = &list, .analysis = &analysis, .table = &table};
  view.sentences.reserve(sentences.size());
  SentenceBuilder builder(list, analysis, table);
  uint32_t topic = kNoEntity, speaker = kNoEntity;
  for (const Span span : sentences) {
    SentenceView sentence = builder.Build(span);
    FindReport(sentence);
    FindTopic(sentence, sentence.told_from);
    // 甲公司董事长乙介绍，年产能…: of the company; but what an authority reports is of the world.
    if (!sentence.topic_is_own && sentence.told_from > 0) FindReporter(table, sentence);
    if (!sentence.topic_is_own) sentence.topic = topic;
    topic = sentence.topic;
    sentence.speaker = speaker;
    if (const uint32_t own = SpeakerIn(sentence); own != kNoEntity) speaker = own;
    view.sentences.push_back(std::move(sentence));
  }
  return view;
}

}  // namespace factline::extract
