"""Runs compose.yaml and holds it to its promises: news goes in and facts come out through the published ports, with TLS
and tokens; nothing that was acknowledged is lost, whichever container is killed; and each container is as shut in as the
file says.

  topology.py TAG WORK      TAG of the images; WORK: a new folder for keys
"""
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import ssl
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONTAINER = ROOT / "deploy/container"
SERVERS = ["ingestor", "indexer", "query"]
DEADLINE_S = 120  # for anything that must come about
ITEMS = 300  # of one batch of a stream
SHUT_IN = ["--read-only", "--read-only-tmpfs=false", "--cap-drop=ALL", "--security-opt=no-new-privileges"]
OF_THE_KERNEL = {"proc", "sysfs", "tmpfs", "devpts", "mqueue", "cgroup", "cgroup2"}
OF_PODMAN = {"/etc/hosts", "/etc/hostname", "/etc/resolv.conf", "/run/.containerenv"}


def run(*argv, check=True, **options):
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, "timeout": 600} | options
    done = subprocess.run([str(a) for a in argv], **options)
    if check and done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, argv))} ended with {done.returncode}:\n{done.stdout}")
    return done


def eventually(what, holds):
    deadline = time.monotonic() + DEADLINE_S
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"in vain: {what}")
        time.sleep(0.2)


def writable(pid):
    """Mount point -> type of file system, for all that a process sees and may write."""
    mounts = [line.split() for line in pathlib.Path(f"/proc/{pid}/mounts").read_text().splitlines()]
    return {point: kind for _, point, kind, options, *_ in mounts if "rw" in options.split(",")}


class Topology:
    """The compose project under a name and at ports of its own."""

    def __init__(self, tag, work, files):
        self.tag, self.work, self.files = tag, work, files
        self.project = f"factline-{tag}"
        self.ports = {}  # of those that are published; podman chooses them
        self.secrets = work / "secrets"
        self.environment = os.environ | {
            "FACTLINE_TAG": tag, "FACTLINE_SECRETS": str(self.secrets),
            "FACTLINE_INGEST_PORT": "", "FACTLINE_QUERY_PORT": ""}

    def compose(self, *arguments):
        files = [word for file in self.files for word in ("-f", CONTAINER / file)]
        return run("podman-compose", "-p", self.project, *files, *arguments, env=self.environment)

    def name(self, server):
        return f"{self.project}_{server}_1"

    def up(self):
        self.compose("up", "-d")
        for server in SERVERS:
            self.await_health(server)
        for server in ("ingestor", "query"):
            self.ports[server] = int(run("podman", "port", self.name(server)).stdout.rsplit(":", 1)[1])

    def await_health(self, server):
        eventually(f"{server} is healthy",
                   lambda: run("podman", "healthcheck", "run", self.name(server), check=False).returncode == 0)

    def inspect(self, server):
        return json.loads(run("podman", "inspect", self.name(server)).stdout)[0]

    def logs(self, server):
        return run("podman", "logs", self.name(server)).stdout

    def down(self, *options):
        self.compose("down", "-t", "30", *options)

    def remove(self):
        self.down("-v")
        for server in SERVERS:
            run("podman", "rm", "-f", "-v", self.name(server), check=False)
        for network in ("inside", "outside"):
            run("podman", "network", "rm", "-f", f"{self.project}_{network}", check=False)
        for volume in ("log", "index"):
            run("podman", "volume", "rm", "-f", f"{self.project}_{volume}", check=False)

    def client_argv(self, *arguments, token="", tls=True):
        """`factline` in its own image, on the servers' networks. Without podman's writable /tmp and /run, too."""
        argv = ["podman", "run", "--rm", "-i", f"--name={self.project}_client", *SHUT_IN,
                f"--network={self.project}_inside", f"--network={self.project}_outside",
                "-v", f"{self.secrets}/client:/keys:ro,z", "-v", f"{ROOT}/deploy/samples:/samples:ro,z",
                f"factline/factline:{self.tag}", *arguments,
                "--ingest_address=ingestor:50051", "--indexer_address=indexer:50052", "--query_address=query:50053"]
        return argv + (["--tls_ca=/keys/ca.crt"] if tls else []) + ([f"--token_file=/keys/{token}.token"] if token else [])

    def client(self, *arguments, check=True, **options):
        return run(*self.client_argv(*arguments, **options), check=check)

    def articles_seen(self, **options):
        """Waits until queries see all that the log holds."""
        seen = self.client("admin", "wait", "--caught_up", "--timeout=120s", **options).stdout
        return int(re.search(r"([\d,]+) articles", seen).group(1).replace(",", ""))


def article(number):
    return json.dumps({"id": f"made-up-{number}", "title": f"青岭储能第{number}期基地开工", "language": "zh",
                       "body": f"青岭储能科技有限公司投资{number + 1}亿元建设第{number}期储能基地，预计明年投产。"},
                      ensure_ascii=False) + "\n"


def news_goes_in_and_facts_come_out(t):
    t.client("ingest", "/samples/bingang-daily-2024-03-18-a01.txt", "--source=bingang-daily", "--published=2024-03-18",
             token="newsroom")
    t.client("ingest", "/samples/articles-zh.jsonl", "/samples/articles-en.jsonl", token="newsroom")
    t.seen = t.articles_seen(token="ops")
    assert t.seen >= 8, t.seen
    facts = t.client("facts", "--predicate=invests_in", "--evidence", token="desk").stdout
    assert "滨港产投集团有限公司出资8亿元参股远岭储能" in facts, facts


def grpcurl_asks_through_the_published_port(t):
    if not shutil.which("grpcurl"):
        return "no grpcurl here"
    token = (t.secrets / "client/desk.token").read_text().strip()
    answer = run("grpcurl", "-cacert", t.secrets / "client/ca.crt", "-H", f"authorization: Bearer {token}",
                 "-d", '{"query": "储能"}', f"localhost:{t.ports['query']}", "factline.v1.QueryService/Search").stdout
    assert json.loads(answer)["results"], answer
    without = run("grpcurl", "-cacert", t.secrets / "client/ca.crt", "-d", '{"query": "储能"}',
                  f"localhost:{t.ports['query']}", "factline.v1.QueryService/Search", check=False)
    assert without.returncode != 0 and "Unauthenticated" in without.stdout, without.stdout


def nobody_gets_in_without_a_key(t):
    for options, why in (({}, "CREDENTIALS_MISSING"), ({"token": "newsroom"}, "ROLE_MISSING")):
        refused = t.client("search", "储能", check=False, **options)
        assert refused.returncode == 3 and why in refused.stdout, refused.stdout
    assert t.client("search", "储能", tls=False, check=False).returncode == 3


def containers_are_shut_in(t):
    for server in SERVERS:
        pid = t.inspect(server)["State"]["Pid"]
        status = dict(re.findall(r"^(\w+):\s*(.*)$", pathlib.Path(f"/proc/{pid}/status").read_text(), re.MULTILINE))
        assert status["CapEff"] == status["CapBnd"] == "0000000000000000", server
        assert status["NoNewPrivs"] == "1" and status["Seccomp"] == "2", server
        assert os.geteuid() != 0 or status["Uid"].split()[0] == "65532", status["Uid"]
        kept = {point for point, kind in writable(pid).items() if kind not in OF_THE_KERNEL} - OF_PODMAN
        assert kept == {"/data"}, f"{server} may write {kept}"
        shell = run("podman", "exec", t.name(server), "/bin/sh", "-c", "true", check=False)
        assert shell.returncode == 127 or "no such file" in shell.stdout, shell.stdout
        assert t.inspect(server)["HostConfig"]["Memory"] > 0
    published = t.inspect("indexer")["NetworkSettings"]["Ports"] or {}
    assert not any(published.values()), "clients do not reach the indexer"


def nothing_is_written_but_data(t):
    """compose.yaml cannot forbid the /tmp, /run and /var/tmp that podman gives to a container that is read only. Each
    server by itself answers without them."""
    for server in SERVERS:
        name, program = f"{t.project}_{server}_alone", [f"/usr/bin/{server}", "--flagfile=/etc/factline/flags"]
        try:
            run("podman", "run", "-d", f"--name={name}", *SHUT_IN, "--network=none",
                "-v", f"{t.secrets}/{server}:/etc/factline/secrets:ro,z", f"factline/{server}:{t.tag}")
            state = json.loads(run("podman", "inspect", name).stdout)[0]["State"]
            assert not writable(state["Pid"]).keys() & {"/", "/tmp", "/run", "/var/tmp"}, writable(state["Pid"])
            eventually(f"{server} answers",
                       lambda: run("podman", "exec", name, *program, "--health_check=answering", check=False).returncode == 0)
        finally:
            run("podman", "rm", "-f", "-v", name, check=False)


def nothing_acknowledged_is_lost_whichever_is_killed(t):
    """One stream, and between its batches each server is killed and started; the client goes on by itself."""
    stream = subprocess.Popen(t.client_argv("ingest", "-", "--input_format=jsonl", "--timeout=300s", token="newsroom"),
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    sent = 0

    def send():
        nonlocal sent
        for number in range(sent, sent + ITEMS):
            stream.stdin.write(article(number))
        stream.stdin.flush()
        sent += ITEMS

    try:
        send()
        for server in ("indexer", "ingestor", "query", "ingestor"):
            run("podman", "kill", t.name(server))
            send()
            run("podman", "start", t.name(server))
            t.await_health(server)
            send()
        output, _ = stream.communicate(timeout=600)
    finally:
        if stream.poll() is None:
            run("podman", "rm", "-f", "-v", f"{t.project}_client", check=False)
            stream.kill()
            stream.wait()
    assert stream.returncode == 0, output
    assert f"{sent:,} articles durable" in output, output
    seen = t.articles_seen(token="ops")
    assert seen == t.seen + sent, f"{seen} articles, not {t.seen} + {sent}"
    last = t.client("article", f"made-up-{sent - 1}", token="desk").stdout
    assert f"第{sent - 1}期" in last, last
    t.seen = seen


def what_crashes_is_started_again(t):
    for server in SERVERS:
        pid = t.inspect(server)["State"]["Pid"]
        os.kill(pid, signal.SIGKILL)
        eventually(f"{server} runs again", lambda: t.inspect(server)["State"]["Pid"] not in (0, pid))
        t.await_health(server)
    assert t.articles_seen(token="ops") == t.seen


def health_says_what_is_wrong(t):
    run("podman", "stop", "-t", "30", t.name("ingestor"))
    assert t.inspect("ingestor")["State"]["ExitCode"] == 0, "drained"
    eventually("the indexer is unhealthy without the log",
               lambda: run("podman", "healthcheck", "run", t.name("indexer"), check=False).returncode == 1)
    alive = run("podman", "exec", t.name("indexer"), "/usr/bin/indexer", "--flagfile=/etc/factline/flags",
                "--health_check=answering", check=False)
    assert alive.returncode == 0, alive.stdout
    assert "储能" in t.client("search", "储能", token="desk").stdout, "queries go on"
    run("podman", "start", t.name("ingestor"))
    t.await_health("indexer")


def renewed_certificates_are_taken_up(t):
    def shown():
        # The name is not looked at here: which certificate it is, is all that is asked.
        return ssl.get_server_certificate(("127.0.0.1", t.ports["query"]))
    before = shown()
    run(CONTAINER / "make_secrets", "--out", t.secrets)
    eventually("another certificate is shown", lambda: shown() != before)
    assert "储能" in t.client("search", "储能", token="desk").stdout


def data_outlives_the_containers(t):
    t.compose("stop", "-t", "30")
    ended = {server: t.inspect(server)["State"]["ExitCode"] for server in SERVERS}
    assert not any(ended.values()), f"not drained, but killed: {ended}"
    t.down()
    t.up()
    assert t.articles_seen(token="ops") == t.seen


SECURE = [news_goes_in_and_facts_come_out, grpcurl_asks_through_the_published_port, nobody_gets_in_without_a_key,
          containers_are_shut_in, nothing_is_written_but_data, nothing_acknowledged_is_lost_whichever_is_killed,
          what_crashes_is_started_again, health_says_what_is_wrong, renewed_certificates_are_taken_up,
          data_outlives_the_containers]


def without_keys_on_a_trusted_network(t):
    t.client("ingest", "/samples/articles-zh.jsonl", tls=False)
    assert t.articles_seen(tls=False) > 0
    assert "储能" in t.client("search", "储能", tls=False).stdout
    assert "trusts the network" in t.logs("query")
    for server in SERVERS:
        sources = [mount["Source"] for mount in t.inspect(server)["Mounts"]]
        assert not any(str(t.secrets) in source for source in sources), sources


INSECURE = [without_keys_on_a_trusted_network]


def try_all(topology, cases):
    """False where one failed."""
    good = True
    with contextlib.ExitStack() as stack:
        stack.callback(topology.remove)
        cases = [lambda t: t.up()] + cases
        cases[0].__name__ = "all_three_become_healthy" + ("" if len(topology.files) == 1 else "_without_keys")
        for case in cases:
            began = time.monotonic()
            try:
                why = case(topology)
                if why:
                    print(f"SKIPPED topology/{case.__name__} ({why})", flush=True)
                else:
                    print(f"PASSED topology/{case.__name__}", flush=True)
                print(f"  {time.monotonic() - began:.1f} s", flush=True)
            except Exception as error:  # whatever it is, the others are tried
                good = False
                print(f"{error}\nFAILED topology/{case.__name__} ({type(error).__name__})", flush=True)
                for server in SERVERS:
                    print(f"-- {server}\n" + "\n".join(run("podman", "logs", "--tail", "5", topology.name(server),
                                                         check=False).stdout.splitlines()), flush=True)
    return good


def main():
    tag, work = sys.argv[1], pathlib.Path(sys.argv[2])
    work.mkdir(parents=True)
    run(CONTAINER / "make_secrets", "--out", work / "secrets")
    good = try_all(Topology(tag, work, ["compose.yaml"]), SECURE)
    good = try_all(Topology(tag, work, ["compose.yaml", "compose.insecure.yaml"]), INSECURE) and good
    sys.exit(not good)


if __name__ == "__main__":
    main()
