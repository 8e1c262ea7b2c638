#ifndef FACTLINE_TESTS_BENCH_PEERS_PROTOCOL_PEER_MAIN_H_
#define FACTLINE_TESTS_BENCH_PEERS_PROTOCOL_PEER_MAIN_H_

#include <string>

namespace factline::peers {

// The three commands of a runner (../README.md); arguments are paths, but for `passes`.
struct PeerCommands {
  void (*index)(const std::string& corpus, const std::string& folder, const std::string& report);
  void (*merge)(const std::string& folder, const std::string& report);
  void (*search)(const std::string& folder, const std::string& queries, const std::string& results, int passes);
};

// Runs the command that the program was called with; any other call ends the program with the usage.
void RunPeer(int argc, char** argv, const PeerCommands& commands);

}  // namespace factline::peers

#endif  // FACTLINE_TESTS_BENCH_PEERS_PROTOCOL_PEER_MAIN_H_
