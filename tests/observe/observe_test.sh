#!/usr/bin/env bash
# Debian's Python, which has gRPC; its Prometheus.
set -euo pipefail
exec /usr/bin/python3 -B tests/observe/observe_test.py
