# shellcheck shell=bash
# Sourced by ./run and ./test: how Testcontainers works on this machine, and the name of this run, so that what it
# made can be found and removed.

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
