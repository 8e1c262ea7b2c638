#!/usr/bin/env python3
"""Finds what would break programs and data made with the protos of a release.

usage: breaking.py RELEASED CURRENT       two FileDescriptorSets; a line for each break; exit status 1 if there are any

A message, field, enum, value, service or method that is gone breaks; so does a field with another name, type, label or
oneof, a value with another name, and a method with other messages or another way of streaming. What is added breaks
nothing. `buf breaking` (buf.yaml) holds the same, and more; this needs nothing but Debian's python3-protobuf.
"""
import re
import sys

from google.protobuf import descriptor_pb2

# As buf.yaml has it: between our own processes of one release.
INTERNAL = re.compile(r"factline\.storage\.v1\.(LogService|Tail\w+)(\.|$)")
OURS = "factline."


def shape(files):
    """{name: what must stay} of each thing in a FileDescriptorSet."""
    found = {}
    for file in files.file:
        if not file.package.startswith(OURS):
            continue
        for message in file.message_type:
            _message(file.package, message, found)
        for enum in file.enum_type:
            _enum(file.package, enum, found)
        for service in file.service:
            name = "%s.%s" % (file.package, service.name)
            found[name] = "service"
            for method in service.method:
                found["%s.%s" % (name, method.name)] = "rpc (%s%s) returns (%s%s)" % (
                    "stream " * method.client_streaming, method.input_type, "stream " * method.server_streaming, method.output_type)
    return {name: value for name, value in found.items() if not INTERNAL.match(name)}


def _message(scope, message, found):
    name = "%s.%s" % (scope, message.name)
    found[name] = "message"
    for field in message.field:
        types, labels = descriptor_pb2.FieldDescriptorProto.Type, descriptor_pb2.FieldDescriptorProto.Label
        in_oneof = field.HasField("oneof_index") and not field.proto3_optional
        found["%s field %d" % (name, field.number)] = " ".join(filter(None, [
            field.name, field.json_name, field.type_name or types.Name(field.type).lower(), labels.Name(field.label).lower(),
            "optional" if field.proto3_optional else "", "in " + message.oneof_decl[field.oneof_index].name if in_oneof else ""]))
    for nested in message.nested_type:
        _message(name, nested, found)
    for enum in message.enum_type:
        _enum(name, enum, found)


def _enum(scope, enum, found):
    name = "%s.%s" % (scope, enum.name)
    found[name] = "enum"
    for value in enum.value:
        found["%s value %d %s" % (name, value.number, value.name)] = "there"


def breaks(released, current):
    """A line for each thing of `released` that `current` has no longer, or has otherwise."""
    now = shape(current)
    return ["%s: was %s, is %s" % (name, was, now.get(name, "gone"))
            for name, was in sorted(shape(released).items()) if now.get(name) != was]


def read(path):
    files = descriptor_pb2.FileDescriptorSet()
    with open(path, "rb") as file:
        files.ParseFromString(file.read())
    return files


def main(arguments):
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    found = breaks(*map(read, arguments))
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
