#include "deploy/host/access_rules.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <utility>

#include "protos/vocab/hash.h"
#include "protos/vocab/status.h"

namespace factline::host {
namespace {

constexpr size_t kMaxFileBytes = 1 << 20;
constexpr size_t kMaxRules = 10'000;  // each token is compared with all of them
constexpr size_t kMaxNameBytes = 128;

struct RoleName {
  Roles role;
  std::string_view word;
};
constexpr RoleName kRoleNames[] = {
    {Roles::kIngest, "ingest"}, {Roles::kQuery, "query"}, {Roles::kAdmin, "admin"}, {Roles::kIndexer, "indexer"}};
constexpr Roles kAnyRole = Roles::kIngest | Roles::kQuery | Roles::kAdmin | Roles::kIndexer;

struct MethodRule {
  std::string_view prefix;  // of "/package.Service/Method"; the first that fits decides
  std::optional<Roles> roles;
};
constexpr MethodRule kMethodRules[] = {
    {"/grpc.health.v1.Health/", std::nullopt},
    {"/factline.v1.IngestService/GetIngestStatus", Roles::kIngest | Roles::kAdmin},
    {"/factline.v1.IngestService/", Roles::kIngest},
    {"/factline.v1.QueryService/GetServerInfo", Roles::kQuery | Roles::kAdmin},
    {"/factline.v1.QueryService/", Roles::kQuery},
    {"/factline.v1.AdminService/", Roles::kAdmin},
    {"/factline.v1.BackupService/", Roles::kAdmin},
    {"/factline.storage.v1.LogService/", Roles::kIndexer | Roles::kAdmin},
    {"/grpc.reflection.v1.ServerReflection/", kAnyRole},
    {"/grpc.reflection.v1alpha.ServerReflection/", kAnyRole},
    {"/grpc.channelz.v1.Channelz/", Roles::kAdmin},
};

bool IsNameCharacter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
         std::string_view("-._@:/+").find(c) != std::string_view::npos;
}

bool IsName(std::string_view name) {
  return !name.empty() && name.size() <= kMaxNameBytes && std::all_of(name.begin(), name.end(), IsNameCharacter);
}

// The next run of characters other than `blanks`; moves `text` behind it.
std::string_view Take(std::string_view& text, std::string_view blanks) {
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  const std::string_view taken = text.substr(0, text.find_first_of(blanks));
  text.remove_prefix(taken.size());
  return taken;
}

absl::StatusOr<Roles> ParseRoles(std::string_view words) {
  Roles roles;
  for (std::string_view word = Take(words, ","); !word.empty(); word = Take(words, ",")) {
    const std::optional<Roles> role = Roles::Named(word);
    if (!role.has_value()) {
      return absl::FailedPreconditionError(Cat("'", word, "' is no role; want ", kAnyRole.Words()));
    }
    roles = roles | *role;
  }
  if (roles.empty()) return absl::FailedPreconditionError(Cat("wants roles of ", kAnyRole.Words()));
  return roles;
}

absl::Status ParseCredential(std::string_view word, AccessRule* rule) {
  constexpr std::string_view kToken = "sha256:", kCertificate = "certificate:";
  if (word.starts_with(kToken)) {
    const std::string digest = FromHex(word.substr(kToken.size()));
    if (digest.size() != rule->token.emplace().size()) {
      return absl::FailedPreconditionError("wants 64 hexadecimal digits behind 'sha256:', the SHA-256 of the token");
    }
    std::copy(digest.begin(), digest.end(), rule->token->begin());
    return absl::OkStatus();
  }
  if (word.starts_with(kCertificate) && IsName(word.substr(kCertificate.size()))) {
    rule->certificate = std::string(word.substr(kCertificate.size()));
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError("wants a credential: 'sha256:DIGEST' of a token, or 'certificate:NAME'");
}

absl::StatusOr<AccessRule> ParseRule(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r";
  AccessRule rule;
  rule.name = std::string(Take(text, kBlanks));
  if (!IsName(rule.name)) {
    return absl::FailedPreconditionError(Cat("'", rule.name, "' is no name; want at most ", kMaxNameBytes,
                                             " letters, digits and characters of -._@:/+"));
  }
  FL_ASSIGN_OR_RETURN(rule.roles, ParseRoles(Take(text, kBlanks)));
  FL_RETURN_IF_ERROR(ParseCredential(Take(text, kBlanks), &rule));
  if (!Take(text, kBlanks).empty()) return absl::FailedPreconditionError("wants NAME ROLES CREDENTIAL and no more");
  return rule;
}

}  // namespace

std::string Roles::Words() const {
  std::string words;
  for (const RoleName& known : kRoleNames) {
    if (Overlaps(known.role)) words += Cat(words.empty() ? "" : ",", known.word);
  }
  return words;
}

std::optional<Roles> Roles::Named(std::string_view word) {
  for (const RoleName& known : kRoleNames) {
    if (known.word == word) return known.role;
  }
  return std::nullopt;
}

std::optional<Roles> RolesFor(std::string_view method) {
  for (const MethodRule& rule : kMethodRules) {
    if (method.starts_with(rule.prefix)) return rule.roles;
  }
  return Roles::kAdmin;
}

TokenDigest DigestOf(std::string_view token) {
  TokenDigest digest;
  SHA256(reinterpret_cast<const unsigned char*>(token.data()), token.size(), digest.data());
  return digest;
}

bool AccessRule::SameCredential(const AccessRule& other) const {
  return token == other.token && certificate == other.certificate;
}

absl::StatusOr<AccessRules> AccessRules::Parse(std::string_view text, std::string_view file) {
  std::vector<AccessRule> rules;
  for (size_t line = 1; !text.empty(); ++line) {
    auto fault = [&](std::string_view what) { return absl::FailedPreconditionError(Cat(file, ":", line, ": ", what)); };
    std::string_view rest = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(rest.size() + 1, text.size()));
    rest = rest.substr(0, rest.find('#'));
    if (rest.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    absl::StatusOr<AccessRule> rule = ParseRule(rest);
    if (!rule.ok()) return fault(ToStd(rule.status().message()));
    rule->line = line;
    for (const AccessRule& earlier : rules) {
      if (earlier.SameCredential(*rule)) return fault(Cat("the same credential as in line ", earlier.line));
    }
    if (rules.size() == kMaxRules) return fault(Cat("more than ", kMaxRules, " rules"));
    rules.push_back(*std::move(rule));
  }
  if (rules.empty())
    return absl::FailedPreconditionError(Cat(file, ": holds no rule, so that nobody could do anything"));
  return AccessRules(std::move(rules));
}

absl::StatusOr<AccessRules> AccessRules::Load(const NamedFile& file) {
  std::ifstream in(file.path, std::ios::binary);
  if (!in) return absl::FailedPreconditionError(Cat(file.Words(), ": ", std::strerror(errno)));
  std::string text(kMaxFileBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(in.gcount()));
  if (in.bad()) return absl::FailedPreconditionError(Cat(file.Words(), ": cannot be read"));
  if (text.size() > kMaxFileBytes) {
    return absl::FailedPreconditionError(Cat(file.Words(), ": is larger than ", kMaxFileBytes, " bytes"));
  }
  return Parse(text, file.Words());
}

const AccessRule* AccessRules::ByToken(std::string_view token) const { return ByDigest(DigestOf(token)); }

const AccessRule* AccessRules::ByDigest(const TokenDigest& digest) const {
  const AccessRule* found = nullptr;
  for (const AccessRule& rule : rules_) {  // to the end, whatever is found
    if (rule.token.has_value() && CRYPTO_memcmp(rule.token->data(), digest.data(), digest.size()) == 0) found = &rule;
  }
  return found;
}

const AccessRule* AccessRules::ByCertificate(const std::vector<std::string>& names) const {
  for (const AccessRule& rule : rules_) {
    if (!rule.token.has_value() && std::find(names.begin(), names.end(), rule.certificate) != names.end()) return &rule;
  }
  return nullptr;
}

const AccessRule* AccessRules::Successor(const AccessRule& rule) const {
  return rule.token.has_value() ? ByDigest(*rule.token) : ByCertificate({rule.certificate});
}

}  // namespace factline::host
