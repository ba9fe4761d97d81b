#!/usr/bin/env bash
# deploy.sh [options] TARGET: installs the packages, builds the service, migrates its stores, and puts
# the release into TARGET/releases/VERSION-HASH. TARGET/current then points to it, and TARGET/previous
# to the release before, for --rollback. A failure changes neither. Unchanged sources are not built
# again. The script does not restart a running service: use stop.sh and start.sh, or systemctl.
#
#   --rollback       point current back to previous, and build nothing
#   --no-migrate     leave migrations to the service, or to `node dist/main.js migrate`
#   --state FOLDER   the folder in which the service runs, if not TARGET: with data/ and config/
#   --user USER      the user of the service, for migrating as that user (needs root)
#
# The settings for migrating are those that start.sh uses. Exit code 2: usage error; 78: the
# configuration is not valid or cannot be read, or the schema is newer than the release; 1: any other
# failure.
set -euo pipefail
umask 022
here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=lib/target.sh
. "$here/lib/target.sh"
source_folder=$(dirname "$here")

# The files of a release; the build needs no others.
SOURCES=(package.json package-lock.json .npmrc tsconfig.json tsconfig.build.json tsconfig.client.json src clients/typescript console migrations
  config/config.example.yaml scripts/build.mjs scripts/compile-driver.mjs scripts/start.sh scripts/stop.sh scripts/deploy.sh scripts/wait-ready.mjs
  scripts/lib README.md LICENSE)
# Number of releases kept in addition to current and previous; one of them may still be running.
KEPT=3

rollback=
migrate=1
state_folder=
user=
folder=
while [ $# -gt 0 ]; do
  case $1 in
    --rollback) rollback=1 ;;
    --no-migrate) migrate= ;;
    --state) state_folder=${2:?--state needs a folder}; shift ;;
    --user) user=${2:?--user needs a name}; shift ;;
    -h | --help) usage; exit 0 ;;
    -*) fail "unknown option $1" 2 ;;
    *) [ -z "$folder" ] || fail 'more than one TARGET' 2; folder=$1 ;;
  esac
  shift
done
[ -n "$folder" ] || fail 'no TARGET; see --help' 2
mkdir -p "$folder/releases"
use_target "$folder"
if [ -n "$state_folder" ]; then
  state=$(cd "$state_folder" 2>/dev/null && pwd -P) || fail "$state_folder is not a folder" 2
fi
exec 9>"$target/releases/.lock"
flock -n 9 || fail 'another deploy.sh is running on this target'

# run_migrate RELEASE WORD…: runs the migrate command of a release in the environment of the service.
run_migrate() {
  node_of "$1"
  local as=()
  [ -z "$user" ] || as=(runuser -u "$user" --)
  shift
  (cd "$state" && "${as[@]}" "${node_command[@]}" migrate "$@")
}

# point NAME RELEASE: makes TARGET/NAME a link to a release, atomically.
point() {
  ln -sfn "releases/$(basename "$2")" "$target/.$1.new"
  mv -T "$target/.$1.new" "$target/$1"
}

release_id() {
  local hash version
  # Compiled modules depend on the module version of node, the platform and the processor.
  hash=$({
    node -p '[process.versions.modules, process.platform, process.arch].join()'
    find "${SOURCES[@]}" -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
  } | sha256sum)
  version=$(node -p 'require("./package.json").version')
  say "$version-${hash:0:12}"
}

build() { # build RELEASE: builds in a temporary folder, so that a release is complete or absent
  local building=$target/releases/.building
  rm -rf "$building"
  mkdir "$building"
  # The user of the service reads the release, whatever the umask of the checkout was.
  tar -c --mode=u+rwX,go=rX "${SOURCES[@]}" | tar -x -C "$building"
  (
    cd "$building"
    npm ci --include=dev
    npm run --silent build
    npm prune --omit=dev
    rm -rf src clients console tsconfig.json tsconfig.build.json tsconfig.client.json scripts/build.mjs scripts/compile-driver.mjs .builds
  )
  mv -T "$building" "$1"
}

# check_schema RELEASE: ends the script unless the release can use the tables as they are. Only an
# answer that the schema is newer speaks for a backup: a store that is away loses nothing by waiting.
check_schema() {
  local found code=0
  found=$(run_migrate "$1" --status) || code=$?
  [ -z "$found" ] || say "$found"
  [ "$code" != 0 ] || return 0
  case $found in
    *'is newer than this version'*)
      fail "the schema does not fit $(basename "$1"), so current is unchanged; restore the backup from before the upgrade, then use --rollback --no-migrate" 78
      ;;
  esac
  fail "could not find out that the schema fits $(basename "$1"), so current is unchanged; the reason is above" "$code"
}

# remove RELEASE: renames it first, so that what an interruption leaves is not taken for a release.
remove() {
  local removing
  removing=$target/releases/.removing-$(basename "$1")
  mv -T "$1" "$removing"
  rm -rf "$removing"
}

remove_old_releases() {
  local kept=0 release
  while read -r release; do
    [ "$release" -ef "$target/current" ] || [ "$release" -ef "$target/previous" ] && continue
    kept=$((kept + 1))
    [ "$kept" -le "$KEPT" ] || remove "$release"
  done < <(ls -1dt "$target"/releases/*/)
}

if [ -n "$rollback" ]; then
  previous=$(readlink -e "$target/previous") || fail 'there is no previous release'
  # Migrations are not reverted; an older release that cannot read the tables would not start.
  [ -z "$migrate" ] || check_schema "$previous"
  point current "$previous"
  rm -f "$target/previous"
  say "current is $(basename "$previous") again; restart the service"
  exit 0
fi

# What an interrupted run left.
rm -rf "$target"/releases/.removing-*
cd "$source_folder"
[ -d src ] || fail 'a release contains no sources; run deploy.sh of a checkout'
id=$(release_id)
release=$target/releases/$id
if [ -d "$release" ]; then say "$id is built already"; else build "$release"; fi
[ -z "$migrate" ] || run_migrate "$release"
if [ "$release" -ef "$target/current" ]; then
  say "current is $id already"
  exit 0
fi
old=$(readlink -e "$target/current") || old=
[ -z "$old" ] || point previous "$old"
point current "$release"
touch "$release"
remove_old_releases
say "current is $id; restart the service"
