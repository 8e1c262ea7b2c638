#include "deploy/cli/ingest_stream.h"

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>

#include "absl/time/clock.h"
#include "deploy/cli/progress.h"
#include "protos/vocab/grpc_status.h"
#include "protos/vocab/status.h"

namespace factline::cli {
namespace {

using ServerStream = grpc::ServerReaderWriter<v1::IngestResponse, v1::IngestRequest>;

// Accepts what comes. Breaks the connection after `break_after` answers, `breaks` times; refuses the item named
// `refuse_once` the first time, and with it all that follows on that stream; answers ids that begin with "bad" with an
// error; ends the stream over ids that begin with "poison".
class FakeIngest final : public v1::IngestService::Service {
 public:
  grpc::Status Ingest(grpc::ServerContext*, ServerStream* stream) override {
    ++connections;
    opened = absl::Now();
    bool refusing = false;
    v1::IngestRequest request;
    for (uint64_t sequence = 0; stream->Read(&request); ++sequence) {
      if (breaks > 0 && sequence == break_after) {
        --breaks;
        return grpc::Status(grpc::StatusCode::UNAVAILABLE, "going down");
      }
      const std::string& id = request.article().id();
      if (id.starts_with("poison")) return grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "no such thing");
      if (out_of_memory > 0) {
        --out_of_memory;
        return grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED, "buffers full");
      }
      refusing = refusing || (id == refuse_once && !std::exchange(refused, true));
      v1::IngestResponse response = refusing ? Refusal() : Answer(id);
      response.set_sequence(sequence);
      response.set_request_id(request.request_id());
      if (!stream->Write(response)) break;
    }
    return grpc::Status::OK;
  }

  std::atomic<int> connections = 0;
  std::atomic<int> breaks = 0;
  uint64_t break_after = 0;
  int out_of_memory = 0;  // so many streams end for want of memory
  std::string refuse_once;
  bool refused = false;
  std::vector<std::string> accepted;  // in order
  absl::Time opened, last_refusal;

 private:
  v1::IngestResponse Refusal() {
    last_refusal = absl::Now();
    v1::IngestResponse response;
    *response.mutable_error() =
        ToRpcStatus(WithRetryDelay(absl::ResourceExhaustedError("disk is nearly full"), absl::Milliseconds(100)));
    return response;
  }

  v1::IngestResponse Answer(const std::string& id) {
    v1::IngestResponse response;
    if (id.starts_with("bad")) {
      *response.mutable_error() = ToRpcStatus(FieldError("article.title", "is too long"));
    } else {
      accepted.push_back(id);
      response.mutable_acceptance()->add_articles()->set_article_id(id);
    }
    return response;
  }
};

struct Fixture {
  Fixture() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&service);
    builder.SetMaxReceiveMessageSize(10'000);
    server = builder.BuildAndStart();
    stub = v1::IngestService::NewStub(grpc::CreateChannel(Cat("127.0.0.1:", port), grpc::InsecureChannelCredentials()));
    options.first_backoff = absl::Milliseconds(1);
    options.window_items = 8;
  }

  // "huge" in an id makes an item that the server does not take.
  static Item ItemOf(size_t place, const std::string& id) {
    Item item;
    item.request.mutable_article()->set_id(id);
    if (id.find("huge") != std::string::npos) item.request.mutable_article()->set_body(std::string(20'000, 'x'));
    item.request.set_request_id(Cat("r-", place, "-", id));
    item.label = id;
    item.bytes = 10;
    return item;
  }

  absl::Status Run(IngestStream::Source source) {
    IngestStream::Listener listener;
    listener.answered = [&](const Item& item, const v1::IngestResponse& response) {
      answered.push_back(Cat(item.label, response.has_error() ? "!" : ""));
      if (response.has_error()) last_error = FromRpcStatus(response.error());
    };
    listener.bad = [&](const BadItem& bad) { answered.push_back(Cat(bad.label, "?")); };
    listener.notice = [&](const std::string&) { ++notices; };
    return IngestStream(*stub, options).Run(std::move(source), listener);
  }

  absl::Status Send(const std::vector<std::string>& ids) {
    return Run([ids, next = size_t{0}]() mutable -> std::optional<ItemSource::Next> {
      if (next == ids.size()) return std::nullopt;
      size_t place = next++;
      return ItemSource::Next{ItemOf(place, ids[place]), std::nullopt};
    });
  }

  FakeIngest service;
  int port = 0;
  std::unique_ptr<grpc::Server> server;
  std::unique_ptr<v1::IngestService::Stub> stub;
  IngestStreamOptions options;
  std::vector<std::string> answered;
  absl::Status last_error;
  std::atomic<int> notices = 0;
};

std::vector<std::string> Ids(int count) {
  std::vector<std::string> ids;
  for (int i = 0; i < count; ++i) ids.push_back(Cat("a", i));
  return ids;
}

TEST(IngestStream, HandsOutEveryAnswerOnceAndInOrder) {
  Fixture fixture;
  ASSERT_TRUE(fixture.Send(Ids(1000)).ok());
  EXPECT_EQ(fixture.answered, Ids(1000));
  EXPECT_EQ(fixture.service.connections, 1);
}

TEST(IngestStream, ResumesAfterBrokenConnectionsWithoutLosingOrRepeatingAnswers) {
  Fixture fixture;
  fixture.service.breaks = 5;
  fixture.service.break_after = 17;
  ASSERT_TRUE(fixture.Send(Ids(200)).ok());
  EXPECT_EQ(fixture.answered, Ids(200));
  EXPECT_EQ(fixture.service.connections, 6);
  EXPECT_EQ(fixture.notices, 5);
}

TEST(IngestStream, ABadItemIsAnsweredAndTheOthersGoOn) {
  Fixture fixture;
  ASSERT_TRUE(fixture.Send({"a", "bad", "c"}).ok());
  EXPECT_EQ(fixture.answered, (std::vector<std::string>{"a", "bad!", "c"}));
}

// So that no older version of an article comes after a newer one.
TEST(IngestStream, SendsWhatWasRefusedForTheMomentAgainInOrderAndAfterTheDelay) {
  Fixture fixture;
  fixture.service.refuse_once = "a3";
  ASSERT_TRUE(fixture.Send(Ids(40)).ok());
  EXPECT_EQ(fixture.service.accepted, Ids(40));
  EXPECT_EQ(fixture.answered, Ids(40));
  EXPECT_EQ(fixture.service.connections, 2);
  EXPECT_GE(fixture.service.opened - fixture.service.last_refusal, absl::Milliseconds(100));
}

TEST(IngestStream, ItemsAboveTheServersCapAreRejectedAndTheOthersGoOn) {
  Fixture fixture;
  ASSERT_TRUE(fixture.Send({"a", "b", "huge1", "c", "huge2", "d", "e"}).ok());
  EXPECT_EQ(fixture.answered, (std::vector<std::string>{"a", "b", "huge1!", "c", "huge2!", "d", "e"}));
  EXPECT_NE(fixture.last_error.message().find("larger than max"), absl::string_view::npos) << fixture.last_error;
  EXPECT_EQ(fixture.notices, 0);
}

TEST(IngestStream, AnItemThatEndsTheStreamIsRejectedWhereverItStands) {
  for (std::vector<std::string> ids :
       {std::vector<std::string>{"poison"}, {"poison", "b"}, {"a", "poison"}, {"poison1", "poison2", "c", "poison3"}}) {
    Fixture fixture;
    ASSERT_TRUE(fixture.Send(ids).ok());
    for (std::string& id : ids) id += id.starts_with("poison") ? "!" : "";
    EXPECT_EQ(fixture.answered, ids);
  }
}

TEST(IngestStream, AStreamThatEndsForWantOfMemoryCostsNoItem) {
  Fixture fixture;
  fixture.service.out_of_memory = 3;
  ASSERT_TRUE(fixture.Send(Ids(5)).ok());
  EXPECT_EQ(fixture.answered, Ids(5));
  EXPECT_EQ(fixture.notices, 3);
}

TEST(IngestStream, BadItemsAreToldAndTheRestIsSent) {
  Fixture fixture;
  std::vector<ItemSource::Next> all;
  all.push_back({std::nullopt, BadItem{"n:1", absl::InvalidArgumentError("no JSON"), 3}});
  all.push_back({Fixture::ItemOf(0, "a"), std::nullopt});
  auto status = fixture.Run([&, next = size_t{0}]() mutable -> std::optional<ItemSource::Next> {
    return next < all.size() ? std::make_optional(all[next++]) : std::nullopt;
  });
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(fixture.answered, (std::vector<std::string>{"n:1?", "a"}));
}

// `tail -f news.jsonl | factline ingest -`: the next line may be hours away.
TEST(IngestStream, WhatABrokenConnectionLeftIsSentAgainWhileTheSourceWaits) {
  Fixture fixture;
  fixture.service.breaks = 1;
  fixture.service.break_after = 1;
  std::promise<void> all_answered;
  auto source = [&, place = size_t{0}]() mutable -> std::optional<ItemSource::Next> {
    if (size_t at = place; at < 3) {
      ++place;
      return ItemSource::Next{Fixture::ItemOf(at, Cat("a", at)), std::nullopt};
    }
    EXPECT_EQ(all_answered.get_future().wait_for(std::chrono::seconds(30)), std::future_status::ready);
    return std::nullopt;
  };
  IngestStream::Listener listener;
  int answers = 0;
  listener.answered = [&](const Item&, const v1::IngestResponse&) {
    if (++answers == 3) all_answered.set_value();
  };
  listener.notice = [](const std::string&) {};
  ASSERT_TRUE(IngestStream(*fixture.stub, fixture.options).Run(source, listener).ok());
  EXPECT_EQ(fixture.service.connections, 2);
}

TEST(IngestStream, GivesUpThoughTheSourceStillWaits) {
  Fixture fixture;
  fixture.server->Shutdown();
  fixture.options.first_retry_for = absl::Milliseconds(20);
  auto release = std::make_shared<std::promise<void>>();
  std::promise<void> ended;
  std::future<void> source_ended = ended.get_future();
  auto guard = std::make_shared<std::promise<void>>(std::move(ended));
  absl::Status status = fixture.Run([release, guard, sent = false]() mutable -> std::optional<ItemSource::Next> {
    if (!std::exchange(sent, true)) return ItemSource::Next{Fixture::ItemOf(0, "a"), std::nullopt};
    release->get_future().wait();
    guard->set_value();
    return ItemSource::Next{std::nullopt, BadItem{"too late", absl::InvalidArgumentError("no JSON"), 1}};
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
  release->set_value();
  source_ended.wait();
  EXPECT_TRUE(fixture.answered.empty());
}

TEST(IngestStream, ReadsAheadNoFurtherThanTheWindow) {
  Fixture fixture;
  std::atomic<int> read = 0, answers = 0;
  int most_ahead = 0;
  IngestStream::Listener listener;
  listener.answered = [&](const Item&, const v1::IngestResponse&) { ++answers; };
  auto source = [&]() -> std::optional<ItemSource::Next> {
    int place = read++;
    most_ahead = std::max(most_ahead, place - answers);
    if (place == 300) return std::nullopt;
    return ItemSource::Next{Fixture::ItemOf(static_cast<size_t>(place), "a"), std::nullopt};
  };
  ASSERT_TRUE(IngestStream(*fixture.stub, fixture.options).Run(source, listener).ok());
  EXPECT_LE(most_ahead, 9);  // the window, and one answer on its way to the listener
}

TEST(IngestStream, GivesUpSoonWhereThereIsNoServer) {
  Fixture fixture;
  fixture.server->Shutdown();
  fixture.options.first_retry_for = absl::Milliseconds(20);
  absl::Status status = fixture.Send(Ids(3));
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
  EXPECT_TRUE(fixture.answered.empty());
}

TEST(IngestStream, NothingToSendIsDone) {
  Fixture fixture;
  EXPECT_TRUE(fixture.Send({}).ok());
}

TEST(ProgressLine, ShowsShareRateAndRejections) {
  ProgressCounts counts{.accepted = 100, .duplicates = 20, .rejected = 3, .bytes = 1 << 20};
  EXPECT_EQ(ProgressLine(counts, 2 << 20, absl::Seconds(2)),
            "[############------------]  50%  123 items  1.0 MiB  61/s  20 known already  3 rejected");
  EXPECT_EQ(ProgressLine({.accepted = 1, .bytes = 5}, 0, absl::Seconds(1)), "1 item  5 B  1/s");
}

}  // namespace
}  // namespace factline::cli
