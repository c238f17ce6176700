# shellcheck shell=bash
# Sourced by ./run, ./test and ./benchmark: how Testcontainers works on this machine, the name of this run, so that
# what it made can be found and removed, the build that shows its progress, and how a signal ends it all.

: "${top:?the top folder of the checkout}"

# Its helper image comes from a registry. Without one the labels of this run do the cleaning up.
base=$("$top/scripts/base-image")
if ! docker image inspect "$base" --format '{{join .RepoTags ","}}' | grep -q '^public\.ecr\.aws/'; then
  export TESTCONTAINERS_RYUK_DISABLED=true
fi
if [ -S /var/run/docker.sock ] && [ -z "${DOCKER_HOST:-}" ]; then
  export TESTCONTAINERS_HOST_OVERRIDE=${TESTCONTAINERS_HOST_OVERRIDE:-localhost}
fi

TAILNET_PROXY_RUN=run-$$-$(date +%s)
export TAILNET_PROXY_RUN

remove_run_resources() {
  local label=label=dev.tailnetproxy.run=$TAILNET_PROXY_RUN
  docker ps -aq --filter "$label" | xargs -r docker rm -fv >/dev/null 2>&1 || true
  # The local AWS gives the containers of its functions no label but its own, which begins with its host name.
  docker ps -a --filter label=ministack.instance --format '{{.ID}} {{.Label "ministack.instance"}}' |
    awk -v host="$TAILNET_PROXY_RUN-aws-" 'index($2, host) == 1 { print $1 }' | xargs -r docker rm -fv >/dev/null 2>&1 || true
  docker network ls -q --filter "$label" | xargs -r docker network rm >/dev/null 2>&1 || true
}

# A shell that starts a script in the background lets it ignore SIGINT, and a script can't undo that by itself. The variable
# holds the process that has tried it: what that one starts may have to do the same.
restore_sigint() { # the script and its arguments
  if [[ $(trap -p INT) != *"'' "* ]]; then return; fi
  if [ "${TAILNET_PROXY_SIGINT:-}" != $$ ] && env --default-signal=INT true 2>/dev/null; then
    TAILNET_PROXY_SIGINT=$$ exec env --default-signal=INT "$@"
  fi
  printf 'SIGINT is ignored, because this was started in the background; end it with: kill %s\n' "$$" >&2
}

signal_group() { # signal, process group, which may be empty or gone
  if [ -n "$2" ]; then kill "-$1" -- "-$2" 2>/dev/null || true; fi
}

# Runs a command in a process group of its own. A signal that ends this script ends the group first, at once or, where
# END_WITH=TERM is set for scripts that clean up after themselves, within five seconds. What it leaves behind is removed
# when this script ends, and by nobody else. The traps stand before the command starts: a signal may come at any moment.
run_until_signal() {
  local status=0 signal='' group=''
  trap 'signal=2; signal_group "${END_WITH:-KILL}" "$group"' INT
  trap 'signal=15; signal_group "${END_WITH:-KILL}" "$group"' TERM
  trap 'signal=1; signal_group "${END_WITH:-KILL}" "$group"' HUP
  set -m
  "$@" &
  group=$!
  set +m
  # A signal that came before there was a group ends it here.
  if [ -n "$signal" ]; then signal_group "${END_WITH:-KILL}" "$group"; fi
  # Bash forgets a signal that arrives while it enters wait until wait returns, so it waits for what has ended only. A
  # signal to the whole process group ends the sleep as well.
  while [ -z "$signal" ] && kill -0 "$group" 2>/dev/null; do sleep 0.2 || true; done
  if [ -z "$signal" ]; then wait "$group" || status=$?; fi
  if [ -z "$signal" ]; then trap - INT TERM HUP; fi
  if [ -n "$signal" ]; then
    printf '\nstopping: containers and networks are removed\n' >&2
    for _ in {1..50}; do
      kill -0 -- "-$group" 2>/dev/null || break
      sleep 0.1
    done
    signal_group KILL "$group"
    wait "$group" 2>/dev/null || true
    exit $((128 + signal))
  fi
  return "$status"
}

# Builds images beside what does not need them yet. Whoever needs one meanwhile waits for it, and shows what went wrong when it
# has failed. It ends with this script.
build_images_aside() {
  set -m
  "$top/local-stack/build-images" ahead >/dev/null &
  aside=$!
  set +m
}

# The java command of the JDK that the build uses.
java() { command "${JAVA_HOME:+$JAVA_HOME/bin/}java" "$@"; }

say() { printf '\033[1m==>\033[0m %s\n' "$*"; }

# Builds without tests and shows what is being built; the whole output goes to the file. Arguments go to Maven.
build_with_progress() {
  local log=$1
  shift
  say "building (the log is $log)"
  mkdir -p "$(dirname "$log")"
  if ! mvn -B -ntp -DskipTests "$@" package 2>&1 | tee "$log" |
    sed -u -n -E 's/^(image|base-image|build-layer): /    \1: /p; s/^\[INFO\] Building (.*) \[[0-9]+\/[0-9]+\]$/    \1/p'; then
    grep -E '^\[ERROR\]' "$log" | head -n 20 >&2 || true
    printf 'the build failed; the whole log is %s\n' "$log" >&2
    return 1
  fi
}
