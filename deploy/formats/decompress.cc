#include "deploy/formats/decompress.h"

#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <utility>

#include "deploy/formats/byte_reader.h"
#include "protos/vocab/status.h"

namespace factline::formats {
namespace {

constexpr uint64_t kMaxXzBytes = 128 << 20;
constexpr int kMaxZstdWindowLog = 27;  // 128 MiB
constexpr int kGzip = MAX_WBITS + 16;

absl::Status Damaged(std::string_view what, std::string_view why, uint64_t at) {
  return absl::InvalidArgumentError(Cat(what, " data: ", why, ", at byte ", at, " of the compressed input"));
}

// What the three decoders have in common: `Step` decodes from in_ to the caller's buffer.
class Decoder : public ByteSource {
 public:
  explicit Decoder(std::unique_ptr<ByteReader> in) : in_(std::move(in)) {}

  absl::StatusOr<size_t> Read(char* out, size_t capacity) final {
    while (!done_) {
      const std::string_view input = in_->Peek(1);
      FL_RETURN_IF_ERROR(in_->status());
      FL_ASSIGN_OR_RETURN(const Progress progress, Step(input, out, capacity));
      in_->Skip(progress.taken);
      if (progress.made > 0) return progress.made;
      if (input.empty() && !done_) return Damaged(Name(), "ends too early", in_->offset());
    }
    return 0;
  }

 protected:
  struct Progress {
    size_t taken = 0, made = 0;
  };

  virtual std::string_view Name() const = 0;
  // `input` is empty at the end alone. Sets done_ where nothing more comes.
  virtual absl::StatusOr<Progress> Step(std::string_view input, char* out, size_t capacity) = 0;

  uint64_t offset() const { return in_->offset(); }
  bool done_ = false;

 private:
  const std::unique_ptr<ByteReader> in_;
};

class GzipDecoder final : public Decoder {
 public:
  explicit GzipDecoder(std::unique_ptr<ByteReader> in) : Decoder(std::move(in)) {
    done_ = inflateInit2(&stream_, kGzip) != Z_OK;
  }
  ~GzipDecoder() override { inflateEnd(&stream_); }

 private:
  std::string_view Name() const override { return "gzip"; }

  absl::StatusOr<Progress> Step(std::string_view input, char* out, size_t capacity) override {
    if (between_members_) {
      if (input.empty()) {
        done_ = true;
        return Progress();
      }
      // Zeros after the last member are a tape's padding.
      if (input[0] == '\0') return Progress{std::min(input.find_first_not_of('\0'), input.size()), 0};
      inflateReset(&stream_);
      between_members_ = false;
    }
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
    stream_.avail_in = static_cast<uInt>(std::min<size_t>(input.size(), 1 << 30));
    const uInt available = stream_.avail_in;
    stream_.next_out = reinterpret_cast<Bytef*>(out);
    stream_.avail_out = static_cast<uInt>(std::min<size_t>(capacity, 1 << 30));
    const uInt room = stream_.avail_out;
    const int result = inflate(&stream_, Z_NO_FLUSH);
    const Progress progress = {available - stream_.avail_in, room - stream_.avail_out};
    if (result == Z_STREAM_END) {
      between_members_ = true;
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      return Damaged(Name(), stream_.msg != nullptr ? stream_.msg : "is damaged", offset() + progress.taken);
    }
    return progress;
  }

  z_stream stream_ = {};
  bool between_members_ = false;
};

class XzDecoder final : public Decoder {
 public:
  explicit XzDecoder(std::unique_ptr<ByteReader> in) : Decoder(std::move(in)) {
    done_ = lzma_stream_decoder(&stream_, kMaxXzBytes, LZMA_CONCATENATED) != LZMA_OK;
  }
  ~XzDecoder() override { lzma_end(&stream_); }

 private:
  std::string_view Name() const override { return "xz"; }

  absl::StatusOr<Progress> Step(std::string_view input, char* out, size_t capacity) override {
    stream_.next_in = reinterpret_cast<const uint8_t*>(input.data());
    stream_.avail_in = input.size();
    stream_.next_out = reinterpret_cast<uint8_t*>(out);
    stream_.avail_out = capacity;
    const lzma_ret result = lzma_code(&stream_, input.empty() ? LZMA_FINISH : LZMA_RUN);
    const Progress progress = {input.size() - stream_.avail_in, capacity - stream_.avail_out};
    if (result == LZMA_STREAM_END) {
      done_ = true;
    } else if (result == LZMA_MEMLIMIT_ERROR) {
      return Damaged(Name(), "wants more than 128 MiB of memory", offset() + progress.taken);
    } else if (result != LZMA_OK && result != LZMA_BUF_ERROR) {
      return Damaged(Name(), "is damaged", offset() + progress.taken);
    }
    return progress;
  }

  lzma_stream stream_ = LZMA_STREAM_INIT;
};

class ZstdDecoder final : public Decoder {
 public:
  explicit ZstdDecoder(std::unique_ptr<ByteReader> in) : Decoder(std::move(in)), context_(ZSTD_createDCtx()) {
    done_ = context_ == nullptr ||
            ZSTD_isError(ZSTD_DCtx_setParameter(context_, ZSTD_d_windowLogMax, kMaxZstdWindowLog)) != 0;
  }
  ~ZstdDecoder() override { ZSTD_freeDCtx(context_); }

 private:
  std::string_view Name() const override { return "zstd"; }

  absl::StatusOr<Progress> Step(std::string_view input, char* out, size_t capacity) override {
    if (input.empty() && between_frames_) {
      done_ = true;
      return Progress();
    }
    ZSTD_inBuffer in = {input.data(), input.size(), 0};
    ZSTD_outBuffer made = {out, capacity, 0};
    const size_t result = ZSTD_decompressStream(context_, &made, &in);
    if (ZSTD_isError(result) != 0) return Damaged(Name(), ZSTD_getErrorName(result), offset() + in.pos);
    between_frames_ = result == 0;
    return Progress{in.pos, made.pos};
  }

  ZSTD_DCtx* const context_;
  bool between_frames_ = false;
};

class BufferedSource final : public ByteSource {
 public:
  explicit BufferedSource(std::unique_ptr<ByteReader> in) : in_(std::move(in)) {}
  absl::StatusOr<size_t> Read(char* out, size_t capacity) override {
    const size_t size = in_->Read(out, capacity);
    if (size == 0) FL_RETURN_IF_ERROR(in_->status());
    return size;
  }

 private:
  const std::unique_ptr<ByteReader> in_;
};

// Looks at the first bytes at the first read: to open a source must not wait for its input.
class AnySource final : public ByteSource {
 public:
  AnySource(std::unique_ptr<ByteSource> source, uint64_t max_bytes)
      : raw_(std::make_unique<ByteReader>(std::move(source))), max_bytes_(max_bytes) {}

  absl::StatusOr<size_t> Read(char* out, size_t capacity) override {
    if (raw_ != nullptr) Choose();
    FL_ASSIGN_OR_RETURN(const size_t size, plain_->Read(out, capacity));
    made_ += size;
    if (made_ > max_bytes_) {
      return absl::InvalidArgumentError(Cat("holds more than ", max_bytes_, " bytes: the rest is not read"));
    }
    return size;
  }

 private:
  void Choose() {
    // A first line that is shorter than the longest mark is no reason to wait for a second one.
    std::string_view start = raw_->Peek(2);
    if (start.starts_with("\xFD"
                          "7") ||
        start.starts_with("\x28\xB5"))
      start = raw_->Peek(6);
    if (start.starts_with("\x1F\x8B")) {
      plain_ = std::make_unique<GzipDecoder>(std::move(raw_));
    } else if (start.starts_with(std::string_view("\xFD"
                                                  "7zXZ\0",
                                                  6))) {
      plain_ = std::make_unique<XzDecoder>(std::move(raw_));
    } else if (start.starts_with("\x28\xB5\x2F\xFD")) {
      plain_ = std::make_unique<ZstdDecoder>(std::move(raw_));
    } else {
      plain_ = std::make_unique<BufferedSource>(std::move(raw_));
    }
  }

  std::unique_ptr<ByteReader> raw_;  // null once chosen
  std::unique_ptr<ByteSource> plain_;
  const uint64_t max_bytes_;
  uint64_t made_ = 0;
};

absl::StatusOr<std::string> InflateAs(std::string_view bytes, int window_bits, uint64_t max_bytes) {
  z_stream stream = {};
  if (inflateInit2(&stream, window_bits) != Z_OK) return absl::InternalError("zlib cannot start");
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string out;
  char block[16 << 10];
  int result = Z_OK;
  while (result == Z_OK && out.size() <= max_bytes) {
    stream.next_out = reinterpret_cast<Bytef*>(block);
    stream.avail_out = sizeof(block);
    result = inflate(&stream, Z_NO_FLUSH);
    out.append(block, sizeof(block) - stream.avail_out);
  }
  inflateEnd(&stream);
  if (out.size() > max_bytes) return absl::OutOfRangeError(Cat("has more than ", max_bytes, " bytes inflated"));
  if (result != Z_STREAM_END) return absl::InvalidArgumentError("compressed data is damaged or cut");
  return out;
}

}  // namespace

std::unique_ptr<ByteSource> Decompress(std::unique_ptr<ByteSource> source, uint64_t max_bytes) {
  return std::make_unique<AnySource>(std::move(source), max_bytes);
}

absl::StatusOr<std::string> Inflate(std::string_view bytes, uint64_t max_bytes) {
  absl::StatusOr<std::string> out = InflateAs(bytes, MAX_WBITS + 32, max_bytes);  // gzip or zlib, told by the header
  if (out.ok() || absl::IsOutOfRange(out.status())) return out;
  return InflateAs(bytes, -MAX_WBITS, max_bytes);
}

}  // namespace factline::formats
