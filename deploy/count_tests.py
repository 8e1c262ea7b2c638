"""Counts the test cases of one `bazel test` run and fails as that run did.

usage: count_tests.py BUILD_EVENTS.json BAZEL_EXIT_STATUS LINES

LINES is a file of further cases: a line "PASSED name", "FAILED name (why)" or "SKIPPED name (why)" each.
Prints each failed and skipped case, and last "N passed, N failed, N skipped".
"""
import json
import sys
import urllib.parse
import xml.etree.ElementTree

NO_TESTS_FOUND = 4  # Bazel's exit status where the targets hold no test


def xml_files(path):
    """(target, file) of each test result in the build events; the newest attempt wins."""
    found = {}
    with open(path, encoding="utf-8") as events:
        for line in events:
            event = json.loads(line)
            if "testResult" not in event:
                continue
            ident = event["id"]["testResult"]
            for output in event["testResult"].get("testActionOutput", []):
                if output["name"] == "test.xml":
                    uri = urllib.parse.urlparse(output["uri"])
                    found[ident["label"], ident.get("shard", 0)] = urllib.parse.unquote(uri.path)
    return sorted((label, file) for (label, _), file in found.items())


def cases(file):
    """(name, "passed" | "failed" | "skipped", why) of each case in a JUnit file."""
    for case in xml.etree.ElementTree.parse(file).getroot().iter("testcase"):
        name = "%s.%s" % (case.get("classname", ""), case.get("name", ""))
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            yield name, "failed", ""
        elif skipped is not None or case.get("status") == "notrun":
            why = (skipped.get("message") or skipped.text or "") if skipped is not None else "disabled"
            yield name, "skipped", why.strip().splitlines()[-1] if why.strip() else ""
        else:
            yield name, "passed", ""


def main():
    events, status = sys.argv[1], int(sys.argv[2])
    count = {"passed": 0, "failed": 0, "skipped": 0}
    for label, file in xml_files(events):
        try:
            results = list(cases(file))
        except (OSError, xml.etree.ElementTree.ParseError) as error:
            results = [("(no readable result: %s)" % error, "failed", "")]
        for name, result, why in results:
            count[result] += 1
            if result != "passed":
                print("%s: %s %s%s" % (result.upper(), label, name, " (%s)" % why if why else ""))
    if status not in (0, NO_TESTS_FOUND) and not count["failed"]:
        print("FAILED: the build, or a test that left no result (Bazel's exit status %d)" % status)
        count["failed"] += 1
    with open(sys.argv[3], encoding="utf-8") as lines:
        for line in lines:
            word = line.split(" ", 1)[0]
            if word in ("PASSED", "FAILED", "SKIPPED"):
                count[word.lower()] += 1
                if word != "PASSED":
                    print(line.rstrip())
    print("%(passed)d passed, %(failed)d failed, %(skipped)d skipped" % count)
    return 1 if count["failed"] or not count["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
