#ifndef FACTLINE_QUERY_SEARCH_NEAR_DUPLICATES_H_
#define FACTLINE_QUERY_SEARCH_NEAR_DUPLICATES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace factline::query {

// 256 bits of a text, of which two texts share the more the more of their runs of four words they share (a Han
// character is a word here): about half where they share none, all where they share all. Small, since a page token
// carries hundreds of them.
using TextSignature = std::array<uint64_t, 4>;

// By one-permutation MinHash (Li, Owen and Zhang, 2012) with optimal densification (Shrivastava, 2017), one bit a bin
// (Li and König, 2010), of the normal form: width, case, traditional characters, blanks and marks make no difference.
// Of the first 64 KiB; nullopt for a text without a word. The same in every process.
std::optional<TextSignature> SignatureOf(std::string_view text);

// Whether the texts are copies of each other but for small changes: about half of all their runs of four words are in
// both, which one with a fifth of its sentences changed still has. An estimate: pairs near that share fall to either
// side, others do not.
bool AreNearDuplicates(const TextSignature& a, const TextSignature& b);

}  // namespace factline::query

#endif  // FACTLINE_QUERY_SEARCH_NEAR_DUPLICATES_H_
