#include "deploy/host/rule_packs.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "protos/vocab/cat.h"

namespace factline::host {

absl::StatusOr<std::vector<extract::RulePackSource>> LoadRulePacks(const std::vector<std::string>& files) {
  std::vector<extract::RulePackSource> packs = extract::BuiltInRulePacks();
  for (const std::string& path : files) {
    std::error_code error;
    std::ifstream file(path, std::ios::binary);
    if (!file || std::filesystem::is_directory(path, error)) {
      return absl::InvalidArgumentError(Cat("rule pack ", path, ": cannot be read"));
    }
    packs.push_back({path, std::string(std::istreambuf_iterator<char>(file), {})});
  }
  return packs;
}

}  // namespace factline::host
