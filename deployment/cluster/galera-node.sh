#!/usr/bin/env bash
# Runs a node of the cluster in a container of the image mariadb. The word after the script:
#   start                the default: joins the other nodes
#   create               before the very first start, on one node: its next start makes a new, empty
#                        database, and the first group
#   bootstrap [--force]  if all nodes were stopped: the next start of this node starts the group with
#                        its data. Refused unless it stopped last; --force: it has the last write
#   position             prints the last write that this node has, as group:number, while it is stopped
# Only a person starts a group. A node that did so by itself, without its disk or without its
# network, would make a second database.
set -euo pipefail

data=${GALERA_DATA:-/var/lib/mysql}
state=$data/grastate.dat
# Exists from `create` or `bootstrap` to the next start: a later restart joins the group again.
once=$data/bootstrap-once

fail() {
  printf 'galera-node.sh: %s\n' "$*" >&2
  exit 1
}

has_data() { [ -d "$data/mysql" ]; }

field() { sed -n "s/^$1:[[:space:]]*//p" "$state"; }

# After a crash the number is -1 in the file; the tables have it.
position() {
  if [ ! -f "$state" ] || ! has_data; then
    echo none
  elif [ "$(field seqno)" = -1 ]; then
    mariadbd --wsrep-recover --disable-log-error 2>&1 |
      sed -n 's/.*WSREP: Recovered position:[[:space:]]*//p' | tail -n 1
  else
    echo "$(field uuid):$(field seqno)"
  fi
}

create() {
  ! has_data || fail "this node has data already; 'create' is only for the very first start"
  touch "$once"
  echo 'The next start makes a new, empty database.'
}

bootstrap() {
  has_data || fail "this node has no data; start the group on a node that has"
  if [ -f "$state" ] && [ "$(field safe_to_bootstrap)" != 1 ]; then
    [ "${1:-}" = --force ] || fail "this node did not stop last. Compare 'position' of all nodes;" \
      "on the node with the greatest number, use 'bootstrap --force'"
    sed -i 's/^safe_to_bootstrap: .*/safe_to_bootstrap: 1/' "$state"
  fi
  # Names the nodes of the old group, for which it would wait.
  rm -f "$data/gvwstate.dat"
  touch "$once"
  echo 'The next start starts the group.'
}

start() {
  local name options=()
  name=$(hostname)
  options+=("--wsrep-node-name=$name" "--wsrep-node-address=$name")
  if [ -f "$state" ] && [ "$(field seqno)" = -1 ]; then
    local last
    last=$(position)
    case $last in *:*) options+=("--wsrep-start-position=$last") ;; esac
  fi
  if [ -f "$once" ]; then
    rm -f "$once"
    options+=(--wsrep-new-cluster)
    # The script of the image creates the database and its users, then starts the server.
    has_data || exec docker-entrypoint.sh mariadbd "${options[@]}"
  fi
  # Without data: the other nodes send it.
  exec mariadbd "${options[@]}"
}

case ${1:-start} in
  start | create | position) "${1:-start}" ;;
  bootstrap) bootstrap "${2:-}" ;;
  *) fail "unknown word: $1 (start, create, bootstrap, position)" ;;
esac
