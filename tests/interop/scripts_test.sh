#!/usr/bin/env bash
# The page of commands is whole, and is read as page.py promises.
set -euo pipefail
cd tests/interop
exec python3 -B page_test.py ../../protos/factline.binpb
