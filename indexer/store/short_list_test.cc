#include "indexer/store/short_list.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "indexer/store/posting_list.h"

namespace factline::store {
namespace {

struct Posting {
  uint32_t doc;
  uint32_t frequency;
  uint8_t norm;
  std::vector<uint32_t> positions;
};

std::vector<Posting> RandomPostings(size_t count, uint32_t base_doc, std::mt19937* rng) {
  std::vector<Posting> postings;
  uint32_t doc = base_doc;
  for (size_t i = 0; i < count; ++i) {
    doc += 1 + (*rng)() % 900;
    const uint32_t frequency = (*rng)() % 3 == 0 ? 1 + (*rng)() % 20 : 1;
    Posting posting = {doc, frequency, static_cast<uint8_t>((*rng)()), {}};
    uint32_t position = 0;
    for (uint32_t p = 0; p < posting.frequency; ++p) posting.positions.push_back(position += (*rng)() % 300);
    postings.push_back(std::move(posting));
  }
  return postings;
}

ShortList ListOf(const std::vector<Posting>& postings, uint32_t base_doc) {
  ShortList list;
  for (const Posting& p : postings) list.Add(p.doc - base_doc, p.frequency, p.norm, p.positions);
  return list;
}

std::string BytesOf(const ShortList& list) {
  std::string bytes;
  list.Record(/*has_positions=*/true).AppendTo(&bytes);
  return bytes;
}

TEST(ShortListTest, IsWhatTheEncoderOfLongListsMakesOfTheSamePostings) {
  std::mt19937 rng(1);
  for (const size_t count : {1, 2, 60, 127}) {
    const std::vector<Posting> postings = RandomPostings(count, 0, &rng);
    PostingChunk chunk;
    PostingEncoder encoder({}, [&](PostingChunk made) {
      chunk = std::move(made);
      return absl::OkStatus();
    });
    for (const Posting& p : postings) ASSERT_TRUE(encoder.Add(p.doc, p.frequency, p.norm, p.positions).ok());
    ASSERT_TRUE(encoder.Finish().ok());
    const ShortList list = ListOf(postings, 0);
    const TermRecord record = list.Record(true);
    EXPECT_EQ(record.postings, chunk.postings);
    EXPECT_EQ(record.positions, chunk.positions);
    EXPECT_EQ(record.impacts, chunk.info.impacts);
    EXPECT_EQ(record.chunks[0].last_doc, chunk.info.last_doc);
    EXPECT_EQ(record.document_frequency, count);
  }
}

TEST(ShortListTest, ListsOfNeighboursJoinAsIfTheyHadBeenWrittenAsOne) {
  std::mt19937 rng(2);
  for (int round = 0; round < 200; ++round) {
    std::vector<Posting> all;
    ShortList joined;
    uint32_t base_doc = 0;
    for (int segment = 0; segment < 5; ++segment) {
      const std::vector<Posting> postings = RandomPostings(1 + rng() % 20, base_doc, &rng);
      const std::string bytes = BytesOf(ListOf(postings, base_doc));
      const auto record = TermRecord::Parse(bytes, postings.back().doc - base_doc + 1);
      ASSERT_TRUE(record.ok()) << record.status();
      ASSERT_TRUE(joined.Append(*record, base_doc, true).ok());
      all.insert(all.end(), postings.begin(), postings.end());
      base_doc = postings.back().doc + 1 + rng() % 1000;
    }
    EXPECT_EQ(joined.size(), all.size());
    // But for the impacts, which come of the parts' and may be wider.
    const ShortList whole = ListOf(all, 0);
    const TermRecord joined_record = joined.Record(true);
    TermRecord want = whole.Record(true);
    for (const Posting& p : all) EXPECT_TRUE(Covers(joined_record.impacts, p.frequency, p.norm));
    want.impacts = joined_record.impacts;
    std::string want_bytes;
    want.AppendTo(&want_bytes);
    EXPECT_EQ(BytesOf(joined), want_bytes);
  }
}

TEST(ShortListTest, ADamagedListIsNamedAndNotJoined) {
  std::mt19937 rng(3);
  const ShortList good = ListOf(RandomPostings(40, 0, &rng), 0);
  const TermRecord record = good.Record(true);
  const auto reason = [](const TermRecord& damaged) {
    ShortList list;
    const absl::Status status = list.Append(damaged, 0, true);
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
    return std::string(status.message());
  };
  TermRecord damaged = record;
  damaged.postings.remove_suffix(1);
  EXPECT_EQ(reason(damaged), "short list: cut short");
  damaged = record;
  damaged.positions.remove_suffix(1);
  EXPECT_EQ(reason(damaged), "short list: positions do not add up");
  damaged = record;
  ++damaged.collection_frequency;
  EXPECT_EQ(reason(damaged), "short list: frequencies do not add up");
  damaged = record;
  ++damaged.chunks[0].last_doc;
  EXPECT_EQ(reason(damaged), "short list: documents do not add up");
  damaged = record;
  const std::string cut_number = std::string(record.positions) + "\x80";  // would swallow the next list's first
  damaged.positions = cut_number;
  EXPECT_EQ(reason(damaged), "short list: positions do not add up");
  damaged = record;
  damaged.positions_inline = false;
  EXPECT_EQ(reason(damaged), "short list: positions are not what the field has");
  damaged = record;
  --damaged.impacts[0].max_frequency;
  EXPECT_EQ(reason(damaged), "short list: a frequency is above its list's greatest");
  damaged = record;
  --damaged.document_frequency;
  EXPECT_EQ(reason(damaged), "short list: bytes left over");
}

TEST(ShortListTest, AListThatBeginsBeforeTheOneInFrontEndsIsAnError) {
  std::mt19937 rng(4);
  ShortList list = ListOf(RandomPostings(3, 0, &rng), 0);
  const ShortList same = list;
  EXPECT_EQ(list.Append(same.Record(true), 0, true).code(), absl::StatusCode::kDataLoss);
}

TEST(ShortListTest, IsAsNewOnceCleared) {
  std::mt19937 rng(5);
  ShortList list = ListOf(RandomPostings(9, 0, &rng), 0);
  list.Clear();
  list.Add(3, 1, 7, {});
  EXPECT_EQ(BytesOf(list), BytesOf(ListOf({{3, 1, 7, {}}}, 0)));
}

}  // namespace
}  // namespace factline::store
