#!/usr/bin/env python3
"""Runs the commands of a page of documentation and holds what they print against what the page says.

usage: page.py run PAGE         in the environment that services.py gives; a line a command, "N passed, ..." last
       page.py methods PAGE DESCRIPTORS      every method in a FileDescriptorSet must be called on the page
       page.py services PAGE ADDRESS...      the same of what servers tell by reflection, asked with grpcurl

A command is a block fenced as ```sh. A block fenced as ```json or ```text next to it says what it prints: these lines
in this order, others may stand between; … stands for anything, a line of … alone for the lines left out. Where one of
those lines begins with "ERROR" or "error: ", the command must fail. Addresses of quickstart are replaced by those of the
services that run, and where those speak TLS (FACTLINE_CA_FILE is set) options as the page's table says.
"""
import os
import re
import shutil
import subprocess
import sys

TOOLS = ("grpcurl", "buf", "grpc_health_probe")
QUICKSTART = {"127.0.0.1:50051": "FACTLINE_INGEST", "127.0.0.1:50052": "FACTLINE_INDEXER", "127.0.0.1:50053": "FACTLINE_QUERY"}
# What a command says to speak plain text, and what it says in its place to speak TLS and to show a token.
SECURE = [
    ("-plaintext", '-cacert "$FACTLINE_CA_FILE" -H "authorization: Bearer $(cat "$FACTLINE_TOKEN_FILE")"'),
    ("grpc_health_probe ", 'grpc_health_probe -tls -tls-ca-cert="$FACTLINE_CA_FILE" '),
    ("--http2-prior-knowledge", '--cacert "$FACTLINE_CA_FILE" --reflect-header "*" -H "authorization: Bearer $(cat "$FACTLINE_TOKEN_FILE")"'),
    ("http://", "https://"),
]
# Between our own processes, and gRPC's own: nothing a client calls by hand, but for health, which the page has anyway.
NOT_PUBLIC = re.compile(r"grpc\.|factline\.storage\.")
TIMEOUT_S = 60


class Command:
    def __init__(self, line, script):
        self.line = line  # of the page, from 1: where the script begins
        self.script = script
        self.prints = None  # None: anything

    def expects_failure(self):
        return any(line.startswith(("ERROR", "error: ")) for line in normal(self.prints or ""))


def parse(text):
    """The commands of a page, in order."""
    commands, fence, block, fresh = [], None, [], False
    for number, line in enumerate(text.splitlines(), 1):
        if fence is None:
            if line.startswith("```"):
                fence, block, begin = line[3:].strip(), [], number + 1
            elif line.strip():
                fresh = False  # prose parts a command from a later block
        elif line.strip() == "```":
            if fence == "sh":
                commands.append(Command(begin, "\n".join(block)))
            elif fence in ("json", "text") and fresh:
                commands[-1].prints = "\n".join(block)
            fresh, fence = fence == "sh", None
        else:
            block.append(line)
    if fence is not None:
        raise ValueError("a block is not closed")
    return commands


def normal(text):
    """The lines that are compared: without indentation and the commas behind them."""
    return [line.strip().rstrip(",") for line in text.splitlines() if line.strip()]


def first_missing(wanted, printed):
    """The first line of `wanted` that `printed` has not, behind those before it; None if all are there."""
    lines = iter(normal(printed))
    for want in normal(wanted):
        if want == "…":
            continue
        pattern = re.compile(".*".join(map(re.escape, want.split("…"))))
        if not any(pattern.fullmatch(line) for line in lines):
            return want
    return None


def judge(command, status, printed):
    """What is wrong with an outcome; "" if nothing."""
    if (status != 0) != command.expects_failure():
        return "exit status %d" % status
    missing = first_missing(command.prints, printed) if command.prints is not None else None
    return "the page has this line, the output has not: " + missing if missing is not None else ""


def tools_of(script):
    return [tool for tool in TOOLS if re.search(r"(^|[|(\s])%s\s" % tool, script)]


def with_addresses(script, environment):
    for address, variable in QUICKSTART.items():
        script = script.replace(address, environment[variable])
    for plain, secure in SECURE if environment.get("FACTLINE_CA_FILE") else ():
        script = script.replace(plain, secure)
    return script


def run(page):
    count = {"passed": 0, "failed": 0, "skipped": 0}
    with open(page, encoding="utf-8") as file:
        commands = parse(file.read())
    for command in commands:
        name = "%s:%d %s%s" % (os.path.basename(page), command.line, title(command.script),
                               " with TLS" if "FACTLINE_CA_FILE" in os.environ else "")
        absent = [tool for tool in tools_of(command.script) if not shutil.which(tool)]
        if absent:
            result, why = "skipped", "no %s here" % absent[0]
        else:
            outcome = subprocess.run(["bash", "-euo", "pipefail", "-c", with_addresses(command.script, os.environ)],
                                     stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                     encoding="utf-8", timeout=TIMEOUT_S)
            why = judge(command, outcome.returncode, outcome.stdout)
            result = "failed" if why else "passed"
        count[result] += 1
        print("%s %s%s" % (result.upper(), name, " (%s)" % why if why else ""), flush=True)
        if result == "failed":
            print(outcome.stdout)
    print("%(passed)d passed, %(failed)d failed, %(skipped)d skipped" % count)
    return 1 if count["failed"] or not count["passed"] else 0


def title(script):
    """What a command is called in the list of results: the method, or its first words."""
    called = re.search(r"[a-z0-9_.]+\.[A-Z]\w+/\w+", script)
    return called[0] if called else " ".join(script.splitlines()[0].split()[:4])


def missing_methods(text, methods):
    """What is to be done for each "package.Service/Method" that no command of the page calls."""
    scripts = "\n".join(command.script for command in parse(text))
    return ["%s has no command on the page. Add a block ```sh that calls it, and a block ```json behind it with some of "
            "the lines it prints; tests/interop/run runs it." % method
            for method in methods if not re.search(re.escape(method) + r"(?!\w)", scripts)]


def methods_of_descriptors(path):
    from google.protobuf import descriptor_pb2
    files = descriptor_pb2.FileDescriptorSet()
    with open(path, "rb") as file:
        files.ParseFromString(file.read())
    return ["%s.%s/%s" % (file.package, service.name, method.name)
            for file in files.file if not NOT_PUBLIC.match(file.package + ".")
            for service in file.service for method in service.method]


def methods_of_servers(addresses):
    def grpcurl(*arguments):
        return subprocess.run(["grpcurl", "-plaintext", *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    return [re.sub(r"\.(\w+)$", r"/\1", method)
            for address in addresses for service in grpcurl(address, "list") if not NOT_PUBLIC.match(service)
            for method in grpcurl(address, "list", service)]


def main(arguments):
    if len(arguments) == 2 and arguments[0] == "run":
        return run(arguments[1])
    if len(arguments) == 3 and arguments[0] == "methods":
        methods = methods_of_descriptors(arguments[2])
    elif len(arguments) >= 3 and arguments[0] == "services":
        methods = methods_of_servers(arguments[2:])
    else:
        print(__doc__, file=sys.stderr)
        return 2
    with open(arguments[1], encoding="utf-8") as file:
        wanting = missing_methods(file.read(), methods)
    for line in wanting:
        print("%s: %s" % (arguments[1], line))
    print("%d methods, %d without a command" % (len(methods), len(wanting)))
    return 1 if wanting or not methods else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
