#include "ingest/page/repeats.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>

#include "ingest/page/bigrams.h"
#include "ingest/page/code_points.h"

namespace factline::page {
namespace {

constexpr uint32_t kShingle = 5;           // code points
constexpr uint32_t kMinShingles = 16;      // shorter paragraphs are never called copies
constexpr double kSame = 0.85;             // share of shingles in common
constexpr size_t kMaxComparedCopies = 32;  // pairs whose articles are compared; beyond that the last copy stays
constexpr uint32_t kReprint = 14;          // code points of the shortest reprinted run
constexpr uint32_t kMaxGap = 8;            // code points between the two prints
constexpr uint32_t kMaxReprint = 120;      // code points of the longest
constexpr size_t kMinOverlapCodePoints = 6;
constexpr size_t kMaxOverlapBytes = 240;
constexpr uint64_t kMultiplier = 0x9E3779B97F4A7C15u;

// The hashes of all runs of `n` word-like code points of `text`, by a rolling polynomial.
template <typename Use>
void ForEachShingle(std::string_view text, uint32_t n, Use use) {
  constexpr uint64_t kBase = 0x100000001B3u;
  uint64_t top = 1;
  for (uint32_t i = 1; i < n; ++i) top *= kBase;
  std::array<uint64_t, 16> ring{};
  uint64_t hash = 0;
  uint32_t count = 0;
  for (size_t pos = 0; pos < text.size();) {
    const CodePoint c = DecodeUtf8(text, pos);
    pos += c.size_bytes;
    if (IsBlank(c.value)) continue;
    uint64_t& slot = ring[count % n];
    hash = (hash - slot * top) * kBase + c.value;
    slot = c.value;
    ++count;
    if (count >= n) use((hash ^ (hash >> 29)) * kMultiplier);
  }
}

// Which paragraph had a shingle first. Open addressing, at most half full.
class FirstOwner {
 public:
  explicit FirstOwner(size_t most_shingles) : slots_(std::bit_ceil(2 * most_shingles + 2)) {}

  // The owner of `hash`, after making `paragraph` the owner if there was none.
  uint32_t Claim(uint64_t hash, uint32_t paragraph) {
    const size_t mask = slots_.size() - 1;
    for (size_t at = (hash >> 32) & mask;; at = (at + 1) & mask) {
      Slot& slot = slots_[at];
      if (slot.owner == kNobody) {
        slot = {static_cast<uint32_t>(hash), paragraph};
        return paragraph;
      }
      if (slot.tag == static_cast<uint32_t>(hash)) return slot.owner;
    }
  }

 private:
  static constexpr uint32_t kNobody = ~0u;
  struct Slot {
    uint32_t tag = 0;
    uint32_t owner = kNobody;
  };
  std::vector<Slot> slots_;
};

double ShareWithArticle(const std::vector<PrintedParagraph>& paragraphs, size_t which) {
  BigramSet set(/*log2_bits=*/16);
  for (size_t i = 0; i < paragraphs.size(); ++i) {
    if (i != which && paragraphs[i].article == paragraphs[which].article) set.Add(paragraphs[i].text);
  }
  return set.Share(paragraphs[which].text);
}

// One pass over the paragraphs in order of print; `keep_` is the answer so far.
class OnceKeeper {
 public:
  explicit OnceKeeper(const std::vector<PrintedParagraph>& paragraphs)
      : paragraphs_(paragraphs), keep_(paragraphs.size(), true), votes_(paragraphs.size()), sizes_(paragraphs.size()) {}

  std::vector<bool> Run() && {
    size_t all = 0;
    for (size_t i = 0; i < paragraphs_.size(); ++i) all += CountCodePoints(paragraphs_[i].text);
    FirstOwner owners(all);
    for (uint32_t i = 0; i < paragraphs_.size(); ++i) Visit(i, &owners);
    return std::move(keep_);
  }

 private:
  void Visit(uint32_t i, FirstOwner* owners) {
    touched_.clear();
    ForEachShingle(paragraphs_[i].text, kShingle, [&](uint64_t hash) {
      ++sizes_[i];
      const uint32_t owner = owners->Claim(hash, i);
      if (owner == i) return;
      if (votes_[owner]++ == 0) touched_.push_back(owner);
    });
    for (uint32_t j : touched_) {
      if (keep_[i] && keep_[j]) Compare(j, i, votes_[j]);
      votes_[j] = 0;
    }
  }

  void Compare(uint32_t before, uint32_t after, uint32_t common) {
    if (std::min(sizes_[before], sizes_[after]) < kMinShingles) return;
    const bool before_inside = common >= kSame * sizes_[before];
    const bool after_inside = common >= kSame * sizes_[after];
    const bool one_article = paragraphs_[before].article == paragraphs_[after].article;
    if (before_inside && after_inside) {
      const bool keep_before = !one_article && KeepsBefore(before, after);
      keep_[keep_before ? after : before] = false;
    } else if (one_article && before_inside) {
      keep_[before] = false;
    } else if (one_article && after_inside) {
      keep_[after] = false;
    }
  }

  bool KeepsBefore(uint32_t before, uint32_t after) {
    if (++compared_ > kMaxComparedCopies) return false;
    return ShareWithArticle(paragraphs_, before) > ShareWithArticle(paragraphs_, after);
  }

  const std::vector<PrintedParagraph>& paragraphs_;
  std::vector<bool> keep_;
  std::vector<uint32_t> votes_, sizes_, touched_;  // sizes_ in shingles
  size_t compared_ = 0;
};

bool IsClauseMark(char32_t c) { return c == U'；' || c == U'。' || c == U'，' || c == ',' || c == ';' || c == '.'; }

bool HoldsClauseMark(const std::vector<char32_t>& points, size_t begin, size_t end) {
  return std::any_of(points.begin() + begin, points.begin() + end, IsClauseMark);
}

}  // namespace

std::vector<bool> KeepOnce(const std::vector<PrintedParagraph>& paragraphs) { return OnceKeeper(paragraphs).Run(); }

std::optional<Span> FindReprint(std::string_view paragraph) {
  constexpr size_t kSlots = 1 << 9;
  if (paragraph.size() < 2 * kReprint) return std::nullopt;
  std::vector<char32_t> points;
  std::vector<uint32_t> begins;
  points.reserve(paragraph.size());
  begins.reserve(paragraph.size());
  for (size_t pos = 0; pos < paragraph.size();) {
    const CodePoint c = DecodeUtf8(paragraph, pos);
    points.push_back(c.value);
    begins.push_back(static_cast<uint32_t>(pos));
    pos += c.size_bytes;
  }
  std::array<uint32_t, kSlots> last{};  // position + 1 of the run that had this hash last
  constexpr uint64_t kBase = 0x100000001B3u;
  uint64_t top = 1, hash = 0;
  for (uint32_t i = 0; i < kReprint; ++i) top *= kBase;
  for (size_t i = 0; i < points.size(); ++i) {
    hash = hash * kBase + points[i] - (i >= kReprint ? top * points[i - kReprint] : 0);
    if (i + 1 < kReprint) continue;
    const size_t second = i + 1 - kReprint;
    uint32_t& slot = last[(hash * kMultiplier) >> 55];
    const size_t first = slot;
    slot = static_cast<uint32_t>(second + 1);
    if (first == 0) continue;
    const size_t distance = second - (first - 1);
    if (distance < kReprint || distance > kMaxReprint + kMaxGap) continue;
    size_t run = 0;
    while (run < distance && second + run < points.size() && points[first - 1 + run] == points[second + run]) ++run;
    if (run < kReprint || distance - run > kMaxGap) continue;
    const size_t begin = first - 1;
    if (!HoldsClauseMark(points, begin + 1, begin + run - 1) || HoldsClauseMark(points, begin + run, second)) continue;
    return Span{begins[begin], begins[second]};
  }
  return std::nullopt;
}

size_t OverlapBytes(std::string_view before, std::string_view after) {
  const size_t most = std::min({before.size(), after.size(), kMaxOverlapBytes});
  for (size_t bytes = most; bytes > 0; --bytes) {
    if (after.compare(0, bytes, before.substr(before.size() - bytes)) != 0) continue;
    return CountCodePoints(after.substr(0, bytes)) >= kMinOverlapCodePoints ? bytes : 0;
  }
  return 0;
}

}  // namespace factline::page
