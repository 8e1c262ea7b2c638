"""Keeps Factline's processes under load, samples what they take, and judges whether it stays flat.

Run it by tests/bench/soak. The judging (`Series`, `judge`) is pure, and tested by soak_test.py.
"""

import argparse
import csv
import json
import math
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ROLES = ("ingestor", "indexer", "query")
KINDS = ("article", "searchable", "query")
SAMPLE_S = 5
START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 60
MB = 1e6

# How much a figure may grow from the second quarter of the run to the last, as a share and in its own unit: the larger
# of the two. The first quarter fills caches and write buffers. A megabyte is nothing to a server of 350 MB, and much to
# one of 65.
RSS_SHARE, RSS_MB = 0.10, 8
COUNT_SHARE, COUNT = 0.10, 16
P50_SHARE, P50_MS = 0.25, 2
P99_SHARE, P99_MS = 0.50, 20


class Series:
    """A figure over time: (second, value) pairs in order."""

    def __init__(self, points):
        self.points = list(points)

    def window(self, begin, end):
        """The values from `begin` (inclusive) to `end` (exclusive), as shares of the whole time."""
        if not self.points:
            return []
        first, last = self.points[0][0], self.points[-1][0]
        span = (last - first) or 1
        return [v for t, v in self.points if begin <= (t - first) / span < end or (end == 1 and t == last)]

    def median(self, begin, end):
        values = self.window(begin, end)
        return statistics.median(values) if values else float("nan")

    def growth(self, begin):
        """By how much the line of least squares rises from `begin`, a share of the whole time, to the end."""
        if not self.points:
            return 0.0
        first, last = self.points[0][0], self.points[-1][0]
        start = first + begin * (last - first)
        points = [(t, v) for t, v in self.points if t >= start]
        if len(points) < 2:
            return 0.0
        mean_t = statistics.fmean(t for t, _ in points)
        mean_v = statistics.fmean(v for _, v in points)
        spread = sum((t - mean_t) ** 2 for t, _ in points)
        slope = sum((t - mean_t) * (v - mean_v) for t, v in points) / spread if spread else 0.0
        return slope * (last - start)


def judge(series, share, absolute):
    """Whether a figure is flat: both by medians (last quarter to second) and by the line of least squares over the last
    three quarters it grows by no more than allowed. A figure that falls is flat. Returns (flat, second, last, growth)."""
    second, last = series.median(0.25, 0.5), series.median(0.75, 1)
    growth = series.growth(0.25)
    allowed = max(share * second, absolute)
    if not all(map(math.isfinite, (second, last, growth))):  # of no samples, or of some that are never
        return False, second, last, growth
    return last - second <= allowed and growth <= allowed, second, last, growth


def bytes_an_item(points):
    """The bytes that each item added, by what they grew between samples; what compaction takes away at once counts as
    nothing. `points` are (items, bytes). 0 where no item came."""
    items = points[-1][0] - points[0][0] if points else 0
    added = sum(max(0, after[1] - before[1]) for before, after in zip(points, points[1:]))
    return added / items if items > 0 else 0.0


def proportional(points, share):
    """Whether bytes grow no faster than the items sent: what each item added in the last quarter is no more than what it
    did in the second and `share` of that. `points` are (second, items, bytes). Returns (held, second, last), in bytes an
    item."""
    series = Series((second, (items, bytes_)) for second, items, bytes_ in points)
    second, last = (bytes_an_item(series.window(*quarter)) for quarter in ((0.25, 0.5), (0.75, 1)))
    return 0 < last <= second * (1 + share), second, last


def status_of(pid):
    """Resident bytes, open files and threads of a process."""
    fields = dict(line.split(":", 1) for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines())
    return {
        "rss_mb": int(fields["VmRSS"].split()[0]) * 1024 / MB,
        "anon_mb": int(fields["RssAnon"].split()[0]) * 1024 / MB,
        "fds": len(os.listdir(f"/proc/{pid}/fd")),
        "threads": int(fields["Threads"]),
    }


def size_of(folder):
    """Bytes and number of the files below a folder; files that go away meanwhile count as gone."""
    total = count = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.stat(os.path.join(parent, name)).st_size
                count += 1
            except FileNotFoundError:
                pass
    return total, count


class Cluster:
    """The three processes on loopback, in a fresh folder."""

    def __init__(self, bin_dir, work):
        self.bin_dir, self.work, self.data = bin_dir, work, work / "data"
        self.addresses, self.processes = {}, {}

    def start(self):
        work = self.work
        self.data.mkdir()
        for role in ROLES:
            address_file = work / f"{role}.address"
            command = [self.bin_dir / role, "--listen=127.0.0.1:0", f"--data_dir={self.data}",
                       f"--address_file={address_file}"]
            if role == "indexer":
                command.append(f"--log_address={self.addresses['ingestor']}")
            with open(work / f"{role}.log", "ab") as log:
                self.processes[role] = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            deadline = time.monotonic() + START_TIMEOUT_S
            while not address_file.exists() or not address_file.read_text().strip():
                if self.processes[role].poll() is not None or time.monotonic() > deadline:
                    raise SystemExit(f"soak: {role} does not start: {work / role}.log")
                time.sleep(0.05)
            self.addresses[role] = address_file.read_text().strip()

    def ended(self):
        return [role for role, process in self.processes.items() if process.poll() is not None]

    def stop(self):
        """Ends all that were started. What is to be said of those that did not end as they should: words each."""
        faults = []
        for role in reversed(ROLES):
            if role in self.processes:
                self.processes[role].send_signal(signal.SIGTERM)
        for role, process in self.processes.items():
            try:
                if code := process.wait(STOP_TIMEOUT_S):
                    faults.append(f"{role} ended with {code}")
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                faults.append(f"{role} did not end within {STOP_TIMEOUT_S} s")
        self.processes.clear()
        return faults


class LoadReader(threading.Thread):
    """Keeps what `factline load --format=jsonl` says: intervals by their second, and the report. Other lines are passed
    on to standard error; reading goes on whatever they are, for else the load would wait for its reader."""

    def __init__(self, stream):
        super().__init__(daemon=True)
        self.stream, self.intervals, self.report = stream, [], None

    def run(self):
        for line in self.stream:
            try:
                record = json.loads(line)
            except ValueError:
                record = None
            if isinstance(record, dict) and "interval" in record:
                self.intervals.append(record["interval"])
            elif isinstance(record, dict) and "report" in record:
                self.report = record["report"]
            else:
                print(f"soak: factline load: {line.rstrip()}", file=sys.stderr)


def sample(cluster, seconds, load):
    row = {"second": round(seconds, 1)}
    for role, process in cluster.processes.items():
        row.update({f"{role}_{name}": value for name, value in status_of(process.pid).items()})
    for part in ("log", "index"):
        folder = cluster.data / part
        row[f"{part}_mb"], row[f"{part}_files"] = size_of(folder)
        row[f"{part}_mb"] /= MB
    data_bytes, row["data_files"] = size_of(cluster.data)
    row["data_mb"] = data_bytes / MB
    row["items"] = sum(kind["answered"] for interval in list(load.intervals) for kind in interval["kinds"]
                       if kind["kind"] == "article")
    newest = {kind["kind"]: kind["latency_ms"] for kind in load.intervals[-1]["kinds"]} if load.intervals else {}
    for kind in KINDS:  # of the last interval that has ended
        for which in ("p50", "p99", "max"):
            row[f"{kind}_{which}_ms"] = newest.get(kind, {}).get(which)
    return row


def latency_series(intervals, kind, which):
    """Of each interval of the load; infinite where the answer is 'never', and where nothing was answered."""

    def figure(interval):
        for figures in interval["kinds"]:
            if figures["kind"] == kind and figures["latency_ms"][which] is not None:
                return figures["latency_ms"][which]
        return math.inf

    return Series((interval["at_seconds"], figure(interval)) for interval in intervals)


def verdicts(rows, intervals):
    """Lines of (what, flat, second quarter, last quarter, growth by least squares, allowed)."""
    lines = []

    def look(what, series, share, absolute, unit):
        flat, second, last, growth = judge(series, share, absolute)
        lines.append((what, flat, f"{second:.1f}", f"{last:.1f}", f"{growth:+.1f}",
                      f"{max(share * second, absolute):.1f} {unit}".strip()))

    def column(name):
        return Series((row["second"], row[name]) for row in rows)

    for role in ROLES:
        look(f"{role}: resident memory", column(f"{role}_rss_mb"), RSS_SHARE, RSS_MB, "MB")
        look(f"{role}: open files", column(f"{role}_fds"), COUNT_SHARE, COUNT, "")
        look(f"{role}: threads", column(f"{role}_threads"), COUNT_SHARE, COUNT, "")
    look("index: bytes, levels off", column("index_mb"), 0.25, 32, "MB")
    for part in ("index", "log", "data"):
        look(f"{part}: files", column(f"{part}_files"), COUNT_SHARE, COUNT, "")
    for kind in KINDS:
        look(f"{kind}: p50 of 10 s", latency_series(intervals, kind, "p50"), P50_SHARE, P50_MS, "ms")
        look(f"{kind}: p99 of 10 s", latency_series(intervals, kind, "p99"), P99_SHARE, P99_MS, "ms")
    held, second, last = proportional([(r["second"], r["items"], r["log_mb"] * MB) for r in rows], 0.25)
    lines.append(("log: bytes that an item adds", held, f"{second:.0f}", f"{last:.0f}", "", "25 %"))
    return lines


def report_on(rows, load, minutes, faults):
    # What ends with the load is a part of an interval, in which a kind may not come at all.
    lines = verdicts(rows, [interval for interval in load.intervals if interval["at_seconds"] <= minutes * 60])
    failures = list(faults)
    print(f"\n| figure | second quarter | last quarter | growth over the last three | allowed | |\n"
          f"|---|---|---|---|---|---|")
    for what, flat, second, last, growth, allowed in lines:
        print(f"| {what} | {second} | {last} | {growth} | {allowed} | {'flat' if flat else 'NOT FLAT'} |")
        if not flat:
            failures.append(what)
    print(f"\n| kind, {minutes:g} minutes | asked/s | done/s | failed | unsent | p50 | p90 | p99 | p99.9 | max ms |\n"
          f"|---|---|---|---|---|---|---|---|---|---|")
    for kind in load.report["kinds"]:
        latency = " | ".join("never" if kind["latency_ms"][name] is None else f"{kind['latency_ms'][name]:.1f}"
                             for name in ("p50", "p90", "p99", "p99.9", "max"))
        print(f"| {kind['kind']} | {kind.get('asked_per_second', '')} | {kind['achieved_per_second']:.1f} "
              f"| {kind['failed']} | {kind['unsent']} | {latency} |")
        if kind["failed"] or kind["unsent"]:
            failures.append(f"{kind['kind']}: {kind['failed']} failed, {kind['unsent']} unsent")
    last = rows[-1]
    print(f"\nSent: {load.report['items']}. At the end: log {last['log_mb']:.0f} MB in {last['log_files']} files, index "
          f"{last['index_mb']:.0f} MB in {last['index_files']} files.")
    print("Verdict: " + ("flat." if not failures else "NOT FLAT: " + "; ".join(failures)))
    return not failures


def run(flags, work):
    cluster = Cluster(flags.bin, work)
    client = None
    try:
        cluster.start()
        seconds = flags.minutes * 60
        # As many as come in a fifth of the time: of all items 0.65 are new articles until then, for 0.3 are newer versions
        # and 0.05 withdrawals.
        ids = flags.max_articles or max(1, int(flags.articles * seconds * 0.2 * 0.65))
        client = subprocess.Popen(
            [flags.bin / "factline", "load", f"--articles_per_second={flags.articles}",
             f"--queries_per_second={flags.queries}", f"--duration={seconds:.0f}s", "--updates=0.3", "--deletes=0.05",
             f"--max_articles={ids}", "--searchable", "--arrival=poisson", "--report_every=10s", "--timeout=30s",
             "--format=jsonl", f"--ingest_address={cluster.addresses['ingestor']}",
             f"--query_address={cluster.addresses['query']}"],
            stdout=subprocess.PIPE, text=True)
        load = LoadReader(client.stdout)
        load.start()
        rows = []
        begin = time.monotonic()
        path = flags.csv or work.with_suffix(".csv")
        with open(path, "w", newline="") as file:
            writer = None
            while client.poll() is None:
                if cluster.ended():
                    raise SystemExit(f"soak: ended: {', '.join(cluster.ended())}; logs in {work}")
                rows.append(sample(cluster, time.monotonic() - begin, load))
                writer = writer or csv.DictWriter(file, rows[0].keys())
                if len(rows) == 1:
                    writer.writeheader()
                writer.writerow(rows[-1])
                file.flush()
                if len(rows) % 12 == 1:
                    print("  ".join(f"{name} {rows[-1][name]:.0f}" for name in (
                        "second", "items", "ingestor_rss_mb", "indexer_rss_mb", "query_rss_mb", "indexer_fds",
                        "query_fds", "index_mb", "index_files", "log_mb")), file=sys.stderr, flush=True)
                time.sleep(max(0, begin + len(rows) * SAMPLE_S - time.monotonic()))
        print(f"soak: samples in {path}", file=sys.stderr)
        load.join()
        if client.returncode != 0 or load.report is None:
            raise SystemExit(f"soak: factline load ended with {client.returncode}")
        return report_on(rows, load, flags.minutes, cluster.stop())
    finally:
        if client is not None and client.poll() is None:
            client.terminate()
            try:
                client.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                client.kill()
                client.wait()
        cluster.stop()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--articles", type=float, default=100)
    parser.add_argument("--queries", type=float, default=50)
    parser.add_argument("--max_articles", type=int, default=0)
    parser.add_argument("--work", type=pathlib.Path)
    parser.add_argument("--csv", type=pathlib.Path)
    parser.add_argument("--relative_to", type=pathlib.Path, default=pathlib.Path.cwd(), help="of --work and --csv")
    parser.add_argument("--keep", action="store_true")
    flags = parser.parse_args()
    if flags.minutes < 1:
        parser.error("--minutes: at least 1, for there to be enough samples")
    flags.work = flags.work and flags.relative_to / flags.work
    flags.csv = flags.csv and flags.relative_to / flags.csv
    if flags.work:
        flags.work.mkdir(parents=True, exist_ok=True)
    work = pathlib.Path(tempfile.mkdtemp(prefix="factline-soak-", dir=flags.work))
    flat = False
    try:
        flat = run(flags, work)
    finally:
        if flags.keep:
            print(f"soak: data and logs in {work}", file=sys.stderr)
        elif flat:
            shutil.rmtree(work)
        else:
            shutil.rmtree(work / "data", ignore_errors=True)
            print(f"soak: logs in {work}", file=sys.stderr)
    sys.exit(0 if flat else 1)


if __name__ == "__main__":
    main()
