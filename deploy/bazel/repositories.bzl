"""The external repositories of the workspace, all of them local.

Bazel 4.2 names a few repositories on its own (rules_cc, rules_java, coverage tools) and would download
them. Debian's rules_cc needs a symbol that this Bazel lacks, so the small part that Bazel itself loads is
written here, on top of the native rules.
"""

load(":system_libraries.bzl", "system_libraries")

_RULES_CC_DEFS = """
cc_binary = native.cc_binary
cc_import = native.cc_import
cc_library = native.cc_library
cc_proto_library = native.cc_proto_library
cc_test = native.cc_test
cc_toolchain = native.cc_toolchain
cc_toolchain_suite = native.cc_toolchain_suite
objc_library = native.objc_library
"""

_RULES_JAVA_DEFS = """
java_binary = native.java_binary
java_import = native.java_import
java_library = native.java_library
java_lite_proto_library = native.java_lite_proto_library
java_package_configuration = native.java_package_configuration
java_plugin = native.java_plugin
java_proto_library = native.java_proto_library
java_runtime = native.java_runtime
java_test = native.java_test
java_toolchain = native.java_toolchain
"""

def _stub_impl(repository_ctx):
    repository_ctx.file("WORKSPACE", "")
    for path, content in repository_ctx.attr.files.items():
        repository_ctx.file(path, content)

_stub_repository = repository_rule(
    implementation = _stub_impl,
    attrs = {"files": attr.string_dict(doc = "path -> content")},
    doc = "A repository that holds just the files given.",
)

def factline_repositories():
    """Declares all external repositories. Call once, from WORKSPACE."""
    native.local_repository(
        name = "platforms",
        path = "/usr/share/bazel/platforms",
    )
    _stub_repository(
        name = "rules_cc",
        files = {
            "BUILD": "",
            "cc/BUILD": "",
            "cc/defs.bzl": _RULES_CC_DEFS,
        },
    )
    _stub_repository(
        name = "rules_java",
        files = {
            "BUILD": "",
            "java/BUILD": "",
            "java/defs.bzl": _RULES_JAVA_DEFS,
        },
    )
    _stub_repository(
        name = "remote_coverage_tools",
        files = {"BUILD": "filegroup(name = \"coverage_report_generator\", srcs = [], visibility = [\"//visibility:public\"])\n"},
    )
    system_libraries(name = "system")
