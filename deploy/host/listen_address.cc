#include "deploy/host/listen_address.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "protos/vocab/status.h"

namespace factline::host {
namespace {

struct HostPort {
  std::string_view host;
  std::string_view port;
};

HostPort Split(std::string_view address) {
  size_t colon = address.rfind(':');
  if (colon == std::string_view::npos) return {address, {}};
  return {address.substr(0, colon), address.substr(colon + 1)};
}

bool IsUnix(std::string_view address) { return address.starts_with("unix:"); }

// 127.0.0.0/8 written out in full, so that a name such as "127.example.com" does not pass for it.
bool IsLoopbackV4(std::string_view host) {
  int parts = 0;
  while (true) {
    size_t dot = host.find('.');
    uint32_t number;
    std::string_view part = host.substr(0, dot);
    if (part.empty() || part.size() > 3 || !absl::SimpleAtoi(ToAbsl(part), &number) || number > 255) return false;
    if (parts == 0 && number != 127) return false;
    ++parts;
    if (dot == std::string_view::npos) return parts == 4;
    host.remove_prefix(dot + 1);
  }
}

absl::Status Errno(std::string_view what, const std::string& path) {
  return absl::ErrnoToStatus(errno, Cat(what, " ", path));
}

absl::Status WriteAndSync(int fd, std::string_view content, const std::string& path) {
  if (write(fd, content.data(), content.size()) != static_cast<ssize_t>(content.size())) return Errno("write", path);
  if (fsync(fd) != 0) return Errno("sync", path);
  return absl::OkStatus();
}

absl::Status CheckHostPort(std::string_view flag, std::string_view address) {
  auto [host, port] = Split(address);
  uint32_t number;
  if (!host.empty() && absl::SimpleAtoi(ToAbsl(port), &number) && number <= 65535) return absl::OkStatus();
  return absl::InvalidArgumentError(
      Cat("--", flag, "=", address, " is no address: want HOST:PORT, such as 127.0.0.1:50051 or [::1]:0"));
}

}  // namespace

bool IsLoopback(std::string_view address) {
  if (IsUnix(address)) return true;
  std::string_view host = Split(address).host;
  return host == "localhost" || host == "[::1]" || IsLoopbackV4(host);
}

absl::Status CheckListenAddress(std::string_view address, const Defences& defences) {
  if (!IsUnix(address)) FL_RETURN_IF_ERROR(CheckHostPort("listen", address));
  if (IsLoopback(address) || defences.insecure) return absl::OkStatus();
  auto refused = [&](std::string_view why) {
    return absl::FailedPreconditionError(
        Cat("--listen=", address, " can be reached from other machines, and ", why,
            ". Listen on 127.0.0.1, or say --insecure if the network itself protects it"));
  };
  if (!defences.tls && !defences.access_rules) {
    return refused(
        "this server would speak plain text without authentication: anybody who can connect could read, add and delete "
        "news. Give --tls_certificate, --tls_key and --access_file");
  }
  if (!defences.tls) {
    return refused(
        "this server would speak plain text: anybody on the way could read news and take the tokens that --access_file "
        "grants access for. Give --tls_certificate and --tls_key");
  }
  if (!defences.access_rules) {
    return refused(
        "nothing says who may do what: anybody who can connect could read, add and delete news. Give "
        "--access_file");
  }
  return absl::OkStatus();
}

absl::Status CheckMetricsAddress(std::string_view address, bool insecure) {
  FL_RETURN_IF_ERROR(CheckHostPort("metrics_listen", address));
  // Debian's civetweb, which serves them, knows nothing else; it would take a list of addresses, too.
  if (IsUnix(address) || address.find_first_of(",[ ") != std::string_view::npos) {
    return absl::InvalidArgumentError(
        Cat("--metrics_listen=", address, " is no address of IPv4: want HOST:PORT, such as 127.0.0.1:9461"));
  }
  if (insecure || IsLoopback(address)) return absl::OkStatus();
  return absl::FailedPreconditionError(Cat(
      "--metrics_listen=", address,
      " can be reached from other machines, and metrics are plain HTTP without authentication: anybody who can "
      "connect could read how much this server does and how it fares. Listen on 127.0.0.1, or say --metrics_insecure "
      "if the network itself protects it"));
}

std::string WithPort(std::string_view address, int port) {
  if (IsUnix(address)) return std::string(address);
  return Cat(Split(address).host, ":", port);
}

absl::Status WriteAddressFile(const std::string& path, std::string_view address) {
  std::string temporary = Cat(path, ".", getpid(), ".tmp");
  int fd = open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return Errno("create", temporary);
  absl::Status written = WriteAndSync(fd, Cat(address, "\n"), temporary);
  close(fd);
  if (written.ok() && rename(temporary.c_str(), path.c_str()) != 0) written = Errno("rename to", path);
  if (!written.ok()) unlink(temporary.c_str());
  return written;
}

}  // namespace factline::host
