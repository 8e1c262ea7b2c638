#!/usr/bin/env bash
# Flags, files of flags and --help, at the door of each program. After a change of flags:
#   for s in ingestor indexer query; do PROGRAMS/$s --example_flagfile >deploy/operate/$s.flags; done
set -uo pipefail
failed=0
passed=0
fail() { printf 'FAILED: %s\n' "$*"; failed=1; }
expect() {  # words wanted, text
  if grep -qF -- "$1" <<<"$2"; then passed=$((passed + 1)); else fail "want '$1' in: $2"; fi
}
refuses() {  # words wanted, program, arguments: exit status 2 and these words
  local want=$1 said status
  shift
  said="$("$@" 2>&1 </dev/null)"
  status=$?
  [ $status -eq 2 ] || fail "exit status $status of: $*"
  expect "$want" "$said"
}
work="${TEST_TMPDIR:-$(mktemp -d)}"

# ends_with SERVER WORDS FLAGS...: it starts, and ends by itself with these words.
ends_with() {
  local output
  output="$(timeout 60 "deploy/$1" --listen=127.0.0.1:0 --data_dir="$work/data" "${@:3}" 2>&1)"
  [ $? = 1 ] || fail "$1 ${*:3}: want exit status 1"
  expect "$2" "$output"
}
ends_with indexer '--workers=1000000: want 0 to 1024' --workers=1000000
ends_with indexer '--workers=-1: want 0 to 1024' --workers=-1
ends_with query '--workers=0: want 1 to 1024' --workers=0

for server in ingestor indexer query; do
  program="deploy/$server"
  help="$("$program" --help)" || fail "$server --help"
  for section in NAME SYNOPSIS DESCRIPTION FLAGS FILES SIGNALS 'EXIT STATUS' EXAMPLES; do
    expect "$section" "$(grep -x "$section" <<<"$help")"
  done
  grep -q 'Other flags' <<<"$help" && fail "$server has a flag that stands under no topic of deploy/host/help.cc:" \
    "$(sed -n '/Other flags/,/^CONF/p' <<<"$help")"
  expect "$server " "$("$program" --version)"
  diff "deploy/operate/$server.flags" <("$program" --example_flagfile) ||
    fail "deploy/operate/$server.flags is not what $server --example_flagfile prints"
  sed 's/^#--/--/' "deploy/operate/$server.flags" >"$work/all.flags"  # every flag, at its default
  refuses "unexpected argument 'stray'" "$program" --flagfile="$work/all.flags" stray
  refuses '--health_check=alive: want serving or answering' "$program" --health_check=alive

  printf '# ours\n\n--listen=127.0.0.1:0\n--lisen=127.0.0.1:0\n' >"$work/wrong.flags"
  refuses "$work/wrong.flags:4: there is no flag --lisen" "$program" --flagfile="$work/wrong.flags"
  printf -- '--drain_timeout=soon\n' >"$work/wrong.flags"
  refuses "$work/wrong.flags:1: --drain_timeout=soon" "$program" --flagfile "$work/wrong.flags"
  printf -- 'insecure\n' >"$work/wrong.flags"
  refuses "$work/wrong.flags:1: 'insecure': want --NAME=VALUE" "$program" --flagfile="$work/wrong.flags"
  printf -- '--flagfile=%s/wrong.flags\n' "$work" >"$work/outer.flags"
  refuses "$work/outer.flags:1: $work/wrong.flags:1:" "$program" --flagfile="$work/outer.flags"
  refuses "no/such.flags: No such file" "$program" --flagfile=no/such.flags
done

# A file counts, what stands behind it on the command line counts more, and the log says what is in effect.
printf -- '--data_dir=%s/data\n--listen=192.0.2.1:0\n--workers=3\n--noinsecure\n' "$work" >"$work/query.flags"
log="$(timeout 60 deploy/query --flagfile="$work/query.flags" --workers=7 2>&1)"
expect "--listen=192.0.2.1:0" "$log"  # refused: other machines reach it
expect "starting, with these flags other than by default" "$log"
expect "data_dir=$work/data listen=192.0.2.1:0 workers=7" "$log"

sed 's/^#--/--/' deploy/operate/factline.flags >"$work/all.flags"
for command in 'admin status' 'search' 'ingest'; do
  # shellcheck disable=SC2086
  expect "factline $command - " "$(deploy/factline $command --flagfile="$work/all.flags" --help)"
done
expect 'CONNECTION' "$(deploy/factline admin backup --help)"
refuses "no command has a flag --qeury_address" deploy/factline search --flagfile=<(echo --qeury_address=x)
printf '%d checks passed\n' "$passed"
exit $failed
