#ifndef FACTLINE_DEPLOY_HOST_HELP_H_
#define FACTLINE_DEPLOY_HOST_HELP_H_

#include <string>
#include <string_view>
#include <vector>

namespace factline::host {

// What a server says of itself, in ASCII.
struct ServerPage {
  std::string_view name;         // "indexer"
  std::string_view summary;      // a line, without an end
  std::string_view description;  // paragraphs, each on a line of its own
  std::string_view files;        // lines, as they are
  std::string_view examples;     // lines of shell, as they are
};

struct FlagHelp {
  std::string name, help;
  std::string default_value, value;  // as a command line would give them
};

// The flags of this program that Factline defines, by name; Abseil's own are left out.
std::vector<FlagHelp> OurFlags();

// The whole of --help, as a manual page: flags stand under their topics (help.cc), those without one under "Other
// flags", which a test keeps empty.
std::string HelpText(const ServerPage& page, const std::vector<FlagHelp>& flags);

// A file for --flagfile with every flag, commented out, and its default: --example_flagfile.
std::string ExampleFlagFile(const ServerPage& page, const std::vector<FlagHelp>& flags);

}  // namespace factline::host

#endif  // FACTLINE_DEPLOY_HOST_HELP_H_
