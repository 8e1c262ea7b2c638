#!/usr/bin/env bash
# Both examples against real processes, with Debian's grpcio: they print the same.
set -euo pipefail
cd tests/interop
export PYTHONPATH="$TEST_TMPDIR/generated" PYTHONDONTWRITEBYTECODE=1
python/generate ../../protos "$PYTHONPATH"
page=../../deploy/samples/bingang-daily-2024-03-18-a01.txt
python3 example_test.py --bin ../../deploy --page "$page" --save "$TEST_TMPDIR/printed" -- python3 python/example.py
for example in example example_async; do
  for how in "" --secure; do
    python3 example_test.py --bin ../../deploy --page "$page" $how --like "$TEST_TMPDIR/printed" -- python3 "python/$example.py"
  done
done
