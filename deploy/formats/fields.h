#ifndef FACTLINE_DEPLOY_FORMATS_FIELDS_H_
#define FACTLINE_DEPLOY_FORMATS_FIELDS_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "deploy/formats/record.h"
#include "factline/v1/article.pb.h"

namespace factline::formats {

// How values of foreign formats become fields that the ingestor takes. What is cut or left out here is metadata, never
// the body.

// Blanks and control characters become single spaces; none at the ends. Damaged UTF-8 becomes U+FFFD.
std::string OneLine(std::string_view text);
// Likewise, with lines kept: no blank at either end of a line, no empty line.
std::string Lines(std::string_view text);

inline constexpr size_t kMaxUrlBytes = 2 << 10;  // as the ingestor takes it

// At most `max_bytes`, cut between code points.
std::string Cut(std::string text, size_t max_bytes);

// The source's own name as an id: at most 256 bytes, of which a longer one keeps 220 and gets a hash of the whole.
std::string IdOf(std::string_view name);

// "https://www.bayherald.example:80/a" -> "bayherald.example"; "" for what is no http address.
std::string HostOf(std::string_view url);

// Each takes any text; one that is blank says nothing and sets nothing.
void SetTitle(std::string_view text, v1::Article& article);    // at most 4 KiB
void AddAuthor(std::string_view name, v1::Article& article);   // once; the first 64, of 256 bytes
void AddTag(std::string_view tag, v1::Article& article);       // likewise
void SetSource(std::string_view name, v1::Article& article);   // at most 256 bytes
void SetUrl(std::string_view url, v1::Article& article);       // not one that is longer than 2 KiB
void SetLanguage(std::string_view tag, v1::Article& article);  // "en_GB" as "en-GB"; not what is no language tag
void SetHolder(std::string_view text, v1::Article& article);   // rights; at most 4 KiB each
void SetNotice(std::string_view text, v1::Article& article);
void SetTerms(std::string_view text, v1::Article& article);
void SetLicence(std::string_view url, v1::Article& article);  // not one that is longer than 2 KiB

// INVALID_ARGUMENT names `field` if the text is no date. Blank: nothing is set.
absl::Status SetPublished(std::string_view field, std::string_view text, v1::Article& article);
// Blank, where the source has the field at all: until further notice.
absl::Status SetEmbargo(std::string_view field, std::string_view text, v1::Article& article);

// What of a record's status becomes of the article: "usable" or nothing keeps it, "canceled" and "withheld" withdraw
// it, anything else is an error at `field`. A prefix as in "stat:usable" does not count.
RecordContent ByStatus(std::string_view field, std::string_view status, v1::Article article);

// The defaults in the fields that are still empty.
void FillIn(const v1::Page& defaults, v1::Article& article);

}  // namespace factline::formats

#endif  // FACTLINE_DEPLOY_FORMATS_FIELDS_H_
