#include "deploy/host/tls_files.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>

#include "protos/vocab/status.h"

namespace factline::host {
namespace {

constexpr size_t kMaxFileBytes = 4 << 20;  // the authorities of a whole system take a quarter of a megabyte

template <auto kFree>
struct Free {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Context = std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>>;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;

absl::Status Fault(const NamedFile& file, std::string_view what) {
  ERR_clear_error();  // OpenSSL's queue is the thread's: what we have said ourselves must not show up in another error
  return absl::FailedPreconditionError(Cat(file.Words(), ": ", what));
}

Bio Reading(const std::string& pem) { return Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))); }

std::vector<Certificate> CertificatesIn(const std::string& pem) {
  std::vector<Certificate> certificates;
  const Bio in = Reading(pem);
  while (X509* certificate = PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr)) {
    certificates.emplace_back(certificate);
  }
  ERR_clear_error();  // the end of the file is an error to OpenSSL
  return certificates;
}

// Without it OpenSSL would ask for a passphrase at the terminal.
int NoPassphrase(char*, int, int, void*) { return -1; }

absl::Time TimeOf(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return absl::InfinitePast();
  return absl::FromCivil(absl::CivilSecond(parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
                                           parts.tm_min, parts.tm_sec),
                         absl::UTCTimeZone());
}

std::string SubjectOf(const X509* certificate) {
  const Bio out(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(out.get(), X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253);
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<size_t>(size)};
}

std::string Utc(absl::Time time) { return absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", time, absl::UTCTimeZone()); }

// What is wrong with the time of a certificate; nothing if it is valid at `now`.
std::optional<std::string> FaultOfTime(const X509* certificate, absl::Time now) {
  const absl::Time from = TimeOf(X509_get0_notBefore(certificate)), to = TimeOf(X509_get0_notAfter(certificate));
  if (now > to) return Cat("the certificate of ", SubjectOf(certificate), " expired on ", Utc(to));
  if (now < from) return Cat("the certificate of ", SubjectOf(certificate), " is not valid before ", Utc(from));
  return std::nullopt;
}

// What OpenSSL has against showing these certificates, such as a short key or a broken hash; nothing if it takes them.
// gRPC would find it out with each connection, after it has let go of those that it had before.
std::optional<std::string> FaultOfStrength(const std::vector<Certificate>& certificates) {
  const Context context(SSL_CTX_new(TLS_method()));
  for (const Certificate& certificate : certificates) {
    const bool is_taken = certificate == certificates.front()
                              ? SSL_CTX_use_certificate(context.get(), certificate.get()) == 1
                              : SSL_CTX_add1_chain_cert(context.get(), certificate.get()) == 1;
    if (is_taken) continue;
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    return Cat("the certificate of ", SubjectOf(certificate.get()),
               " is too weak for OpenSSL: ", reason == nullptr ? "no reason given" : reason);
  }
  return std::nullopt;
}

absl::Status LoadIdentity(const TlsFiles& files, absl::Time now, TlsMaterial* material) {
  FL_ASSIGN_OR_RETURN(std::string certificate_pem, ReadFile(files.certificate));
  FL_ASSIGN_OR_RETURN(std::string key_pem, ReadFile(files.key));
  const std::vector<Certificate> certificates = CertificatesIn(certificate_pem);
  if (certificates.empty()) return Fault(files.certificate, "holds no certificate in PEM");
  for (const Certificate& certificate : certificates) {
    if (auto fault = FaultOfTime(certificate.get(), now)) return Fault(files.certificate, *fault);
  }
  const Key key(PEM_read_bio_PrivateKey(Reading(key_pem).get(), nullptr, NoPassphrase, nullptr));
  if (key == nullptr) return Fault(files.key, "holds no private key in PEM, or one with a passphrase");
  const X509* own = certificates.front().get();
  if (X509_check_private_key(own, key.get()) != 1) {
    return Fault(files.key, Cat("is not the key of ", files.certificate.Words(),
                                ", which begins with the certificate of ", SubjectOf(own)));
  }
  if (auto fault = FaultOfStrength(certificates)) return Fault(files.certificate, *fault);
  material->identity_pem = Cat(key_pem, "\n", certificate_pem);
  material->subject = SubjectOf(own);
  material->not_after = TimeOf(X509_get0_notAfter(own));
  return absl::OkStatus();
}

absl::Status LoadAuthorities(const NamedFile& file, absl::Time now, TlsMaterial* material) {
  FL_ASSIGN_OR_RETURN(material->ca_pem, ReadFile(file));
  const std::vector<Certificate> authorities = CertificatesIn(material->ca_pem);
  if (authorities.empty()) return Fault(file, "holds no certificate in PEM");
  // A bundle may carry a dead one beside those that count.
  std::optional<std::string> fault;
  for (const Certificate& authority : authorities) {
    fault = FaultOfTime(authority.get(), now);
    if (!fault.has_value()) return absl::OkStatus();
  }
  return Fault(file, *fault);
}

}  // namespace

std::string NamedFile::Words() const { return Cat("--", flag, "=", path); }

std::vector<std::string> TlsFiles::GivenPaths() const {
  std::vector<std::string> paths;
  for (const NamedFile* file : {&certificate, &key, &ca}) {
    if (file->given()) paths.push_back(file->path);
  }
  return paths;
}

absl::StatusOr<std::string> ReadFile(const NamedFile& file) {
  std::ifstream in(file.path, std::ios::binary);
  if (!in) return Fault(file, std::strerror(errno));
  std::string content;
  char block[1 << 16];
  while (in.read(block, sizeof(block)), in.gcount() > 0) {
    content.append(block, static_cast<size_t>(in.gcount()));
    if (content.size() > kMaxFileBytes) return Fault(file, Cat("is larger than ", kMaxFileBytes, " bytes"));
  }
  if (in.bad()) return Fault(file, "cannot be read");
  return content;
}

absl::Status CheckComplete(const TlsFiles& files) {
  if (files.certificate.given() == files.key.given()) return absl::OkStatus();
  const NamedFile& lone = files.certificate.given() ? files.certificate : files.key;
  const NamedFile& missing = files.certificate.given() ? files.key : files.certificate;
  return Fault(lone, Cat("wants --", missing.flag, " beside it"));
}

absl::StatusOr<TlsMaterial> LoadTlsFiles(const TlsFiles& files, absl::Time now) {
  FL_RETURN_IF_ERROR(CheckComplete(files));
  TlsMaterial material;
  if (files.certificate.given()) FL_RETURN_IF_ERROR(LoadIdentity(files, now, &material));
  if (files.ca.given()) FL_RETURN_IF_ERROR(LoadAuthorities(files.ca, now, &material));
  return material;
}

}  // namespace factline::host
