"""`@system//:NAME`: Debian's development packages as link-only targets.

Headers lie in /usr/include, which the compiler searches anyway, so a target carries link options alone.
They come from pkg-config, which also proves that the package is there: a missing one fails the build
with its name and the Debian package to install.
"""

# target -> (pkg-config module, Debian package)
_LIBRARIES = {
    "benchmark": ("benchmark", "libbenchmark-dev"),
    "channelz": ("", "libgrpc++-dev"),
    "crypto": ("libcrypto", "libssl-dev"),
    "gmock": ("gmock", "libgmock-dev"),
    "grpc": ("grpc++", "libgrpc++-dev"),
    "gtest_main": ("gmock_main", "libgmock-dev"),
    "icu": ("icu-uc", "libicu-dev"),
    "jemalloc": ("jemalloc", "libjemalloc-dev"),
    "lzma": ("liblzma", "liblzma-dev"),
    "opencc": ("opencc", "libopencc-dev"),
    "prometheus": ("prometheus-cpp-pull", "prometheus-cpp-dev"),
    "protobuf": ("protobuf", "libprotobuf-dev"),
    "re2": ("re2", "libre2-dev"),
    "reflection": ("", "libgrpc++-dev"),
    "roaring": ("", "libroaring-dev"),
    "rocksdb": ("rocksdb", "librocksdb-dev"),
    "ssl": ("libssl", "libssl-dev"),
    "zlib": ("zlib", "zlib1g-dev"),
    "zstd": ("libzstd", "libzstd-dev"),
}

# Libraries that ship no pkg-config file, or whose file names private libraries too.
_LINKOPTS = {
    "channelz": ["-lgrpcpp_channelz"],
    "grpc": ["-lgrpc++", "-lgrpc", "-lgpr"],
    "jemalloc": ["-Wl,--no-as-needed", "-ljemalloc", "-Wl,--as-needed"],
    "protobuf": ["-lprotobuf"],
    "reflection": ["-lgrpc++_reflection"],
    "roaring": ["-lroaring"],
    "rocksdb": ["-lrocksdb"],
}

# Abseil as one target: its parts are small shared libraries, and --as-needed drops those that are not used.
_ABSEIL = [
    "absl_status", "absl_statusor", "absl_strings", "absl_str_format", "absl_time", "absl_synchronization",
    "absl_flat_hash_map", "absl_flat_hash_set", "absl_btree", "absl_hash", "absl_flags", "absl_flags_parse",
    "absl_flags_usage", "absl_random_random", "absl_cleanup", "absl_inlined_vector", "absl_span", "absl_cord",
    "absl_failure_signal_handler", "absl_symbolize",
]

def _pkg_config(repository_ctx, modules, package):
    result = repository_ctx.execute(["pkg-config", "--libs"] + modules)
    if result.return_code:
        fail("pkg-config does not know %s: install Debian's %s (./deploy/install_packages does)\n%s" %
             (" ".join(modules), package, result.stderr))
    return [flag for flag in result.stdout.strip().split(" ") if flag.startswith("-l") or flag.startswith("-L")]

def _library(name, linkopts, includes = None):
    return """
cc_library(
    name = "{name}",
    hdrs = {hdrs},
    includes = {includes},
    linkopts = {linkopts},
)
""".format(
        name = name,
        hdrs = "glob([\"%s/**/*.h\"])" % includes if includes else "[]",
        includes = repr([includes] if includes else []),
        linkopts = repr(linkopts),
    )

# target -> (pkg-config module, Debian package): libraries whose headers lie in a folder of their own.
_LIBRARIES_WITH_HEADERS = {
    "libxml2": ("libxml-2.0", "libxml2-dev"),
}

def _library_with_headers(repository_ctx, name, module, package):
    linkopts = _pkg_config(repository_ctx, [module], package)
    folder = repository_ctx.execute(["pkg-config", "--cflags-only-I", module]).stdout.strip()[len("-I"):]
    repository_ctx.symlink(folder, name)
    return _library(name, linkopts + ["-pthread"], includes = name)

# target -> (file that a Debian package installed, the package)
_DATA = {
    "jieba_dict": ("/usr/lib/python3/dist-packages/jieba/dict.txt", "python3-jieba"),
}

def _data(repository_ctx, name, path, package):
    if not repository_ctx.path(path).exists:
        fail("%s is missing: install Debian's %s (./deploy/install_packages does)" % (path, package))
    repository_ctx.symlink(path, name + ".data")
    return "filegroup(name = \"%s\", srcs = [\"%s.data\"])\n" % (name, name)

def _system_libraries_impl(repository_ctx):
    build = "package(default_visibility = [\"//visibility:public\"])\n"
    for name, (module, package) in _LIBRARIES.items():
        found = _pkg_config(repository_ctx, [module], package) if module else []
        build += _library(name, _LINKOPTS.get(name, found) + ["-pthread"])
    for name, (module, package) in _LIBRARIES_WITH_HEADERS.items():
        build += _library_with_headers(repository_ctx, name, module, package)
    for name, (path, package) in _DATA.items():
        build += _data(repository_ctx, name, path, package)
    build += _library("absl", ["-Wl,--as-needed"] + _pkg_config(repository_ctx, _ABSEIL, "libabsl-dev"))
    repository_ctx.file("WORKSPACE", "")
    repository_ctx.file("BUILD", build)

system_libraries = repository_rule(
    implementation = _system_libraries_impl,
    environ = ["PKG_CONFIG_PATH"],
    configure = True,
    doc = "Targets for the system's libraries.",
)
