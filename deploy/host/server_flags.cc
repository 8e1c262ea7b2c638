// The flags that the three servers share, and what is made of them.
#include <filesystem>

#include "absl/flags/flag.h"
#include "deploy/host/byte_size.h"
#include "deploy/host/process.h"
#include "protos/vocab/cat.h"

using factline::host::ByteSize;
using factline::host::MiB;

ABSL_FLAG(std::string, data_dir, ".factline-data",
          "Directory of everything at rest: the log in log/, the index in index/, the query server's files in query/. "
          "Made if absent.");
ABSL_FLAG(std::string, address_file, "",
          "File that gets this server's \"host:port\" once it listens, and is removed when it stops; empty: none.");
ABSL_FLAG(absl::Duration, drain_timeout, absl::Seconds(10),
          "How long calls in flight may still take after SIGTERM or SIGINT before they are cancelled.");
ABSL_FLAG(bool, insecure, false,
          "Listen in plain text, without authentication, on an address that other machines can reach.");
ABSL_FLAG(ByteSize, rpc_memory, MiB(256),
          "Memory of gRPC's buffers over all connections; near it, reading slows down.");
ABSL_FLAG(int, max_streams_per_connection, 1024, "Calls that one connection may have in flight; further ones wait.");

namespace factline::host {

ServerOptions ServerOptionsFromFlags(const std::string& listen) {
  ServerOptions options;
  options.listen = listen;
  options.insecure = absl::GetFlag(FLAGS_insecure);
  options.address_file = absl::GetFlag(FLAGS_address_file);
  options.rpc_memory_bytes = absl::GetFlag(FLAGS_rpc_memory).bytes;
  options.max_streams_per_connection = absl::GetFlag(FLAGS_max_streams_per_connection);
  return options;
}

absl::Duration DrainTimeoutFromFlags() { return absl::GetFlag(FLAGS_drain_timeout); }

absl::StatusOr<std::string> DataSubdirectory(std::string_view name) {
  std::filesystem::path directory = absl::GetFlag(FLAGS_data_dir);
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) return absl::FailedPreconditionError(Cat("--data_dir=", directory.string(), ": ", error.message()));
  return (directory / name).string();
}

}  // namespace factline::host
