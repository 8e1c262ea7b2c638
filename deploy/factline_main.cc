// The command line client: its commands stand in deploy/cli.
#include <signal.h>
#include <unistd.h>

#include "deploy/cli/command.h"

namespace {

// The first process of a container gets no signal that it has not asked for: nothing would end a command that waits.
void EndOnSignalsAsFirstProcess() {
  if (getpid() != 1) return;
  for (const int number : {SIGINT, SIGTERM}) signal(number, [](int caught) { _exit(128 + caught); });
}

}  // namespace

int main(int argc, char** argv) {
  using namespace factline::cli;  // NOLINT(google-build-using-namespace): a list of one namespace's functions
  signal(SIGPIPE, SIG_DFL);       // `factline search ... | head` ends quietly
  EndOnSignalsAsFirstProcess();
  std::vector<Command> commands = {
      IngestCommand(),       LoadCommand(),         SearchCommand(),      FacetsCommand(),      TermsCommand(),
      SimilarCommand(),      ArticleCommand(),      EntitiesCommand(),    EntityCommand(),      FactsCommand(),
      FactCommand(),         ExtractCommand(),      TagCommand(),         AdminStatusCommand(), AdminWaitCommand(),
      AdminVerifyCommand(),  AdminRebuildCommand(), AccessTokenCommand(), AccessCheckCommand(), AdminBackupCommand(),
      AdminBackupsCommand(), RestoreCommand(),
  };
  Console console = StandardConsole();
  return Dispatch(commands, {argv + 1, argv + argc}, console);
}
