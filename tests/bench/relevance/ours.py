#!/usr/bin/env python3
"""Our answers to a set of queries, at the door of a user: ours.py BIN PASSAGES QUERIES RUN.

BIN holds the programs; PASSAGES is JSON lines with id and body, QUERIES a line a query, id and text between a tab. Starts
the three services in a folder of their own, ingests, waits, asks `factline search --any`, and writes RUN in TREC's format.
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import time


def start(binaries, data, name, *flags):
    address = data / f"{name}.address"
    with open(data / f"{name}.log", "w", encoding="utf-8") as log:
        process = subprocess.Popen([binaries / name, "--listen=127.0.0.1:0", f"--data_dir={data}",
                                    f"--address_file={address}", *flags], stdout=log, stderr=log)
    while not address.exists() or not address.read_text().strip():
        if process.poll() is not None:
            sys.exit(f"{name} ended: {(data / f'{name}.log').read_text()}")
        time.sleep(0.05)
    return process, address.read_text().strip()


def search(factline, data, text):
    found = subprocess.run([factline, "search", f"--data_dir={data}", "--any", "--limit=10", "--passages=0",
                            "--format=jsonl", text], check=True, capture_output=True, text=True)
    return [json.loads(line) for line in found.stdout.splitlines()]


def plain(text):
    """A question without the signs that have a meaning in the query language."""
    return "".join(" " if sign in "\"“”「」『』＂()（）^:：-－−" else sign for sign in text)


def main():
    binaries, passages, queries, run = sys.argv[1:]
    binaries = pathlib.Path(binaries)
    factline = binaries / "factline"
    with tempfile.TemporaryDirectory(prefix="factline-relevance-") as name:
        data = pathlib.Path(name)
        processes = []
        try:
            process, log_address = start(binaries, data, "ingestor")
            processes.append(process)
            for other, flags in (("indexer", [f"--log_address={log_address}"]), ("query", [])):
                processes.append(start(binaries, data, other, *flags)[0])
            subprocess.run([factline, "ingest", f"--data_dir={data}", "--quiet", passages], check=True)
            subprocess.run([factline, "admin", "wait", "--caught_up", f"--data_dir={data}", "--timeout=10m"], check=True)
            with open(queries, encoding="utf-8") as lines, open(run, "w", encoding="utf-8") as out:
                for line in lines:
                    identity, text = line.rstrip("\n").split("\t", 1)
                    for rank, hit in enumerate(search(factline, data, plain(text)), start=1):
                        print(identity, "Q0", hit["articleId"], rank, hit["score"], "factline", file=out)
        finally:
            for process in reversed(processes):
                process.terminate()
            for process in processes:
                process.wait()


if __name__ == "__main__":
    main()
