#!/usr/bin/env bash
# The archive alone is enough: its files compile without any other, and the reference is in it.
set -euo pipefail
cd protos
python3 -B reference_test.py
tar -C "$TEST_TMPDIR" -xzf factline-protos.tar.gz
cd "$TEST_TMPDIR/factline-protos"
find . -name '*.proto' | sed 's|^\./||' | xargs protoc -I. --descriptor_set_out="$TEST_TMPDIR/compiled"
python3 - "$TEST_TMPDIR/compiled" <<'END'
import sys
from google.protobuf import descriptor_pb2
files = descriptor_pb2.FileDescriptorSet.FromString(open(sys.argv[1], "rb").read())
reference = open("reference.md", encoding="utf-8").read()
names = ["### %s.%s" % (service.name, method.name) for file in files.file for service in file.service for method in service.method]
names += ["| %d | `%s` |" % (field.number, field.name) for file in files.file if file.package == "factline.v1"
          for message in file.message_type for field in message.field]
missing = [name for name in names if name not in reference]
assert len(names) > 100 and not missing, missing
END
