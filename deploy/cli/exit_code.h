#ifndef FACTLINE_DEPLOY_CLI_EXIT_CODE_H_
#define FACTLINE_DEPLOY_CLI_EXIT_CODE_H_

namespace factline::cli {

// What scripts may rely on.
enum ExitCode {
  kOk = 0,
  kNotFound = 1,     // no such article, entity or fact; or `admin verify` found differences
  kUsage = 2,        // wrong flags or arguments, a file that cannot be read, a request that the server calls invalid
  kServer = 3,       // a server cannot be reached, or failed
  kRejected = 4,     // `ingest` came to its end, but some items were not taken
  kBoundBroken = 5,  // `load` measured more than it was told to allow
};

}  // namespace factline::cli

#endif  // FACTLINE_DEPLOY_CLI_EXIT_CODE_H_
