#ifndef FACTLINE_INDEXER_STORE_FACT_KEYS_H_
#define FACTLINE_INDEXER_STORE_FACT_KEYS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protos/vocab/ids.h"

// Keys of the three fact families (FACTS_FORMAT.md, "Keys"). All are compared as bytes and sort as their parts do:
//
//   facts       row       := fact                                   fact: 16 bytes
//               evidence  := fact time article                      time: newest first; article: text
//   fact_index  subject   := 'S' entity time fact | 's' text time fact      entity: 16 bytes
//               object    := 'O' entity time fact | 'o' text time fact
//               predicate := 'P' text time fact
//               value     := 'V' text number fact                   text: the predicate
//               recent    := 'T' time fact
//               article   := 'A' text ordinal fact                  ordinal: place in the article, 4 bytes
//               count     := 'C'
//   entities    record    := 'E' entity
//               name      := 'N' text type entity                   text: normal form; type: 1 byte
//               article   := 'A' entity time text
//               facts     := 'F' entity
//               form      := 'W' entity form               form: as written, to the key's end
//               count     := 'C'
//
//   time   := 8 bytes big endian, complement of the Unix seconds with the sign bit flipped: newest first
//   number := 8 bytes big endian, IEEE 754 with the sign bit flipped, all bits if negative: growing
//   text   := bytes with 00 written as 00 ff, then 00 01: no text's encoding begins another's
//
// Tags and layouts are frozen.
namespace factline::store {

// A key of one family: keys of different families do not mix.
using FactsKey = StrongId<struct FactsKeyTag, std::string>;
using FactIndexKey = StrongId<struct FactIndexKeyTag, std::string>;
using EntitiesKey = StrongId<struct EntitiesKeyTag, std::string>;

inline constexpr size_t kIdBytes = 16;

// The least key that is greater than all keys that begin with `prefix`; empty if there is none.
std::string PrefixSuccessor(std::string_view prefix);

// ---- facts ----

FactsKey FactRowKey(const FactId& fact);
FactsKey EvidenceKey(const FactId& fact, int64_t published_seconds, std::string_view article_id);

struct EvidencePlace {
  int64_t published_seconds = 0;
  std::string article_id;
};
// What follows the fact's id in an evidence key; nullopt for anything else.
std::optional<EvidencePlace> DecodeEvidenceKey(std::string_view key);

// ---- fact_index ----

// A subject or object as the index knows it: an entity, or words that are none.
enum class FactRole : uint8_t { kSubject, kObject };
//
// A text is cut to what a key can bear (KeyText), so that a hostile one does not make every key long. A prefix is
// compared by at most as many bytes as the cut leaves of a long text.
inline constexpr size_t kMaxKeyTextBytes = 256;
std::string KeyText(std::string_view normal_text);  // itself, or its first 240 bytes, whole code points, and a hash
std::string EntityRolePrefix(FactRole role, const EntityId& entity);
std::string TextRolePrefix(FactRole role, std::string_view normal_text);
std::string TextRoleOpenPrefix(FactRole role, std::string_view normal_prefix);  // of all texts that begin so
std::string PredicatePrefix(std::string_view predicate);
std::string PredicateValuePrefix(std::string_view predicate);
std::string RecentPrefix();
std::string FactArticlePrefix(std::string_view article_id);

void AppendTime(int64_t seconds, std::string& key);
void AppendNumber(double number, std::string& key);  // any value but NaN; -0 as 0

FactIndexKey TimedKey(std::string_view prefix, int64_t published_seconds, const FactId& fact);
FactIndexKey ValueKey(std::string_view predicate, double number, const FactId& fact);
FactIndexKey FactArticleKey(std::string_view article_id, uint32_t ordinal, const FactId& fact);
FactIndexKey FactCountKey();

// The fact that a key of any kind but `count` ends in; nullopt if the key is too short.
std::optional<FactId> FactOfIndexKey(std::string_view key);

// ---- entities; names are cut as the texts above ----

EntitiesKey EntityRecordKey(const EntityId& entity);
EntitiesKey EntityFactCountKey(const EntityId& entity);
EntitiesKey EntityCountKey();
EntitiesKey EntityNameKey(std::string_view normal_name, uint8_t type, const EntityId& entity);
std::string EntityNamePrefix(std::string_view normal_name);             // of all entities of that name
std::string EntityNameOpenPrefix(std::string_view normal_name_prefix);  // of all names that begin so
EntitiesKey EntityArticleKey(const EntityId& entity, int64_t published_seconds, std::string_view article_id);
std::string EntityArticlePrefix(const EntityId& entity);
EntitiesKey EntityFormKey(const EntityId& entity, std::string_view form);
std::string EntityFormPrefix(const EntityId& entity);

struct EntityNamePlace {
  std::string normal_name;  // as KeyText left it
  uint8_t type = 0;
  EntityId entity;
};
std::optional<EntityNamePlace> DecodeEntityNameKey(std::string_view key);
// The publication time in an entity's article key.
std::optional<int64_t> DecodeEntityArticleSeconds(std::string_view key);

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_FACT_KEYS_H_
