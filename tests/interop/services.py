#!/usr/bin/env python3
"""Runs a command against the three real services.

usage: services.py --bin DIR [--secure] [--news DIR] -- COMMAND...

  --bin DIR    where the binaries ingestor, indexer, query and factline lie
  --secure     with TLS and tokens: FACTLINE_CA_FILE names the file of the authority that vouches for the services,
               FACTLINE_TOKEN_FILE that of a token with which everything may be done
  --news DIR   streams the pages (*.txt, named SOURCE-YYYY-MM-DD-PAGE) and articles (*.jsonl) of a folder in first,
               and waits until queries see them

Each service gets its port from the system. The command finds them by its environment: FACTLINE_INGEST,
FACTLINE_INDEXER and FACTLINE_QUERY hold a "host:port" each. The exit status is the command's.
"""
import argparse
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

ROLES = ("ingestor", "indexer", "query")
VARIABLES = {"ingestor": "FACTLINE_INGEST", "indexer": "FACTLINE_INDEXER", "query": "FACTLINE_QUERY"}
SECURE_FLAGS = {"tls_certificate": "server.pem", "tls_key": "server.key", "access_file": "access"}
SECURE_LOG_FLAGS = {"log_tls_ca": "ca.pem", "log_token_file": "indexer.token"}
START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 30


class Services:
    """The three processes on loopback with one new data directory, as a context: they end with it. Not thread-safe."""

    def __init__(self, binaries, secure=False, flags=lambda role, folder: []):
        """`binaries`: the folder of the four programs. `secure`: with TLS and tokens. `flags`: further ones of a role;
        files that they name may lie in `folder`."""
        self._binaries = pathlib.Path(binaries).resolve()
        self._flags = flags
        self._secure = secure
        self._processes = []
        self.addresses = {}

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="factline-interop-")
        self.folder = pathlib.Path(self._folder.name)
        try:
            if self._secure:
                self._make_credentials()
            for role in ROLES:
                self._start(role)
            # The query server listens before it has opened the index, and until then answers that there is none.
            self.client("admin", "wait", "--caught_up", "--timeout=60s")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in reversed(self._processes):
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._folder.cleanup()

    def environment(self):
        """This process's environment with the addresses, and what it takes to be let in."""
        found = dict(os.environ, **{VARIABLES[role]: address for role, address in self.addresses.items()})
        if self._secure:
            found.update(FACTLINE_CA_FILE=str(self.folder / "ca.pem"), FACTLINE_TOKEN_FILE=str(self.folder / "client.token"))
        return found

    def client(self, *arguments):
        """Runs the command line client, and raises CalledProcessError where it fails. Its standard output."""
        addresses = ["--%s_address=%s" % ({"ingestor": "ingest"}.get(role, role), address)
                     for role, address in self.addresses.items()]
        if self._secure:
            addresses += ["--tls_ca=%s" % (self.folder / "ca.pem"), "--token_file=%s" % (self.folder / "client.token")]
        return subprocess.run([self._binaries / "factline", *arguments, *addresses], check=True,
                              stdout=subprocess.PIPE, text=True).stdout

    def stream_news(self, folder):
        """Streams a folder's pages and articles in, and waits until queries see them."""
        for page in sorted(pathlib.Path(folder).glob("*.txt")):
            named = re.fullmatch(r"(.*)-(\d{4}-\d\d-\d\d)-[^-]*", page.stem)
            if not named:
                raise ValueError("%s: the name has no date" % page)
            self.client("ingest", str(page), "--source=" + named[1], "--published=" + named[2])
        for articles in sorted(pathlib.Path(folder).glob("*.jsonl")):
            self.client("ingest", str(articles))
        self.client("admin", "wait", "--caught_up", "--timeout=60s")

    def _make_credentials(self):
        """An authority, the servers' certificate, and the rules that know two tokens (deploy/README.md)."""
        def run(*argv):
            return subprocess.run(argv, check=True, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2")
        run("openssl", "req", "-x509", *key, "-subj", "/CN=Test CA", "-keyout", "ca.key", "-out", "ca.pem")
        run("openssl", "req", *key[:-2], "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
            "-keyout", "server.key", "-out", "server.csr")
        run("openssl", "x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
            "-copy_extensions", "copy", "-days", "2", "-out", "server.pem")
        rules = [run(str(self._binaries / "factline"), "access", "token", name, roles, "--token_file=%s.token" % name)
                 for name, roles in (("client", "ingest,query,admin"), ("indexer", "indexer"))]
        (self.folder / "access").write_bytes(b"".join(rules))

    def _start(self, role):
        address_file = self.folder / (role + ".address")
        log_file = self.folder / (role + ".log")
        argv = [self._binaries / role, "--listen=127.0.0.1:0", "--data_dir=%s" % (self.folder / "data"),
                "--address_file=%s" % address_file]
        if role != "query":
            argv.append("--backup_dir=%s" % (self.folder / "backups"))
        if role == "indexer":
            argv.append("--log_address=" + self.addresses["ingestor"])
        argv += self._flags(role, self.folder)
        if self._secure:
            argv += ["--%s=%s" % (flag, self.folder / name) for flag, name in SECURE_FLAGS.items()]
        if self._secure and role == "indexer":
            argv += ["--%s=%s" % (flag, self.folder / name) for flag, name in SECURE_LOG_FLAGS.items()]
        with open(log_file, "wb") as log:
            process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self._processes.append(process)
        deadline = time.monotonic() + START_TIMEOUT_S
        while not address_file.exists() or not address_file.read_text().strip():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("%s did not start:\n%s" % (role, log_file.read_text(errors="replace")))
            time.sleep(0.02)  # polling: a process has no other way to say that it listens
        self.addresses[role] = address_file.read_text().strip()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--secure", action="store_true")
    parser.add_argument("--news")
    parser.add_argument("command", nargs="+")
    arguments = parser.parse_args()
    # Ends like Ctrl-C, so that the services end too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with Services(arguments.bin, secure=arguments.secure) as services:
        if arguments.news:
            services.stream_news(arguments.news)
        return subprocess.run(arguments.command, env=services.environment()).returncode


if __name__ == "__main__":
    sys.exit(main())
