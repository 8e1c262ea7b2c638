#!/usr/bin/env python3
"""Writes the reference of the public API, as Markdown, from a FileDescriptorSet with comments.

usage: reference.py DESCRIPTORS > reference.md
"""
import re
import sys

from google.protobuf import descriptor_pb2

PACKAGE = "factline.v1"
FILE_MESSAGES, FILE_ENUMS, FILE_SERVICES = 4, 5, 6  # field numbers, as source locations have them
MESSAGE_FIELDS, MESSAGE_NESTED, MESSAGE_ENUMS, ENUM_VALUES, SERVICE_METHODS = 2, 3, 4, 2, 2


class Page:
    """One file's part of the reference."""

    def __init__(self, file):
        self._comments = {tuple(location.path): location.leading_comments or location.trailing_comments
                          for location in file.source_code_info.location}
        self._file = file

    def services(self):
        for number, service in enumerate(self._file.service):
            path = (FILE_SERVICES, number)
            yield "## %s\n" % service.name
            yield self._text(path)
            for of, method in enumerate(service.method):
                yield "### %s.%s\n" % (service.name, method.name)
                yield "`rpc %s(%s) returns (%s)`\n" % (
                    method.name, _streamed(method.client_streaming, method.input_type),
                    _streamed(method.server_streaming, method.output_type))
                yield "[%s](#%s) → [%s](#%s)\n" % (_short(method.input_type), _anchor(method.input_type),
                                                  _short(method.output_type), _anchor(method.output_type))
                yield self._text(path + (SERVICE_METHODS, of))

    def types(self):
        for number, message in enumerate(self._file.message_type):
            yield from self._message(message, message.name, (FILE_MESSAGES, number))
        for number, enum in enumerate(self._file.enum_type):
            yield from self._enum(enum, enum.name, (FILE_ENUMS, number))

    def _message(self, message, name, path):
        maps = {nested.name: nested for nested in message.nested_type if nested.options.map_entry}
        yield "### %s\n" % name
        yield self._text(path)
        if message.field:
            yield "| number | field | type | |\n|---|---|---|---|"
            for number, field in enumerate(message.field):
                oneof = field.HasField("oneof_index") and not field.proto3_optional
                one_of = "one of `%s`. " % message.oneof_decl[field.oneof_index].name if oneof else ""
                yield "| %d | `%s` | %s | %s%s |" % (field.number, field.name, _type(field, maps), one_of,
                                                    self._cell(path + (MESSAGE_FIELDS, number)))
            yield ""
        for number, nested in enumerate(message.nested_type):
            if not nested.options.map_entry:
                yield from self._message(nested, "%s.%s" % (name, nested.name), path + (MESSAGE_NESTED, number))
        for number, enum in enumerate(message.enum_type):
            yield from self._enum(enum, "%s.%s" % (name, enum.name), path + (MESSAGE_ENUMS, number))

    def _enum(self, enum, name, path):
        yield "### %s\n" % name
        yield self._text(path)
        yield "| number | value | |\n|---|---|---|"
        for number, value in enumerate(enum.value):
            yield "| %d | `%s` | %s |" % (value.number, value.name, self._cell(path + (ENUM_VALUES, number)))
        yield ""

    def _text(self, path):
        """A comment with its lines as they are."""
        return "".join(_escaped(line.strip()) + "\n" for line in self._comments.get(path, "").splitlines())

    def _cell(self, path):
        """A comment as one line of a table."""
        cell, was_indented = "", False
        for line in self._comments.get(path, "").splitlines():
            indented = line.startswith("   ")
            cell += "<br>" if indented or was_indented else " "
            cell += "`%s`" % line.strip() if indented else _escaped(line.strip())
            was_indented = indented
        return cell.strip().replace("|", "\\|")


def _escaped(line):
    """A line whose <, * and _ outside of `code` are no markup."""
    parts = line.split("`")
    parts[::2] = [re.sub(r"([<*_])", r"\\\1", part) for part in parts[::2]]
    return "`".join(parts)


def _short(full_name):
    """".factline.v1.SearchRequest.Order" without the package."""
    return full_name.lstrip(".").removeprefix(PACKAGE + ".")


def _anchor(full_name):
    return _short(full_name).lower().replace(".", "")


def _streamed(stream, full_name):
    return "stream " * stream + _short(full_name)


def _type(field, maps):
    types = descriptor_pb2.FieldDescriptorProto
    if field.type_name.rsplit(".", 1)[-1] in maps:
        key, value = maps[field.type_name.rsplit(".", 1)[-1]].field
        return "map of %s to %s" % (_type(key, {}), _type(value, {}))
    name = types.Type.Name(field.type)[len("TYPE_"):].lower()
    if field.type_name:
        name = _short(field.type_name)
        name = "[%s](#%s)" % (name, _anchor(field.type_name)) if field.type_name.startswith("." + PACKAGE) else "`%s`" % name
    return ("repeated " if field.label == types.LABEL_REPEATED else "optional " if field.proto3_optional else "") + name


def reference(files):
    pages = [Page(file) for file in files.file if file.package == PACKAGE]
    lines = ["# Reference of %s\n" % PACKAGE, "Made from the comments of the `.proto` files.\n"]
    for page in pages:
        lines.extend(page.services())
    lines.append("## Messages and enums\n")
    for page in pages:
        lines.extend(page.types())
    return "\n".join(lines) + "\n"


def main(arguments):
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    files = descriptor_pb2.FileDescriptorSet()
    with open(arguments[0], "rb") as file:
        files.ParseFromString(file.read())
    sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.write(reference(files))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
