#!/usr/bin/env bash
# stop.sh [--wait SECONDS] [--kill] [TARGET]: gracefully stops the service that start.sh started: it
# finishes requests and flushes pending writes. TARGET: as for start.sh.
#
# SECONDS is how long to wait for its end; default: service.shutdown_timeout plus 15 s. After that the
# service keeps running, unless --kill is given: then it is killed, with a message, and unstored writes
# stay in its journal.
#
# Exit code 0: the service does not run, also if it was not running before. 1: it still runs, or was
# killed. 2: usage error.
set -euo pipefail
umask 077
here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=lib/target.sh
. "$here/lib/target.sh"

wait_seconds=
kill_at_last=
folder=
while [ $# -gt 0 ]; do
  case $1 in
    --wait) wait_seconds=${2:-none}; shift ;;
    --kill) kill_at_last=1 ;;
    -h | --help) usage; exit 0 ;;
    -*) fail "unknown option $1" 2 ;;
    *) [ -z "$folder" ] || fail 'more than one TARGET' 2; folder=$1 ;;
  esac
  shift || break
done
[[ $wait_seconds =~ ^[0-9]*$ ]] || fail '--wait needs a number of seconds' 2
use_target "${folder:-$(own_target)}"
cd "$target"

if ! pid=$(running_pid); then
  rm -f "$pid_file" "$stop_file"
  say 'not running'
  exit 0
fi
if [ -z "$wait_seconds" ]; then
  node_of "$(release_of_target)"
  # An invalid configuration must not prevent stopping the service.
  config=$("${node_command[@]}" serve --print-config) || config=$'service:\n  shutdown_timeout: 30'
  timeout=$(setting "$config" service shutdown_timeout)
  wait_seconds=$((${timeout%.*} + 15))
fi

# gone SECONDS: waits until the process has ended; false on timeout.
gone() {
  local until=$((SECONDS + $1))
  while [ "$(running_pid)" = "$pid" ]; do
    [ "$SECONDS" -lt "$until" ] || return 1
    sleep 0.1
  done
}

# Sent once: a second SIGTERM would end the service at once.
if is_stopping "$pid"; then
  say "process $pid is being stopped already"
else
  say "stopping process $pid"
  printf '%s\n' "$pid" >"$stop_file"
  kill -TERM "$pid" 2>/dev/null || true
fi
if gone "$wait_seconds"; then
  rm -f "$pid_file" "$stop_file"
  say 'stopped'
  exit 0
fi
[ -n "$kill_at_last" ] ||
  fail "process $pid still runs after $wait_seconds s; see $log_file, or use --kill"
printf 'process %s still runs after %s s: KILLING it; unstored writes stay in the journal\n' \
  "$pid" "$wait_seconds" >&2
kill -KILL "$pid" 2>/dev/null || true
gone 10 || fail "process $pid cannot be killed"
rm -f "$pid_file" "$stop_file"
exit 1
