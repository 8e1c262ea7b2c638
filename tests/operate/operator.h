#ifndef FACTLINE_TESTS_OPERATE_OPERATOR_H_
#define FACTLINE_TESTS_OPERATE_OPERATOR_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "tests/harness/cluster.h"

namespace factline::operate {

// Runs `factline` with just these words. Its exit status; standard output and error into `output`.
int Factline(const std::vector<std::string>& words, std::string* output);

// Sends the articles of seeds [first, end_exclusive), ids "n0", "n1" and so on, over one stream. The offset behind the
// last one's event; 0 and a test failure if one was not accepted.
uint64_t Send(harness::Cluster& cluster, uint64_t first, uint64_t end_exclusive);

// OK if every article of these seeds is found, with its text.
absl::Status FindAll(harness::Cluster& cluster, uint64_t first, uint64_t end_exclusive);

std::string ReadFile(const std::string& path);

}  // namespace factline::operate

#endif  // FACTLINE_TESTS_OPERATE_OPERATOR_H_
