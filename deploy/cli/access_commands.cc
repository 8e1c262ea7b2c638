// factline access token, factline access check
#include <fcntl.h>
#include <openssl/rand.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/escaping.h"
#include "deploy/cli/command.h"
#include "deploy/host/access_rules.h"
#include "protos/vocab/hash.h"
#include "protos/vocab/status.h"

namespace factline::cli {
namespace {

constexpr size_t kTokenBytes = 32;  // of chance

CommandSpec TokenSpec() {
  CommandSpec spec;
  spec.name = "access token";
  spec.arguments = "NAME ROLE[,ROLE...]";
  spec.summary = "make a bearer token, and the line that grants it roles";
  spec.description =
      "Writes a new random token to a file that only its owner can read, and prints the line for the servers' "
      "--access_file, which knows no more of the token than its SHA-256. Roles: ingest (send and delete news), query "
      "(ask), admin (look after the processes), indexer (follow the log). No role holds another.";
  spec.flags = {{"token_file", "FILE", "where the token goes; must not be there yet", ""}};
  spec.examples =
      "  factline access token desk query --token_file=desk.token >> access\n"
      "  factline search 储能 --token_file=desk.token\n";
  return spec;
}

// Fails where the file is there already: a token that somebody uses is not to be lost by a slip.
absl::Status WriteNewFile(const std::string& path, std::string_view content) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return absl::FailedPreconditionError(Cat("--token_file=", path, ": ", std::strerror(errno)));
  const bool written = write(fd, content.data(), content.size()) == static_cast<ssize_t>(content.size());
  const int error = errno;
  if (close(fd) == 0 && written) return absl::OkStatus();
  unlink(path.c_str());
  return absl::FailedPreconditionError(Cat("--token_file=", path, ": ", std::strerror(error)));
}

absl::StatusOr<ExitCode> RunToken(const Arguments& arguments, Console& console) {
  if (arguments.positional().size() != 2) return absl::InvalidArgumentError("want a name and its roles");
  if (!arguments.Given("token_file")) return absl::InvalidArgumentError("want --token_file=FILE for the new token");
  unsigned char chance[kTokenBytes];
  if (RAND_bytes(chance, sizeof(chance)) != 1) return absl::InternalError("the system gives no random numbers");
  const std::string token =
      absl::WebSafeBase64Escape(absl::string_view(reinterpret_cast<const char*>(chance), sizeof(chance)));
  const host::TokenDigest digest = host::DigestOf(token);
  const std::string rule = Cat(arguments.positional()[0], " ", arguments.positional()[1],
                               " sha256:", ToHex({reinterpret_cast<const char*>(digest.data()), digest.size()}));
  if (auto rules = host::AccessRules::Parse(rule, "rule"); !rules.ok()) {
    return absl::InvalidArgumentError(std::string(ToStd(rules.status().message())));
  }
  FL_RETURN_IF_ERROR(WriteNewFile(std::string(arguments.Get("token_file")), Cat(token, "\n")));
  console.out << rule << "\n";
  return kOk;
}

CommandSpec CheckSpec() {
  CommandSpec spec;
  spec.name = "access check";
  spec.arguments = "FILE";
  spec.summary = "say whether a file of rules of access would be taken";
  spec.description =
      "Reads a file for the servers' --access_file as they do. Exit code 2, with the line at fault, if they would not "
      "take it.";
  spec.examples = "  factline access check access.new && mv access.new access\n";
  return spec;
}

absl::StatusOr<ExitCode> RunCheck(const Arguments& arguments, Console& console) {
  if (arguments.positional().size() != 1) return absl::InvalidArgumentError("want one file");
  FL_ASSIGN_OR_RETURN(host::AccessRules rules, host::AccessRules::Load({"access_file", arguments.positional()[0]}));
  console.out << rules.size() << (rules.size() == 1 ? " rule\n" : " rules\n");
  return kOk;
}

}  // namespace

Command AccessTokenCommand() { return {TokenSpec(), RunToken}; }
Command AccessCheckCommand() { return {CheckSpec(), RunCheck}; }

}  // namespace factline::cli
