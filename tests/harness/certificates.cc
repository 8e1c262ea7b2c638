#include "tests/harness/certificates.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "absl/time/clock.h"
#include "protos/vocab/cat.h"

namespace factline::harness {
namespace {

void Check(bool done, const char* what) {
  if (done) return;
  std::fprintf(stderr, "OpenSSL failed: %s\n", what);
  std::abort();
}

template <typename Write>
std::string Pem(Write write) {
  BIO* out = BIO_new(BIO_s_mem());
  Check(write(out) == 1, "PEM");
  char* text = nullptr;
  const long size = BIO_get_mem_data(out, &text);
  std::string pem(text, static_cast<size_t>(size));
  BIO_free(out);
  return pem;
}

void AddExtension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  Check(extension != nullptr, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

// Not signed yet.
X509* NewCertificate(const std::string& common_name, EVP_PKEY* key, absl::Time expires) {
  X509* certificate = X509_new();
  X509_set_version(certificate, X509_VERSION_3);
  uint64_t serial = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof(serial));
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1);
  ASN1_TIME_set(X509_getm_notBefore(certificate), absl::ToTimeT(absl::Now() - absl::Hours(1)));
  ASN1_TIME_set(X509_getm_notAfter(certificate), absl::ToTimeT(expires));
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1, 0);
  X509_set_pubkey(certificate, key);
  return certificate;
}

bool IsIpAddress(const std::string& name) {
  unsigned char address[16];
  return inet_pton(AF_INET, name.c_str(), address) == 1 || inet_pton(AF_INET6, name.c_str(), address) == 1;
}

}  // namespace

Authority::Authority(const std::string& name) : key_(EVP_EC_gen("P-256")) {
  certificate_ = NewCertificate(name, key_, absl::Now() + absl::Hours(24 * 365));
  X509_set_issuer_name(certificate_, X509_get_subject_name(certificate_));
  AddExtension(certificate_, certificate_, NID_basic_constraints, "critical,CA:TRUE");
  AddExtension(certificate_, certificate_, NID_key_usage, "critical,keyCertSign");
  Check(X509_sign(certificate_, key_, EVP_sha256()) > 0, "X509_sign");
  pem_ = Pem([this](BIO* out) { return PEM_write_bio_X509(out, certificate_); });
}

Authority::~Authority() {
  X509_free(certificate_);
  EVP_PKEY_free(key_);
}

Authority::Identity Authority::Issue(const std::vector<std::string>& names, absl::Time expires,
                                     const char* curve) const {
  EVP_PKEY* key = EVP_EC_gen(curve);
  X509* certificate = NewCertificate(names.front(), key, expires);
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate_));
  std::string alternatives;
  for (const std::string& name : names) {
    alternatives += Cat(alternatives.empty() ? "" : ",", IsIpAddress(name) ? "IP:" : "DNS:", name);
  }
  AddExtension(certificate, certificate_, NID_subject_alt_name, alternatives);
  Check(X509_sign(certificate, key_, EVP_sha256()) > 0, "X509_sign");
  Identity identity;
  identity.certificate_pem = Pem([&](BIO* out) { return PEM_write_bio_X509(out, certificate); });
  identity.key_pem =
      Pem([&](BIO* out) { return PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr); });
  X509_free(certificate);
  EVP_PKEY_free(key);
  return identity;
}

void ReplaceFile(const std::string& path, const std::string& content) {
  std::ofstream(Cat(path, ".new"), std::ios::binary) << content;
  Check(std::rename(Cat(path, ".new").c_str(), path.c_str()) == 0, path.c_str());
}

void WriteIdentity(const std::string& folder, const std::string& name, const Authority::Identity& identity) {
  ReplaceFile(Cat(folder, "/", name, ".key"), identity.key_pem);
  ReplaceFile(Cat(folder, "/", name, ".pem"), identity.certificate_pem);
}

}  // namespace factline::harness
