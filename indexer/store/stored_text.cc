#include "indexer/store/stored_text.h"

#include <zstd.h>

#include <memory>

#include "indexer/store/bytes.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/status.h"

namespace factline::store {
namespace {

constexpr int kLevel = 3;

// A context costs more to make than an article to compress.
ZSTD_CCtx* Compressor() {
  thread_local std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(), &ZSTD_freeCCtx);
  return context.get();
}
ZSTD_DCtx* Decompressor() {
  thread_local std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(), &ZSTD_freeDCtx);
  return context.get();
}

}  // namespace

absl::StatusOr<std::string> Compress(std::string_view plain) {
  if (plain.size() > kMaxStoredBytes) {
    return absl::InvalidArgumentError(Cat("a stored text has ", plain.size(), " bytes, at most ", kMaxStoredBytes));
  }
  std::string stored;
  PutVarint(plain.size(), &stored);
  const size_t head_bytes = stored.size();
  stored.resize(head_bytes + ZSTD_compressBound(plain.size()));
  const size_t frame_bytes = ZSTD_compressCCtx(Compressor(), stored.data() + head_bytes, stored.size() - head_bytes,
                                               plain.data(), plain.size(), kLevel);
  stored.resize(head_bytes + frame_bytes);  // cannot fail: the bound was asked for
  return stored;
}

absl::StatusOr<std::string> Decompress(std::string_view stored) {
  ByteReader reader(stored);
  const uint64_t size = reader.Varint();
  if (!reader.ok() || size > kMaxStoredBytes) return absl::DataLossError("stored text: its size is out of range");
  const std::string_view frame = reader.rest();
  // The frame says the size too; a bad size must not make us allocate it.
  if (ZSTD_getFrameContentSize(frame.data(), frame.size()) != size) {
    return absl::DataLossError("stored text: size and frame disagree");
  }
  std::string plain(size, '\0');
  const size_t got = ZSTD_decompressDCtx(Decompressor(), plain.data(), plain.size(), frame.data(), frame.size());
  if (ZSTD_isError(got)) return absl::DataLossError(Cat("stored text: ", ZSTD_getErrorName(got)));
  if (got != size) return absl::DataLossError("stored text: cut short");
  return plain;
}

absl::StatusOr<std::string> EncodeDocRecord(const storage::v1::DocRecord& record) {
  return Compress(record.SerializeAsString());
}

absl::StatusOr<storage::v1::DocRecord> DecodeDocRecord(std::string_view stored) {
  FL_ASSIGN_OR_RETURN(const std::string plain, Decompress(stored));
  storage::v1::DocRecord record;
  if (!record.ParseFromString(plain)) return absl::DataLossError("docs: a value is no DocRecord");
  return record;
}

}  // namespace factline::store
