// factline admin status
#include "deploy/cli/client.h"
#include "deploy/cli/command.h"
#include "deploy/cli/display_width.h"
#include "deploy/cli/format_text.h"
#include "deploy/cli/table.h"
#include "factline/v1/admin_service.grpc.pb.h"
#include "factline/v1/ingest_service.grpc.pb.h"
#include "factline/v1/query_service.grpc.pb.h"
#include "protos/vocab/status.h"

namespace factline::cli {
namespace {

CommandSpec Spec() {
  CommandSpec spec;
  spec.name = "admin status";
  spec.summary = "what the three processes hold, and how far each is behind";
  spec.description =
      "Asks ingestor, indexer and query how they are: the log's offsets and disk space, the index's size and lag, what "
      "queries see.\nExit code 3 if one of them does not answer; the others are shown all the same.";
  spec.flags = {{"segments", "", "also list the index's segments", ""}, FormatFlag()};
  for (FlagSpec& flag : ConnectionFlags("5s")) spec.flags.push_back(std::move(flag));
  spec.examples =
      "  factline admin status\n"
      "  factline admin status --format=json | jq -r .lag.lagEvents\n";
  return spec;
}

// Each answer, or why there is none.
struct Answers {
  absl::StatusOr<v1::GetIngestStatusResponse> ingest;
  absl::StatusOr<v1::GetIndexStatsResponse> index;
  absl::StatusOr<v1::GetLagResponse> lag;
  absl::StatusOr<v1::GetServerInfoResponse> query;

  absl::Status FirstError() const {
    for (const absl::Status& status : {ingest.status(), index.status(), lag.status(), query.status()}) {
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }
};

template <typename Service, typename Request, typename Response>
absl::StatusOr<Response> Ask(Role role, const Arguments& arguments,
                             grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&, Response*)) {
  FL_ASSIGN_OR_RETURN(auto connection, Connection<Service>::Open(role, arguments));
  Response response;
  FL_RETURN_IF_ERROR(connection.Call(method, Request(), &response));
  return response;
}

Answers AskAll(const Arguments& arguments) {
  return {
      Ask<v1::IngestService>(Role::kIngestor, arguments, &v1::IngestService::Stub::GetIngestStatus),
      Ask<v1::AdminService>(Role::kIndexer, arguments, &v1::AdminService::Stub::GetIndexStats),
      Ask<v1::AdminService>(Role::kIndexer, arguments, &v1::AdminService::Stub::GetLag),
      Ask<v1::QueryService>(Role::kQuery, arguments, &v1::QueryService::Stub::GetServerInfo),
  };
}

void PrintIngest(const absl::StatusOr<v1::GetIngestStatusResponse>& answer, Console& console) {
  console.out << console.Bold("ingestor") << "\n";
  if (!answer.ok()) {
    console.out << "  does not answer: " << answer.status().message() << "\n";
    return;
  }
  console.out << "  " << (answer->accepting() ? "accepting" : Cat("REFUSING: ", answer->refusal())) << "; accepted "
              << Count(answer->accepted_items()) << ", known already " << Count(answer->duplicate_items())
              << ", rejected " << Count(answer->rejected_items()) << " since its start\n"
              << "  log " << Bytes(answer->log_bytes()) << "; disk free " << Bytes(answer->disk_free_bytes())
              << ", reserve " << Bytes(answer->disk_reserve_bytes()) << "\n";
  for (const v1::PartitionStatus& partition : answer->partitions()) {
    console.out << "  partition " << partition.partition() << ": events " << Count(partition.first_offset()) << " to "
                << Count(partition.end_offset()) << ", indexed to " << Count(partition.indexed_offset()) << ", newest "
                << Moment(partition.newest_event_time()) << "\n";
  }
}

std::string LagWords(const v1::GetLagResponse& lag) {
  std::string words = "lag unknown (the log has not been heard)";
  if (lag.has_log_heard_time()) {
    words = Cat("lag ", Count(lag.lag_events()), " events, ", Short(ToDuration(lag.lag_time())));
  }
  if (!lag.progressing()) words += Cat("; STALLED: ", lag.stall());
  return words;
}

// A line, or none where nothing was passed over.
std::string ProblemLine(const v1::GetLagResponse& lag) {
  if (lag.last_problem().empty()) return "";
  return Cat("  ", Count(lag.skipped_events()), " events SKIPPED, ", Count(lag.degraded_events()),
             " indexed in part since its start; the newest: ", OneLine(lag.last_problem()), "\n");
}

void PrintIndexer(const Answers& answers, bool segments, Console& console) {
  console.out << console.Bold("indexer") << "\n";
  if (!answers.index.ok() || !answers.lag.ok()) {
    const absl::Status& status = answers.index.ok() ? answers.lag.status() : answers.index.status();
    console.out << "  does not answer: " << status.message() << "\n";
    return;
  }
  const v1::GetIndexStatsResponse& index = *answers.index;
  console.out << "  " << LagWords(*answers.lag) << "\n"
              << ProblemLine(*answers.lag) << "  " << Count(index.live_article_count()) << " articles, "
              << Count(index.fact_count()) << " facts, " << Count(index.entity_count()) << " entities; "
              << Count(index.deleted_article_count()) << " ended versions wait for a merge\n"
              << "  " << Bytes(index.disk_bytes()) << " in " << index.segments_size() << " segments, generation "
              << index.generation() << "; " << Count(index.merges()) << " merges since its start\n"
              << "  format " << index.format_version() << ", analyser " << index.analyzer_version() << ", extractor "
              << index.extractor_version() << "\n";
  if (!segments) return;
  using Align = Table::Align;
  Table table({{"SEGMENT", Align::kRight},
               {"KIND"},
               {"ARTICLES", Align::kRight},
               {"ENDED", Align::kRight},
               {"BYTES", Align::kRight}});
  for (const v1::SegmentStats& segment : index.segments()) {
    table.AddRow({Cat(segment.segment_id()), segment.fresh() ? "fresh" : "merged", Count(segment.article_count()),
                  Count(segment.deleted_count()), Bytes(segment.bytes())});
  }
  console.out << table.Render(console.columns);
}

void PrintQuery(const absl::StatusOr<v1::GetServerInfoResponse>& answer, Console& console) {
  console.out << console.Bold("query") << "\n";
  if (!answer.ok()) {
    console.out << "  does not answer: " << answer.status().message() << "\n";
    return;
  }
  console.out << "  sees events before " << Count(answer->visible_offset()) << ": " << Count(answer->article_count())
              << " articles, " << Count(answer->fact_count()) << " facts, " << Count(answer->entity_count())
              << " entities; generation " << answer->generation() << ", caught up " << Moment(answer->caught_up_time())
              << "\n";
}

// One object with a member for each answer: {"ingest": ..., "index": ..., "lag": ..., "query": ...}.
void PrintJsonObject(const Answers& answers, bool indent, Console& console) {
  std::string separator = indent ? ",\n" : ", ";
  std::string out = "{";
  auto add = [&](std::string_view name, const auto& answer) {
    if (!answer.ok()) return;
    out += Cat(out.size() > 1 ? separator : "", "\"", name, "\": ", ToJson(*answer, indent));
  };
  add("ingest", answers.ingest);
  add("index", answers.index);
  add("lag", answers.lag);
  add("query", answers.query);
  console.out << out << "}\n";
}

absl::StatusOr<ExitCode> Run(const Arguments& arguments, Console& console) {
  FL_ASSIGN_OR_RETURN(Format format, FormatOf(arguments));
  FL_RETURN_IF_ERROR(TimeoutOf(arguments).status());
  Answers answers = AskAll(arguments);
  if (format == Format::kTable) {
    PrintIngest(answers.ingest, console);
    PrintIndexer(answers, arguments.Switch("segments"), console);
    PrintQuery(answers.query, console);
  } else {
    PrintJsonObject(answers, format == Format::kJson, console);
  }
  absl::Status error = answers.FirstError();
  if (format != Format::kTable) FL_RETURN_IF_ERROR(error);
  return error.ok() ? kOk : kServer;
}

}  // namespace

Command AdminStatusCommand() { return {Spec(), Run}; }

}  // namespace factline::cli
