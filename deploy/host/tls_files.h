#ifndef FACTLINE_DEPLOY_HOST_TLS_FILES_H_
#define FACTLINE_DEPLOY_HOST_TLS_FILES_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace factline::host {

// A file and the flag that named it, for the words of an error: "--tls_key=/etc/factline/key.pem".
struct NamedFile {
  std::string flag;
  std::string path;  // empty: not given

  bool given() const { return !path.empty(); }
  std::string Words() const;
};

// The PEM files of one end of TLS connections.
struct TlsFiles {
  NamedFile certificate;  // this end's own, behind it those of its issuers
  NamedFile key;          // of `certificate`, without a passphrase
  NamedFile ca;           // authorities whose word this end takes for who the other end is

  std::vector<std::string> GivenPaths() const;
};

// What the files hold, checked.
struct TlsMaterial {
  std::string identity_pem;                       // key, then certificates; empty if none is given
  std::string ca_pem;                             // empty if none is given
  std::string subject;                            // of the certificate: "CN=query.example.org"; empty if none is given
  absl::Time not_after = absl::InfiniteFuture();  // when the first certificate of `identity_pem` expires
};

// The whole of a small file. FAILED_PRECONDITION names it where it cannot be read or has more than 4 MiB.
absl::StatusOr<std::string> ReadFile(const NamedFile& file);

// FAILED_PRECONDITION for a certificate without its key, or the other way round.
absl::Status CheckComplete(const TlsFiles& files);

// Reads the files. FAILED_PRECONDITION names the flag, the file and what is wrong: one that cannot be read, that holds
// no certificate or key, a key of another certificate, a certificate that has expired, is not valid yet at `now` or
// is too weak for OpenSSL, or authorities that have all expired; or as CheckComplete does.
absl::StatusOr<TlsMaterial> LoadTlsFiles(const TlsFiles& files, absl::Time now);

}  // namespace factline::host

#endif  // FACTLINE_DEPLOY_HOST_TLS_FILES_H_
