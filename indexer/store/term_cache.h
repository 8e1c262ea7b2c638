#ifndef FACTLINE_INDEXER_STORE_TERM_CACHE_H_
#define FACTLINE_INDEXER_STORE_TERM_CACHE_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/hash/hash.h"
#include "indexer/store/clock_cache.h"
#include "indexer/store/term_record.h"
#include "indexer/store/value_store.h"
#include "protos/vocab/ids.h"

namespace factline::store {

// What a segment says of a term, and what keeps alive the bytes that the record views.
struct SegmentTerm {
  TermRecord record;
  SharedValue holder;
};

// Terms of segments that were looked up lately, parsed; those that a segment lacks, too, as of no documents.
class TermCache {
 public:
  explicit TermCache(size_t budget_bytes) : terms_(budget_bytes) {}

  // Null if the cache does not know. `key` is what TermKey makes.
  std::shared_ptr<const SegmentTerm> Find(SegmentId segment, std::string_view key) {
    return terms_.Find(Name<std::string_view>{segment, key});
  }

  void Insert(SegmentId segment, std::string_view key, std::shared_ptr<const SegmentTerm> term) {
    const size_t size_bytes = key.size() + sizeof(SegmentTerm) + term->record.chunks.size() * sizeof(ChunkInfo) +
                              (term->holder == nullptr ? 0 : term->holder->size());
    terms_.Insert({segment, std::string(key)}, std::move(term), size_bytes);
  }
  size_t size_bytes() const { return terms_.size_bytes(); }

 private:
  template <typename String>
  struct Name {
    SegmentId segment;
    String key;
  };
  struct Hash {
    using is_transparent = void;
    template <typename String>
    size_t operator()(const Name<String>& name) const {
      return absl::HashOf(name.segment, std::string_view(name.key));
    }
  };
  struct Equal {
    using is_transparent = void;
    template <typename A, typename B>
    bool operator()(const Name<A>& a, const Name<B>& b) const {
      return a.segment == b.segment && std::string_view(a.key) == std::string_view(b.key);
    }
  };
  ClockCache<Name<std::string>, SegmentTerm, Hash, Equal> terms_;
};

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_TERM_CACHE_H_
