#include "tests/bench/peers/protocol/peer_main.h"

#include <cstdlib>
#include <vector>

#include "tests/bench/peers/protocol/peer_input.h"

namespace factline::peers {

void RunPeer(int argc, char** argv, const PeerCommands& commands) {
  const std::vector<std::string> args(argv + 1, argv + argc);
  if (args.size() == 4 && args[0] == "index") {
    commands.index(args[1], args[2], args[3]);
  } else if (args.size() == 3 && args[0] == "merge") {
    commands.merge(args[1], args[2]);
  } else if (args.size() == 5 && args[0] == "search") {
    commands.search(args[1], args[2], args[3], std::atoi(args[4].c_str()));
  } else {
    Fail("usage: index CORPUS DIR REPORT | merge DIR REPORT | search DIR QUERIES RESULTS PASSES");
  }
}

}  // namespace factline::peers
