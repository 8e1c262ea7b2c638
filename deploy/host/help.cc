#include "deploy/host/help.h"

#include <algorithm>

#include "absl/flags/commandlineflag.h"
#include "absl/flags/reflection.h"
#include "absl/strings/match.h"
#include "protos/vocab/cat.h"

namespace factline::host {
namespace {

constexpr size_t kColumns = 100;

struct Topic {
  std::string_view title;
  std::vector<std::string_view> flags;
};

// Of all servers: a flag that one of them has not is left out of its page.
const std::vector<Topic>& Topics() {
  static const auto& topics = *new std::vector<Topic>{
      {"Where it serves and keeps its data", {"listen", "address_file", "data_dir", "min_free_bytes", "drain_timeout"}},
      {"The log that it follows",
       {"log_address", "log_tls", "log_tls_ca", "log_tls_certificate", "log_tls_key", "log_tls_server_name",
        "log_token_file", "partition", "consumer", "max_ready_lag"}},
      {"What it takes in",
       {"max_article_bytes", "max_page_bytes", "request_id_retention", "prepare_threads", "queue_bytes"}},
      {"The log",
       {"partitions", "log_retention_bytes", "log_retention_age", "await_consumers", "forget_consumers", "log_cache",
        "log_write_buffer"}},
      {"What it finds in articles", {"rules", "tagged_names", "workers"}},
      {"Commits and merges",
       {"max_batch_events", "max_batch_bytes", "max_fresh_segments", "merge_share", "merge_rate", "segment_grace",
        "index_write_buffer"}},
      {"How it answers", {"max_waiting", "catch_up_interval"}},
      {"Caches", {"index_cache", "posting_cache", "facet_cache"}},
      {"Backups", {"backup_dir", "keep_backups", "backup_rate"}},
      {"TLS, and who may do what",
       {"tls_certificate", "tls_key", "tls_client_ca", "require_client_certificate", "access_file", "insecure"}},
      {"Limits of one client, and of all",
       {"max_client_calls", "client_messages_per_second", "client_bytes_per_second", "rpc_memory",
        "max_streams_per_connection"}},
      {"What it tells of itself",
       {"log_format", "slow_call", "metrics_listen", "metrics_insecure", "metrics_address_file", "health_check",
        "health_check_timeout"}},
  };
  return topics;
}

struct Section {
  std::string_view title;
  std::vector<const FlagHelp*> flags;
};

std::vector<Section> Sections(const std::vector<FlagHelp>& flags) {
  std::vector<Section> sections;
  std::vector<const FlagHelp*> rest;
  for (const FlagHelp& flag : flags) rest.push_back(&flag);
  for (const Topic& topic : Topics()) {
    Section section{topic.title, {}};
    for (const std::string_view name : topic.flags) {
      const auto found = std::find_if(rest.begin(), rest.end(), [&](const FlagHelp* f) { return f->name == name; });
      if (found == rest.end()) continue;
      section.flags.push_back(*found);
      rest.erase(found);
    }
    if (!section.flags.empty()) sections.push_back(std::move(section));
  }
  if (!rest.empty()) sections.push_back({"Other flags", rest});
  return sections;
}

// Appends words in lines of at most `kColumns`, each begun by `margin`.
void AppendWrapped(std::string_view text, std::string_view margin, std::string& out) {
  size_t used = 0;
  while (!text.empty()) {
    const size_t end = text.find_first_of(" \n");
    const std::string_view word = text.substr(0, end);
    if (used > 0 && used + 1 + word.size() > kColumns) {
      out += '\n';
      used = 0;
    }
    out += used == 0 ? margin : " ";
    used += (used == 0 ? margin.size() : 1) + word.size();
    out += word;
    if (end == std::string_view::npos) break;
    if (text[end] == '\n') {
      out += '\n';
      used = 0;
    }
    text.remove_prefix(end + 1);
  }
  out += '\n';
}

void AppendLines(std::string_view lines, std::string& out) {
  while (!lines.empty()) {
    const size_t end = lines.find('\n');
    out += Cat("    ", lines.substr(0, end), "\n");
    if (end == std::string_view::npos) break;
    lines.remove_prefix(end + 1);
  }
}

}  // namespace

std::vector<FlagHelp> OurFlags() {
  std::vector<FlagHelp> flags;
  for (const auto& [name, flag] : absl::GetAllFlags()) {
    if (!absl::StrContains(flag->Filename(), "deploy/")) continue;
    flags.push_back({std::string(name), flag->Help(), flag->DefaultValue(), flag->CurrentValue()});
  }
  std::sort(flags.begin(), flags.end(), [](const FlagHelp& a, const FlagHelp& b) { return a.name < b.name; });
  return flags;
}

std::string HelpText(const ServerPage& page, const std::vector<FlagHelp>& flags) {
  std::string out = Cat("NAME\n    ", page.name, " - ", page.summary, "\n\nSYNOPSIS\n    ", page.name,
                        " [--flagfile=FILE] [--FLAG=VALUE ...]\n    ", page.name,
                        " --help | --version | --example_flagfile\n\nDESCRIPTION\n");
  AppendWrapped(page.description, "    ", out);
  out += "\nFLAGS\n";
  AppendWrapped(
      "In brackets: the default. Sizes take KiB, MiB, GiB, TiB; times ms, s, m, h. The last value given counts. A "
      "switch is turned off by --noNAME.",
      "    ", out);
  for (const Section& section : Sections(flags)) {
    out += Cat("\n  ", section.title, "\n");
    for (const FlagHelp* flag : section.flags) {
      out += Cat("    --", flag->name, " [", flag->default_value.empty() ? "none" : flag->default_value, "]\n");
      AppendWrapped(flag->help, "        ", out);
    }
  }
  out += "\nCONFIGURATION FILE\n";
  AppendWrapped(
      "--flagfile=FILE reads flags from a file: one --NAME=VALUE a line, lines that begin with # are comments. A "
      "flag that stands behind it on the command line overrides it. --example_flagfile prints such a file with every "
      "flag and its default. What is in effect is logged at the start.",
      "    ", out);
  out += "\nFILES\n";
  AppendLines(page.files, out);
  out += "\nSIGNALS\n";
  AppendWrapped(
      "SIGTERM, SIGINT: health says NOT_SERVING, what was read is finished and answered, calls in flight have "
      "--drain_timeout, files are closed. A second one ends the process at once.\n"
      "TLS files, tokens and --access_file are read again when they change; no signal is needed.",
      "    ", out);
  out += "\nEXIT STATUS\n";
  AppendLines(
      "0    stopped by SIGTERM or SIGINT, or --health_check found what was wanted\n1    failed: the last line of the "
      "log says why; or a flag is wrong\n"
      "2    an argument that is no flag, a --flagfile with a mistake, or a --health_check that cannot be asked\n128+n  "
      "ended at once by the second signal n",
      out);
  out += "\nEXAMPLES\n";
  AppendLines(page.examples, out);
  return out;
}

std::string ExampleFlagFile(const ServerPage& page, const std::vector<FlagHelp>& flags) {
  std::string out =
      Cat("# ", page.name, ": every flag with its default. Take the # from what you change, and start it by\n#   ",
          page.name, " --flagfile=", page.name, ".flags\n");
  for (const Section& section : Sections(flags)) {
    out += Cat("\n# ---- ", section.title, " ----\n");
    for (const FlagHelp* flag : section.flags) {
      out += '\n';
      AppendWrapped(flag->help, "# ", out);
      out += Cat("#--", flag->name, "=", flag->default_value, "\n");
    }
  }
  return out;
}

}  // namespace factline::host
