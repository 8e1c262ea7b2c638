#!/usr/bin/env bash
set -euo pipefail
cd tests/bench/relevance
python3 -B ndcg_test.py
