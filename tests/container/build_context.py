"""What git is told to leave alone as secret reaches no build of images either: the build stage copies all that
.dockerignore does not name, and an image of that stage may be pushed.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def lines(name):
    return [line for line in (ROOT / name).read_text().split() if not line.startswith("#")]


def left_out(path, patterns):
    """By .dockerignore's rules: patterns are of paths from the root, ** is any depth, and a folder takes all in it."""
    for pattern in patterns:
        pieces = re.split(r"(\*\*/|\*)", pattern.strip("/"))
        expression = "".join({"**/": "(.*/)?", "*": "[^/]*"}.get(piece, re.escape(piece)) for piece in pieces)
        if re.match(expression + "(/|$)", path):
            return True
    return False


def main():
    patterns = lines(".dockerignore")
    secret = [line for line in lines(".gitignore") if "secrets" in line]
    assert secret
    examples = [line.strip("/").replace("*", "any") + "/ca.key" for line in secret]
    open_ones = [path for path in examples + ["secrets/ca.key"] if not left_out(path, patterns)]
    assert not left_out("deploy/container/make_secrets", patterns) and not left_out("deploy/install_packages", patterns)
    sys.exit(f"these reach the build stage: {open_ones}" if open_ones else 0)


if __name__ == "__main__":
    main()
