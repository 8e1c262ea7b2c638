#!/usr/bin/env bash
# The soak's judging against made-up samples.
set -euo pipefail
cd tests/bench
python3 -B soak_test.py
