#include "deploy/cli/load/report.h"

#include <algorithm>

#include "absl/strings/str_format.h"
#include "deploy/cli/format_text.h"
#include "deploy/cli/table.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/json_writer.h"

namespace factline::load {
namespace {

using cli::Table;

struct Quantile {
  std::string_view name;
  double fraction;
};
constexpr Quantile kQuantiles[] = {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99.9", 0.999}};

// Of requests that are settled or unsent; nullopt where there are none.
std::optional<absl::Duration> Percentile(const Totals& totals, double fraction) {
  if (totals.latency.count() + totals.failed + totals.unsent == 0) return std::nullopt;
  return totals.Percentile(fraction);
}

std::optional<absl::Duration> OfAny(const Histogram& histogram, absl::Duration figure) {
  if (histogram.count() == 0) return std::nullopt;
  return figure;
}

// For people, in milliseconds.
std::string Words(std::optional<absl::Duration> duration, int decimals) {
  if (!duration.has_value()) return "-";
  if (*duration == absl::InfiniteDuration()) return "never";
  return absl::StrFormat("%.*f", decimals, absl::ToDoubleMilliseconds(*duration));
}

std::string Milliseconds(std::optional<absl::Duration> duration) { return Words(duration, 2); }

std::string Rate(double per_second) { return absl::StrFormat("%.1f", per_second); }

std::string CodeName(absl::StatusCode code) { return absl::StatusCodeToString(code); }

void WriteMilliseconds(std::string_view key, std::optional<absl::Duration> duration, JsonWriter& json) {
  json.Key(key);
  json.Number(absl::ToDoubleMilliseconds(duration.value_or(absl::InfiniteDuration())));  // infinity becomes null
}

void WriteKind(const Report::Kind& kind, absl::Duration measured, JsonWriter& json) {
  const Totals& totals = kind.totals;
  const auto number = [&](std::string_view key, double value) {
    json.Key(key);
    json.Number(value);
  };
  json.BeginObject();
  json.Member("kind", kind.name);
  if (kind.asked_per_second.has_value()) number("asked_per_second", *kind.asked_per_second);
  number("achieved_per_second", AchievedPerSecond(totals, measured));
  number("intended", static_cast<double>(totals.intended()));
  number("sent", static_cast<double>(totals.sent));
  number("answered", static_cast<double>(totals.answered));
  number("failed", static_cast<double>(totals.failed));
  number("unsent", static_cast<double>(totals.unsent));
  json.Key("codes");
  json.BeginObject();
  for (const auto& [code, count] : totals.codes) number(CodeName(code), static_cast<double>(count));
  json.EndObject();
  json.Key("latency_ms");
  json.BeginObject();
  WriteMilliseconds("mean", OfAny(totals.latency, totals.latency.mean()), json);
  for (const Quantile& quantile : kQuantiles)
    WriteMilliseconds(quantile.name, Percentile(totals, quantile.fraction), json);
  WriteMilliseconds("max", OfAny(totals.latency, totals.latency.max()), json);
  json.EndObject();
  json.Key("lateness_ms");
  json.BeginObject();
  WriteMilliseconds("p99", OfAny(totals.lateness, totals.lateness.Percentile(0.99)), json);
  WriteMilliseconds("max", OfAny(totals.lateness, totals.lateness.max()), json);
  json.EndObject();
  json.EndObject();
}

void WriteKinds(const std::vector<Report::Kind>& kinds, absl::Duration measured, JsonWriter& json) {
  json.Key("kinds");
  json.BeginArray();
  for (const Report::Kind& kind : kinds) WriteKind(kind, measured, json);
  json.EndArray();
}

std::string Figure(const Report::Bound& bound, double value) {
  if (value > 1e300) return "never";
  return bound.unit.empty() ? absl::StrFormat("%.4f", value) : absl::StrFormat("%.2f %s", value, bound.unit);
}

}  // namespace

bool Report::bounds_held() const {
  return std::all_of(bounds.begin(), bounds.end(), [](const Bound& bound) { return bound.held(); });
}

const Report::Kind* Report::Find(const std::string& name) const {
  for (const Kind& kind : kinds) {
    if (kind.name == name) return &kind;
  }
  return nullptr;
}

double AchievedPerSecond(const Totals& totals, absl::Duration measured) {
  const double seconds = absl::ToDoubleSeconds(std::max(measured, totals.settling_time));
  return seconds <= 0 ? 0 : static_cast<double>(totals.answered) / seconds;
}

std::string ReportText(const Report& report) {
  constexpr auto kRight = Table::Align::kRight;
  Table table({{"KIND"},
               {"ASKED/s", kRight},
               {"DONE/s", kRight},
               {"SENT", kRight},
               {"FAILED", kRight},
               {"UNSENT", kRight},
               {"P50", kRight},
               {"P90", kRight},
               {"P99", kRight},
               {"P99.9", kRight},
               {"MAX ms", kRight}});
  for (const Report::Kind& kind : report.kinds) {
    const Totals& totals = kind.totals;
    std::vector<std::string> cells = {Cat(kind.is_part ? "  " : "", kind.name),
                                      kind.asked_per_second.has_value() ? Rate(*kind.asked_per_second) : "",
                                      Rate(AchievedPerSecond(totals, report.measured)),
                                      cli::Count(totals.sent),
                                      cli::Count(totals.failed),
                                      cli::Count(totals.unsent)};
    for (const Quantile& quantile : kQuantiles) cells.push_back(Milliseconds(Percentile(totals, quantile.fraction)));
    cells.push_back(Milliseconds(OfAny(totals.latency, totals.latency.max())));
    table.AddRow(std::move(cells));
  }
  std::string text = table.Render(0);
  for (const Report::Kind& kind : report.kinds) {
    if (kind.is_part) continue;
    for (const auto& [code, count] : kind.totals.codes) {
      if (!IsAnswer(code)) text += Cat(kind.name, " failed with ", CodeName(code), ": ", cli::Count(count), "\n");
    }
    if (kind.asked_per_second.has_value() && kind.totals.sent > 0) {
      text += Cat(kind.name, " sent late by p99 ", Milliseconds(kind.totals.lateness.Percentile(0.99)), " ms, max ",
                  Milliseconds(kind.totals.lateness.max()), " ms, of the latencies above\n");
    }
  }
  if (report.items.articles > 0) {
    text += Cat("sent: ", cli::Count(report.items.articles), " articles, ", cli::Count(report.items.updates),
                " newer versions, ", cli::Count(report.items.deletes), " withdrawals\n");
  }
  text += Cat("measured for ", cli::Short(report.measured), report.interrupted ? ", until interrupted" : "");
  if (report.warmup > absl::ZeroDuration()) text += Cat(", after ", cli::Short(report.warmup), " of warm-up");
  text += Cat("; arrivals ", report.arrival, ", seed ", report.seed, "\n");
  for (const Report::Bound& bound : report.bounds) {
    text += Cat(bound.held() ? "held: " : "BROKEN: ", bound.what, " ", Figure(bound, bound.measured), ", at most ",
                Figure(bound, bound.limit), "\n");
  }
  return text;
}

std::string ReportJson(const Report& report) {
  std::string out;
  JsonWriter json(&out);
  const auto number = [&](std::string_view key, double value) {
    json.Key(key);
    json.Number(value);
  };
  json.BeginObject();
  number("measured_seconds", absl::ToDoubleSeconds(report.measured));
  number("warmup_seconds", absl::ToDoubleSeconds(report.warmup));
  json.Member("arrival", report.arrival);
  number("seed", static_cast<double>(report.seed));
  json.Key("interrupted");
  json.Boolean(report.interrupted);
  WriteKinds(report.kinds, report.measured, json);
  json.Key("items");
  json.BeginObject();
  number("articles", static_cast<double>(report.items.articles));
  number("updates", static_cast<double>(report.items.updates));
  number("deletes", static_cast<double>(report.items.deletes));
  json.EndObject();
  json.Key("bounds");
  json.BeginArray();
  for (const Report::Bound& bound : report.bounds) {
    json.BeginObject();
    json.Member("what", bound.what);
    number("limit", bound.limit);
    number("measured", bound.measured);
    json.Member("unit", bound.unit);
    json.Key("held");
    json.Boolean(bound.held());
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  return out;
}

bool Interval::any() const {
  return std::any_of(kinds.begin(), kinds.end(), [](const Report::Kind& kind) {
    return kind.totals.intended() + kind.totals.answered + kind.totals.failed > 0;
  });
}

std::string IntervalText(const Interval& interval) {
  std::string line = absl::StrFormat("%6s", absl::StrFormat("%.0fs", absl::ToDoubleSeconds(interval.at)));
  uint64_t failed = 0;
  uint64_t unsent = 0;
  for (const Report::Kind& kind : interval.kinds) {
    if (kind.is_part) continue;
    const Totals& totals = kind.totals;
    failed += totals.failed;
    unsent += totals.unsent;
    line += absl::StrFormat("  %s %.1f/s p50 %s p99 %s max %s ms", kind.name,
                            AchievedPerSecond(totals, interval.length), Words(Percentile(totals, 0.5), 1),
                            Words(Percentile(totals, 0.99), 1), Words(OfAny(totals.latency, totals.latency.max()), 1));
  }
  line += absl::StrFormat("  waiting %d", interval.waiting);
  if (failed > 0) line += absl::StrFormat(", failed %d", failed);
  if (unsent > 0) line += absl::StrFormat(", unsent %d", unsent);
  if (interval.is_warmup) line += ", warming up";
  return line;
}

std::string IntervalJson(const Interval& interval) {
  std::string out;
  JsonWriter json(&out);
  json.BeginObject();
  json.Key("at_seconds");
  json.Number(absl::ToDoubleSeconds(interval.at));
  json.Key("warmup");
  json.Boolean(interval.is_warmup);
  json.Key("waiting");
  json.Number(static_cast<double>(interval.waiting));
  WriteKinds(interval.kinds, interval.length, json);
  json.EndObject();
  return out;
}

}  // namespace factline::load
