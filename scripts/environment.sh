# shellcheck shell=bash
# Sourced by ./run, ./test and ./benchmark: how Testcontainers works on this machine, the name of this run, so that
# what it made can be found and removed, and the build that shows its progress.

: "${top:?the top folder of the checkout}"

# Its helper image comes from a registry. Without one the labels of this run do the cleaning up.
if ! docker image inspect "$("$top/scripts/base-image")" --format '{{join .RepoTags ","}}' | grep -q '^public\.ecr\.aws/'; then
  export TESTCONTAINERS_RYUK_DISABLED=true
fi
if [ -S /var/run/docker.sock ] && [ -z "${DOCKER_HOST:-}" ]; then
  export TESTCONTAINERS_HOST_OVERRIDE=${TESTCONTAINERS_HOST_OVERRIDE:-localhost}
fi

TAILNET_PROXY_RUN=run-$$-$(date +%s)
export TAILNET_PROXY_RUN

remove_what_this_run_made() {
  local label=label=dev.tailnetproxy.run=$TAILNET_PROXY_RUN
  docker ps -aq --filter "$label" | xargs -r docker rm -f >/dev/null 2>&1 || true
  docker network ls -q --filter "$label" | xargs -r docker network rm >/dev/null 2>&1 || true
}

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
