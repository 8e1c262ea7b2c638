#ifndef FACTLINE_DEPLOY_HOST_RULE_PACKS_H_
#define FACTLINE_DEPLOY_HOST_RULE_PACKS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "indexer/extract/extractor.h"

namespace factline::host {

// The built-in rule packs, then those of `files`, in this order. INVALID_ARGUMENT names the file that cannot be read.
absl::StatusOr<std::vector<extract::RulePackSource>> LoadRulePacks(const std::vector<std::string>& files);

}  // namespace factline::host

#endif  // FACTLINE_DEPLOY_HOST_RULE_PACKS_H_
