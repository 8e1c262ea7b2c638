#ifndef FACTLINE_TESTS_HARNESS_CERTIFICATES_H_
#define FACTLINE_TESTS_HARNESS_CERTIFICATES_H_

#include <openssl/x509.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace factline::harness {

// An authority of a test's own, and what it vouches for. Aborts where OpenSSL fails.
class Authority {
 public:
  explicit Authority(const std::string& name);
  ~Authority();

  const std::string& pem() const { return pem_; }

  struct Identity {
    std::string certificate_pem, key_pem;
  };
  // For DNS names and IP addresses, valid from an hour ago until `expires`, with a key on OpenSSL's curve of that name.
  Identity Issue(const std::vector<std::string>& names, absl::Time expires, const char* curve = "P-256") const;

 private:
  EVP_PKEY* key_;
  X509* certificate_;
  std::string pem_;
};

// Replaces a file in one step, as a tool that renews certificates does.
void ReplaceFile(const std::string& path, const std::string& content);
// NAME.pem and NAME.key in `folder`.
void WriteIdentity(const std::string& folder, const std::string& name, const Authority::Identity& identity);

}  // namespace factline::harness

#endif  // FACTLINE_TESTS_HARNESS_CERTIFICATES_H_
