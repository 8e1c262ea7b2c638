"""C++ targets of this project: the native rules with our warnings, and protos by one macro."""

# Warnings are errors in our code; generated code is compiled without them.
COPTS = [
    "-Wall",
    "-Wextra",
    "-Werror",
    "-Wnon-virtual-dtor",
    "-Wshadow=local",
    "-Wno-sign-compare",
    "-Wno-missing-field-initializers",
    # gcc 12 takes its own std::string for overlapping memory when optimising (its bug 105651).
    "-Wno-restrict",
    # And an empty std::optional<std::string> for one that is read (its bug 80635).
    "-Wno-maybe-uninitialized",
]

# ThreadSanitizer looks for it from where a program runs (.bazelrc, config tsan).
_TSAN = ["//deploy/bazel:tsan.supp"]

def fl_cc_library(name, copts = [], **kwargs):
    # linkstatic: binaries are linked statically from our parts, and so each file is compiled once, not also for a .so.
    native.cc_library(name = name, copts = _copts() + copts, linkstatic = True, **kwargs)

def fl_cc_binary(name, copts = [], data = [], **kwargs):
    # Tests of any language run the binaries.
    native.cc_binary(name = name, copts = _copts() + copts, data = data + _TSAN, **kwargs)

def fl_cc_test(name, copts = [], deps = [], data = [], **kwargs):
    """A GoogleTest: the main function comes with it."""
    native.cc_test(
        name = name,
        copts = _copts() + copts,
        data = data + _TSAN,
        deps = deps + ["@system//:gtest_main"],
        **kwargs
    )

def _copts():
    # clang (the fuzzing config) knows none of these.
    return select({
        "//deploy/bazel:clang": [c for c in COPTS if c not in ["-Wshadow=local", "-Wno-restrict", "-Wno-maybe-uninitialized"]],
        "//conditions:default": COPTS,
    })

def fl_proto_library(name, srcs, deps = [], services = False, visibility = None):
    """C++ from .proto files, by protoc and grpc_cpp_plugin as Debian ships them.

    Headers are included as protoc names them: "factline/v1/article.pb.h".
    Makes `NAME` (messages, and service stubs if asked for) and `NAME_srcs` (the .proto files).

    Args:
      name: the target.
      srcs: .proto files of this package; imports are written from `protos/`.
      deps: other fl_proto_library targets whose files these import.
      services: true if the files declare services.
      visibility: as ever.
    """
    native.filegroup(
        name = name + "_srcs",
        srcs = srcs + [d + "_srcs" for d in deps],
        visibility = ["//visibility:public"],
    )
    kinds = [".pb"] + ([".grpc.pb"] if services else [])
    sources = [s[:-len(".proto")] + k + ".cc" for s in srcs for k in kinds]
    headers = [s[:-len(".proto")] + k + ".h" for s in srcs for k in kinds]
    out = "$(GENDIR)/protos"
    native.genrule(
        name = name + "_gen",
        srcs = srcs + [d + "_srcs" for d in deps],
        outs = sources + headers,
        cmd = "protoc -Iprotos --cpp_out=%s %s $(locations %s)" % (
            out,
            "--grpc_out=%s --plugin=protoc-gen-grpc=$$(command -v grpc_cpp_plugin)" % out if services else "",
            ") $(locations ".join(srcs),
        ),
    )
    native.cc_library(
        name = name,
        srcs = sources,
        hdrs = headers,
        copts = ["-w"],
        linkstatic = True,
        strip_include_prefix = "/protos",
        deps = deps + ["@system//:protobuf"] + (["@system//:grpc"] if services else []),
        visibility = visibility,
    )
