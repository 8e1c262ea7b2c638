#include "protos/vocab/trace_context.h"

#include <algorithm>

#include "protos/vocab/cat.h"

namespace factline {
namespace {

constexpr size_t kTraceIdAt = 3, kTraceIdBytes = 32;
constexpr size_t kParentIdAt = 36, kParentIdBytes = 16;
constexpr size_t kFlagsAt = 53, kFlagsBytes = 2;

bool IsHex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool IsId(std::string_view text) { return IsHex(text) && text.find_first_not_of('0') != std::string_view::npos; }

int LowBit(char hex_digit) { return (hex_digit <= '9' ? hex_digit - '0' : hex_digit - 'a' + 10) & 1; }

}  // namespace

std::string NormalTraceparent(std::string_view traceparent) {
  if (traceparent.size() < kTraceparentBytes) return "";
  const std::string_view version = traceparent.substr(0, 2);
  if (!IsHex(version) || version == "ff") return "";
  if (traceparent.size() > kTraceparentBytes && (version == "00" || traceparent[kTraceparentBytes] != '-')) return "";
  for (const size_t at : {kTraceIdAt, kParentIdAt, kFlagsAt}) {
    if (traceparent[at - 1] != '-') return "";
  }
  const std::string_view trace_id = traceparent.substr(kTraceIdAt, kTraceIdBytes);
  const std::string_view parent_id = traceparent.substr(kParentIdAt, kParentIdBytes);
  const std::string_view flags = traceparent.substr(kFlagsAt, kFlagsBytes);
  if (!IsId(trace_id) || !IsId(parent_id) || !IsHex(flags)) return "";
  return Cat("00-", trace_id, "-", parent_id, "-0", LowBit(flags[1]));
}

std::string_view TraceIdOf(std::string_view normal) {
  return normal.size() == kTraceparentBytes ? normal.substr(kTraceIdAt, kTraceIdBytes) : "";
}

bool IsSampled(std::string_view normal) { return normal.size() == kTraceparentBytes && normal.ends_with("-01"); }

}  // namespace factline
