#!/usr/bin/env bash
# Python reads and writes the golden messages, and every field of every public message is among them.
set -euo pipefail
exec python3 -B tests/interop/wire/wire.py protos/factline.binpb tests/interop/wire/golden.jsonl
