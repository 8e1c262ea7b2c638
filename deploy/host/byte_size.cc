#include "deploy/host/byte_size.h"

#include <iterator>
#include <limits>

#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"
#include "protos/vocab/cat.h"

namespace factline::host {
namespace {

constexpr struct Unit {
  const char* name;
  int shift;
} kUnits[] = {{"KiB", 10}, {"MiB", 20}, {"GiB", 30}, {"TiB", 40}};

}  // namespace

bool AbslParseFlag(absl::string_view text, ByteSize* size, std::string* error) {
  int shift = 0;
  for (const Unit& unit : kUnits) {
    if (absl::ConsumeSuffix(&text, unit.name)) {
      shift = unit.shift;
      break;
    }
  }
  uint64_t number;
  if (!absl::SimpleAtoi(text, &number) || number > (std::numeric_limits<uint64_t>::max() >> shift)) {
    *error = "want a number of bytes, such as 4096, 64KiB, 512MiB or 2GiB";
    return false;
  }
  size->bytes = number << shift;
  return true;
}

std::string AbslUnparseFlag(ByteSize size) {
  for (auto unit = std::rbegin(kUnits); unit != std::rend(kUnits); ++unit) {
    if (size.bytes != 0 && (size.bytes & ((uint64_t{1} << unit->shift) - 1)) == 0) {
      return Cat(size.bytes >> unit->shift, unit->name);
    }
  }
  return Cat(size.bytes);
}

}  // namespace factline::host
