#include "query/related/article_words.h"

#include <memory>

#include "indexer/text/index_terms.h"
#include "protos/vocab/status.h"
#include "protos/vocab/utf8.h"

namespace factline::query {
namespace {

constexpr size_t kMaxTextBytes = 64 << 10;
constexpr size_t kMaxTermBytes = 255;  // of what the index holds

std::string_view Beginning(std::string_view text) {
  if (text.size() <= kMaxTextBytes) return text;
  size_t end = kMaxTextBytes;
  while (end > 0 && IsUtf8Continuation(text[end])) --end;
  return text.substr(0, end);
}

bool TellsSomething(std::string_view word) {
  if (word.size() > kMaxTermBytes || NextCodePoint(word, 0) == word.size()) return false;
  for (size_t at = 0; at < word.size(); at = NextCodePoint(word, at)) {
    const text::CharClass cls = text::ClassOfChar(DecodeUtf8(word, at).value);
    if (cls == text::CharClass::kHan || cls == text::CharClass::kLetter) return true;
  }
  return false;
}

}  // namespace

void CountWords(const text::Analyzer& analyzer, std::string_view text, StringMap<uint32_t>* counts) {
  const std::string_view beginning = Beginning(text);
  const text::Analysis analysis = analyzer.Tokenize(beginning);
  text::ForEachDocumentWord(analysis, [counts](std::string_view word, Span) {
    if (!TellsSomething(word)) return;
    const auto found = counts->find(word);
    if (found != counts->end()) {
      ++found->second;
    } else {
      counts->emplace(std::string(word), 1);
    }
  });
}

absl::StatusOr<std::vector<uint64_t>> DocumentFrequencies(const store::IndexView& view, store::Field field,
                                                          const std::vector<std::string_view>& terms,
                                                          Interrupt* interrupt) {
  std::vector<uint64_t> frequencies(terms.size());
  for (const std::shared_ptr<const store::SegmentView>& segment : view.segments()) {
    for (size_t i = 0; i < terms.size(); ++i) {
      FL_RETURN_IF_ERROR(interrupt->Step());
      FL_ASSIGN_OR_RETURN(const std::unique_ptr<store::PostingCursor> cursor, segment->Postings(field, terms[i]));
      if (cursor != nullptr) frequencies[i] += cursor->document_frequency();
    }
  }
  return frequencies;
}

}  // namespace factline::query
