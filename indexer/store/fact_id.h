#ifndef FACTLINE_INDEXER_STORE_FACT_ID_H_
#define FACTLINE_INDEXER_STORE_FACT_ID_H_

#include <string_view>

#include "factline/storage/v1/index.pb.h"
#include "factline/v1/fact.pb.h"
#include "protos/vocab/ids.h"

// What makes two statements one fact, and two names one entity. The ids are given to clients and kept by them: the
// functions here are frozen. FACTS_FORMAT.md, "Ids", has the reasons.
namespace factline::store {

// StableHash of {"entity", type name, normal form of `name`}.
EntityId EntityIdOf(v1::EntityType type, std::string_view name);

// StableHash of what a statement means, whoever says it and in which words. In this order:
//
//   "fact" predicate subject object value modality qualifiers
//
//   subject, object := "E" and the 16 bytes of the entity | "T" and the normal form of the words | "" if there are none
//   value           := "" or: number, number_to (8 bytes little endian IEEE 754 each; number again if it is unset),
//                      comparator, change (1 byte each), normal form of the unit
//   modality        := its number, 1 byte
//   qualifiers      := StableHash{name, normal form of the text} of `amount`, `for`, `indicator`, `recipient` and
//   `title`,
//                      in that order, those that are there; then "date" with the days "FIRST/LAST" since 1970 if they
//                      are known
//
// Left out are `place`, `by` and `with`, which articles word differently or leave away, and dates that could not be
// resolved, which mean another day in each article.
FactId FactIdOf(const storage::v1::ExtractedFact& fact);

// The 16 bytes of FactArgument.entity_id; empty if it names no entity.
EntityId EntityOfArgument(const v1::FactArgument& argument);

// DATE, MONEY, PERCENT and QUANTITY: entities of an article that have no id, record or posting.
bool IsValueType(v1::EntityType type);

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_FACT_ID_H_
