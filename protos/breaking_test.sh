#!/usr/bin/env bash
# The protos break nothing that a release promised; and the check finds what would.
set -euo pipefail
cd protos
python3 -B breaking_test.py
for release in released/*.binpb; do
  python3 -B breaking.py "$release" promised.binpb || {
    echo "FAILED: clients or data of $release would break (see breaking.py). Add fields, values and methods instead."
    exit 1
  }
done
