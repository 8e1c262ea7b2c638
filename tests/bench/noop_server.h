#ifndef FACTLINE_TESTS_BENCH_NOOP_SERVER_H_
#define FACTLINE_TESTS_BENCH_NOOP_SERVER_H_

#include <string>

namespace factline::bench {

// Serves IngestService.Ingest without doing anything: each item is answered at once. What is left is what gRPC costs on
// this machine. Writes its address to `address_file` and runs until it is killed.
int RunNoopServer(const std::string& address_file);

}  // namespace factline::bench

#endif  // FACTLINE_TESTS_BENCH_NOOP_SERVER_H_
