#include "query/search/memory_index.h"

#include <algorithm>
#include <map>
#include <utility>

namespace factline::query {
namespace {

using store::Field;
using store::kNoMoreDocs;
using store::NormField;

struct Posting {
  uint32_t doc = 0;
  uint8_t norm = 0;
  std::vector<uint32_t> positions;

  uint32_t frequency() const { return static_cast<uint32_t>(positions.size()); }
};
using PostingList = std::vector<Posting>;

class MemoryCursor final : public store::PostingCursor {
 public:
  MemoryCursor(const PostingList& postings, size_t per_block) : postings_(postings), per_block_(per_block) {
    for (const Posting& posting : postings_) {
      all_docs_.push_back(posting.doc);
      all_frequencies_.push_back(posting.frequency());
    }
  }

  absl::Status Positions(std::vector<uint32_t>* positions) override {
    *positions = postings_[block_begin_ + at_].positions;
    return absl::OkStatus();
  }
  uint32_t document_frequency() const override { return static_cast<uint32_t>(postings_.size()); }
  store::Impacts impacts() const override { return ImpactsOf(0, postings_.size()); }

  BlockBound ShallowSeek(uint32_t target) override {
    CheckShallowTarget(target);
    const size_t index = IndexOf(target);
    if (index == postings_.size()) return {};
    const size_t begin = index / per_block_ * per_block_;
    const size_t end = std::min(begin + per_block_, postings_.size());
    return {postings_[end - 1].doc, ImpactsOf(begin, end)};
  }
  absl::Status status() const override { return status_; }

 private:
  // A caller that breaks the contract of ShallowSeek shows as a failed query.
  void CheckShallowTarget(uint32_t target) {
    if (target < last_shallow_) status_ = absl::InternalError("the target of ShallowSeek shrank");
    last_shallow_ = target;
  }
  size_t IndexOf(uint32_t target) const {
    return static_cast<size_t>(std::lower_bound(all_docs_.begin(), all_docs_.end(), target) - all_docs_.begin());
  }
  store::Impacts ImpactsOf(size_t begin, size_t end) const {
    store::ImpactsBuilder impacts;
    for (size_t i = begin; i < end; ++i) impacts.Add(postings_[i].frequency(), postings_[i].norm);
    return impacts.Build();
  }

  uint32_t NextBlock() override { return EnterAt(block_begin_ + size_); }
  uint32_t SeekBlock(uint32_t target) override { return EnterAt(std::max(block_begin_ + size_, IndexOf(target))); }
  const uint32_t* LoadFrequencies() const override { return all_frequencies_.data() + block_begin_; }

  uint32_t EnterAt(size_t index) {
    frequencies_ = nullptr;
    if (index >= postings_.size()) {
      block_begin_ = postings_.size();
      size_ = 0;
      return doc_ = kNoMoreDocs;
    }
    block_begin_ = index / per_block_ * per_block_;
    docs_ = all_docs_.data() + block_begin_;
    size_ = static_cast<uint32_t>(std::min(per_block_, postings_.size() - block_begin_));
    return MoveTo(static_cast<uint32_t>(index - block_begin_));
  }

  const PostingList& postings_;
  const size_t per_block_;
  std::vector<uint32_t> all_docs_, all_frequencies_;
  size_t block_begin_ = 0;
  uint32_t last_shallow_ = 0;
  absl::Status status_;
};

using PostingMap = std::map<std::pair<Field, std::string>, PostingList>;

class MemoryTerms final : public store::TermIterator {
 public:
  MemoryTerms(PostingMap::const_iterator next, PostingMap::const_iterator end, size_t per_block)
      : next_(next), end_(end), per_block_(per_block) {}

  bool Next() override {
    if (next_ == end_) return false;
    at_ = next_++;
    return true;
  }
  Field field() const override { return at_->first.first; }
  std::string_view term() const override { return at_->first.second; }
  absl::StatusOr<std::unique_ptr<store::PostingCursor>> Postings() const override {
    return std::make_unique<MemoryCursor>(at_->second, per_block_);
  }
  absl::Status status() const override { return absl::OkStatus(); }

 private:
  PostingMap::const_iterator at_, next_;
  const PostingMap::const_iterator end_;
  const size_t per_block_;
};

class MemorySegment final : public store::SegmentView {
 public:
  MemorySegment(uint32_t base_doc, const std::vector<TokenDocument>& documents, size_t per_block)
      : base_doc_(base_doc), documents_(documents), per_block_(per_block) {
    for (uint32_t i = 0; i < documents_.size(); ++i) {
      const TokenDocument& document = documents_[i];
      AddTokens(Field::kTitleWord, Field::kTitleGram, document.title, i);
      AddTokens(Field::kBodyWord, Field::kBodyGram, document.body, i);
      AddPosition(Field::kSource, document.source, i, 0, 0);
      title_norms_.push_back(NormOf(document.title));
      body_norms_.push_back(NormOf(document.body));
    }
  }

  uint32_t base_doc() const override { return base_doc_; }
  uint32_t doc_count() const override { return static_cast<uint32_t>(documents_.size()); }
  uint32_t live_count() const override {
    return static_cast<uint32_t>(std::count_if(documents_.begin(), documents_.end(),
                                               [](const TokenDocument& document) { return !document.is_deleted; }));
  }
  bool IsLive(uint32_t doc) const override { return !At(doc).is_deleted; }
  uint8_t Norm(NormField field, uint32_t doc) const override { return Norms(field)[doc - base_doc_]; }
  const uint8_t* Norms(NormField field) const override {
    return (field == NormField::kTitle ? title_norms_ : body_norms_).data();
  }
  int64_t PublishedSeconds(uint32_t doc) const override { return At(doc).published_seconds; }
  int64_t min_published_seconds() const override { return Earliest()->published_seconds; }
  int64_t max_published_seconds() const override {
    return std::max_element(documents_.begin(), documents_.end(), IsEarlier)->published_seconds;
  }
  absl::StatusOr<std::unique_ptr<store::PostingCursor>> Postings(Field field, std::string_view term) const override {
    const auto found = postings_.find({field, std::string(term)});
    if (found == postings_.end()) return std::unique_ptr<store::PostingCursor>();
    return std::make_unique<MemoryCursor>(found->second, per_block_);
  }
  std::unique_ptr<store::TermIterator> Terms() const override { return nullptr; }  // no query lists all terms
  std::unique_ptr<store::TermIterator> TermsFrom(Field field, std::string_view term) const override {
    return std::make_unique<MemoryTerms>(postings_.lower_bound({field, std::string(term)}), postings_.end(),
                                         per_block_);
  }
  uint64_t key() const override { return base_doc_; }

 private:
  static bool IsEarlier(const TokenDocument& a, const TokenDocument& b) {
    return a.published_seconds < b.published_seconds;
  }
  std::vector<TokenDocument>::const_iterator Earliest() const {
    return std::min_element(documents_.begin(), documents_.end(), IsEarlier);
  }
  const TokenDocument& At(uint32_t doc) const { return documents_[doc - base_doc_]; }
  static uint8_t NormOf(const std::vector<std::string>& tokens) {
    return store::EncodeNorm(static_cast<uint32_t>(tokens.size()));
  }

  void AddTokens(Field word, Field gram, const std::vector<std::string>& tokens, uint32_t index) {
    for (uint32_t position = 0; position < tokens.size(); ++position) {
      AddPosition(word, tokens[position], index, position, NormOf(tokens));
      AddPosition(gram, tokens[position], index, position, NormOf(tokens));
    }
  }
  void AddPosition(Field field, const std::string& term, uint32_t index, uint32_t position, uint8_t norm) {
    PostingList& list = postings_[{field, term}];
    const uint32_t doc = base_doc_ + index;
    if (list.empty() || list.back().doc != doc) list.push_back({doc, norm, {}});
    list.back().positions.push_back(position);
  }

  const uint32_t base_doc_;
  const std::vector<TokenDocument> documents_;
  const size_t per_block_;
  std::vector<uint8_t> title_norms_, body_norms_;
  PostingMap postings_;
};

class NoFacts final : public store::FactReader {
 public:
  absl::StatusOr<Page> Scan(const store::FactScan&, std::string_view, size_t) const override {
    return Page{{}, {}, true};
  }
  absl::StatusOr<std::optional<v1::Fact>> Get(const FactId&, size_t) const override { return std::nullopt; }
  absl::StatusOr<std::optional<v1::Fact>> GetMeaning(const FactId&) const override { return std::nullopt; }
  absl::Status VisitEvidences(const FactId&, const EvidenceVisitor&) const override { return absl::OkStatus(); }
  absl::StatusOr<std::optional<v1::Evidence>> FindEvidence(const FactId&, std::string_view) const override {
    return std::nullopt;
  }
  absl::StatusOr<bool> FillText(v1::Evidence*) const override { return false; }
  absl::StatusOr<EntityPage> ScanEntities(std::string_view, bool, std::string_view, size_t,
                                          const std::function<absl::Status()>&) const override {
    return EntityPage{{}, {}, true};
  }
  std::unique_ptr<store::EntityNames> Names() const override { return nullptr; }  // no query here lists names
  absl::StatusOr<std::optional<v1::Entity>> GetEntity(const EntityId&) const override { return std::nullopt; }
  absl::StatusOr<bool> HasName(const EntityId&, std::string_view, bool) const override { return false; }
  uint64_t fact_count() const override { return 0; }
  uint64_t entity_count() const override { return 0; }
};

class MemoryIndex final : public store::IndexView {
 public:
  MemoryIndex(const std::vector<std::vector<TokenDocument>>& segments, size_t per_block) {
    uint32_t base_doc = 3;
    for (const std::vector<TokenDocument>& documents : segments) {
      segments_.push_back(std::make_shared<MemorySegment>(base_doc, documents, per_block));
      base_doc += static_cast<uint32_t>(documents.size()) + 7;  // a gap, as purged documents leave it
      stats_.live_docs += segments_.back()->live_count();
      stats_.docs += documents.size();
      for (const TokenDocument& document : documents) {
        stats_.title_tokens += document.title.size();
        stats_.body_tokens += document.body.size();
      }
    }
  }

  uint64_t generation() const override { return 1; }
  Offset visible_offset() const override { return Offset(0); }
  const store::CollectionStats& stats() const override { return stats_; }
  const std::vector<std::shared_ptr<const store::SegmentView>>& segments() const override { return segments_; }
  const store::SegmentView* SegmentOf(uint32_t doc) const override {
    for (const auto& segment : segments_) {
      if (segment->base_doc() <= doc && doc < segment->base_doc() + segment->doc_count()) return segment.get();
    }
    return nullptr;
  }
  absl::StatusOr<std::optional<storage::v1::DocRecord>> Document(uint32_t) const override { return std::nullopt; }
  absl::StatusOr<std::optional<uint32_t>> FindArticle(std::string_view) const override { return std::nullopt; }
  const store::FactReader& facts() const override { return facts_; }

 private:
  std::vector<std::shared_ptr<const store::SegmentView>> segments_;
  store::CollectionStats stats_;
  NoFacts facts_;
};

}  // namespace

std::unique_ptr<store::IndexView> MakeMemoryIndex(const std::vector<std::vector<TokenDocument>>& segments,
                                                  size_t postings_per_block) {
  return std::make_unique<MemoryIndex>(segments, postings_per_block);
}

}  // namespace factline::query
