#include "indexer/store/dictionary.h"

#include <algorithm>
#include <utility>

#include "indexer/store/bytes.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/status.h"

namespace factline::store {
namespace {

// One field byte and a term of at most 255: a longer key is corrupt.
constexpr size_t kMaxKeyBytes = 256;

void PutFrontCoded(std::string_view key, std::string_view before, std::string* out) {
  const size_t shared = std::mismatch(key.begin(), key.end(), before.begin(), before.end()).first - key.begin();
  PutVarint(shared, out);
  PutLengthPrefixed(key.substr(shared), out);
}

// The first eight bytes, zeros where there are fewer: of keys with different heads the lesser has the lesser head.
uint64_t Head(std::string_view key) {
  uint64_t head = 0;
  for (size_t i = 0; i < sizeof(head); ++i) head = head << 8 | (i < key.size() ? static_cast<uint8_t>(key[i]) : 0);
  return head;
}

// Turns `key` into the next one; false if the bytes are corrupt.
bool TakeFrontCoded(ByteReader* reader, std::string* key) {
  const uint64_t shared = reader->Varint();
  const std::string_view suffix = reader->LengthPrefixed();
  if (!reader->ok() || shared > key->size() || shared + suffix.size() > kMaxKeyBytes || suffix.empty()) return false;
  // Strictly ascending: the suffix replaces what followed the shared part.
  if (std::string_view(*key).substr(shared) >= suffix) return false;
  key->resize(shared);
  key->append(suffix);
  return true;
}

}  // namespace

void DictionaryBlockBuilder::Add(std::string_view key, std::string_view record) {
  if (bytes_.empty()) {
    first_key_ = key;
    last_key_.clear();
  }
  PutFrontCoded(key, last_key_, &bytes_);
  PutLengthPrefixed(record, &bytes_);
  last_key_ = key;
}

std::string DictionaryBlockBuilder::Finish() { return std::exchange(bytes_, std::string()); }

bool DictionaryBlockIterator::Next() {
  if (rest_.empty()) return false;
  ByteReader reader(rest_);
  const bool good_key = TakeFrontCoded(&reader, &key_);
  record_ = reader.LengthPrefixed();
  if (!good_key || !reader.ok()) {
    status_ = absl::DataLossError("dictionary: a block's terms are cut short or out of order");
    rest_ = {};
    return false;
  }
  rest_ = reader.rest();
  return true;
}

absl::StatusOr<std::optional<std::string_view>> FindInBlock(std::string_view block, std::string_view key) {
  // Terms ascend, so where an entry shares more with the one before than that shares with `key`, it differs from `key`
  // at the same byte and is still less; where it shares less, it is greater. Only the others need a look at bytes, and
  // no term is put together.
  ByteReader reader(block);
  size_t agreed = 0;        // bytes that `key` shares with the entry before, which is less than it
  size_t bytes_before = 0;  // of that entry
  while (!reader.done()) {
    const uint64_t shared = reader.Varint();
    const std::string_view suffix = reader.LengthPrefixed();
    const std::string_view record = reader.LengthPrefixed();
    if (!reader.ok() || shared > bytes_before || shared + suffix.size() > kMaxKeyBytes || suffix.empty()) {
      return absl::DataLossError("dictionary: a block's terms are cut short or out of order");
    }
    bytes_before = shared + suffix.size();
    if (shared > agreed) continue;
    if (shared < agreed) return std::nullopt;
    const std::string_view rest = key.substr(agreed);
    const int order = suffix.compare(rest);
    if (order == 0) return record;
    if (order > 0) return std::nullopt;
    agreed += static_cast<size_t>(std::mismatch(suffix.begin(), suffix.end(), rest.begin(), rest.end()).first -
                                  suffix.begin());
  }
  return std::nullopt;
}

void DictionaryIndex::Append(std::string_view first_key) {
  keys_.append(first_key);
  heads_.push_back(Head(first_key));
  ends_.push_back(static_cast<uint32_t>(keys_.size()));
}

std::string_view DictionaryIndex::FirstKey(size_t block) const {
  const size_t begin = block == 0 ? 0 : ends_[block - 1];
  return std::string_view(keys_).substr(begin, ends_[block] - begin);
}

std::optional<uint32_t> DictionaryIndex::Find(std::string_view key) const {
  // Heads decide nearly all; keys of one head are compared whole.
  const auto [same_begin, same_end] = std::equal_range(heads_.begin(), heads_.end(), Head(key));
  // The first block whose first key is greater lies in [low, high].
  size_t low = static_cast<size_t>(same_begin - heads_.begin()), high = static_cast<size_t>(same_end - heads_.begin());
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (FirstKey(middle) <= key) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == 0) return std::nullopt;
  return static_cast<uint32_t>(low - 1);
}

std::vector<std::string> DictionaryIndex::Encode() const {
  std::vector<std::string> slices;
  std::string_view before;
  for (size_t block = 0; block < ends_.size(); ++block) {
    if (slices.empty() || slices.back().size() >= kDictionarySliceBytes) {
      slices.emplace_back();
      before = {};
    }
    PutFrontCoded(FirstKey(block), before, &slices.back());
    before = FirstKey(block);
  }
  return slices;
}

absl::Status DictionaryIndex::AppendSlice(std::string_view slice) {
  ByteReader reader(slice);
  std::string key;
  while (!reader.done()) {
    if (!TakeFrontCoded(&reader, &key) || (!ends_.empty() && FirstKey(ends_.size() - 1) >= key)) {
      return absl::DataLossError("dictionary: the index is cut short or out of order");
    }
    if (keys_.size() + key.size() > UINT32_MAX) return absl::DataLossError("dictionary: the index is too large");
    Append(key);
  }
  return reader.ok() ? absl::OkStatus() : absl::DataLossError("dictionary: the index is cut short");
}

}  // namespace factline::store
