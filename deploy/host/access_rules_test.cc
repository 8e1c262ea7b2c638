#include "deploy/host/access_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "factline/storage/v1/log_service.pb.h"
#include "factline/v1/admin_service.pb.h"
#include "factline/v1/backup_service.pb.h"
#include "factline/v1/ingest_service.pb.h"
#include "factline/v1/query_service.pb.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/hash.h"

namespace factline::host {
namespace {

using ::testing::HasSubstr;

std::string HexDigestOf(std::string_view token) {
  const TokenDigest digest = DigestOf(token);
  return ToHex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

// As `printf %s swordfish-swordfish | sha256sum` says.
constexpr char kDigest[] = "b1d40e9e6cf4f9d2b84ba2bd1e2cee9a3f7b1bc0f0ee7c4d8a3cfbb1d3cc5ee7";

TEST(AccessRules, FindsATokenByItsDigestAndACertificateByAnyOfItsNames) {
  const auto rules = AccessRules::Parse(Cat("# who may do what\n\n  newsroom\tingest  sha256:", HexDigestOf("t1"),
                                            "  # since May\r\nops admin,query certificate:ops.example.org\n",
                                            "newsroom ingest sha256:", HexDigestOf("t2")),
                                        "access");
  ASSERT_TRUE(rules.ok()) << rules.status();
  EXPECT_EQ(rules->size(), 3u);
  ASSERT_NE(rules->ByToken("t2"), nullptr);
  EXPECT_EQ(rules->ByToken("t2")->name, "newsroom");
  EXPECT_EQ(rules->ByToken("t2")->roles, Roles::kIngest);
  EXPECT_EQ(rules->ByToken("t3"), nullptr);
  EXPECT_EQ(rules->ByToken(""), nullptr);
  EXPECT_EQ(rules->ByToken(HexDigestOf("t1")), nullptr) << "the digest itself opens nothing";
  const AccessRule* ops = rules->ByCertificate({"other.example.org", "ops.example.org"});
  ASSERT_NE(ops, nullptr);
  EXPECT_EQ(ops->roles.Words(), "query,admin");
  EXPECT_EQ(rules->ByCertificate({"example.org"}), nullptr);
  EXPECT_EQ(rules->ByCertificate({""}), nullptr);
  EXPECT_EQ(rules->ByCertificate({}), nullptr);
}

TEST(AccessRules, DigestIsThatOfSha256sum) {
  EXPECT_EQ(HexDigestOf("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(AccessRules, ASuccessorIsTheRuleOfTheSameCredential) {
  const std::string token = Cat(" sha256:", HexDigestOf("t"));
  const auto before = AccessRules::Parse(Cat("a query", token, "\nb query certificate:b"), "f");
  const auto after = AccessRules::Parse(Cat("a ingest", token), "f");
  ASSERT_TRUE(before.ok() && after.ok());
  ASSERT_NE(after->Successor(*before->ByToken("t")), nullptr);
  EXPECT_EQ(after->Successor(*before->ByToken("t"))->roles, Roles::kIngest);
  EXPECT_EQ(after->Successor(*before->ByCertificate({"b"})), nullptr);
}

TEST(AccessRules, AMistakeIsNamedWithFileAndLine) {
  const std::string good = Cat("a query sha256:", kDigest, "\n");
  struct Case {
    std::string text;
    std::string want;
  };
  const Case cases[] = {
      {"", "holds no rule"},
      {"# nothing\n", "holds no rule"},
      {good + "b reader sha256:" + kDigest, "f:2: 'reader' is no role; want ingest,query,admin,indexer"},
      {good + "\n\nb query", "f:4: wants a credential"},
      {"b", "f:1: wants roles"},
      {"b , sha256:00", "f:1: wants roles"},
      {"b query sha256:00", "f:1: wants 64 hexadecimal digits"},
      {"b query sha256:" + std::string(64, 'g'), "f:1: wants 64 hexadecimal digits"},
      {"b query token:swordfish", "f:1: wants a credential"},
      {"b query certificate:", "f:1: wants a credential"},
      {Cat("b query sha256:", kDigest, " until tomorrow"), "f:1: wants NAME ROLES CREDENTIAL and no more"},
      {good + "b query sha256:" + kDigest, "f:2: the same credential as in line 1"},
      {Cat("b\"b query sha256:", kDigest), "f:1: 'b\"b' is no name"},
      {Cat(std::string(129, 'b'), " query sha256:", kDigest), "is no name"},
  };
  for (const Case& c : cases) {
    const auto rules = AccessRules::Parse(c.text, "f");
    EXPECT_EQ(rules.status().code(), absl::StatusCode::kFailedPrecondition) << c.text;
    EXPECT_THAT(std::string(rules.status().message()), HasSubstr(c.want)) << c.text;
    EXPECT_THAT(std::string(rules.status().message()), ::testing::Not(HasSubstr("swordfish")))
        << "a token that was put into the file by mistake";
  }
}

TEST(AccessRules, HasAnEnd) {
  std::string text;
  for (int i = 0; i <= 10'000; ++i) text += Cat("a query certificate:c", i, "\n");
  EXPECT_THAT(std::string(AccessRules::Parse(text, "f").status().message()), HasSubstr("more than 10000 rules"));
  const char* tmp = std::getenv("TEST_TMPDIR");
  const std::string path = Cat(tmp != nullptr ? tmp : "/tmp", "/large_access_file");
  std::ofstream(path) << std::string((1 << 20) + 1, '#');
  EXPECT_THAT(std::string(AccessRules::Load({"access_file", path}).status().message()), HasSubstr("larger than"));
  EXPECT_THAT(std::string(AccessRules::Load({"access_file", "/no/such/file"}).status().message()),
              HasSubstr("--access_file=/no/such/file: No such file"));
}

TEST(RolesFor, EveryMethodOfOursIsKnownToTheList) {
  for (const auto* file : {storage::v1::TailRequest::descriptor()->file(), v1::GetLagRequest::descriptor()->file(),
                           v1::ListBackupsRequest::descriptor()->file(), v1::IngestRequest::descriptor()->file(),
                           v1::SearchRequest::descriptor()->file()}) {
    const auto* service = file->service(0);
    const auto own = RolesFor(Cat("/", service->full_name(), "/NoSuchMethod"));
    ASSERT_TRUE(own.has_value()) << service->full_name() << " is open to all";
    for (int i = 0; i < service->method_count(); ++i) {
      EXPECT_TRUE(RolesFor(Cat("/", service->full_name(), "/", service->method(i)->name())).has_value());
    }
  }
  EXPECT_EQ(RolesFor("/factline.v1.IngestService/Ingest"), Roles::kIngest);
  EXPECT_EQ(RolesFor("/factline.v1.IngestService/DeleteArticle"), Roles::kIngest);
  EXPECT_EQ(RolesFor("/factline.v1.QueryService/Search"), Roles::kQuery);
  EXPECT_EQ(RolesFor("/factline.v1.AdminService/GetLag"), Roles::kAdmin);
  EXPECT_EQ(RolesFor("/factline.v1.BackupService/CreateBackup"), Roles::kAdmin);
  EXPECT_EQ(RolesFor("/grpc.channelz.v1.Channelz/GetServers"), Roles::kAdmin);
  EXPECT_EQ(RolesFor("/some.new.Service/Method"), Roles::kAdmin) << "what is not on the list is not open";
  EXPECT_EQ(RolesFor("/grpc.health.v1.Health/Check"), std::nullopt);
}

}  // namespace
}  // namespace factline::host
