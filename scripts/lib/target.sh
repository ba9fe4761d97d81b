# shellcheck shell=bash
# Functions for start.sh, stop.sh and deploy.sh: the folders of the service, its settings, its process.
#
# A target is the folder in which the service runs. It contains data/, config/config.yaml, service.env,
# run/ and logs/. The program is in current/, created by deploy.sh, or, in a checkout, in
# .builds/current, created by `npm run build`.

say() { printf '%s\n' "$*"; }
fail() {
  printf '%s: %s\n' "$(basename "$0")" "$1" >&2
  exit "${2:-1}"
}

# The comment at the top of the script.
usage() { sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"; }

# use_target FOLDER: sets target, state, env_file, pid_file, stop_file and log_file; all absolute.
# state is the working directory of the service: the target, unless a script changes it.
# shellcheck disable=SC2034 # used by the scripts
use_target() {
  target=$(cd "$1" 2>/dev/null && pwd -P) || fail "$1 is not a folder" 2
  state=$target
  env_file=${PERSISTENCE_ENV_FILE:-$target/service.env}
  if [ -n "${PERSISTENCE_ENV_FILE:-}" ]; then
    [ -r "$env_file" ] || fail "PERSISTENCE_ENV_FILE names $env_file, which cannot be read" 2
    env_file=$(readlink -f "$env_file")
  fi
  pid_file=$target/run/service.pid
  stop_file=$target/run/service.stopping
  log_file=$target/logs/service.log
}

# The default target: for a release the folder above releases/, otherwise the checkout.
own_target() {
  local root
  root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
  case $root in
    */releases/*) dirname "$(dirname "$root")" ;;
    *) say "$root" ;;
  esac
}

# The folder of the program, links resolved: the next deploy does not affect a running process.
release_of_target() {
  if [ -e "$target/current" ]; then
    readlink -f "$target/current"
  elif [ -e "$target/.builds/current" ]; then
    readlink -f "$target/.builds/current"
  else
    say "$target"
  fi
}

# node_of FOLDER: sets node_command to the command that runs the release in FOLDER. Like systemd,
# node reads service.env as text and executes nothing in it. The environment overrides it.
node_of() {
  [ -f "$1/dist/main.js" ] || fail "$1/dist/main.js is missing; run deploy.sh, or npm run build"
  node_command=(node --max-semi-space-size=32 --heap-growing-percent=100)
  if [ -r "$env_file" ]; then
    node_command+=("--env-file=$env_file")
  elif [ -e "$env_file" ] || [ -L "$env_file" ]; then
    # Without its settings the service would start with the defaults, on another store.
    fail "$env_file cannot be read by $(id -un)" 78
  fi
  node_command+=("$1/dist/main.js")
}

# setting CONFIG SECTION KEY: a value from the output of --print-config.
setting() {
  awk -v section="$2:" -v key="$3:" \
    '/^[a-z]/ { found = $1 == section } found && $1 == key { gsub(/"/, "", $2); print $2; exit }' \
    <<<"$1"
}

# The process id of the running service of this target; no output, and false, if there is none. A
# number that has been reused by another process is ignored.
running_pid() {
  local pid
  [ -r "$pid_file" ] || return 1
  pid=$(<"$pid_file")
  [[ $pid =~ ^[0-9]+$ ]] && [ "$(readlink "/proc/$pid/cwd")" = "$state" ] || return 1
  tr '\0' '\n' 2>/dev/null <"/proc/$pid/cmdline" | grep -q '/dist/main\.js$' || return 1
  say "$pid"
}

# Whether stop.sh has told this process to stop.
is_stopping() { [ "$(cat "$stop_file" 2>/dev/null)" = "$1" ]; }
