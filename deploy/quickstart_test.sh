#!/usr/bin/env bash
# What 'quickstart --stop' promises, held against processes that only look like ours.
set -euo pipefail
quickstart="$PWD/deploy/quickstart"
work="$(mktemp -d)"
cd "$work"
started=()
trap 'for pid in "${started[@]}"; do kill -KILL "$pid" 2>/dev/null || true; done; rm -rf "$work"' EXIT

fail() { echo "FAILED: $*" >&2; exit 1; }

# A process whose executable is DIR/bin/ingestor, with its files as quickstart leaves them. Sets $pid.
start() {
  mkdir -p "$1/bin"
  cp "$(command -v sleep)" "$1/bin/ingestor"
  "$(realpath "$1")/bin/ingestor" 300 &
  pid=$!
  started+=("$pid")
  disown "$pid"
  echo "$pid" >"$1/ingestor.pid"
  echo 127.0.0.1:1 >"$1/ingestor.address"
  while [ "$(readlink "/proc/$pid/exe")" != "$(realpath "$1")/bin/ingestor" ]; do sleep 0.01; done
}

is_running() { kill -0 "$1" 2>/dev/null && ! grep -q '^State:.Z' "/proc/$1/status" 2>/dev/null; }

stops_by() {
  local name="$1" dir="$2"
  is_running "$pid" || fail "$name: the test's process does not run"
  "$quickstart" --stop --data "$dir" >out || fail "$name: $(cat out)"
  grep -q "stopped ingestor (process $pid)" out || fail "$name: says '$(cat out)'"
  ! is_running "$pid" || fail "$name: the process still runs"
  [ ! -e "$dir/ingestor.pid" ] || fail "$name: the pid file is left"
}

mkdir here
start data && stops_by "a plain path" data
start data && stops_by "a path from ./" ./data
start data && stops_by "a path that ends in /" data/
start data && (cd here && stops_by "a path from ../" ../data)
ln -s "$work" link
start data && stops_by "a path through a symbolic link" link/data

# Somebody else's process, whose id a stale file names, is left alone, and the stale files go.
mkdir -p other
sleep 300 &
pid=$!
started+=("$pid")
disown "$pid"
echo "$pid" >other/ingestor.pid
"$quickstart" --stop --data other
is_running "$pid" || fail "a process that is not ours was stopped"
[ ! -e other/ingestor.pid ] || fail "a stale pid file is left"

# A process that ended by itself is no error.
mkdir -p ended
echo 999999999 >ended/query.pid
"$quickstart" --stop --data ended || fail "a process that has ended is an error"
[ ! -e ended/query.pid ] || fail "the pid file of an ended process is left"
echo PASSED
