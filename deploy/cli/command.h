#ifndef FACTLINE_DEPLOY_CLI_COMMAND_H_
#define FACTLINE_DEPLOY_CLI_COMMAND_H_

#include <functional>

#include "absl/status/statusor.h"
#include "deploy/cli/arguments.h"
#include "deploy/cli/console.h"
#include "deploy/cli/exit_code.h"

namespace factline::cli {

// A command of `factline`. `run` gives the exit code; an error is printed by the caller, who finds the code by
// ExitCodeOf.
struct Command {
  CommandSpec spec;
  std::function<absl::StatusOr<ExitCode>(const Arguments&, Console&)> run;
};

// NOT_FOUND -> kNotFound; INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE -> kUsage; all others -> kServer.
ExitCode ExitCodeOf(const absl::Status& status);

// Finds the command that the first words name and runs it with the rest. Prints help and errors.
ExitCode Dispatch(const std::vector<Command>& commands, const std::vector<std::string>& words, Console& console);

// The families; each of them stands in a file of its own.
Command IngestCommand();
Command LoadCommand();
Command SearchCommand();
Command FacetsCommand();
Command TermsCommand();
Command SimilarCommand();
Command ArticleCommand();
Command EntitiesCommand();
Command EntityCommand();
Command FactsCommand();
Command FactCommand();
Command ExtractCommand();
Command TagCommand();
Command AdminStatusCommand();
Command AdminWaitCommand();
Command AdminVerifyCommand();
Command AdminRebuildCommand();
Command AdminBackupCommand();
Command AdminBackupsCommand();
Command RestoreCommand();
Command AccessTokenCommand();
Command AccessCheckCommand();

}  // namespace factline::cli

#endif  // FACTLINE_DEPLOY_CLI_COMMAND_H_
