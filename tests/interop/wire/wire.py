#!/usr/bin/env python3
"""Golden bytes and JSON of every public message, which each language must read and write alike.

usage: wire.py DESCRIPTORS GOLDEN            checks
       wire.py --add DESCRIPTORS GOLDEN      writes GOLDEN's lines and a line for each message or field without one

A line of GOLDEN: {"message": full name, "wire": canonical bytes in hex (fields by number), "json": proto3 JSON}.
Lines stay as they are for good: clients of old releases wrote such bytes. What is new gets a new line.
"""
import binascii
import json
import sys

from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

PACKAGE = "factline.v1"


class Messages:
    """The messages of a FileDescriptorSet, by name."""

    def __init__(self, path):
        files = descriptor_pb2.FileDescriptorSet()
        with open(path, "rb") as file:
            files.ParseFromString(file.read())
        self._pool = descriptor_pool.DescriptorPool()
        for file in files.file:
            self._pool.Add(file)
        self.names = ["%s.%s" % (file.package, message.name)
                      for file in files.file if file.package == PACKAGE for message in file.message_type]

    def descriptor(self, name):
        return self._pool.FindMessageTypeByName(name)

    def new(self, name):
        descriptor = self.descriptor(name)
        if hasattr(message_factory, "GetMessageClass"):
            return message_factory.GetMessageClass(descriptor)()
        return message_factory.MessageFactory(self._pool).GetPrototype(descriptor)()  # before protobuf 4.22


def read(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def as_line(message):
    wire = binascii.hexlify(message.SerializeToString(deterministic=True)).decode()
    return {"message": message.DESCRIPTOR.full_name, "wire": wire, "json": json.loads(json_format.MessageToJson(message))}


def mistakes(messages, lines):
    """Where reading and writing a line does not give the line again."""
    for number, line in enumerate(lines, 1):
        from_wire, from_json = messages.new(line["message"]), messages.new(line["message"])
        from_wire.ParseFromString(binascii.unhexlify(line["wire"]))
        json_format.ParseDict(line["json"], from_json)
        for what, message in (("wire", from_wire), ("json", from_json)):
            if as_line(message) != line:
                yield "line %d, %s: read from its %s it is %s" % (number, line["message"], what, as_line(message))


def uncovered(messages, lines):
    """{message: its fields that no line sets}, of messages with such fields or without a line."""
    found = {name: {field.name for field in messages.descriptor(name).fields} for name in messages.names}
    seen = set()
    for line in lines:
        message = messages.new(line["message"])
        message.ParseFromString(binascii.unhexlify(line["wire"]))
        found.get(line["message"], set()).difference_update(field.name for field, _ in message.ListFields())
        seen.add(line["message"])
    return {name: fields for name, fields in found.items() if fields or name not in seen}


def sample(message, depth=0, variant=0):
    """Fills a message with a value for each field; those within it with a few. `variant`: which member of a oneof."""
    fields = sorted(message.DESCRIPTOR.fields, key=lambda field: field.number)
    for field in fields if depth == 0 else fields[:3 - depth]:
        oneof = field.containing_oneof
        members = [member.name for member in oneof.fields] if oneof else [field.name]
        if members[variant % len(members)] == field.name:
            _fill(message, field, depth)
    return message


def _fill(message, field, depth):
    repeated = field.label == field.LABEL_REPEATED
    if field.type == field.TYPE_MESSAGE and field.message_type.GetOptions().map_entry:
        getattr(message, field.name)["key 储"] = "value 能"  # one entry: the order of several is nobody's promise
    elif field.type == field.TYPE_MESSAGE:
        if depth == 2 or field.message_type.full_name == "google.protobuf.Any":
            return
        target = getattr(message, field.name)
        for each in (target.add(), target.add()) if repeated else (target,):
            each.SetInParent()
            _sample_message(each, depth, field.number)
    elif repeated:
        getattr(message, field.name).extend([_scalar(field, 0), _scalar(field, 1)])
    else:
        setattr(message, field.name, _scalar(field, 0))


def _sample_message(message, depth, number):
    name = message.DESCRIPTOR.full_name
    if name == "google.protobuf.Timestamp":
        message.FromJsonString("2024-03-18T06:20:%02d.5Z" % (number % 60))
    elif name == "google.protobuf.Duration":
        message.FromJsonString("%d.5s" % number)
    else:
        sample(message, depth + 1)


def _scalar(field, more):
    """A value near the bounds of its type, exact in binary."""
    n = field.number + more
    return {
        field.TYPE_STRING: lambda: "%s %d “储能” \"\\\n𝄞" % (field.name, n),
        field.TYPE_BYTES: lambda: bytes([0, 255, 128, n]),
        field.TYPE_BOOL: lambda: True,
        field.TYPE_ENUM: lambda: field.enum_type.values[-1 - more].number,
        field.TYPE_INT32: lambda: -2**31 + n,
        field.TYPE_UINT32: lambda: 2**32 - 1 - n,
        field.TYPE_INT64: lambda: -2**63 + n,
        field.TYPE_UINT64: lambda: 2**64 - 1 - n,
        field.TYPE_FLOAT: lambda: n + 0.125,
        field.TYPE_DOUBLE: lambda: -n - 2.0**-20,
    }[field.type]()


def added(messages, lines):
    """A line for each message with something uncovered, as many as its oneofs need."""
    new = []
    for name in uncovered(messages, lines):
        oneofs = messages.descriptor(name).oneofs
        for variant in range(max([len(oneof.fields) for oneof in oneofs], default=1)):
            new.append(as_line(sample(messages.new(name), variant=variant)))
    return new


def written(line):
    return json.dumps(line, ensure_ascii=False)


def main(arguments):
    if len(arguments) == 3 and arguments[0] == "--add":
        messages, lines = Messages(arguments[1]), read(arguments[2])
        for line in lines + added(messages, lines):
            print(written(line))
        return 0
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    messages, lines = Messages(arguments[0]), read(arguments[1])
    found = list(mistakes(messages, lines))
    for mistake in found:
        print(mistake)
    for name, fields in uncovered(messages, lines).items():
        found.append(name)
        print("%s has no golden bytes%s. Add these lines to tests/interop/wire/golden.jsonl:" % (
            name, " with " + ", ".join(sorted(fields)) if fields else ""))
    for line in added(messages, lines):
        print(written(line))
    print("%d golden messages, %d mistakes" % (len(lines), len(found)))
    return 1 if found or not lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
