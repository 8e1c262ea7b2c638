#!/usr/bin/env bash
# The harness's scripts against small inputs.
set -euo pipefail
cd tests/bench/peers
python3 -B make_queries_test.py
python3 -B compare_test.py
