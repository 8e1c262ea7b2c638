#!/usr/bin/env python3
"""Runs an example of a language against three services of its own, and judges what it prints.

usage: example_test.py --bin DIR --page FILE [--secure] [--like FILE] [--save FILE] -- COMMAND...

  --page FILE   the page that the example, COMMAND... FILE, is to stream in
  --secure      the services speak TLS and want a token
  --like FILE   what another language printed: it must be the same
  --save FILE   keeps what is printed

An example prints "accepted ID version N" for each article of the page, "refused REQUEST: WHY" for the item that it
makes badly on purpose, and a line "SUBJECT PREDICATE OBJECT MODALITY SENTENCE", between tabs, for each fact of the
first article.
"""
import argparse
import pathlib
import re
import subprocess
import sys

from services import Services

TIMEOUT_S = 120
MODALITIES = ("MODALITY_ASSERTED", "MODALITY_PLANNED", "MODALITY_ESTIMATED", "MODALITY_DENIED")


def without_blanks(text):
    return re.sub(r"\s", "", text)


def mistakes(printed, page_text):
    """What is wrong with an example's output, line by line."""
    lines = printed.splitlines()
    accepted = [line for line in lines if line.startswith("accepted ")]
    refused = [line for line in lines if line.startswith("refused ")]
    facts = lines[len(accepted) + len(refused):]
    for number, line in enumerate(accepted, 1):
        if line != "accepted example-page#%d version 1" % number:
            yield "not the article expected: " + line
    if not accepted:
        yield "no article was accepted"
    if len(refused) != 1 or not refused[0].startswith("refused example-2: article.id"):
        yield "the article without an id was not refused with the field at fault: %s" % refused
    if len(facts) < 6:
        yield "%d facts, and more than one page of 5 was expected" % len(facts)
    for line in facts:
        cells = line.split("\t")
        if len(cells) != 5 or not cells[0] or not cells[1] or cells[3] not in MODALITIES:
            yield "not a fact: " + line
        elif without_blanks(cells[4]) not in without_blanks(page_text):
            yield "evidence that is not on the page: " + line
    if len(set(facts)) != len(facts):
        yield "a fact was printed twice"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--page", required=True)
    parser.add_argument("--secure", action="store_true")
    parser.add_argument("--like")
    parser.add_argument("--save")
    parser.add_argument("command", nargs="+")
    arguments = parser.parse_args()
    with Services(arguments.bin, secure=arguments.secure) as services:
        outcome = subprocess.run([*arguments.command, arguments.page], env=services.environment(), stdout=subprocess.PIPE,
                                 encoding="utf-8", timeout=TIMEOUT_S)
    print(outcome.stdout)
    found = list(mistakes(outcome.stdout, pathlib.Path(arguments.page).read_text(encoding="utf-8")))
    if outcome.returncode != 0:
        found.append("exit status %d" % outcome.returncode)
    if arguments.like and outcome.stdout != pathlib.Path(arguments.like).read_text(encoding="utf-8"):
        found.append("not what %s holds" % arguments.like)
    for mistake in found:
        print("example_test: " + mistake)
    if arguments.save and not found:
        pathlib.Path(arguments.save).write_text(outcome.stdout, encoding="utf-8")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
