"""Fuzz targets: one entry, run two ways."""

load("//deploy/bazel:cc.bzl", "fl_cc_binary", "fl_cc_test")

def fl_fuzz_target(name, entry):
    """A fuzzer, and an ordinary test that replays its corpus.

    `NAME` is a libFuzzer binary, for `bazel build --config=fuzz //tests/fuzz:NAME`; `NAME_replay_test` runs the entry
    over tests/fuzz/corpus/NAME and over mutations of it that are the same in each run.

    Args:
      name: the target, and the corpus folder.
      entry: a library that defines LLVMFuzzerTestOneInput, alwayslink.
    """
    corpus = native.glob(["corpus/" + name + "/**"])
    fl_cc_binary(
        name = name,
        testonly = True,
        linkopts = ["-fsanitize=fuzzer"],
        tags = ["manual"],
        deps = [entry],
    )
    fl_cc_test(
        name = name + "_replay_test",
        size = "medium",
        srcs = ["replay_test.cc"],
        data = corpus,
        env = {"FACTLINE_CORPUS": "tests/fuzz/corpus/" + name},
        deps = [entry],
    )
