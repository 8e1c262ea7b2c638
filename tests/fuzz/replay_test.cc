// Replays a fuzz target's corpus: each file as it is, cut short, and with seeded mutations. A failure is a crash, or a
// sanitizer's report; the input that caused it is left among the test's outputs (test.outputs/last_input).

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

std::vector<std::filesystem::path> CorpusFiles() {
  const char* root = std::getenv("TEST_SRCDIR");
  const char* corpus = std::getenv("FACTLINE_CORPUS");
  std::vector<std::filesystem::path> files;
  if (root == nullptr || corpus == nullptr) return files;
  const std::filesystem::path folder = std::filesystem::path(root) / "factline" / corpus;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

std::string Read(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
}

// From a copy of its own, so that a sanitizer sees a read past the end.
void RunEntry(const std::string& input) {
  if (const char* folder = std::getenv("TEST_UNDECLARED_OUTPUTS_DIR"); folder != nullptr) {
    std::ofstream(std::string(folder) + "/last_input", std::ios::binary) << input;
  }
  const std::vector<uint8_t> bytes(input.begin(), input.end());
  ASSERT_EQ(LLVMFuzzerTestOneInput(bytes.data(), bytes.size()), 0);
}

std::string Mutated(std::string input, std::mt19937_64& random) {
  const int changes = 1 + static_cast<int>(random() % 4);
  for (int i = 0; i < changes && !input.empty(); ++i) {
    const size_t at = random() % input.size();
    switch (random() % 4) {
      case 0:
        input[at] = static_cast<char>(random());
        break;
      case 1:
        input.erase(at, 1 + random() % 8);
        break;
      case 2:
        input.insert(at, input.substr(random() % input.size(), 1 + random() % 64));
        break;
      default:
        input[at] = static_cast<char>(input[at] ^ (1 << random() % 8));
    }
  }
  return input;
}

TEST(CorpusReplay, EveryFileIsTakenWithoutACrash) {
  const std::vector<std::filesystem::path> files = CorpusFiles();
  ASSERT_FALSE(files.empty());
  RunEntry("");
  for (const auto& file : files) {
    SCOPED_TRACE(file.filename().string());
    RunEntry(Read(file));
  }
}

TEST(CorpusReplay, EveryCutIsTakenWithoutACrash) {
  constexpr size_t kCuts = 200;
  for (const auto& file : CorpusFiles()) {
    SCOPED_TRACE(file.filename().string());
    const std::string input = Read(file);
    for (size_t i = 0; i < std::min(kCuts, input.size()); ++i)
      RunEntry(input.substr(0, i * input.size() / std::min(kCuts, input.size())));
  }
}

TEST(CorpusReplay, MutationsAreTakenWithoutACrash) {
  constexpr int kMutations = 500;
  std::mt19937_64 random(7);
  for (const auto& file : CorpusFiles()) {
    SCOPED_TRACE(file.filename().string());
    const std::string input = Read(file);
    for (int i = 0; i < kMutations; ++i) RunEntry(Mutated(input, random));
  }
}

}  // namespace
