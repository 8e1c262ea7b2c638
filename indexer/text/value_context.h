#ifndef FACTLINE_INDEXER_TEXT_VALUE_CONTEXT_H_
#define FACTLINE_INDEXER_TEXT_VALUE_CONTEXT_H_

#include <cstddef>

#include "indexer/text/value.h"
#include "indexer/text/value_chars.h"

namespace factline::text {

// What stands around a value and belongs to it. Indexes of characters.
struct ValueContext {
  size_t begin = 0;
  size_t end = 0;  // exclusive
  Comparator comparator = Comparator::kEqual;
  Change change = Change::kNone;
};

// Reads the comparator and change words around the value chars[begin, end), looking back to `floor` at most:
// 同比增长约[12%], [200人]以上, 实现[12%]的增长. A verb that leads to a level (提高至[40%]) is no change.
// `percent` values may stand apart from their verb by its object: 降低能耗[20%].
ValueContext ReadContext(const ValueChars& chars, size_t floor, size_t begin, size_t end, bool percent);

}  // namespace factline::text

#endif  // FACTLINE_INDEXER_TEXT_VALUE_CONTEXT_H_
