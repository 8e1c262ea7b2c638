#ifndef FACTLINE_DEPLOY_HOST_TLS_SOURCE_H_
#define FACTLINE_DEPLOY_HOST_TLS_SOURCE_H_

#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>

#include <memory>
#include <mutex>

#include "absl/status/statusor.h"
#include "deploy/host/file_watch.h"
#include "deploy/host/tls_files.h"

namespace factline::host {

// Whether the files are looked after for as long as the process runs, or read once.
enum class Watch { kNo, kYes };

// gRPC's credentials of TLS files. Those that are watched may be replaced while the process runs: new connections take
// the new ones within kReloadTime, and the log says so. Files that LoadTlsFiles refuses are not taken: what was valid
// before goes on, and the log says what is wrong. Must outlive the servers and channels that its credentials are given
// to. Thread-safe.
class TlsSource {
 public:
  static constexpr absl::Duration kReloadTime = absl::Seconds(3);

  // Fails as LoadTlsFiles does.
  static absl::StatusOr<std::unique_ptr<TlsSource>> Open(TlsFiles files, Watch watch);
  ~TlsSource();

  // Whether a client must show a certificate that `files.ca` vouches for; with false it may. Wants a certificate.
  std::shared_ptr<grpc::ServerCredentials> ServerCredentials(bool require_client_certificate) const;

  // Without `files.ca` the system's authorities are believed.
  std::shared_ptr<grpc::ChannelCredentials> ChannelCredentials() const;

 private:
  class MemoryFile;

  explicit TlsSource(TlsFiles files);
  absl::Status Begin();  // reads the files, and again whenever they change
  void Reload();

  const TlsFiles files_;
  std::mutex mutex_;  // held while files are taken over
  // gRPC reads the checked content from memory, and so never a half-written file, nor a key without its certificate.
  std::unique_ptr<MemoryFile> identity_, ca_;
  std::shared_ptr<grpc::experimental::CertificateProviderInterface> provider_;  // null: nothing is given
  std::unique_ptr<FileWatch> watch_;
};

}  // namespace factline::host

#endif  // FACTLINE_DEPLOY_HOST_TLS_SOURCE_H_
