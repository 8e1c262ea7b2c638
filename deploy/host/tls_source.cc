#include "deploy/host/tls_source.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "deploy/host/log_line.h"
#include "protos/vocab/status.h"

namespace factline::host {
namespace {

namespace tls = grpc::experimental;

constexpr absl::Duration kLookInterval = absl::Milliseconds(500);
constexpr unsigned kProviderInterval_s = 1;  // gRPC's shortest
constexpr absl::Duration kExpiryNotice = absl::Hours(24 * 14);

void LogMaterial(const TlsMaterial& material) {
  if (material.subject.empty()) return;
  const bool soon = material.not_after - absl::Now() < kExpiryNotice;
  Log(soon ? Severity::kWarning : Severity::kInfo, soon ? "certificate expires soon" : "certificate in use",
      {{"subject", material.subject},
       {"expires", absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", material.not_after, absl::UTCTimeZone())}});
}

}  // namespace

// Content that has a path but is on no disk. Its replacement is one step: who opens the path finds the one or the
// other.
class TlsSource::MemoryFile {
 public:
  ~MemoryFile() {
    if (fd_ >= 0) close(fd_);
  }

  absl::Status Replace(std::string_view content) {
    const int fd = memfd_create("factline-tls", MFD_CLOEXEC);
    if (fd < 0) return absl::ErrnoToStatus(errno, "memfd_create");
    if (write(fd, content.data(), content.size()) != static_cast<ssize_t>(content.size())) {
      const int error = errno;
      close(fd);
      return absl::ErrnoToStatus(error, "write of a memory file");
    }
    if (fd_ < 0) {
      fd_ = fd;
      return absl::OkStatus();
    }
    const int moved = dup3(fd, fd_, O_CLOEXEC);
    const int error = errno;
    close(fd);
    return moved < 0 ? absl::ErrnoToStatus(error, "dup3 of a memory file") : absl::OkStatus();
  }

  std::string path() const { return fd_ < 0 ? std::string() : Cat("/proc/self/fd/", fd_); }

 private:
  int fd_ = -1;
};

TlsSource::TlsSource(TlsFiles files)
    : files_(std::move(files)), identity_(std::make_unique<MemoryFile>()), ca_(std::make_unique<MemoryFile>()) {}

TlsSource::~TlsSource() { watch_.reset(); }

absl::StatusOr<std::unique_ptr<TlsSource>> TlsSource::Open(TlsFiles files, Watch watch) {
  std::unique_ptr<TlsSource> source(new TlsSource(std::move(files)));
  const std::vector<std::string> paths = source->files_.GivenPaths();
  if (paths.empty()) return source;
  if (watch == Watch::kYes) {
    FL_RETURN_IF_ERROR(source->Begin());
    return source;
  }
  FL_ASSIGN_OR_RETURN(TlsMaterial material, LoadTlsFiles(source->files_, absl::Now()));
  std::vector<tls::IdentityKeyCertPair> identity;
  if (!material.identity_pem.empty()) identity.push_back({material.identity_pem, material.identity_pem});
  source->provider_ = std::make_shared<tls::StaticDataCertificateProvider>(material.ca_pem, identity);
  return source;
}

absl::Status TlsSource::Begin() {
  std::lock_guard lock(mutex_);
  watch_ = std::make_unique<FileWatch>(files_.GivenPaths(), kLookInterval, [this] { Reload(); });
  FL_ASSIGN_OR_RETURN(TlsMaterial material, LoadTlsFiles(files_, absl::Now()));
  if (files_.certificate.given()) FL_RETURN_IF_ERROR(identity_->Replace(material.identity_pem));
  if (files_.ca.given()) FL_RETURN_IF_ERROR(ca_->Replace(material.ca_pem));
  provider_ = std::make_shared<tls::FileWatcherCertificateProvider>(identity_->path(), identity_->path(), ca_->path(),
                                                                    kProviderInterval_s);
  LogMaterial(material);
  return absl::OkStatus();
}

void TlsSource::Reload() {
  std::lock_guard lock(mutex_);
  absl::StatusOr<TlsMaterial> material = LoadTlsFiles(files_, absl::Now());
  absl::Status status = material.status();
  if (status.ok() && files_.certificate.given()) status = identity_->Replace(material->identity_pem);
  if (status.ok() && files_.ca.given()) status = ca_->Replace(material->ca_pem);
  if (!status.ok()) {
    Log(Severity::kError, "the new TLS files are not used; the old ones go on", {{"error", status.ToString()}});
    return;
  }
  Log(Severity::kInfo, "TLS files reloaded");
  LogMaterial(*material);
}

std::shared_ptr<grpc::ServerCredentials> TlsSource::ServerCredentials(bool require_client_certificate) const {
  tls::TlsServerCredentialsOptions options(provider_);
  options.watch_identity_key_cert_pairs();
  if (files_.ca.given()) {
    options.watch_root_certs();
    options.set_cert_request_type(require_client_certificate
                                      ? GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY
                                      : GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_AND_VERIFY);
  }
  return tls::TlsServerCredentials(options);
}

std::shared_ptr<grpc::ChannelCredentials> TlsSource::ChannelCredentials() const {
  tls::TlsChannelCredentialsOptions options;
  if (provider_ != nullptr) options.set_certificate_provider(provider_);
  if (files_.ca.given()) options.watch_root_certs();
  if (files_.certificate.given()) options.watch_identity_key_cert_pairs();
  return tls::TlsCredentials(options);
}

}  // namespace factline::host
