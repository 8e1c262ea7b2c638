#include "indexer/store/fact_keys.h"

#include <bit>

#include "protos/vocab/big_endian.h"
#include "protos/vocab/hash.h"
#include "protos/vocab/utf8.h"

namespace factline::store {
namespace {

constexpr uint64_t kSignBit = uint64_t{1} << 63;
constexpr size_t kTimeBytes = 8;

enum class Tag : char {
  kSubjectEntity = 'S',
  kSubjectText = 's',
  kObjectEntity = 'O',
  kObjectText = 'o',
  kPredicate = 'P',
  kValue = 'V',
  kRecent = 'T',
  kArticle = 'A',
  kCount = 'C',
  kEntityRecord = 'E',
  kEntityName = 'N',
  kEntityFacts = 'F',
  kEntityForm = 'W',
};

std::string Tagged(Tag tag, std::string_view rest = {}) {
  std::string key(1, static_cast<char>(tag));
  key.append(rest);
  return key;
}

// Where a text that is too long is cut: the last border of code points that leaves room for the hash.
std::string_view UpToCut(std::string_view text) {
  size_t cut = kMaxKeyTextBytes - kIdBytes;
  if (text.size() <= cut) return text;
  while (cut > 0 && IsUtf8Continuation(text[cut])) --cut;
  return text.substr(0, cut);
}

int64_t ReadTime(std::string_view bytes) { return static_cast<int64_t>(~GetBigEndian<uint64_t>(bytes) ^ kSignBit); }

// A text's encoding without its end: what the encodings of all texts that begin with it begin with.
void AppendOpenText(std::string_view text, std::string& out) {
  for (char c : text) {
    out.push_back(c);
    if (c == '\0') out.push_back('\xff');
  }
}

void AppendText(std::string_view text, std::string& out) {
  AppendOpenText(text, out);
  out.append("\0\x01", 2);
}

// Takes a text from the front of `in`.
std::optional<std::string> TakeText(std::string_view& in) {
  std::string text;
  for (size_t i = 0; i + 1 < in.size(); ++i) {
    if (in[i] != '\0') {
      text.push_back(in[i]);
      continue;
    }
    const char mark = in[++i];
    if (mark == '\x01') {
      in.remove_prefix(i + 1);
      return text;
    }
    if (mark != '\xff') return std::nullopt;
    text.push_back('\0');
  }
  return std::nullopt;
}

std::string TaggedText(Tag tag, std::string_view text) {
  std::string key = Tagged(tag);
  AppendText(text, key);
  return key;
}

std::string TaggedOpenText(Tag tag, std::string_view text) {
  std::string key = Tagged(tag);
  AppendOpenText(text, key);
  return key;
}

}  // namespace

std::string PrefixSuccessor(std::string_view prefix) {
  std::string next(prefix);
  while (!next.empty() && next.back() == '\xff') next.pop_back();
  if (!next.empty()) next.back() = static_cast<char>(static_cast<uint8_t>(next.back()) + 1);
  return next;
}

void AppendTime(int64_t seconds, std::string& key) { PutBigEndian(~(static_cast<uint64_t>(seconds) ^ kSignBit), &key); }

void AppendNumber(double number, std::string& key) {
  const uint64_t bits = std::bit_cast<uint64_t>(number == 0 ? 0.0 : number);
  PutBigEndian((bits & kSignBit) != 0 ? ~bits : bits | kSignBit, &key);
}

FactsKey FactRowKey(const FactId& fact) { return FactsKey(fact.value()); }

FactsKey EvidenceKey(const FactId& fact, int64_t published_seconds, std::string_view article_id) {
  std::string key = fact.value();
  AppendTime(published_seconds, key);
  AppendText(article_id, key);
  return FactsKey(std::move(key));
}

std::optional<EvidencePlace> DecodeEvidenceKey(std::string_view key) {
  if (key.size() < kIdBytes + kTimeBytes) return std::nullopt;
  key.remove_prefix(kIdBytes);
  EvidencePlace place{ReadTime(key)};
  key.remove_prefix(kTimeBytes);
  std::optional<std::string> article = TakeText(key);
  if (!article.has_value() || !key.empty()) return std::nullopt;
  place.article_id = *std::move(article);
  return place;
}

std::string EntityRolePrefix(FactRole role, const EntityId& entity) {
  return Tagged(role == FactRole::kSubject ? Tag::kSubjectEntity : Tag::kObjectEntity, entity.value());
}

std::string KeyText(std::string_view normal_text) {
  if (normal_text.size() <= kMaxKeyTextBytes) return std::string(normal_text);
  std::string text(UpToCut(normal_text));
  text.append(StableHash({normal_text}));
  return text;
}

std::string TextRolePrefix(FactRole role, std::string_view normal_text) {
  return TaggedText(role == FactRole::kSubject ? Tag::kSubjectText : Tag::kObjectText, KeyText(normal_text));
}

std::string TextRoleOpenPrefix(FactRole role, std::string_view normal_prefix) {
  return TaggedOpenText(role == FactRole::kSubject ? Tag::kSubjectText : Tag::kObjectText, UpToCut(normal_prefix));
}

std::string PredicatePrefix(std::string_view predicate) { return TaggedText(Tag::kPredicate, predicate); }
std::string PredicateValuePrefix(std::string_view predicate) { return TaggedText(Tag::kValue, predicate); }
std::string RecentPrefix() { return Tagged(Tag::kRecent); }
std::string FactArticlePrefix(std::string_view article_id) { return TaggedText(Tag::kArticle, article_id); }

FactIndexKey TimedKey(std::string_view prefix, int64_t published_seconds, const FactId& fact) {
  std::string key(prefix);
  AppendTime(published_seconds, key);
  key.append(fact.value());
  return FactIndexKey(std::move(key));
}

FactIndexKey ValueKey(std::string_view predicate, double number, const FactId& fact) {
  std::string key = PredicateValuePrefix(predicate);
  AppendNumber(number, key);
  key.append(fact.value());
  return FactIndexKey(std::move(key));
}

FactIndexKey FactArticleKey(std::string_view article_id, uint32_t ordinal, const FactId& fact) {
  std::string key = FactArticlePrefix(article_id);
  for (int shift = 24; shift >= 0; shift -= 8) key.push_back(static_cast<char>(ordinal >> shift & 0xFF));
  key.append(fact.value());
  return FactIndexKey(std::move(key));
}

FactIndexKey FactCountKey() { return FactIndexKey(Tagged(Tag::kCount)); }

std::optional<FactId> FactOfIndexKey(std::string_view key) {
  if (key.size() < 1 + kIdBytes) return std::nullopt;
  return FactId(std::string(key.substr(key.size() - kIdBytes)));
}

EntitiesKey EntityRecordKey(const EntityId& entity) { return EntitiesKey(Tagged(Tag::kEntityRecord, entity.value())); }
EntitiesKey EntityFactCountKey(const EntityId& entity) {
  return EntitiesKey(Tagged(Tag::kEntityFacts, entity.value()));
}
EntitiesKey EntityCountKey() { return EntitiesKey(Tagged(Tag::kCount)); }

EntitiesKey EntityNameKey(std::string_view normal_name, uint8_t type, const EntityId& entity) {
  std::string key = EntityNamePrefix(normal_name);
  key.push_back(static_cast<char>(type));
  key.append(entity.value());
  return EntitiesKey(std::move(key));
}

std::string EntityNamePrefix(std::string_view normal_name) {
  return TaggedText(Tag::kEntityName, KeyText(normal_name));
}
std::string EntityNameOpenPrefix(std::string_view normal_name_prefix) {
  return TaggedOpenText(Tag::kEntityName, UpToCut(normal_name_prefix));
}

EntitiesKey EntityArticleKey(const EntityId& entity, int64_t published_seconds, std::string_view article_id) {
  std::string key = EntityArticlePrefix(entity);
  AppendTime(published_seconds, key);
  AppendText(article_id, key);
  return EntitiesKey(std::move(key));
}

std::string EntityArticlePrefix(const EntityId& entity) { return Tagged(Tag::kArticle, entity.value()); }

EntitiesKey EntityFormKey(const EntityId& entity, std::string_view form) {
  return EntitiesKey(EntityFormPrefix(entity).append(form));
}

std::string EntityFormPrefix(const EntityId& entity) { return Tagged(Tag::kEntityForm, entity.value()); }

std::optional<EntityNamePlace> DecodeEntityNameKey(std::string_view key) {
  if (key.empty() || key[0] != static_cast<char>(Tag::kEntityName)) return std::nullopt;
  key.remove_prefix(1);
  std::optional<std::string> name = TakeText(key);
  if (!name.has_value() || name->size() > kMaxKeyTextBytes || key.size() != 1 + kIdBytes) return std::nullopt;
  return EntityNamePlace{*std::move(name), static_cast<uint8_t>(key[0]), EntityId(std::string(key.substr(1)))};
}

std::optional<int64_t> DecodeEntityArticleSeconds(std::string_view key) {
  if (key.size() < 1 + kIdBytes + kTimeBytes) return std::nullopt;
  return ReadTime(key.substr(1 + kIdBytes));
}

}  // namespace factline::store
