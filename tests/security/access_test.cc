// Every door of every process: without a key, with a wrong one, with another role's, and with its own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "factline/storage/v1/log_service.pb.h"
#include "factline/v1/backup_service.pb.h"
#include "protos/vocab/grpc_status.h"
#include "protos/vocab/status.h"
#include "tests/harness/ingest_client.h"
#include "tests/harness/news.h"
#include "tests/security/secure_cluster.h"

namespace factline::security {
namespace {

using harness::Role;
using ::testing::HasSubstr;
using ::testing::Not;

struct Door {
  Role process;
  std::string method;
  std::set<std::string> roles;  // who may open it
};

const std::vector<std::string> kAllRoles = {"ingest", "query", "admin", "indexer"};

// Every method of every service of ours, found by its descriptor: one that is new is tried as well.
std::vector<Door> Doors() {
  struct Service {
    Role process;
    const google::protobuf::FileDescriptor* file;
    std::string role;
  };
  const Service services[] = {
      {Role::kIngestor, v1::IngestRequest::descriptor()->file(), "ingest"},
      {Role::kIngestor, storage::v1::TailRequest::descriptor()->file(), "indexer"},
      {Role::kIndexer, v1::GetLagRequest::descriptor()->file(), "admin"},
      {Role::kIngestor, v1::ListBackupsRequest::descriptor()->file(), "admin"},
      {Role::kIndexer, v1::ListBackupsRequest::descriptor()->file(), "admin"},
      {Role::kQuery, v1::SearchRequest::descriptor()->file(), "query"},
  };
  const std::set<std::string> for_admin_too = {"GetIngestStatus", "GetServerInfo", "Tail"};
  std::vector<Door> doors;
  for (const Service& service : services) {
    const auto* descriptor = service.file->service(0);
    for (int i = 0; i < descriptor->method_count(); ++i) {
      const std::string name = descriptor->method(i)->name();
      doors.push_back({service.process, Cat("/", descriptor->full_name(), "/", name), {service.role}});
      if (for_admin_too.contains(name)) doors.back().roles.insert("admin");
    }
  }
  const std::set<std::string> all(kAllRoles.begin(), kAllRoles.end());
  for (const Role process : harness::kRoles) {
    doors.push_back({process, "/grpc.channelz.v1.Channelz/GetServers", {"admin"}});
    doors.push_back({process, "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", all});
    doors.push_back({process, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", all});
    doors.push_back({process, "/factline.v1.NoSuchService/NoSuchMethod", {"admin"}});
  }
  return doors;
}

bool IsOurs(const std::string& method) {
  return method.starts_with("/factline.") && method.find("NoSuch") == std::string::npos;
}

class AccessTest : public ::testing::Test {
 protected:
  void SetUp() override { secure_.Start(); }

  grpc::Status CallWith(const std::string& token, const Door& door, absl::Duration timeout = absl::Seconds(20)) {
    return Call(secure_.Dial(door.process, token), door.method, timeout);
  }

  SecureCluster secure_;
};

TEST_F(AccessTest, EveryDoorOpensToItsRolesAlone) {
  for (const Door& door : Doors()) {
    const std::string where = Cat(harness::RoleName(door.process), " ", door.method);
    for (const std::string& token : {std::string(), std::string("not-a-token-of-anybody")}) {
      const grpc::Status status = CallWith(token, door);
      EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAUTHENTICATED) << where << ": " << status.error_message();
      if (IsOurs(door.method)) {
        EXPECT_EQ(ReasonOf(FromGrpc(status)), token.empty() ? "CREDENTIALS_MISSING" : "CREDENTIALS_UNKNOWN") << where;
      }
      EXPECT_THAT(status.error_message(), Not(HasSubstr("not-a-token"))) << where;
    }
    for (const std::string& role : kAllRoles) {
      if (!door.roles.contains(role)) {
        const grpc::Status status = CallWith(secure_.Token(role), door);
        EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED) << where << " with " << role;
        EXPECT_EQ(ReasonOf(FromGrpc(status)).has_value(), IsOurs(door.method)) << where;
        EXPECT_THAT(status.error_message(), HasSubstr(Cat("'", role, "' has ", role))) << where;
        continue;
      }
      // An open stream has no end of its own: a second is enough to hear a refusal, which comes at once.
      const grpc::Status status = CallWith(secure_.Token(role), door, absl::Seconds(1));
      EXPECT_NE(status.error_code(), grpc::StatusCode::UNAUTHENTICATED) << where << " with " << role;
      EXPECT_NE(status.error_code(), grpc::StatusCode::PERMISSION_DENIED) << where << " with " << role;
    }
  }
}

TEST_F(AccessTest, HealthIsOpenToAll) {
  for (const Role process : harness::kRoles) {
    EXPECT_TRUE(Call(secure_.Dial(process), "/grpc.health.v1.Health/Check").ok()) << harness::RoleName(process);
  }
}

TEST_F(AccessTest, ARefusedCallLeavesNothingBehind) {
  const auto ok = harness::SendAll(secure_.cluster().ingest(), {harness::Request(harness::MakeArticle(1))});
  ASSERT_TRUE(ok.ok()) << ok.status();
  for (const std::string& token : {std::string(), secure_.Token("query")}) {
    const auto stub = v1::IngestService::NewStub(secure_.Dial(Role::kIngestor, token));
    const auto refused = harness::SendAll(*stub, {harness::Request(harness::MakeArticle(2))});
    EXPECT_FALSE(refused.ok());
    v1::IngestArticleRequest one;
    *one.mutable_article() = harness::MakeArticle(3);
    v1::IngestArticleResponse acceptance;
    EXPECT_FALSE(stub->IngestArticle(harness::Within(absl::Seconds(20)).get(), one, &acceptance).ok());
    v1::DeleteArticleRequest deletion;
    deletion.set_id(harness::MakeArticle(1).id());
    v1::DeleteArticleResponse deleted;
    EXPECT_FALSE(stub->DeleteArticle(harness::Within(absl::Seconds(20)).get(), deletion, &deleted).ok());
  }
  v1::GetIngestStatusResponse status;
  ASSERT_TRUE(secure_.cluster().ingest().GetIngestStatus(harness::Within(absl::Seconds(20)).get(), {}, &status).ok());
  EXPECT_EQ(status.partitions(0).end_offset(), 1u);
}

TEST_F(AccessTest, AnArticleGoesItsWholeWayUnderLock) {
  const auto sent = harness::SendAll(secure_.cluster().ingest(), {harness::Request(harness::MakeArticle(7))});
  ASSERT_TRUE(sent.ok()) << sent.status();
  ASSERT_EQ(secure_.cluster().AwaitVisible(1), absl::OkStatus());
  std::string output;
  EXPECT_EQ(secure_.RunClient({"search", harness::MarkerOf(7), "--format=json"}, "query", &output), 0) << output;
  EXPECT_THAT(output, HasSubstr("\"totalCount\": \"1\""));
  EXPECT_EQ(secure_.RunClient({"search", harness::MarkerOf(7)}, "", &output), 3) << output;
  EXPECT_THAT(output, HasSubstr("CREDENTIALS_MISSING"));
  EXPECT_EQ(secure_.RunClient({"search", harness::MarkerOf(7)}, "ingest", &output), 3) << output;
  EXPECT_THAT(output, HasSubstr("ROLE_MISSING"));
  EXPECT_EQ(secure_.RunClient({"admin", "wait", "--caught_up"}, "admin", &output), 0) << output;

  const std::string page = secure_.Path("page.txt");
  harness::ReplaceFile(page, harness::MakePage(5).text());
  EXPECT_EQ(secure_.RunClient({"ingest", page}, "query", &output), 3) << output;
  EXPECT_THAT(output, HasSubstr("ROLE_MISSING"));
  EXPECT_EQ(secure_.RunClient({"ingest", page}, "ingest", &output), 0) << output;
}

TEST_F(AccessTest, NoTokenIsInAnyLog) {
  std::string output;
  secure_.RunClient({"search", "x"}, "query", &output);
  secure_.RunClient({"search", "x"}, "ingest", &output);
  Call(secure_.Dial(Role::kQuery, "an-unknown-token-0123456789"), "/factline.v1.QueryService/Search");
  ASSERT_TRUE(Eventually([&] { return secure_.LogOf(Role::kQuery).find("call refused") != std::string::npos; }));
  for (const Role process : harness::kRoles) {
    const std::string log = secure_.LogOf(process);
    for (const char* name : {"ingest", "query", "admin", "indexer", "all"}) {
      EXPECT_THAT(log, Not(HasSubstr(secure_.Token(name)))) << harness::RoleName(process);
    }
    EXPECT_THAT(log, Not(HasSubstr("an-unknown-token")));
  }
}

TEST_F(AccessTest, NewRulesHoldAtOnceForOpenStreamsToo) {
  const auto stub = v1::IngestService::NewStub(secure_.Dial(Role::kIngestor, secure_.Token("ingest")));
  grpc::ClientContext context;
  auto stream = stub->Ingest(&context);
  v1::IngestResponse response;
  ASSERT_TRUE(stream->Write(harness::Request(harness::MakeArticle(1))));
  ASSERT_TRUE(stream->Read(&response));

  // A token is added; nobody else notices.
  secure_.AddToken("late", "query");
  EXPECT_TRUE(Eventually([&] {
    const Door door{Role::kQuery, "/factline.v1.QueryService/Search", {}};
    return CallWith(secure_.Token("late"), door).error_code() != grpc::StatusCode::UNAUTHENTICATED;
  }));
  ASSERT_TRUE(stream->Write(harness::Request(harness::MakeArticle(2))));
  ASSERT_TRUE(stream->Read(&response));

  // A file with a mistake is not taken, and the log names the line.
  const std::string rules = secure_.ReadRules();
  secure_.WriteRules(Cat(rules, "x y z\n"));
  EXPECT_TRUE(
      Eventually([&] { return secure_.LogOf(Role::kIngestor).find(":7: 'y' is no role") != std::string::npos; }));
  ASSERT_TRUE(stream->Write(harness::Request(harness::MakeArticle(3))));
  ASSERT_TRUE(stream->Read(&response));

  // The stream's own token is withdrawn.
  secure_.WriteRules(rules.substr(rules.find('\n') + 1));
  EXPECT_FALSE(stream->Read(&response));
  const grpc::Status status = stream->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED) << status.error_message();
  EXPECT_THAT(status.error_message(), HasSubstr("withdrawn"));
  EXPECT_EQ(
      CallWith(secure_.Token("ingest"), {Role::kIngestor, "/factline.v1.IngestService/IngestArticle", {}}).error_code(),
      grpc::StatusCode::UNAUTHENTICATED);
}

TEST_F(AccessTest, AnIndexerWithoutAKeyIndexesNothingAndSaysWhy) {
  harness::ReplaceFile(secure_.Path("indexer.token"), Cat(secure_.Token("query"), "\n"));
  secure_.cluster().Kill(Role::kIndexer);
  const auto sent = harness::SendAll(secure_.cluster().ingest(), {harness::Request(harness::MakeArticle(1))});
  ASSERT_TRUE(sent.ok()) << sent.status();
  ASSERT_EQ(secure_.cluster().Start(Role::kIndexer), absl::OkStatus());
  EXPECT_TRUE(
      Eventually([&] { return secure_.LogOf(Role::kIndexer).find("wants admin,indexer") != std::string::npos; }));
  secure_.AddToken("indexer2", "indexer");
  harness::ReplaceFile(secure_.Path("indexer.token"), Cat(secure_.Token("indexer2"), "\n"));
  EXPECT_EQ(secure_.cluster().AwaitVisible(1), absl::OkStatus()) << "a new token is taken without a restart";
}

TEST(AccessCommands, ATokenIsNeverLostNorShownAndAFileIsCheckedAsTheServersDo) {
  const std::string folder = harness::NewFolder("commands");
  const std::string token = Cat(folder, "/desk.token"), rules = Cat(folder, "/access");
  std::string rule, output;
  ASSERT_EQ(security::Run({"factline", "access", "token", "desk", "query", Cat("--token_file=", token)}, &rule), 0)
      << rule;
  const std::string secret = ReadFile(token);
  EXPECT_GE(secret.size(), 43u) << "256 bits";
  EXPECT_THAT(rule, Not(HasSubstr(secret.substr(0, 16))));
  EXPECT_EQ(std::filesystem::status(token).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_EQ(security::Run({"factline", "access", "token", "desk", "query", Cat("--token_file=", token)}, &output), 2);
  EXPECT_THAT(output, HasSubstr("File exists"));
  EXPECT_EQ(ReadFile(token), secret);
  EXPECT_EQ(security::Run({"factline", "access", "token", "desk", "reader", Cat("--token_file=", token, "2")}, &output),
            2);
  EXPECT_THAT(output, HasSubstr("'reader' is no role"));

  harness::ReplaceFile(rules, rule);
  EXPECT_EQ(security::Run({"factline", "access", "check", rules}, &output), 0) << output;
  EXPECT_THAT(output, HasSubstr("1 rule"));
  harness::ReplaceFile(rules, Cat(rule, rule));
  EXPECT_EQ(security::Run({"factline", "access", "check", rules}, &output), 2);
  EXPECT_THAT(output, HasSubstr(":2: the same credential as in line 1"));

  // A token goes to no other machine in plain text, and a file that holds none is not sent.
  EXPECT_EQ(
      security::Run({"factline", "search", "x", "--query_address=news.example.org:1", Cat("--token_file=", token)},
                    &output),
      2);
  EXPECT_THAT(output, HasSubstr("in plain text"));
  EXPECT_EQ(
      security::Run({"factline", "search", "x", "--query_address=127.0.0.1:1", Cat("--token_file=", rules)}, &output),
      2);
  EXPECT_THAT(output, Not(HasSubstr("sha256")));
}

}  // namespace
}  // namespace factline::security
