#include "query/parse/query_parser.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "indexer/text/index_terms.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/status.h"
#include "protos/vocab/utf8.h"
#include "query/parse/period.h"
#include "query/parse/query_lexer.h"

namespace factline::query {
namespace {

using Kind = Expression::Kind;
using MaybeExpression = std::optional<Expression>;

// Of a question's parts, where a word weighs 1. Chosen on judged questions (tests/bench/relevance).
constexpr double kWeightOfACharacter = 0.3;  // a Han character alone is mostly part of something else
constexpr double kWeightOfNeighbours = 0.4;  // of two words as a phrase, for the mean of its grams

// Takes `child` into the list of an AND or OR, whose own members come in directly.
void Absorb(Kind kind, Expression child, std::vector<Expression>* children) {
  if (child.kind != kind) {
    children->push_back(std::move(child));
    return;
  }
  for (Expression& grandchild : child.children) children->push_back(std::move(grandchild));
}

MaybeExpression Combine(Kind kind, std::vector<Expression> children) {
  if (children.empty()) return std::nullopt;
  if (children.size() == 1) return std::move(children.front());
  Expression combined;
  combined.kind = kind;
  combined.children = std::move(children);
  return combined;
}

Expression Negate(Expression expression) {
  if (expression.kind == Kind::kNot) return Expression(std::move(expression.children.front()));
  Expression negated;
  negated.kind = Kind::kNot;
  negated.children.push_back(std::move(expression));
  return negated;
}

void MultiplyWeights(double factor, Expression* expression) {
  expression->weight *= factor;
  for (Expression& child : expression->children) MultiplyWeights(factor, &child);
}

std::optional<Attribute> AttributeOf(std::string_view field) {
  if (field == "source") return Attribute::kSource;
  if (field == "lang") return Attribute::kLanguage;
  if (field == "tag") return Attribute::kTag;
  if (field == "entity") return Attribute::kEntity;
  return std::nullopt;
}

class Parser {
 public:
  Parser(std::vector<QueryToken> tokens, const text::Analyzer& analyzer, Joining joining)
      : tokens_(std::move(tokens)), analyzer_(analyzer), joining_(joining) {}

  absl::StatusOr<MaybeExpression> Run() {
    absl::StatusOr<MaybeExpression> parsed = Whole();
    if (!parsed.ok() || joining_ == Joining::kAll || terms_ == kMaxQueryTerms) return parsed;
    // What the query asks for comes first; neighbours get the room that it leaves.
    neighbour_terms_left_ = kMaxQueryTerms - terms_;
    next_ = terms_ = prefixes_ = 0;
    return Whole();
  }

 private:
  absl::StatusOr<MaybeExpression> Whole() {
    if (Peek().kind == QueryToken::Kind::kEnd) return MaybeExpression();
    FL_ASSIGN_OR_RETURN(MaybeExpression parsed, Either(0));
    if (Peek().kind == QueryToken::Kind::kClose) return Error(Peek(), "this ')' closes nothing");
    if (Peek().kind != QueryToken::Kind::kEnd) return Error(Peek(), "nothing stands before this that it can belong to");
    if (!parsed.has_value()) return Error(tokens_.front(), "there is no word to search for");
    return parsed;
  }

  const QueryToken& Peek() const { return tokens_[next_]; }
  const QueryToken& Take() { return tokens_[next_++]; }

  static absl::Status Error(const QueryToken& at, std::string_view what) {
    return FieldError("query", Cat("column ", at.column, ": ", what));
  }

  bool AtOperand() const {
    switch (Peek().kind) {
      case QueryToken::Kind::kWord:
      case QueryToken::Kind::kPhrase:
      case QueryToken::Kind::kOpen:
      case QueryToken::Kind::kNot:
      case QueryToken::Kind::kField:
        return true;
      default:
        return false;
    }
  }

  absl::StatusOr<MaybeExpression> Either(size_t depth) {
    std::vector<Expression> branches;
    for (;;) {
      FL_ASSIGN_OR_RETURN(MaybeExpression branch, Both(depth));
      if (branch.has_value()) Absorb(Kind::kOr, *std::move(branch), &branches);
      if (Peek().kind != QueryToken::Kind::kOr) break;
      Take();
    }
    return Combine(Kind::kOr, std::move(branches));
  }

  absl::StatusOr<MaybeExpression> Both(size_t depth) {
    std::vector<Expression> parts;  // that blanks join
    do {
      FL_ASSIGN_OR_RETURN(MaybeExpression part, Conjunction(depth));
      if (part.has_value()) parts.push_back(*std::move(part));
    } while (AtOperand());
    return Joined(std::move(parts));
  }

  // One operand, or several that AND joins.
  absl::StatusOr<MaybeExpression> Conjunction(size_t depth) {
    const size_t begin = next_, terms_before = terms_, prefixes_before = prefixes_;
    FL_ASSIGN_OR_RETURN(MaybeExpression only, Unary(depth));
    if (Peek().kind != QueryToken::Kind::kAnd) return only;
    next_ = begin;  // what AND joins is joined whole
    terms_ = terms_before;
    prefixes_ = prefixes_before;
    std::vector<Expression> parts;
    for (;;) {
      FL_ASSIGN_OR_RETURN(MaybeExpression part, UnaryOfAll(depth));
      if (part.has_value()) Absorb(Kind::kAnd, *std::move(part), &parts);
      if (Peek().kind != QueryToken::Kind::kAnd) return Combine(Kind::kAnd, std::move(parts));
      const QueryToken conjunction = Take();
      if (!AtOperand()) return Error(conjunction, "AND needs something on its right");
    }
  }

  // An operand whose words must all match, whatever joins them elsewhere.
  absl::StatusOr<MaybeExpression> UnaryOfAll(size_t depth) {
    const Joining outer = std::exchange(joining_, Joining::kAll);
    absl::StatusOr<MaybeExpression> operand = Unary(depth);
    joining_ = outer;
    return operand;
  }

  // What a blank joins.
  MaybeExpression Joined(std::vector<Expression> parts) const {
    std::vector<Expression> all, any;
    for (Expression& part : parts) {
      const bool is_wish = joining_ == Joining::kAny && HasScore(part);
      Absorb(is_wish ? Kind::kOr : Kind::kAnd, std::move(part), is_wish ? &any : &all);
    }
    if (MaybeExpression wishes = Combine(Kind::kOr, std::move(any))) all.insert(all.begin(), *std::move(wishes));
    return Combine(Kind::kAnd, std::move(all));
  }

  absl::StatusOr<MaybeExpression> Unary(size_t depth) {
    const QueryToken token = Take();
    if (depth > kMaxQueryNesting) return Error(token, Cat("is nested deeper than ", kMaxQueryNesting));
    switch (token.kind) {
      case QueryToken::Kind::kWord:
      case QueryToken::Kind::kPhrase:
      case QueryToken::Kind::kOpen:
        return Weighed(token, depth);
      case QueryToken::Kind::kField:
        return Field(token, depth);
      case QueryToken::Kind::kNot: {
        if (!AtOperand()) return Error(token, "there is nothing to negate");
        FL_ASSIGN_OR_RETURN(MaybeExpression operand, UnaryOfAll(depth + 1));
        if (!operand.has_value()) return operand;
        return MaybeExpression(Negate(*std::move(operand)));
      }
      default:
        --next_;
        return Error(token, "a word, a phrase or a group is expected here");
    }
  }

  // What `token` begins, with the weight behind it.
  absl::StatusOr<MaybeExpression> Weighed(const QueryToken& token, size_t depth) {
    absl::StatusOr<MaybeExpression> operand = token.kind == QueryToken::Kind::kOpen     ? Group(token, depth)
                                              : token.kind == QueryToken::Kind::kPhrase ? Phrase(token)
                                              : EndsInStar(token.text)                  ? Prefix(token)
                                                                                        : Words(token);
    if (!operand.ok() || Peek().kind != QueryToken::Kind::kWeight) return NoSlop(std::move(operand));
    const QueryToken& weight = Take();
    double factor = 0;
    if (!absl::SimpleAtod(ToAbsl(weight.text), &factor) || !(factor > 0) || factor > kMaxQueryWeight) {
      return Error(weight, Cat("'^' wants a weight over 0, at most ", kMaxQueryWeight));
    }
    if (operand->has_value()) MultiplyWeights(factor, &**operand);
    return NoSlop(std::move(operand));
  }

  // The operand, unless a slop follows that belongs to nothing.
  absl::StatusOr<MaybeExpression> NoSlop(absl::StatusOr<MaybeExpression> operand) const {
    if (!operand.ok() || Peek().kind != QueryToken::Kind::kSlop) return operand;
    return Error(Peek(), "'~' and a number stand right behind a quotation of words, before its weight");
  }

  absl::StatusOr<MaybeExpression> Field(const QueryToken& name, size_t depth) {
    if (place_ != Place::kAnywhere) {
      return Error(name, Cat("'", name.text, ":' cannot stand within another field's parentheses"));
    }
    if (name.text == "title" || name.text == "body") {
      place_ = name.text == "title" ? Place::kTitle : Place::kBody;
      absl::StatusOr<MaybeExpression> operand = Unary(depth + 1);
      place_ = Place::kAnywhere;
      return operand;
    }
    const QueryToken& value = Take();
    if (value.kind != QueryToken::Kind::kWord && value.kind != QueryToken::Kind::kPhrase) {
      return Error(value, Cat("'", name.text, ":' wants a word or a quotation"));
    }
    if (Peek().kind == QueryToken::Kind::kWeight) {
      return Error(Peek(), Cat("'", name.text, ":' scores nothing that could have a weight"));
    }
    FL_RETURN_IF_ERROR(NoSlop(MaybeExpression()).status());
    FL_RETURN_IF_ERROR(CountTerms(value, 1));
    Expression leaf;
    if (const std::optional<Attribute> attribute = AttributeOf(name.text)) {
      leaf.kind = Kind::kAttribute;
      leaf.attribute = *attribute;
      leaf.value = std::string(value.text);
      if (leaf.value.empty()) return Error(value, Cat("'", name.text, ":' has an empty value"));
      return MaybeExpression(std::move(leaf));
    }
    const std::optional<SecondRange> range = ParsePeriodRange(value.text);
    if (!range.has_value()) {
      return Error(
          value,
          "'date:' wants a day, month, year or instant, two of them as 2024-01..2024-03, or one behind < <= > >=");
    }
    leaf.kind = Kind::kPublished;
    leaf.first_second = range->first;
    leaf.last_second = range->last;
    return MaybeExpression(std::move(leaf));
  }

  absl::StatusOr<MaybeExpression> Group(const QueryToken& opening, size_t depth) {
    if (Peek().kind == QueryToken::Kind::kEnd) return Error(opening, "this '(' is not closed");
    FL_ASSIGN_OR_RETURN(MaybeExpression inner, Either(depth + 1));
    if (Peek().kind != QueryToken::Kind::kClose) return Error(opening, "this '(' is not closed");
    Take();
    return inner;
  }

  static bool EndsInStar(std::string_view text) { return WithoutStars(text) != text; }

  // `token` is a word that ends in stars; nullopt if nothing else is in it. Other stars in it are marks.
  absl::StatusOr<MaybeExpression> Prefix(const QueryToken& token) {
    const std::string_view text = WithoutStars(token.text);
    const text::Analysis analysis = analyzer_.Tokenize(text);
    const std::vector<text::Token>& tokens = analysis.tokens;
    if (tokens.empty()) return MaybeExpression();
    if (tokens.back().kind == text::TokenKind::kPunctuation)
      return Error(token, "'*' wants to stand right behind a word");
    size_t begin = tokens.size() - 1;  // of the run of Han characters, or the word of another script, at the end
    while (begin > 0 && tokens[begin - 1].kind == text::TokenKind::kHan &&
           tokens[begin].kind == text::TokenKind::kHan &&
           tokens[begin - 1].span.end_exclusive == tokens[begin].span.begin) {
      --begin;
    }
    std::vector<Expression> parts;
    QueryToken before = token;
    before.text = text.substr(0, tokens[begin].span.begin);
    FL_ASSIGN_OR_RETURN(MaybeExpression words, Words(before));
    if (words.has_value()) parts.push_back(*std::move(words));
    if (begin + 1 < tokens.size()) {
      FL_ASSIGN_OR_RETURN(MaybeExpression phrase, CountedPhrase(token, text.substr(tokens[begin].span.begin)));
      if (phrase.has_value()) parts.push_back(*std::move(phrase));
      return Joined(std::move(parts));
    }
    FL_RETURN_IF_ERROR(CountTerms(token, 1));
    if (++prefixes_ > kMaxQueryPrefixes) {
      return Error(token, Cat("the query has more than ", kMaxQueryPrefixes, " words that end in '*'"));
    }
    Expression prefix;
    prefix.kind = Kind::kPrefix;
    prefix.word = std::string(tokens[begin].term);
    prefix.column = token.column;
    prefix.place = place_;
    parts.push_back(std::move(prefix));
    return Joined(std::move(parts));
  }

  static std::string_view WithoutStars(std::string_view text) {
    for (bool ends_in_star = true; ends_in_star;) {
      ends_in_star = false;
      for (const std::string_view star : {"*", "＊"}) {
        if (!text.ends_with(star)) continue;
        text.remove_suffix(star.size());
        ends_in_star = true;
      }
    }
    return text;
  }

  // A run of words. What the dictionary cuts into single characters is most often a name that it does not know: such a
  // run is searched as a phrase, since its characters apart mean nothing.
  absl::StatusOr<MaybeExpression> Words(const QueryToken& token) {
    const text::Analysis analysis = analyzer_.Tokenize(token.text);
    const std::vector<text::Token>& tokens = analysis.tokens;
    std::vector<Expression> parts;
    for (size_t i = 0; i < tokens.size();) {
      const size_t end = EndOfName(tokens, i);
      if (end - i >= 2) {
        FL_ASSIGN_OR_RETURN(MaybeExpression phrase,
                            CountedPhrase(token, Between(tokens[i], tokens[end - 1]).In(token.text)));
        if (phrase.has_value()) parts.push_back(*std::move(phrase));
        if (joining_ == Joining::kAll) {
          i = end;
          continue;
        }
      }
      for (const size_t name_end = std::max(end, i + 1); i < name_end; ++i) {
        if (tokens[i].kind == text::TokenKind::kPunctuation) continue;
        FL_RETURN_IF_ERROR(CountTerms(token, 1));
        Expression word;
        word.word = std::string(tokens[i].term);
        word.place = place_;
        if (joining_ == Joining::kAny && IsOneHanCharacter(tokens[i])) word.weight = kWeightOfACharacter;
        parts.push_back(std::move(word));
      }
    }
    if (joining_ == Joining::kAny) AddNeighbours(token.text, tokens, &parts);
    return Joined(std::move(parts));
  }

  // Words that stand together in the question and in an article as well say more than the two apart.
  void AddNeighbours(std::string_view text, const std::vector<text::Token>& tokens, std::vector<Expression>* parts) {
    for (size_t i = 0; i + 1 < tokens.size(); ++i) {
      if (!HasContent(tokens[i]) || !HasContent(tokens[i + 1])) continue;
      if (tokens[i].span.end_exclusive != tokens[i + 1].span.begin) continue;
      Expression phrase = PhraseOf(Between(tokens[i], tokens[i + 1]).In(text));
      if (phrase.grams.empty() || phrase.grams.size() > neighbour_terms_left_) continue;
      neighbour_terms_left_ -= phrase.grams.size();
      phrase.weight = kWeightOfNeighbours / static_cast<double>(phrase.grams.size());
      parts->push_back(std::move(phrase));
    }
  }

  static Span Between(const text::Token& first, const text::Token& last) {
    return {first.span.begin, last.span.end_exclusive};
  }

  // The end of the run of characters from `begin` on that may be a name; `begin` if there is none.
  static size_t EndOfName(const std::vector<text::Token>& tokens, size_t begin) {
    size_t end = begin;
    while (end < tokens.size() && IsOneHanCharacter(tokens[end]) && HasContent(tokens[end]) &&
           (end == begin || tokens[end - 1].span.end_exclusive == tokens[end].span.begin)) {
      ++end;
    }
    return end;
  }

  absl::StatusOr<MaybeExpression> Phrase(const QueryToken& token) {
    FL_ASSIGN_OR_RETURN(const uint32_t slop, Slop());
    const text::Analysis analysis = analyzer_.Tokenize(token.text);
    if (analysis.tokens.size() == 1 && IsOneHanCharacter(analysis.tokens.front())) return Words(token);
    return slop == 0 ? CountedPhrase(token, token.text) : LoosePhrase(token, analysis, slop);
  }

  // Of the phrase before it; 0 if none is given.
  absl::StatusOr<uint32_t> Slop() {
    if (Peek().kind != QueryToken::Kind::kSlop) return 0;
    const QueryToken& token = Take();
    uint32_t slop = 0;
    if (!absl::SimpleAtoi(ToAbsl(token.text), &slop) || slop > kMaxPhraseSlop) {
      return Error(token, Cat("'~' wants a whole number, at most ", kMaxPhraseSlop));
    }
    return slop;
  }

  // The grams of each piece at the piece's place; what lies between pieces may be more.
  absl::StatusOr<MaybeExpression> LoosePhrase(const QueryToken& token, const text::Analysis& analysis, uint32_t slop) {
    Expression phrase;
    phrase.kind = Kind::kPhrase;
    phrase.place = place_;
    const std::vector<text::Token>& tokens = analysis.tokens;
    uint32_t position = 0, first_position = 0, piece_count = 0;
    for (size_t begin = 0; begin < tokens.size();) {
      text::Analysis piece;
      piece.text = analysis.text;
      const size_t end = EndOfPiece(tokens, begin);
      piece.tokens.assign(tokens.begin() + begin, tokens.begin() + end);
      begin = end;
      const uint32_t piece_position = position;
      for (const text::Token& of_piece : piece.tokens) position += PositionsOf(of_piece);
      if (piece.tokens.front().kind == text::TokenKind::kPunctuation) continue;
      if (piece.tokens.size() == 1 && IsOneHanCharacter(piece.tokens.front())) {
        return Error(token,
                     Cat("'", piece.tokens.front().term,
                         "' alone cannot be found apart from the words beside it: join it to one, or leave out '~'"));
      }
      if (piece_count == 0) first_position = piece_position;
      text::ForEachQueryGram(piece, [&](std::string_view term, uint32_t within, Span) {
        phrase.grams.push_back({std::string(term), piece_position + within - first_position, piece_count});
      });
      ++piece_count;
    }
    if (piece_count > 1) phrase.slop = slop;
    FL_RETURN_IF_ERROR(CountTerms(token, phrase.grams.size()));
    if (phrase.grams.empty()) return MaybeExpression();
    return MaybeExpression(std::move(phrase));
  }

  // A word, or several single Han characters that touch; one such character alone goes with the word that it touches.
  static size_t EndOfPiece(const std::vector<text::Token>& tokens, size_t begin) {
    const auto touches = [&](size_t i) {
      return i < tokens.size() && tokens[i].kind == text::TokenKind::kHan &&
             tokens[i - 1].kind == text::TokenKind::kHan && tokens[i - 1].span.end_exclusive == tokens[i].span.begin;
    };
    const auto touches_character = [&](size_t i) { return touches(i) && IsOneHanCharacter(tokens[i]); };
    size_t end = begin + 1;
    if (!IsOneHanCharacter(tokens[begin])) return touches_character(end) && !touches_character(end + 1) ? end + 1 : end;
    while (touches_character(end)) ++end;
    return end == begin + 1 && touches(end) ? EndOfPiece(tokens, end) : end;
  }

  // That a token takes in the streams of grams (index_terms.h).
  static uint32_t PositionsOf(const text::Token& token) {
    if (token.kind != text::TokenKind::kHan) return 1;
    return static_cast<uint32_t>(
        std::count_if(token.term.begin(), token.term.end(), [](char c) { return !IsUtf8Continuation(c); }));
  }

  // Nullopt for a text without a gram.
  absl::StatusOr<MaybeExpression> CountedPhrase(const QueryToken& token, std::string_view text) {
    Expression phrase = PhraseOf(text);
    FL_RETURN_IF_ERROR(CountTerms(token, phrase.grams.size()));
    if (phrase.grams.empty()) return MaybeExpression();
    return MaybeExpression(std::move(phrase));
  }

  Expression PhraseOf(std::string_view text) const {
    const text::Analysis analysis = analyzer_.Tokenize(text);
    Expression phrase;
    phrase.kind = Kind::kPhrase;
    phrase.place = place_;
    uint32_t first_position = 0;
    text::ForEachQueryGram(analysis, [&](std::string_view term, uint32_t position, Span) {
      if (phrase.grams.empty()) first_position = position;
      phrase.grams.push_back({std::string(term), position - first_position});
    });
    return phrase;
  }

  // No punctuation and no function word.
  static bool HasContent(const text::Token& token) {
    if (token.kind == text::TokenKind::kPunctuation) return false;
    switch (token.pos) {
      case text::PartOfSpeech::kAdverb:
      case text::PartOfSpeech::kPronoun:
      case text::PartOfSpeech::kPreposition:
      case text::PartOfSpeech::kConjunction:
      case text::PartOfSpeech::kParticle:
      case text::PartOfSpeech::kLocative:
      case text::PartOfSpeech::kMeasureWord:
        return false;
      default:
        return true;
    }
  }

  static bool IsOneHanCharacter(const text::Token& token) {
    constexpr size_t kMaxBytesOfOneCharacter = 4;
    if (token.kind != text::TokenKind::kHan || token.term.size() > kMaxBytesOfOneCharacter) return false;
    return true;  // two Han characters have at least six bytes
  }

  absl::Status CountTerms(const QueryToken& token, size_t count) {
    terms_ += count;
    if (terms_ <= kMaxQueryTerms) return absl::OkStatus();
    return Error(token, Cat("the query has more than ", kMaxQueryTerms, " terms"));
  }

  const std::vector<QueryToken> tokens_;
  const text::Analyzer& analyzer_;
  Joining joining_;                 // of the words that come
  Place place_ = Place::kAnywhere;  // of the words that come
  size_t next_ = 0;
  size_t terms_ = 0;
  size_t prefixes_ = 0;
  size_t neighbour_terms_left_ = 0;
};

}  // namespace

absl::StatusOr<std::optional<Expression>> ParseQuery(std::string_view query, const text::Analyzer& analyzer,
                                                     Joining joining) {
  if (query.size() > kMaxQueryBytes) {
    return FieldError("query", Cat("has ", query.size(), " bytes; at most ", kMaxQueryBytes, " are allowed"));
  }
  FL_ASSIGN_OR_RETURN(std::vector<QueryToken> tokens, LexQuery(query));
  return Parser(std::move(tokens), analyzer, joining).Run();
}

}  // namespace factline::query
