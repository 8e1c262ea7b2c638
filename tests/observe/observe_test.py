"""Metrics, alerts, logs and traces of the three real processes, as a real Prometheus server and a reader of logs see them."""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

sys.path.insert(0, "tests/interop")
import services  # noqa: E402

OBSERVE = pathlib.Path("deploy/observe")
ROLES = ("ingestor", "indexer", "query")
DEADLINE_S = 60
TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736"
SAMPLED = "00-%s-00f067aa0ba902b7-01" % TRACE_ID
UNSAMPLED = "00-11112222333344445555666677778888-00f067aa0ba902b7-00"


def eventually(what, look):
    """What `look` gives once it is true; fails after a minute, with what it gave last. Polls: nobody tells."""
    deadline = time.monotonic() + DEADLINE_S
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError("%s: not within %d s" % (what, DEADLINE_S))
        time.sleep(0.05)


class Api:
    """The public API by its descriptors alone, as an address and a method's name reach it."""

    def __init__(self, descriptors):
        pool = descriptor_pool.DescriptorPool()
        for file in descriptor_pb2.FileDescriptorSet.FromString(pathlib.Path(descriptors).read_bytes()).file:
            pool.Add(file)
        self._pool = pool
        self._factory = message_factory.MessageFactory(pool)

    def call(self, address, method, request, metadata=()):
        """Returns the answer (None after an error), the code, and the trailing metadata as a dict."""
        service, name = method.rsplit("/", 1)
        described = self._pool.FindServiceByName(service).methods_by_name[name]
        to, back = (self._factory.GetPrototype(m) for m in (described.input_type, described.output_type))
        with grpc.insecure_channel(address) as channel:
            stub = channel.unary_unary("/" + method, request_serializer=to.SerializeToString,
                                       response_deserializer=back.FromString)
            try:
                answer, call = stub.with_call(to(**request), metadata=metadata, timeout=30, wait_for_ready=True)
            except grpc.RpcError as error:
                answer, call = None, error
            return answer, call.code(), {key: value for key, value in call.trailing_metadata() or ()}


class Prometheus:
    """A server that watches the processes at their addresses, five times a second; a context."""

    def __init__(self, targets):
        self._targets = targets

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="factline-prometheus-")
        folder = pathlib.Path(self._folder.name)
        shutil.copy(OBSERVE / "alerts.yml", folder)
        # The shipped configuration, with the pace and the addresses of a test.
        config = (OBSERVE / "prometheus.yml").read_text().replace("15s", "200ms")
        for role, port in zip(ROLES, ("9461", "9462", "9463")):
            config = config.replace("127.0.0.1:" + port, self._targets[role])
        (folder / "prometheus.yml").write_text(config)
        log = folder / "log"
        with open(log, "wb") as out:
            self._process = subprocess.Popen(
                ["prometheus", "--config.file=%s" % (folder / "prometheus.yml"), "--storage.tsdb.path=%s" % (folder / "data"),
                 "--web.listen-address=127.0.0.1:0"], stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        try:
            said = eventually("Prometheus listens", lambda: re.search(
                r'"Listening on" address=(\S+)', self._log_while_running(log)))
        except BaseException:
            self.__exit__()
            raise
        self._url = "http://%s/api/v1/" % said[1]
        return self

    def _log_while_running(self, log):
        text = log.read_text()
        if self._process.poll() is not None:
            raise AssertionError("Prometheus ended:\n" + text)
        return text

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(DEADLINE_S)
        self._folder.cleanup()

    def get(self, path, **parameters):
        """The data of an answer; {} while the server is not ready. Raises AssertionError with its words for a bad query."""
        try:
            with urllib.request.urlopen(self._url + path + "?" + urllib.parse.urlencode(parameters), timeout=30) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            if error.code == 503:
                return {}
            raise AssertionError("%s %s: %s" % (path, parameters, error.read().decode())) from error

    def values(self, query):
        """The samples of an instant query: a list of (labels, value)."""
        return [(sample["metric"], float(sample["value"][1])) for sample in self.get("query", query=query).get("result", [])]

    def value(self, query):
        found = self.values(query)
        return found[0][1] if found else None


def documented():
    """METRICS.md's rows: name -> (type, labels)."""
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| [^|]+ \| ([^|]+) \|", (OBSERVE / "METRICS.md").read_text(), re.M)
    return {name: (kind, set(re.findall(r"`(\w+)`", labels))) for name, kind, labels in rows}


def names_in(expression):
    """The metrics that an expression is about."""
    names = re.findall(r"\b(?:factline|process)_\w+|\bup\b", expression)
    return {re.sub(r"_(bucket|sum|count)$", "", name) for name in names}


def dashboard_expressions():
    board = json.loads((OBSERVE / "factline.json").read_text())
    return [target["expr"].replace("$__rate_interval", "1m") for panel in board["panels"] for target in panel.get("targets", [])]


class ObserveTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.services = cls.enterClassContext(services.Services("deploy", flags=lambda role, folder: [
            "--metrics_listen=127.0.0.1:0", "--metrics_address_file=%s" % (folder / (role + ".metrics")),
            "--log_format=json"]))
        files = {role: cls.services.folder / (role + ".metrics") for role in ROLES}
        eventually("each process serves metrics", lambda: all(file.exists() for file in files.values()))
        targets = {role: file.read_text().strip() for role, file in files.items()}
        cls.prometheus = cls.enterClassContext(Prometheus(targets))
        cls.api = Api("protos/factline.binpb")
        cls.ingest("first", "星桥电子新厂投产", [])
        cls.services.client("admin", "wait", "--caught_up", "--timeout=60s")
        eventually("each process is seen", lambda: cls.prometheus.value('sum(up{job=~"factline-.+"})') == 3)

    @classmethod
    def enterClassContext(cls, context):  # Python 3.11 has it; said here so that 3.10 runs it, too
        entered = context.__enter__()
        cls.addClassCleanup(context.__exit__, None, None, None)
        return entered

    @classmethod
    def ingest(cls, article_id, title, metadata):
        body = "星桥电子宣布位于南湾的新工厂正式投产。公司表示，新厂年产能为三百万片，总投资达十二亿元。"
        answer, code, _ = cls.api.call(cls.services.addresses["ingestor"], "factline.v1.IngestService/IngestArticle",
                                       {"article": {"id": article_id, "title": title, "body": body}}, metadata)
        assert code == grpc.StatusCode.OK, code
        return answer.acceptance.articles[0].offset

    def lines(self, role):
        """The log of a process, line by line; fails at one that is no JSON object."""
        text = (self.services.folder / (role + ".log")).read_text()
        return [json.loads(line) for line in text[:text.rfind("\n") + 1].splitlines()]

    def test_metrics_are_those_of_the_page(self):
        self.services.client("search", "星桥")
        wanted = {name: kind for name, (kind, _) in documented().items()}

        def exported():
            return {row["metric"]: row["type"] for row in self.prometheus.get("targets/metadata") or []}
        eventually("all metrics are there", lambda: len(exported()) >= len(wanted))
        self.assertEqual(exported(), wanted)

    def test_labels_are_those_of_the_page(self):
        self.services.client("search", "星桥")
        for name, (kind, wanted) in documented().items():
            suffix = "_count" if kind in ("histogram", "summary") and "quantile" not in wanted else ""
            found = eventually(name, lambda: self.prometheus.get("series", **{"match[]": '{__name__="%s%s"}' % (name, suffix)}))
            labels = set().union(*found) - {"__name__", "job", "instance"}
            self.assertEqual(labels, wanted, name)

    def test_dashboard_and_alerts_ask_for_what_there_is(self):
        groups = eventually("rules are loaded", lambda: self.prometheus.get("rules").get("groups"))
        alerts = [rule["query"] for group in groups for rule in group["rules"]]
        self.assertGreater(len(alerts), 10)
        expressions = dashboard_expressions() + alerts
        known = set(documented()) | {"up"}
        for expression in expressions:
            self.assertTrue(names_in(expression), expression)
            self.assertEqual(names_in(expression) - known, set(), expression)
            self.prometheus.values(expression)
        kinds = documented()
        for expression in expressions:
            for name, selector in re.findall(r"\b(factline_\w+)(?:\{([^}]*)\})?", expression):
                _, labels = kinds[re.sub(r"_(bucket|sum|count)$", "", name)]
                used = set(re.findall(r"(\w+)\s*(?:!=|=~|!~|=)\s*\"", selector))
                self.assertEqual(used - labels - {"job", "instance", "le"}, set(), expression)
            for name in re.findall(r"\b(?:rate|irate|increase)\((\w+)", expression):
                self.assertIn(kinds[re.sub(r"_(bucket|sum|count)$", "", name)][0], ("counter", "histogram"), expression)

    def test_the_dashboard_shows_something_everywhere(self):
        self.services.client("search", "星桥")
        self.api.call(self.services.addresses["query"], "factline.v1.QueryService/GetArticle", {"id": "nobody"})  # an error
        empty = []
        for expression in dashboard_expressions():
            try:
                eventually(expression, lambda: self.prometheus.values(expression))
            except AssertionError:
                empty.append(expression)
        self.assertEqual(empty, [])

    def test_every_alert_that_the_page_names_is_there_and_the_other_way_round(self):
        named = set(re.findall(r"`(Factline\w+)`", (OBSERVE / "METRICS.md").read_text()))
        alerts = set(re.findall(r"alert: (\w+)", (OBSERVE / "alerts.yml").read_text()))
        self.assertEqual(named - alerts, set())
        self.assertEqual(alerts - named - {"FactlineProcessDown"}, set())
        tried = (OBSERVE / "alerts_test.yml").read_text()
        self.assertEqual({alert for alert in alerts if alert not in tried}, set())

    def test_rules_are_healthy_and_pass_their_tests(self):
        for command in (["check", "config", "prometheus.yml"], ["check", "rules", "alerts.yml"],
                        ["test", "rules", "alerts_test.yml"]):
            ran = subprocess.run(["promtool", *command], cwd=OBSERVE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            self.assertEqual(ran.returncode, 0, ran.stdout)

        def rules():
            return [rule for group in self.prometheus.get("rules").get("groups", []) for rule in group["rules"]]
        eventually("all rules were evaluated", lambda: rules() and all(rule["health"] != "unknown" for rule in rules()))
        self.assertEqual([rule for rule in rules() if rule["health"] != "ok"], [])
        self.assertEqual([alert["labels"] for alert in self.prometheus.get("alerts")["alerts"] if alert["state"] == "firing"], [])

    def test_what_happens_is_counted(self):
        counts = {
            "an article is accepted": "sum(factline_ingest_articles_total)",
            "its item is answered": "sum(factline_ingest_item_duration_seconds_count)",
            "it is committed": "sum(factline_index_indexed_articles_total)",
            "its facts are found": "sum(factline_index_found_facts_total)",
            "queries find it": "sum(factline_query_articles)",
            "its item is counted": 'sum(factline_ingest_items_total{result="accepted"})',
            "the log is synced": 'sum(factline_rocksdb_wal_syncs_total{store="log"})',
            "a search is counted": 'sum(factline_calls_total{method="Search", code="OK"})',
            "and timed": 'sum(factline_call_duration_seconds_count{method="Search"})',
            "an error is counted": 'sum(factline_calls_total{method="GetArticle", code="NOT_FOUND"})',
            "an item is rejected": 'sum(factline_ingest_rejected_items_total{reason="NOT_FOUND"})',
        }
        before = {what: self.prometheus.value(query) or 0 for what, query in counts.items()}
        self.ingest("counted", "海湾重工签下新订单", [])
        self.services.client("admin", "wait", "--caught_up", "--timeout=60s")
        self.services.client("search", "海湾重工")
        for address, method, field in (("query", "factline.v1.QueryService/GetArticle", "id"),
                                       ("ingestor", "factline.v1.IngestService/DeleteArticle", "id")):
            _, code, _ = self.api.call(self.services.addresses[address], method, {field: "nobody"})
            self.assertEqual(code, grpc.StatusCode.NOT_FOUND)
        for what, query in counts.items():
            eventually(what, lambda: (self.prometheus.value(query) or 0) > before[what])
        eventually("nothing is behind", lambda: self.prometheus.value("sum(factline_index_lag_events)") == 0)

    def test_an_articles_way_is_found_by_its_trace(self):
        self.ingest("untraced", "北岭药业公布年报", [("traceparent", UNSAMPLED)])
        offset = self.ingest("traced", "青川软件发布新品", [("traceparent", SAMPLED), ("x-request-id", "order-66")])
        found = eventually("the indexer tells", lambda: [
            line for line in self.lines("indexer") if line.get("trace_id") == TRACE_ID])
        self.assertEqual([(line["message"], line["article"], line["offset"]) for line in found],
                         [("article searchable", "traced", str(offset))])
        self.assertLessEqual(int(found[0]["read_ms"]), int(found[0]["committed_ms"]))
        told = eventually("the ingestor tells", lambda: self.two_lines_of_the_ingestor())
        self.assertEqual(told["article accepted"]["article"], "traced")
        self.assertEqual(told["article accepted"]["offset"], str(offset))
        self.assertEqual(told["call"]["request_id"], "order-66")
        self.services.client("admin", "wait", "--caught_up", "--timeout=60s")
        answer, _, trailing = self.api.call(self.services.addresses["query"], "factline.v1.QueryService/GetArticle",
                                            {"id": "traced"}, [("traceparent", SAMPLED)])
        self.assertEqual(answer.article.id, "traced")
        asked = eventually("the query server tells", lambda: [
            line for line in self.lines("query") if line.get("trace_id") == TRACE_ID])
        self.assertEqual(asked[0]["method"], "/factline.v1.QueryService/GetArticle")
        self.assertEqual(asked[0]["request_id"], trailing["x-request-id"])
        for role in ROLES:
            self.assertEqual([line for line in self.lines(role) if UNSAMPLED[3:35] in json.dumps(line)], [], role)

    def test_a_withdrawal_and_a_page_are_told_of_as_what_they_are(self):
        trace_id = "0123456789abcdef0123456789abcdef"
        metadata = [("traceparent", "00-%s-00f067aa0ba902b7-01" % trace_id)]

        def told(role, message):
            return [line for line in self.lines(role) if line.get("trace_id") == trace_id and line["message"] == message]
        self.ingest("withdrawn", "南湾港扩建", [])
        _, code, _ = self.api.call(self.services.addresses["ingestor"], "factline.v1.IngestService/DeleteArticle",
                                   {"id": "withdrawn"}, metadata)
        self.assertEqual(code, grpc.StatusCode.OK)
        page = self.services.folder / "kept.txt"
        page.write_text("南湾港宣布扩建。\n")
        self.services.client("ingest", str(page), "--traceparent=" + metadata[0][1])
        for role in ("ingestor", "indexer"):
            found = eventually(role, lambda: told(role, "article withdrawn"))
            self.assertEqual([line["article"] for line in found], ["withdrawn"], role)
        self.assertEqual(len(eventually("the page", lambda: [line["page"] for line in told("indexer", "page kept")])), 1)

    def test_the_command_line_client_traces_what_it_sends(self):
        trace_id = TRACE_ID[::-1]
        article = self.services.folder / "article.jsonl"
        article.write_text(json.dumps({"id": "by-client", "title": "南湾港扩建", "body": "南湾港宣布扩建。"}))
        self.services.client("ingest", str(article), "--traceparent=00-%s-00f067aa0ba902b7-01" % trace_id)
        for role in ("ingestor", "indexer"):
            eventually(role, lambda: [line for line in self.lines(role)
                                      if line.get("trace_id") == trace_id and line.get("article") == "by-client"])
        with self.assertRaises(subprocess.CalledProcessError) as refused:
            self.services.client("ingest", str(article), "--traceparent=00-0-0-01")
        self.assertEqual(refused.exception.returncode, 2)

    def two_lines_of_the_ingestor(self):
        lines = {line["message"]: line for line in self.lines("ingestor") if line.get("trace_id") == TRACE_ID}
        return lines if len(lines) == 2 else None

    def test_a_refused_start_says_why(self):
        for flag, words in (("--metrics_listen=0.0.0.0:0", "--metrics_listen=0.0.0.0:0 can be reached from other machines"),
                            ("--metrics_listen=0.0.0.0:0 --insecure", "say --metrics_insecure"),
                            ("--metrics_listen=9461", "--metrics_listen=9461 is no address"),
                            ("--log_format=xml", "want text or json")):
            with tempfile.TemporaryDirectory() as folder:
                ran = subprocess.run(["deploy/ingestor", "--listen=127.0.0.1:0", "--data_dir=" + folder, *flag.split()],
                                     stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=DEADLINE_S)
            self.assertEqual(ran.returncode, 1, ran.stdout)
            self.assertIn(words, ran.stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
