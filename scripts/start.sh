#!/usr/bin/env bash
# start.sh [--wait SECONDS] [TARGET]: starts the service in the background and waits until it is
# ready. Its process id is in TARGET/run/service.pid, its output in TARGET/logs/service.log. Settings
# come from TARGET/config/config.yaml, TARGET/service.env (or the file that PERSISTENCE_ENV_FILE names)
# and the environment. TARGET is the target of deploy.sh; default: the folder of this project.
#
# Exit code 0: the service is ready, also if it was already running. 1: it ended, or is being stopped,
# or is not ready after SECONDS (120) and keeps running. 2: usage error. 78: the configuration is not
# valid, or service.env cannot be read.
set -euo pipefail
umask 077
here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=lib/target.sh
. "$here/lib/target.sh"

wait_seconds=120
folder=
while [ $# -gt 0 ]; do
  case $1 in
    --wait) wait_seconds=${2:-}; shift ;;
    -h | --help) usage; exit 0 ;;
    -*) fail "unknown option $1" 2 ;;
    *) [ -z "$folder" ] || fail 'more than one TARGET' 2; folder=$1 ;;
  esac
  shift || break
done
[[ $wait_seconds =~ ^[0-9]+$ ]] || fail '--wait needs a number of seconds' 2
use_target "${folder:-$(own_target)}"
cd "$target"
release=$(release_of_target)
node_of "$release"

config=$("${node_command[@]}" serve --print-config)
host=$(setting "$config" service host)
port=$(setting "$config" service port)
[ "$port" != 0 ] || fail 'service.port is 0, so the address would be unknown; set a port' 2
case $host in
  0.0.0.0) host=127.0.0.1 ;;
  ::) host=::1 ;;
esac
case $host in
  *:*) url=http://[$host]:$port ;;
  *) url=http://$host:$port ;;
esac

mkdir -p "$target/run" "$target/logs"
# The lock prevents two concurrent starts; the service must not inherit it.
exec 9>"$target/run/start.lock"
flock 9
started=
if pid=$(running_pid); then
  ! is_stopping "$pid" || fail "process $pid is being stopped; start again when it has ended"
  say "already running: process $pid"
else
  # Otherwise the answer of another program could be mistaken for that of the service.
  ! (exec 3<>"/dev/tcp/$host/$port") 2>/dev/null || fail "$url is in use by another program"
  # A core dump would contain data of clients, and the password of the database.
  ulimit -c 0
  # In its own session, so that it outlives the terminal.
  setsid "${node_command[@]}" serve </dev/null >>"$log_file" 2>&1 9>&- &
  pid=$!
  started=1
  printf '%s\n' "$pid" >"$pid_file.new"
  mv "$pid_file.new" "$pid_file"
fi

code=0
node "$here/wait-ready.mjs" "$url/health/ready" "$pid" "$wait_seconds" || code=$?
case $code in
  0) say "ready: $url (process $pid, log $log_file)" ;;
  1)
    tail -n 20 "$log_file" >&2
    rm -f "$pid_file"
    ended=1
    [ -z "$started" ] || wait "$pid" || ended=$?
    fail "the service ended; its last output is above, the full log is $log_file" "$ended"
    ;;
  *) fail "process $pid is not ready after $wait_seconds s, and keeps running; see $log_file" ;;
esac
