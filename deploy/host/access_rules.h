#ifndef FACTLINE_DEPLOY_HOST_ACCESS_RULES_H_
#define FACTLINE_DEPLOY_HOST_ACCESS_RULES_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "deploy/host/tls_files.h"

namespace factline::host {

// A set of roles. No role holds another: who shall do two things has two roles.
class Roles {
 public:
  static const Roles kIngest;   // send and delete news
  static const Roles kQuery;    // ask
  static const Roles kAdmin;    // look after the processes: statistics, lag, connections, the log
  static const Roles kIndexer;  // follow the log

  constexpr Roles() = default;
  constexpr Roles operator|(Roles other) const { return Roles(static_cast<uint8_t>(bits_ | other.bits_)); }
  constexpr bool Overlaps(Roles other) const { return (bits_ & other.bits_) != 0; }
  constexpr bool operator==(const Roles&) const = default;
  constexpr bool empty() const { return bits_ == 0; }

  std::string Words() const;                                 // "ingest,query"
  static std::optional<Roles> Named(std::string_view word);  // one of them

 private:
  explicit constexpr Roles(uint8_t bits) : bits_(bits) {}
  uint8_t bits_ = 0;
};

inline constexpr Roles Roles::kIngest{1};
inline constexpr Roles Roles::kQuery{2};
inline constexpr Roles Roles::kAdmin{4};
inline constexpr Roles Roles::kIndexer{8};

// The roles of which a caller needs one for a method, "/factline.v1.QueryService/Search"; nullopt: none, it is open to
// all. A method that this list does not know is for kAdmin.
std::optional<Roles> RolesFor(std::string_view method);

using TokenDigest = std::array<unsigned char, 32>;  // SHA-256 of a token
TokenDigest DigestOf(std::string_view token);

// One line of a file of rules: who shows this credential is called `name` and has these roles.
struct AccessRule {
  std::string name;
  Roles roles;
  std::optional<TokenDigest> token;  // else `certificate`
  std::string certificate;           // a name of the certificate: of its subject alternative names, or the common name
  size_t line = 0;

  bool SameCredential(const AccessRule& other) const;
  bool operator==(const AccessRule&) const = default;
};

// Who may do what. Immutable.
//
//   # NAME     ROLE[,ROLE...]  CREDENTIAL
//   newsroom   ingest          sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
//   ops        admin,query     certificate:ops.example.org
//
// A name may stand in several lines, so that a new token is known beside the old one while clients change over.
class AccessRules {
 public:
  // FAILED_PRECONDITION names the file and the line.
  static absl::StatusOr<AccessRules> Parse(std::string_view text, std::string_view file);
  static absl::StatusOr<AccessRules> Load(const NamedFile& file);

  // Null if no rule knows the credential. How long it takes does not tell how near a token came to one of the file's.
  const AccessRule* ByToken(std::string_view token) const;
  const AccessRule* ByCertificate(const std::vector<std::string>& names) const;
  // The rule for the same credential as an older rule's.
  const AccessRule* Successor(const AccessRule& rule) const;

  size_t size() const { return rules_.size(); }

 private:
  explicit AccessRules(std::vector<AccessRule> rules) : rules_(std::move(rules)) {}
  const AccessRule* ByDigest(const TokenDigest& digest) const;

  std::vector<AccessRule> rules_;
};

}  // namespace factline::host

#endif  // FACTLINE_DEPLOY_HOST_ACCESS_RULES_H_
