#include "indexer/apply/index_dump.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <string_view>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/deterministic_bytes.h"
#include "protos/vocab/hash.h"
#include "protos/vocab/status.h"

namespace factline::apply {
namespace {

constexpr size_t kPage = 1000;

// Ids are shown as they are, but for bytes that would break a line.
std::string Shown(std::string_view id) { return absl::Utf8SafeCHexEscape(ToAbsl(id)); }

std::string DigestOf(const google::protobuf::MessageLite& message) {
  return ToHex(StableHash({DeterministicBytes(message)}));
}

// The finalizer of SplitMix64 (Steele, Lea, Flood 2014): one step of a running hash.
uint64_t Mix(uint64_t hash, uint64_t value) {
  hash += value + 0x9E3779B97F4A7C15;
  hash = (hash ^ hash >> 30) * 0xBF58476D1CE4E5B9;
  hash = (hash ^ hash >> 27) * 0x94D049BB133111EB;
  return hash ^ hash >> 31;
}

uint64_t HashOf(store::Field field, std::string_view term) {
  uint64_t hash = static_cast<uint64_t>(field);
  for (const char c : term) hash = Mix(hash, static_cast<uint8_t>(c));
  return hash;
}

// All postings of one article; the sum does not depend on the order of terms.
struct Postings {
  uint64_t count = 0;
  uint64_t sum = 0;
};

class Dumper {
 public:
  explicit Dumper(const store::IndexView& view) : view_(view) {}

  absl::StatusOr<std::vector<std::string>> Dump() {
    lines_.push_back(Cat("index\toffset=", view_.visible_offset().value(), "\tlive=", view_.stats().live_docs,
                         "\tfacts=", view_.facts().fact_count(), "\tentities=", view_.facts().entity_count()));
    for (const auto& segment : view_.segments()) FL_RETURN_IF_ERROR(DumpSegment(*segment));
    FL_RETURN_IF_ERROR(DumpFacts());
    FL_RETURN_IF_ERROR(DumpFactsByTime());
    FL_RETURN_IF_ERROR(DumpEntities());
    std::sort(lines_.begin(), lines_.end());
    return std::move(lines_);
  }

 private:
  absl::Status DumpSegment(const store::SegmentView& segment) {
    std::vector<Postings> postings(segment.doc_count());
    const std::unique_ptr<store::TermIterator> terms = segment.Terms();
    while (terms->Next()) FL_RETURN_IF_ERROR(AddPostings(segment, *terms, postings));
    FL_RETURN_IF_ERROR(terms->status());
    for (uint32_t i = 0; i < segment.doc_count(); ++i) {
      const uint32_t doc = segment.base_doc() + i;
      if (segment.IsLive(doc)) FL_RETURN_IF_ERROR(DumpArticle(segment, doc, postings[i]));
    }
    return absl::OkStatus();
  }

  absl::Status AddPostings(const store::SegmentView& segment, const store::TermIterator& term,
                           std::vector<Postings>& postings) {
    const uint64_t term_hash = HashOf(term.field(), term.term());
    FL_ASSIGN_OR_RETURN(const std::unique_ptr<store::PostingCursor> cursor, term.Postings());
    std::vector<uint32_t> positions;
    for (uint32_t doc = cursor->Next(); doc != store::kNoMoreDocs; doc = cursor->Next()) {
      if (doc < segment.base_doc() || doc - segment.base_doc() >= postings.size()) {
        return absl::DataLossError(Cat("a posting of document ", doc, " stands in a segment that does not hold it"));
      }
      if (!segment.IsLive(doc)) continue;
      uint64_t hash = Mix(term_hash, cursor->frequency());
      if (store::HasPositions(term.field())) {
        FL_RETURN_IF_ERROR(cursor->Positions(&positions));
        for (const uint32_t position : positions) hash = Mix(hash, position);
      }
      Postings& sum = postings[doc - segment.base_doc()];
      ++sum.count;
      sum.sum += hash;
    }
    return cursor->status();
  }

  absl::Status DumpArticle(const store::SegmentView& segment, uint32_t doc, const Postings& postings) {
    FL_ASSIGN_OR_RETURN(const std::optional<storage::v1::DocRecord> record, view_.Document(doc));
    if (!record.has_value()) return absl::DataLossError(Cat("document ", doc, " is live but not stored"));
    const std::string& id = record->article().id();
    FL_ASSIGN_OR_RETURN(const std::optional<uint32_t> found, view_.FindArticle(id));
    if (found != doc) return absl::DataLossError(Cat("article ", Shown(id), " is live but not found by its id"));
    lines_.push_back(Cat("article ", Shown(id), "\trecord=", DigestOf(*record), "\tterms=", postings.count, "/",
                         absl::Hex(postings.sum), "\tlengths=", segment.Norm(store::NormField::kTitle, doc), ",",
                         segment.Norm(store::NormField::kBody, doc), "\tpublished=", segment.PublishedSeconds(doc)));
    return absl::OkStatus();
  }

  absl::Status DumpFacts() {
    const store::FactScan all;
    return ForEachFact(all, [this](const FactId& id) -> absl::Status {
      FL_ASSIGN_OR_RETURN(const std::optional<v1::Fact> fact, view_.facts().GetMeaning(id));
      if (!fact.has_value()) return absl::DataLossError(Cat("fact ", ToHex(id.value()), " is listed but not there"));
      // Without texts: they are bodies under spans, and the bodies are dumped.
      std::vector<std::string> evidences;
      FL_RETURN_IF_ERROR(view_.facts().VisitEvidences(id, [&](v1::Evidence evidence) -> absl::StatusOr<bool> {
        evidences.push_back(DigestOf(evidence));
        return true;
      }));
      if (evidences.size() != fact->evidence_count()) {
        return absl::DataLossError(Cat("fact ", ToHex(id.value()), " counts ", fact->evidence_count(),
                                       " evidences, but has ", evidences.size()));
      }
      lines_.push_back(Cat("fact ", ToHex(id.value()), "\tpredicate=", Shown(fact->predicate()),
                           "\tsubject=", Shown(fact->subject().text()), "\trecord=", DigestOf(*fact),
                           "\tevidences=", evidences.size(), "/", ToHex(StableHash({absl::StrJoin(evidences, "")}))));
      return absl::OkStatus();
    });
  }

  absl::Status DumpFactsByTime() {
    uint64_t count = 0;
    uint64_t hash = 0;
    store::FactScan scan;
    scan.index = store::FactScan::Index::kTime;
    FL_RETURN_IF_ERROR(ForEachFact(scan, [&count, &hash](const FactId& id) {
      ++count;
      for (const char c : id.value()) hash = Mix(hash, static_cast<uint8_t>(c));
      return absl::OkStatus();
    }));
    lines_.push_back(Cat("scan facts by time\tcount=", count, "\torder=", absl::Hex(hash)));
    return absl::OkStatus();
  }

  template <typename Use>
  absl::Status ForEachFact(const store::FactScan& scan, Use use) {
    std::string position;
    while (true) {
      FL_ASSIGN_OR_RETURN(const store::FactReader::Page page, view_.facts().Scan(scan, position, kPage));
      for (const FactId& id : page.ids) FL_RETURN_IF_ERROR(use(id));
      if (page.exhausted || page.positions.empty()) return absl::OkStatus();
      position = page.positions.back();
    }
  }

  absl::Status DumpEntities() {
    std::string position;
    uint64_t order = 0;
    while (true) {
      FL_ASSIGN_OR_RETURN(const store::FactReader::EntityPage page,
                          view_.facts().ScanEntities("", /*is_prefix=*/true, position, kPage, nullptr));
      for (const EntityId& id : page.ids) {
        FL_ASSIGN_OR_RETURN(const std::optional<v1::Entity> entity, view_.facts().GetEntity(id));
        if (!entity.has_value())
          return absl::DataLossError(Cat("entity ", ToHex(id.value()), " is listed but not there"));
        for (const char c : id.value()) order = Mix(order, static_cast<uint8_t>(c));
        lines_.push_back(Cat("entity ", ToHex(id.value()), "\tname=", Shown(entity->name()),
                             "\tarticles=", entity->article_count(), "\tmentions=", entity->mention_count(),
                             "\tfacts=", entity->fact_count(), "\trecord=", DigestOf(*entity)));
      }
      if (page.exhausted || page.positions.empty()) break;
      position = page.positions.back();
    }
    lines_.push_back(Cat("scan entities by name\torder=", absl::Hex(order)));
    return absl::OkStatus();
  }

  const store::IndexView& view_;
  std::vector<std::string> lines_;
};

// A line up to its first tab: what it is about.
std::string_view KeyOf(std::string_view line) { return line.substr(0, line.find('\t')); }

std::string DescribeChange(const std::string& first, const std::string& second) {
  const std::vector<std::string> a = absl::StrSplit(first, '\t');
  const std::vector<std::string> b = absl::StrSplit(second, '\t');
  std::vector<std::string> parts;
  for (size_t i = 1; i < std::max(a.size(), b.size()); ++i) {
    const std::string& in_a = i < a.size() ? a[i] : "nothing";
    const std::string& in_b = i < b.size() ? b[i] : "nothing";
    if (in_a != in_b) parts.push_back(Cat(in_a, " against ", in_b));
  }
  return Cat(KeyOf(first), ": ", absl::StrJoin(parts, ", "));
}

}  // namespace

absl::StatusOr<std::vector<std::string>> DumpIndex(const store::IndexView& view) { return Dumper(view).Dump(); }

std::vector<std::string> CompareDumps(const std::vector<std::string>& first, const std::vector<std::string>& second,
                                      size_t max_differences) {
  std::vector<std::string> differences;
  auto a = first.begin();
  auto b = second.begin();
  while (a != first.end() || b != second.end()) {
    if (a != first.end() && b != second.end() && *a == *b) {
      ++a, ++b;
      continue;
    }
    if (differences.size() == max_differences) {
      if (max_differences > 0) differences.back() = "and more";
      break;
    }
    const std::string_view key_a = a == first.end() ? std::string_view() : KeyOf(*a);
    const std::string_view key_b = b == second.end() ? std::string_view() : KeyOf(*b);
    if (a != first.end() && b != second.end() && key_a == key_b) {
      differences.push_back(DescribeChange(*a++, *b++));
    } else if (b == second.end() || (a != first.end() && key_a < key_b)) {
      differences.push_back(Cat(KeyOf(*a++), ": only in the first"));
    } else {
      differences.push_back(Cat(KeyOf(*b++), ": only in the second"));
    }
  }
  return differences;
}

}  // namespace factline::apply
