#include "indexer/store/list_cursor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace factline::store {
namespace {

constexpr uint32_t kBase = 1000;

struct Posting {
  uint32_t doc;  // global
  uint32_t frequency;
  uint8_t norm;
  std::vector<uint32_t> positions;
};

class MapStore final : public ValueStore {
 public:
  absl::StatusOr<SharedValue> Get(const ValueAddress& address) const override {
    const auto found = values.find(address.EncodeKey() + static_cast<char>(address.kind));
    if (found == values.end()) return absl::NotFoundError("no such value");
    return std::make_shared<const std::string>(found->second);
  }
  void Put(const ValueAddress& address, std::string value) {
    values[address.EncodeKey() + static_cast<char>(address.kind)] = std::move(value);
  }
  std::map<std::string, std::string> values;
};

// One term's list, stored in one of the ways there are, and the truth about it.
class List {
 public:
  List(size_t count, uint32_t max_gap, bool apart, std::mt19937* rng) {
    uint32_t doc = kBase - 1;
    for (size_t i = 0; i < count; ++i) {
      doc += 1 + (*rng)() % max_gap;
      Posting posting = {doc,
                         static_cast<uint32_t>(1 + (*rng)() % ((*rng)() % 9 == 0 ? 40 : 2)),
                         static_cast<uint8_t>(20 + (*rng)() % 90),
                         {}};
      uint32_t position = 0;
      for (uint32_t p = 0; p < posting.frequency; ++p) posting.positions.push_back(position += 1 + (*rng)() % 200);
      postings.push_back(std::move(posting));
    }
    PostingLimits limits;
    if (apart) limits = {.whole_list_bytes = 1000, .chunk_blocks = 3, .block_position_bytes = 2000};
    uint32_t number = 0;
    PostingEncoder encoder(limits, [&](PostingChunk chunk) {
      record_.chunks.push_back(chunk.info);
      record_.document_frequency += chunk.info.count;
      if (apart) {
        store_.Put({ValueAddress::Kind::kPostings, SegmentId(7), 5, number}, chunk.postings);
        store_.Put({ValueAddress::Kind::kPositions, SegmentId(7), 5, number}, chunk.positions);
      } else {
        inline_ = std::move(chunk);
      }
      ++number;
      return absl::OkStatus();
    });
    for (const Posting& p : postings) {
      EXPECT_TRUE(encoder.Add(p.doc - kBase, p.frequency, p.norm, p.positions).ok());
    }
    EXPECT_TRUE(encoder.Finish().ok());
    record_.postings_apart = record_.positions_apart = apart;
    record_.positions_inline = !apart;
    record_.ordinal = 5;
    record_.postings = inline_.postings;
    record_.positions = inline_.positions;
  }

  std::unique_ptr<ListCursor> Open() {
    return std::make_unique<ListCursor>(ListCursor::Home{SegmentId(7), kBase, &store_}, record_, nullptr);
  }
  // The first posting at or after `target`; postings.size() if none.
  size_t At(uint64_t target) const {
    return std::lower_bound(postings.begin(), postings.end(), target,
                            [](const Posting& p, uint64_t t) { return p.doc < t; }) -
           postings.begin();
  }
  MapStore* store() { return &store_; }

  std::vector<Posting> postings;

 private:
  MapStore store_;
  PostingChunk inline_;
  TermRecord record_;
};

void ExpectAt(const List& list, size_t at, ListCursor* cursor, std::mt19937* rng) {
  if (at == list.postings.size()) {
    EXPECT_EQ(cursor->doc(), kNoMoreDocs);
    EXPECT_EQ(cursor->Next(), kNoMoreDocs);
    EXPECT_EQ(cursor->SeekGE(0), kNoMoreDocs);
    return;
  }
  ASSERT_EQ(cursor->doc(), list.postings[at].doc);
  EXPECT_EQ(cursor->frequency(), list.postings[at].frequency);
  if ((*rng)() % 3 != 0) return;
  std::vector<uint32_t> positions;
  ASSERT_TRUE(cursor->Positions(&positions).ok());
  EXPECT_EQ(positions, list.postings[at].positions);
}

// The bound covers all postings from `target` to its end, and ends at a posting.
void ExpectBound(const List& list, uint32_t target, const PostingCursor::BlockBound& bound) {
  const size_t at = list.At(target);
  if (at == list.postings.size()) {
    EXPECT_EQ(bound.last_doc_inclusive, kNoMoreDocs);
    return;
  }
  const size_t last = list.At(bound.last_doc_inclusive);
  ASSERT_LT(last, list.postings.size());
  EXPECT_EQ(list.postings[last].doc, bound.last_doc_inclusive);
  ASSERT_GE(last, at);
  EXPECT_LT(last - at, kBlockPostings);
  for (size_t i = at; i <= last; ++i) {
    EXPECT_TRUE(Covers(bound.impacts, list.postings[i].frequency, list.postings[i].norm));
  }
}

TEST(ListCursorTest, AnyWalkAgreesWithThePlainList) {
  std::mt19937 rng(1);
  for (int round = 0; round < 400; ++round) {
    const size_t count = 1 + rng() % (rng() % 3 == 0 ? 5000 : 300);
    List list(count, 1 + rng() % 60, /*apart=*/rng() % 2 == 0, &rng);
    const auto cursor = list.Open();
    size_t at = SIZE_MAX;  // before the first; Next wraps it to 0
    const uint32_t stride = 1 + rng() % 4000;
    uint32_t shallow = 0;
    for (int step = 0; step < 300 && at != count; ++step) {
      const uint32_t here = at == SIZE_MAX ? 0 : list.postings[at].doc;
      switch (rng() % 3) {
        case 0: {
          cursor->Next();
          ++at;
          break;
        }
        case 1: {
          const uint32_t target = here + rng() % stride;
          cursor->SeekGE(target);
          at = at == SIZE_MAX ? list.At(target) : std::max(at, list.At(target));
          break;
        }
        default: {
          shallow = std::max(shallow, here) + rng() % stride;
          ExpectBound(list, shallow, cursor->ShallowSeek(shallow));
          if (at == SIZE_MAX) continue;
        }
      }
      ExpectAt(list, at, cursor.get(), &rng);
    }
    EXPECT_TRUE(cursor->status().ok());
  }
}

TEST(ListCursorTest, AMissingChunkEndsTheCursorWithItsError) {
  std::mt19937 rng(2);
  List list(2000, 5, /*apart=*/true, &rng);
  const auto cursor = list.Open();
  cursor->Next();
  list.store()->values.clear();
  EXPECT_EQ(cursor->SeekGE(list.postings.back().doc), kNoMoreDocs);
  EXPECT_EQ(cursor->status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(cursor->Next(), kNoMoreDocs);
}

TEST(ListCursorTest, ACorruptChunkEndsTheCursorWithDataLoss) {
  std::mt19937 rng(3);
  List list(2000, 5, /*apart=*/true, &rng);
  for (auto& [key, value] : list.store()->values) value.resize(value.size() / 2);
  const auto cursor = list.Open();
  while (cursor->Next() != kNoMoreDocs) {
  }
  EXPECT_EQ(cursor->status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace factline::store
