#include "deploy/host/tls_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/time/clock.h"
#include "protos/vocab/cat.h"
#include "tests/harness/certificates.h"

namespace factline::host {
namespace {

using harness::Authority;
using ::testing::HasSubstr;

class TlsFilesTest : public ::testing::Test {
 protected:
  TlsFilesTest() { harness::WriteIdentity(folder_, "own", Issue("P-256")); }

  Authority::Identity Issue(const char* curve) const { return authority_.Issue({"own.example.org"}, tomorrow_, curve); }

  NamedFile Write(const std::string& name, const std::string& content) const {
    harness::ReplaceFile(folder_ + name, content);
    return {name, folder_ + name};
  }

  const std::string folder_ = testing::TempDir() + "/";
  const absl::Time now_ = absl::Now(), tomorrow_ = now_ + absl::Hours(24);
  const Authority authority_{"An Authority"};
  const NamedFile certificate_{"tls_certificate", folder_ + "own.pem"}, key_{"tls_key", folder_ + "own.key"};
};

TEST_F(TlsFilesTest, TellsWhoseCertificateItIsAndUntilWhen) {
  const NamedFile ca = Write("ca", authority_.pem());
  const auto material = LoadTlsFiles({.certificate = certificate_, .key = key_, .ca = ca}, now_);
  ASSERT_TRUE(material.ok()) << material.status();
  EXPECT_EQ(material->subject, "CN=own.example.org");
  EXPECT_LT(absl::AbsDuration(material->not_after - tomorrow_), absl::Seconds(2));
  EXPECT_EQ(material->ca_pem, authority_.pem());
}

TEST_F(TlsFilesTest, NamesTheFileAtFaultAndWhatIsWrong) {
  const Authority::Identity weak = Issue("P-192");
  const Authority::Identity good = Issue("P-256"), other = Issue("P-256");
  struct Case {
    TlsFiles files;
    absl::Time now;
    std::string want;
  };
  const Case cases[] = {
      {{.certificate = certificate_}, now_, "own.pem: wants"},
      {{.certificate = {"c", "/no/such/file"}, .key = key_}, now_, "--c=/no/such/file: No such file"},
      {{.certificate = key_, .key = key_}, now_, "holds no certificate in PEM"},
      {{.certificate = certificate_, .key = certificate_}, now_, "own.pem: holds no private key"},
      {{.certificate = certificate_, .key = Write("other.key", other.key_pem)}, now_, "other.key: is not the key of"},
      {{.certificate = certificate_, .key = key_}, tomorrow_ + absl::Hours(1), "CN=own.example.org expired on"},
      {{.certificate = certificate_, .key = key_}, now_ - absl::Hours(2), "CN=own.example.org is not valid before"},
      {{.certificate = Write("weak.pem", weak.certificate_pem), .key = Write("weak.key", weak.key_pem)},
       now_,
       "weak.pem: the certificate of CN=own.example.org is too weak for OpenSSL: ee key too small"},
      {{.certificate = Write("chain.pem", good.certificate_pem + weak.certificate_pem),
        .key = Write("chain.key", good.key_pem)},
       now_,
       "chain.pem: the certificate of CN=own.example.org is too weak for OpenSSL: "},
      {{.ca = key_}, now_, "holds no certificate in PEM"},
  };
  for (const Case& c : cases) {
    const absl::Status status = LoadTlsFiles(c.files, c.now).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << c.want;
    EXPECT_THAT(std::string(status.message()), HasSubstr(c.want));
  }
}

}  // namespace
}  // namespace factline::host
