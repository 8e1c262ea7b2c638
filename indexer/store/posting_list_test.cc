#include "indexer/store/posting_list.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "indexer/store/term_record.h"

namespace factline::store {
namespace {

struct Posting {
  uint32_t doc;
  uint32_t frequency;
  uint8_t norm;
  std::vector<uint32_t> positions;

  friend bool operator==(const Posting&, const Posting&) = default;
};

// `gap(rng)` gives the distance to the next document, at least 1.
template <typename Gap>
std::vector<Posting> RandomPostings(size_t count, std::mt19937* rng, Gap gap) {
  std::vector<Posting> postings;
  uint64_t doc = gap(*rng) - 1;
  for (size_t i = 0; i < count && doc < UINT32_MAX; ++i) {
    Posting posting = {static_cast<uint32_t>(doc), 0, static_cast<uint8_t>((*rng)()), {}};
    posting.frequency = (*rng)() % 4 == 0 ? 1 + (*rng)() % 50 : 1;
    uint32_t position = 0;
    for (uint32_t p = 0; p < posting.frequency; ++p) posting.positions.push_back(position += (*rng)() % 300);
    postings.push_back(std::move(posting));
    doc += gap(*rng);
  }
  return postings;
}

std::vector<PostingChunk> Encode(const std::vector<Posting>& postings, const PostingLimits& limits) {
  std::vector<PostingChunk> chunks;
  PostingEncoder encoder(limits, [&](PostingChunk chunk) {
    chunks.push_back(std::move(chunk));
    return absl::OkStatus();
  });
  for (const Posting& p : postings) EXPECT_TRUE(encoder.Add(p.doc, p.frequency, p.norm, p.positions).ok());
  EXPECT_TRUE(encoder.Finish().ok());
  return chunks;
}

// What the chunks hold; `norm` comes from `truth`, once the bounds are found right.
std::vector<Posting> DecodeAll(const std::vector<PostingChunk>& chunks, const std::vector<Posting>& truth) {
  std::vector<Posting> postings;
  int64_t previous = -1;
  for (const PostingChunk& chunk : chunks) {
    const auto list = PostingListView::Parse(chunk.postings, previous, chunk.info);
    EXPECT_TRUE(list.ok()) << list.status().ToString();
    auto positions = PositionListView::Parse(chunk.positions, chunk.info.count);
    EXPECT_TRUE(positions.ok()) << positions.status().ToString();
    if (!list.ok() || !positions.ok()) return postings;
    for (uint32_t block = 0; block < list->block_count(); ++block) {
      uint32_t docs[kBlockPostings], frequencies[kBlockPostings];
      const absl::Status decoded = list->Decode(block, docs, frequencies);
      EXPECT_TRUE(decoded.ok()) << decoded.ToString();
      const uint32_t count = list->PostingsIn(block);
      for (uint32_t i = 0; i < count && decoded.ok(); ++i) {
        Posting posting = {docs[i], frequencies[i], truth[postings.size()].norm, {}};
        EXPECT_TRUE(positions->Read(block, i, absl::MakeConstSpan(frequencies, count), &posting.positions).ok());
        EXPECT_TRUE(Covers(list->ImpactsOf(block), posting.frequency, posting.norm));
        EXPECT_TRUE(Covers(chunk.info.impacts, posting.frequency, posting.norm));
        EXPECT_LE(posting.doc, list->LastDoc(block));
        postings.push_back(std::move(posting));
      }
      EXPECT_EQ(postings.back().doc, list->LastDoc(block));
    }
    EXPECT_EQ(postings.back().doc, chunk.info.last_doc);
    previous = chunk.info.last_doc;
  }
  return postings;
}

TEST(PostingListTest, RandomListsComeBackWhole) {
  std::mt19937 rng(1);
  const PostingLimits kCut = {.whole_list_bytes = 4000, .chunk_blocks = 8, .block_position_bytes = 1500};
  for (const size_t count : {1, 2, 127, 128, 129, 255, 256, 1000, 1024, 1025, 20'000}) {
    for (int density = 0; density < 4; ++density) {
      const auto gap = [density](std::mt19937& r) -> uint64_t {
        switch (density) {
          case 0:
            return 1;
          case 1:
            return 1 + r() % 7;
          case 2:
            return 1 + r() % 100'000;
          default:
            return r() % 50 == 0 ? 1 + r() % 300'000'000 : 1 + r() % 3;  // clusters, far apart
        }
      };
      const std::vector<Posting> postings = RandomPostings(count, &rng, gap);
      for (const PostingLimits& limits : {PostingLimits(), kCut}) {
        EXPECT_EQ(DecodeAll(Encode(postings, limits), postings), postings) << count << " of density " << density;
      }
    }
  }
}

TEST(PostingListTest, AHundredThousandDensePostingsTakeAFewBitsEach) {
  std::mt19937 rng(2);
  std::vector<Posting> postings = RandomPostings(100'000, &rng, [](std::mt19937&) { return 1; });
  for (Posting& posting : postings) {
    posting.frequency = 1;
    posting.positions.clear();
  }
  const std::vector<PostingChunk> chunks = Encode(postings, {.whole_list_bytes = 64 << 10});
  ASSERT_EQ(chunks.size(), 1u);
  EXPECT_LT(chunks[0].postings.size(), 100'000u / 8);
}

TEST(PostingListTest, TheGreatestDocumentNumberIsStorable) {
  std::vector<Posting> postings;
  for (uint32_t i = 0; i < 128; ++i) postings.push_back({i == 127 ? UINT32_MAX - 1 : i, UINT32_MAX - 1, 255, {}});
  const std::vector<PostingChunk> chunks = Encode(postings, {});
  uint32_t docs[kBlockPostings], frequencies[kBlockPostings];
  const auto list = PostingListView::Parse(chunks[0].postings, -1, chunks[0].info);
  ASSERT_TRUE(list.ok() && list->Decode(0, docs, frequencies).ok());
  EXPECT_EQ(docs[127], UINT32_MAX - 1);
  EXPECT_EQ(frequencies[0], UINT32_MAX - 1);
}

TEST(PostingListTest, EncodedPositionsGiveTheSameBytesAsTheNumbers) {
  std::mt19937 rng(7);
  const std::vector<Posting> postings = RandomPostings(1000, &rng, std::uniform_int_distribution<uint64_t>(1, 40));
  const PostingLimits limits = {.whole_list_bytes = 512, .chunk_blocks = 2};
  const std::vector<PostingChunk> chunks = Encode(postings, limits);
  std::vector<PostingChunk> copied;
  PostingEncoder encoder(limits, [&](PostingChunk chunk) {
    copied.push_back(std::move(chunk));
    return absl::OkStatus();
  });
  int64_t previous = -1;
  for (const PostingChunk& chunk : chunks) {
    const auto list = PostingListView::Parse(chunk.postings, previous, chunk.info);
    auto positions = PositionListView::Parse(chunk.positions, chunk.info.count);
    ASSERT_TRUE(list.ok() && positions.ok());
    for (uint32_t block = 0; block < list->block_count(); ++block) {
      uint32_t docs[kBlockPostings], frequencies[kBlockPostings];
      ASSERT_TRUE(list->Decode(block, docs, frequencies).ok());
      for (uint32_t i = 0; i < list->PostingsIn(block); ++i) {
        const auto encoded =
            positions->ReadEncoded(block, i, absl::MakeConstSpan(frequencies, list->PostingsIn(block)));
        ASSERT_TRUE(encoded.ok()) << encoded.status().ToString();
        const uint8_t norm =
            std::find_if(postings.begin(), postings.end(), [&](const Posting& p) { return p.doc == docs[i]; })->norm;
        ASSERT_TRUE(encoder.AddEncoded(docs[i], frequencies[i], norm, *encoded).ok());
      }
    }
    previous = chunk.info.last_doc;
  }
  ASSERT_TRUE(encoder.Finish().ok());
  ASSERT_EQ(copied.size(), chunks.size());
  for (size_t i = 0; i < chunks.size(); ++i) {
    EXPECT_EQ(copied[i].postings, chunks[i].postings);
    EXPECT_EQ(copied[i].positions, chunks[i].positions);
  }
}

TEST(PostingListTest, PositionsMayBeReadInAnyOrder) {
  std::mt19937 rng(3);
  const std::vector<Posting> postings = RandomPostings(300, &rng, [](std::mt19937&) { return 2; });
  const PostingChunk chunk = Encode(postings, {})[0];
  PositionListView view = *PositionListView::Parse(chunk.positions, chunk.info.count);
  for (int i = 0; i < 2000; ++i) {
    const uint32_t at = rng() % 300, block = at / kBlockPostings;
    std::vector<uint32_t> frequencies;
    for (uint32_t k = block * kBlockPostings; k < 300 && k < (block + 1) * kBlockPostings; ++k) {
      frequencies.push_back(postings[k].frequency);
    }
    std::vector<uint32_t> positions;
    ASSERT_TRUE(view.Read(block, at % kBlockPostings, frequencies, &positions).ok());
    EXPECT_EQ(positions, postings[at].positions);
  }
}

TEST(PostingListTest, EveryCutAndMostFlipsAreDescribedErrorsAndNoneIsACrash) {
  std::mt19937 rng(4);
  for (const size_t count : {3, 128, 300}) {
    const std::vector<Posting> postings = RandomPostings(count, &rng, [](std::mt19937& r) { return 1 + r() % 9; });
    const PostingChunk chunk = Encode(postings, {})[0];
    const auto decode = [&](const std::string& bytes) {
      const auto list = PostingListView::Parse(bytes, -1, chunk.info);
      if (!list.ok()) return list.status();
      uint32_t docs[kBlockPostings], frequencies[kBlockPostings];
      for (uint32_t block = 0; block < list->block_count(); ++block) {
        if (absl::Status status = list->Decode(block, docs, frequencies); !status.ok()) return status;
      }
      return absl::OkStatus();
    };
    for (size_t size = 0; size < chunk.postings.size(); ++size) {
      const absl::Status status = decode(chunk.postings.substr(0, size));
      EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << size;
      EXPECT_FALSE(status.message().empty());
    }
    for (int i = 0; i < 2000; ++i) {
      std::string bytes = chunk.postings;
      bytes[rng() % bytes.size()] ^= static_cast<char>(1 + rng() % 255);
      decode(bytes).IgnoreError();
    }
  }
}

TermRecord InlineRecord(const PostingChunk& chunk) {
  TermRecord record;
  record.document_frequency = chunk.info.count;
  record.collection_frequency = chunk.info.count + 7;
  record.impacts = chunk.info.impacts;
  record.chunks = {chunk.info};
  record.postings = chunk.postings;
  record.positions_inline = true;
  record.positions = chunk.positions;
  return record;
}

TEST(TermRecordTest, InlineAndChunkedRecordsComeBackWhole) {
  std::mt19937 rng(5);
  const std::vector<Posting> postings = RandomPostings(1000, &rng, [](std::mt19937& r) { return 1 + r() % 9; });
  const PostingChunk whole = Encode(postings, {})[0];
  std::string bytes;
  InlineRecord(whole).AppendTo(&bytes);
  const auto parsed = TermRecord::Parse(bytes, whole.info.last_doc + 1);
  ASSERT_TRUE(parsed.ok()) << parsed.status().ToString();
  EXPECT_EQ(parsed->document_frequency, 1000u);
  EXPECT_EQ(parsed->collection_frequency, 1007u);
  EXPECT_EQ(parsed->postings, whole.postings);
  EXPECT_EQ(parsed->positions, whole.positions);
  EXPECT_EQ(parsed->impacts, whole.info.impacts);

  TermRecord apart;
  for (const PostingChunk& chunk : Encode(postings, {.whole_list_bytes = 100, .chunk_blocks = 2})) {
    apart.chunks.push_back(chunk.info);
  }
  apart.document_frequency = apart.collection_frequency = 1000;
  apart.impacts = whole.info.impacts;
  apart.postings_apart = apart.positions_apart = true;
  apart.ordinal = 12345;
  bytes.clear();
  apart.AppendTo(&bytes);
  const auto parsed_apart = TermRecord::Parse(bytes, whole.info.last_doc + 1);
  ASSERT_TRUE(parsed_apart.ok()) << parsed_apart.status().ToString();
  EXPECT_EQ(parsed_apart->ordinal, 12345u);
  ASSERT_EQ(parsed_apart->chunks.size(), 4u);
  EXPECT_EQ(parsed_apart->chunks[3].last_doc, whole.info.last_doc);
  EXPECT_EQ(parsed_apart->chunks[2].count, 256u);
}

TEST(TermRecordTest, ADocumentOutsideTheSegmentIsRefused) {
  std::mt19937 rng(6);
  const PostingChunk chunk = Encode(RandomPostings(10, &rng, [](std::mt19937&) { return 3; }), {})[0];
  std::string bytes;
  InlineRecord(chunk).AppendTo(&bytes);
  EXPECT_TRUE(TermRecord::Parse(bytes, chunk.info.last_doc + 1).ok());
  EXPECT_EQ(TermRecord::Parse(bytes, chunk.info.last_doc).status().code(), absl::StatusCode::kDataLoss);
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(TermRecord::Parse(bytes.substr(0, size), UINT32_MAX).ok()) << size;
  }
}

// What no range of postings has: none, none first, frequencies or lengths that do not fall, a hole.
const Impacts kBadImpacts[] = {{},
                               {{{0, 9}}},
                               {{{3, 20}, {4, 10}}},
                               {{{4, 10}, {3, 20}}},
                               {{{4, 10}, {4, 9}}},
                               {{{4, 10}, {3, 10}}},
                               {{{4, 10}, {}, {2, 5}}},
                               {{{4, 10}, {0, 5}}}};

TEST(TermRecordTest, ImpactsThatAreNoneOrDoNotFallAreRefused) {
  std::mt19937 rng(8);
  const PostingChunk chunk = Encode(RandomPostings(10, &rng, [](std::mt19937&) { return 3; }), {})[0];
  const auto parse = [](const TermRecord& record) {
    std::string bytes;
    record.AppendTo(&bytes);
    return TermRecord::Parse(bytes, UINT32_MAX).status().code();
  };
  for (const Impacts& bad : kBadImpacts) {
    TermRecord in_line = InlineRecord(chunk);
    in_line.impacts = bad;
    // A record is written without what follows the first zero.
    const bool is_cut_to_good = bad[0].max_frequency > 0 && bad[1].max_frequency == 0;
    EXPECT_EQ(parse(in_line), is_cut_to_good ? absl::StatusCode::kOk : absl::StatusCode::kDataLoss);
    TermRecord apart;
    apart.document_frequency = apart.collection_frequency = chunk.info.count;
    apart.impacts = chunk.info.impacts;
    apart.postings_apart = true;
    apart.chunks = {chunk.info};
    EXPECT_EQ(parse(apart), absl::StatusCode::kOk);
    apart.chunks[0].impacts = bad;
    EXPECT_EQ(parse(apart), absl::StatusCode::kDataLoss);
  }
}

TEST(PostingListTest, ABlockWhoseImpactsAreNoneOrDoNotFallIsRefused) {
  std::mt19937 rng(9);
  const PostingChunk chunk = Encode(RandomPostings(300, &rng, [](std::mt19937&) { return 3; }), {})[0];
  for (const Impacts& bad : kBadImpacts) {
    for (size_t block = 0; block < 3; ++block) {
      std::string impacts, bytes = chunk.postings;
      PutImpacts(bad, &impacts);
      bytes.replace(block * (6 + kImpactsBytes) + 6, kImpactsBytes, impacts);
      EXPECT_EQ(PostingListView::Parse(bytes, -1, chunk.info).status().code(), absl::StatusCode::kDataLoss) << block;
    }
  }
}

TEST(BitPackingTest, EveryWidthRoundTrips) {
  std::mt19937 rng(7);
  for (uint32_t width = 0; width <= 32; ++width) {
    uint32_t numbers[kBlockPostings], unpacked[kBlockPostings];
    const uint64_t limit = uint64_t{1} << width;
    for (uint32_t& number : numbers) number = static_cast<uint32_t>(rng() % limit);
    if (width > 0) numbers[rng() % kBlockPostings] = static_cast<uint32_t>(limit - 1);
    EXPECT_EQ(WidthOf(numbers, kBlockPostings), width);
    std::string packed = "unaligned";
    PackBlock(numbers, width, &packed);
    EXPECT_EQ(packed.size(), 9 + PackedBytes(width));
    UnpackBlock(packed.data() + 9, width, unpacked);
    EXPECT_TRUE(std::equal(numbers, numbers + kBlockPostings, unpacked)) << width;
    UnpackBlockPlainly(packed.data() + 9, width, unpacked);
    EXPECT_TRUE(std::equal(numbers, numbers + kBlockPostings, unpacked)) << width;

    uint32_t sums[kBlockPostings];
    const auto before = static_cast<uint32_t>(rng());  // sums may pass 2^32: both begin again at zero
    UnpackGaps(packed.data() + 9, width, before, sums);
    UnpackGapsPlainly(packed.data() + 9, width, before, unpacked);
    EXPECT_TRUE(std::equal(sums, sums + kBlockPostings, unpacked)) << width;
    EXPECT_EQ(sums[1], before + numbers[0] + numbers[1] + 2) << width;
  }
}

}  // namespace
}  // namespace factline::store
