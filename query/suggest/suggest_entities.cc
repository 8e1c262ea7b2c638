#include "query/suggest/suggest_entities.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "indexer/text/normalizer.h"
#include "protos/vocab/status.h"
#include "protos/vocab/utf8.h"
#include "query/suggest/spelling.h"

namespace factline::query {
namespace {

constexpr size_t kMaxTextBytes = 256;
constexpr size_t kDefaultLimit = 10;
constexpr size_t kMaxLimit = 50;
constexpr uint32_t kNamesPerCheck = 64;

std::u32string Decode(std::string_view text) {
  std::u32string chars;
  for (size_t at = 0; at < text.size();) {
    const CodePoint c = DecodeUtf8(text, at);
    chars.push_back(c.value);
    at += c.size_bytes;
  }
  return chars;
}

std::string Encode(std::u32string_view chars) {
  std::string text;
  for (const char32_t c : chars) AppendUtf8(c, text);
  return text;
}

// After all names that begin with `prefix`: no name holds a byte FF.
std::string AfterAll(std::string prefix) {
  prefix.push_back('\xff');
  return prefix;
}

struct Request {
  std::string text;  // normal form
  std::u32string chars;
  std::optional<v1::EntityType> type;
  size_t limit = kDefaultLimit;
};

absl::StatusOr<Request> Read(const v1::SuggestEntitiesRequest& from) {
  Request request;
  if (from.text().empty() || from.text().size() > kMaxTextBytes) {
    return FieldError("text", Cat("has ", from.text().size(), " bytes; 1 to ", kMaxTextBytes, " are allowed"));
  }
  request.text = text::NormalForm(from.text());
  if (request.text.empty()) return FieldError("text", "holds no characters to look for");
  request.chars = Decode(request.text);
  if (from.type() != v1::ENTITY_TYPE_UNSPECIFIED) {
    if (!v1::EntityType_IsValid(from.type())) return FieldError("type", Cat(static_cast<int>(from.type()), " is none"));
    request.type = from.type();
  }
  if (from.limit() < 0 || static_cast<size_t>(from.limit()) > kMaxLimit) {
    return FieldError("limit", Cat("is ", from.limit(), "; 0 to ", kMaxLimit, " are allowed"));
  }
  if (from.limit() > 0) request.limit = static_cast<size_t>(from.limit());
  return request;
}

// Gathers entities by their names, each by the nearest of them.
class Finder {
 public:
  Finder(const store::FactReader& facts, const Request& request, const SuggestLimits& limits,
         const InterruptCheck& check)
      : facts_(facts), request_(request), limits_(limits), interrupt_(check, kNamesPerCheck), names_(facts.Names()) {}

  // Names that begin with the text.
  absl::Status FindByPrefix() {
    names_left_ = limits_.max_names;
    return OfferAll(request_.text, 0);
  }

  // Names that nearly do.
  absl::Status FindBySpelling() {
    const uint32_t max_edits = EditsAllowed(request_.chars);
    if (max_edits == 0) return absl::OkStatus();
    names_left_ = limits_.max_names;
    FL_RETURN_IF_ERROR(FindBySameFirstChar(max_edits));
    return FindByOtherFirstChar();
  }

  size_t found_count() const { return found_.size(); }
  bool truncated() const { return truncated_; }

  absl::StatusOr<std::vector<v1::EntitySuggestion>> Rank() {
    std::vector<std::pair<std::string, Found>> found(found_.begin(), found_.end());
    const auto ranks_before = [](const auto& a, const auto& b) {
      if (a.second.edits != b.second.edits) return a.second.edits < b.second.edits;
      return a.second.article_count != b.second.article_count ? a.second.article_count > b.second.article_count
                                                              : a.first < b.first;
    };
    std::sort(found.begin(), found.end(), ranks_before);
    if (found.size() > limits_.max_entities) {
      truncated_ = true;
      found.resize(limits_.max_entities);
    }
    std::vector<v1::EntitySuggestion> suggestions;
    for (auto& [id, by] : found) {
      FL_RETURN_IF_ERROR(interrupt_.Step());
      FL_ASSIGN_OR_RETURN(std::optional<v1::Entity> entity, facts_.GetEntity(EntityId(id)));
      if (!entity.has_value()) continue;  // gone since
      v1::EntitySuggestion& suggestion = suggestions.emplace_back();
      *suggestion.mutable_entity() = *std::move(entity);
      suggestion.set_matched_name(std::move(by.name));
      suggestion.set_edits(by.edits);
    }
    std::stable_sort(suggestions.begin(), suggestions.end(), [](const auto& a, const auto& b) {
      return a.edits() != b.edits() ? a.edits() < b.edits() : a.entity().article_count() > b.entity().article_count();
    });
    if (suggestions.size() > request_.limit) suggestions.resize(request_.limit);
    return suggestions;
  }

 private:
  struct Found {
    std::string name;
    uint32_t edits = 0;
    uint32_t article_count = 0;  // that use the name
  };

  // The name where the walk stands.
  void Offer(uint32_t edits) {
    if (request_.type.has_value() && names_->type() != *request_.type) return;
    Found& found = found_[names_->id().value()];
    if (!found.name.empty() &&
        (found.edits < edits || (found.edits == edits && found.article_count >= names_->article_count()))) {
      return;
    }
    found = {names_->name(), edits, names_->article_count()};
  }

  // Whether one more name may be looked at.
  absl::StatusOr<bool> Takes() {
    FL_RETURN_IF_ERROR(names_->status());
    FL_RETURN_IF_ERROR(interrupt_.Step());
    if (!names_->Valid()) return false;
    if (names_left_ == 0) {
      truncated_ = true;
      return false;
    }
    --names_left_;
    return true;
  }

  // Offers the names that begin with `prefix`.
  absl::Status OfferAll(std::string_view prefix, uint32_t edits) {
    for (names_->SeekGE(prefix);; names_->Next()) {
      FL_ASSIGN_OR_RETURN(const bool takes, Takes());
      if (!takes || !names_->name().starts_with(prefix)) return absl::OkStatus();
      Offer(edits);
    }
  }

  absl::Status FindBySameFirstChar(uint32_t max_edits) {
    PrefixSpelling spelling(request_.chars, max_edits);
    const std::string first = Encode(request_.chars.substr(0, 1));
    names_->SeekGE(first);
    for (;;) {
      FL_ASSIGN_OR_RETURN(const bool takes, Takes());
      if (!takes || !names_->name().starts_with(first)) return absl::OkStatus();
      const std::u32string name = Decode(names_->name());
      const PrefixSpelling::Distance distance = spelling.To(name);
      if (distance.edits <= max_edits) Offer(distance.edits);
      if (distance.hopeless_prefix > 0) {
        names_->SeekGE(AfterAll(Encode(std::u32string_view(name).substr(0, distance.hopeless_prefix))));
      } else {
        names_->Next();
      }
    }
  }

  // One edit, at the first character: dropped, swapped with the second, changed, or another one before it.
  absl::Status FindByOtherFirstChar() {
    const std::u32string_view chars = request_.chars;
    const std::string rest = Encode(chars.substr(1));
    std::u32string swapped(chars);
    std::swap(swapped[0], swapped[1]);
    FL_RETURN_IF_ERROR(OfferAll(rest, 1));
    FL_RETURN_IF_ERROR(OfferAll(Encode(swapped), 1));
    std::string next;
    for (size_t tried = 0;; ++tried) {
      names_->SeekGE(next);
      FL_ASSIGN_OR_RETURN(const bool takes, Takes());
      if (!takes) return absl::OkStatus();
      if (tried == limits_.max_first_chars) {
        truncated_ = true;
        return absl::OkStatus();
      }
      const std::string first = names_->name().substr(0, NextCodePoint(names_->name(), 0));
      FL_RETURN_IF_ERROR(OfferAll(first + rest, 1));
      FL_RETURN_IF_ERROR(OfferAll(first + request_.text, 1));
      next = AfterAll(first);
    }
  }

  const store::FactReader& facts_;
  const Request& request_;
  const SuggestLimits& limits_;
  Interrupt interrupt_;
  const std::unique_ptr<store::EntityNames> names_;
  size_t names_left_ = 0;
  bool truncated_ = false;
  absl::flat_hash_map<std::string, Found> found_;  // by the entity's id
};

}  // namespace

absl::StatusOr<v1::SuggestEntitiesResponse> SuggestEntities(const store::FactReader& facts,
                                                            const v1::SuggestEntitiesRequest& request,
                                                            const InterruptCheck& check, const SuggestLimits& limits) {
  FL_ASSIGN_OR_RETURN(const Request wanted, Read(request));
  if (check != nullptr) FL_RETURN_IF_ERROR(check());
  Finder finder(facts, wanted, limits, check);
  FL_RETURN_IF_ERROR(finder.FindByPrefix());
  if (finder.found_count() < wanted.limit) FL_RETURN_IF_ERROR(finder.FindBySpelling());
  FL_ASSIGN_OR_RETURN(std::vector<v1::EntitySuggestion> suggestions, finder.Rank());
  v1::SuggestEntitiesResponse response;
  for (v1::EntitySuggestion& suggestion : suggestions) response.add_suggestions()->Swap(&suggestion);
  response.set_truncated(finder.truncated());
  return response;
}

}  // namespace factline::query
