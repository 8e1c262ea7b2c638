#ifndef FACTLINE_INDEXER_STORE_DICTIONARY_H_
#define FACTLINE_INDEXER_STORE_DICTIONARY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Sorted terms of a segment with their records, in blocks of about 1 KiB, and an index of the blocks' first terms that
// a reader keeps in memory, so that one block read finds any term (FORMAT.md, "Dictionaries").
//
//   block := { shared:varint suffix_size:varint suffix record_size:varint record }     shared with the key before
//   slice := { shared:varint suffix_size:varint suffix }                               first keys of successive blocks
//
// A key is what TermKey makes: the field, then the term.
namespace factline::store {

constexpr size_t kDictionaryBlockBytes = 1 << 10;
constexpr size_t kDictionarySliceBytes = 1 << 20;

// Front-codes keys; used for blocks and slices.
class DictionaryBlockBuilder {
 public:
  // Keys ascend strictly.
  void Add(std::string_view key, std::string_view record);
  bool empty() const { return bytes_.empty(); }
  size_t size_bytes() const { return bytes_.size(); }
  const std::string& first_key() const { return first_key_; }
  std::string Finish();  // and is empty again

 private:
  std::string bytes_;
  std::string first_key_;
  std::string last_key_;
};

// Walks a block. Starts before the first term.
class DictionaryBlockIterator {
 public:
  explicit DictionaryBlockIterator(std::string_view block) : rest_(block) {}

  // False at the end, or when the bytes are corrupt: see status().
  bool Next();
  const std::string& key() const { return key_; }
  std::string_view record() const { return record_; }
  const absl::Status& status() const { return status_; }

 private:
  std::string_view rest_;
  std::string key_;
  std::string_view record_;
  absl::Status status_;
};

// The record of `key` within its block.
absl::StatusOr<std::optional<std::string_view>> FindInBlock(std::string_view block, std::string_view key);

// The first keys of a segment's blocks.
class DictionaryIndex {
 public:
  void Append(std::string_view first_key);
  size_t block_count() const { return ends_.size(); }
  std::string_view FirstKey(size_t block) const;

  // The one block that may hold `key`; nullopt if it sorts before all.
  std::optional<uint32_t> Find(std::string_view key) const;

  // As slices of about kDictionarySliceBytes, each readable after the one before.
  std::vector<std::string> Encode() const;
  absl::Status AppendSlice(std::string_view slice);

 private:
  std::string keys_;
  std::vector<uint32_t> ends_;   // exclusive, in keys_
  std::vector<uint64_t> heads_;  // the first bytes of each key, as a number that sorts as they do
};

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_DICTIONARY_H_
