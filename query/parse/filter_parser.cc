#include "query/parse/filter_parser.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "protos/vocab/hash.h"
#include "protos/vocab/status.h"
#include "query/parse/period.h"

namespace factline::query {
namespace {

using Op = Comparison::Op;

absl::Status Twice(const Comparison& c) { return FilterError(c.field_column, Cat("`", c.field, "` stands twice")); }

absl::Status RequireEqual(const Comparison& c) {
  if (c.op == Op::kEqual) return absl::OkStatus();
  return FilterError(c.op_column, Cat("`", c.field, "` can only be compared with ="));
}

absl::Status RequireWhole(const Comparison& c) {
  if (!c.is_prefix) return absl::OkStatus();
  return FilterError(c.value_column, Cat("`", c.field, "` takes no prefix"));
}

absl::Status ReadText(const Comparison& c, std::optional<std::string>* field) {
  FL_RETURN_IF_ERROR(RequireEqual(c));
  FL_RETURN_IF_ERROR(RequireWhole(c));
  if (field->has_value()) return Twice(c);
  *field = c.value;
  return absl::OkStatus();
}

absl::StatusOr<NameMatch> ReadName(const Comparison& c) {
  constexpr size_t kEntityIdBytes = 16;
  FL_RETURN_IF_ERROR(RequireEqual(c));
  NameMatch name;
  name.text = c.value;
  name.is_prefix = c.is_prefix;
  if (name.text.empty() && !name.is_prefix) return FilterError(c.value_column, Cat("`", c.field, "` needs a name"));
  if (!name.is_prefix && name.text.size() == 2 * kEntityIdBytes) name.entity_id = FromHex(name.text);
  return name;
}

absl::Status ReadOnlyName(const Comparison& c, std::optional<NameMatch>* field) {
  if (field->has_value()) return Twice(c);
  FL_ASSIGN_OR_RETURN(*field, ReadName(c));
  return absl::OkStatus();
}

absl::Status ReadEnum(const Comparison& c, std::string_view enum_prefix, auto parse, auto* field) {
  FL_RETURN_IF_ERROR(RequireEqual(c));
  FL_RETURN_IF_ERROR(RequireWhole(c));
  if (field->has_value()) return Twice(c);
  typename std::remove_reference_t<decltype(*field)>::value_type value;
  if (!parse(Cat(enum_prefix, absl::AsciiStrToUpper(c.value)), &value) || value == 0) {
    return FilterError(c.value_column, Cat("there is no ", c.field, " '", c.value, "'"));
  }
  *field = value;
  return absl::OkStatus();
}

// Narrows the range at its lower end to numbers from `limit` on.
void RaiseMin(double limit, bool exclusive, NumberRange* range) {
  if (limit < range->min) return;
  range->min_exclusive = exclusive || (limit == range->min && range->min_exclusive);
  range->min = limit;
}

void LowerMax(double limit, bool exclusive, NumberRange* range) {
  if (limit > range->max) return;
  range->max_exclusive = exclusive || (limit == range->max && range->max_exclusive);
  range->max = limit;
}

absl::Status ReadNumber(const Comparison& c, std::optional<NumberRange>* range) {
  FL_RETURN_IF_ERROR(RequireWhole(c));
  double number = 0;
  if (!absl::SimpleAtod(c.value, &number) || !std::isfinite(number)) {
    return FilterError(c.value_column, Cat("'", c.value, "' is no number"));
  }
  if (!range->has_value()) range->emplace();
  const bool exclusive = c.op == Op::kLess || c.op == Op::kGreater;
  if (c.op == Op::kEqual || c.op == Op::kGreater || c.op == Op::kGreaterOrEqual) {
    RaiseMin(number, exclusive, &**range);
  }
  if (c.op == Op::kEqual || c.op == Op::kLess || c.op == Op::kLessOrEqual) LowerMax(number, exclusive, &**range);
  return absl::OkStatus();
}

// Narrows [*first, *last] by a comparison with the period [from, to].
template <typename Number>
void NarrowPeriod(Op op, Number from, Number to, std::optional<Number>* first, std::optional<Number>* last) {
  const auto raise = [&](Number limit) { *first = std::max(first->value_or(limit), limit); };
  const auto lower = [&](Number limit) { *last = std::min(last->value_or(limit), limit); };
  switch (op) {
    case Op::kEqual:
      raise(from);
      lower(to);
      break;
    case Op::kLess:
      lower(from - 1);
      break;
    case Op::kLessOrEqual:
      lower(to);
      break;
    case Op::kGreater:
      raise(to + 1);
      break;
    case Op::kGreaterOrEqual:
      raise(from);
      break;
  }
}

absl::Status ReadPublished(const Comparison& c, FactFilter* filter) {
  FL_RETURN_IF_ERROR(RequireWhole(c));
  const std::optional<SecondRange> range = ParseInstantOrPeriod(c.value);
  if (!range.has_value()) {
    return FilterError(c.value_column, Cat("'", c.value, "' is neither a date (2024-03-24) nor a time of RFC 3339"));
  }
  NarrowPeriod(c.op, range->first, range->last, &filter->published_first, &filter->published_last);
  return absl::OkStatus();
}

absl::Status ReadEventDate(const Comparison& c, FactFilter* filter) {
  constexpr int64_t kSecondsPerDay = 86400;
  FL_RETURN_IF_ERROR(RequireWhole(c));
  std::optional<DayRange> days = DaysOf(c.value);
  if (!days.has_value()) {
    const std::optional<SecondRange> instant = ParseInstantOrPeriod(c.value);
    if (!instant.has_value()) {
      return FilterError(c.value_column, Cat("'", c.value, "' is neither a date (2024-03-24) nor a time of RFC 3339"));
    }
    const int64_t past = instant->last % kSecondsPerDay;
    const auto day = static_cast<int32_t>((instant->last - (past < 0 ? past + kSecondsPerDay : past)) / kSecondsPerDay);
    days = DayRange{day, day};
  }
  NarrowPeriod(c.op, days->first, days->last, &filter->event_first, &filter->event_last);
  return absl::OkStatus();
}

absl::Status ReadConfidence(const Comparison& c, FactFilter* filter) {
  if (c.op != Op::kGreater && c.op != Op::kGreaterOrEqual) {
    return FilterError(c.op_column, "`confidence` can only be compared with > and >=");
  }
  return ReadNumber(c, &filter->confidence);
}

absl::Status ReadEntity(const Comparison& c, FactFilter* filter) {
  FL_ASSIGN_OR_RETURN(NameMatch name, ReadName(c));
  filter->entities.push_back(std::move(name));
  return absl::OkStatus();
}

absl::Status ReadFactField(const Comparison& c, FactFilter* filter) {
  if (c.field == "subject") return ReadOnlyName(c, &filter->subject);
  if (c.field == "object") return ReadOnlyName(c, &filter->object);
  if (c.field == "entity") return ReadEntity(c, filter);
  if (c.field == "predicate") return ReadText(c, &filter->predicate);
  if (c.field == "source") return ReadText(c, &filter->source);
  if (c.field == "article_id") return ReadText(c, &filter->article_id);
  if (c.field == "indicator") return ReadText(c, &filter->indicator);
  if (c.field == "unit") return ReadText(c, &filter->unit);
  if (c.field == "modality") return ReadEnum(c, "MODALITY_", v1::Modality_Parse, &filter->modality);
  if (c.field == "value") return ReadNumber(c, &filter->value);
  if (c.field == "confidence") return ReadConfidence(c, filter);
  if (c.field == "published") return ReadPublished(c, filter);
  if (c.field == "event_date") return ReadEventDate(c, filter);
  return FilterError(c.field_column,
                     Cat("there is no field `", c.field,
                         "`; known are subject, object, entity, predicate, modality, source, article_id, indicator, "
                         "unit, value, published, event_date and confidence"));
}

absl::Status ReadEntityField(const Comparison& c, EntityFilter* filter) {
  if (c.field == "name") return ReadOnlyName(c, &filter->name);
  if (c.field == "type") return ReadEnum(c, "ENTITY_TYPE_", v1::EntityType_Parse, &filter->type);
  if (c.field == "article_id") return ReadText(c, &filter->article_id);
  return FilterError(c.field_column, Cat("there is no field `", c.field, "`; known are name, type and article_id"));
}

}  // namespace

absl::StatusOr<FactFilter> ParseFactFilter(std::string_view text) {
  FL_ASSIGN_OR_RETURN(const std::vector<Comparison> comparisons, ParseComparisons(text));
  FactFilter filter;
  for (const Comparison& comparison : comparisons) FL_RETURN_IF_ERROR(ReadFactField(comparison, &filter));
  return filter;
}

absl::StatusOr<EntityFilter> ParseEntityFilter(std::string_view text) {
  FL_ASSIGN_OR_RETURN(const std::vector<Comparison> comparisons, ParseComparisons(text));
  EntityFilter filter;
  for (const Comparison& comparison : comparisons) FL_RETURN_IF_ERROR(ReadEntityField(comparison, &filter));
  return filter;
}

}  // namespace factline::query
