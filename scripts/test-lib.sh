# shellcheck shell=bash
# Sourced by scripts that test others: cases, what they said, and the count at the end. The folder of what is made
# meanwhile is $work; it is removed at the end.

suite=$(basename "$0")
say() { printf '%s: %s\n' "$suite" "$*" >&2; }

work=$(mktemp -d)
cases=0
failures=0

pass() {
  cases=$((cases + 1))
  say "ok: $1"
}
fail() { # name, why
  cases=$((cases + 1))
  failures=$((failures + 1))
  say "FAILED: $1: $2; it said:"
  sed 's/^/    /' "$work/out" >&2
}

# name, status, what it has to say (an extended regular expression; empty: nothing at all), command
check() {
  local name=$1 wanted=$2 sentence=$3 status=0
  shift 3
  "$@" </dev/null >"$work/out" 2>&1 || status=$?
  if [ "$status" != "$wanted" ]; then
    fail "$name" "status $status instead of $wanted"
  elif ! said "$sentence"; then
    fail "$name" "not the sentence \"$sentence\""
  else
    pass "$name"
  fi
}
said() {
  if [ -z "$1" ]; then [ ! -s "$work/out" ]; else grep -qE -- "$1" "$work/out"; fi
}

# A program that stands in for the real one at the outermost edge.
stub() { # folder, name, script
  mkdir -p "$work/$1"
  printf '#!/bin/sh\n%s\n' "$3" >"$work/$1/$2"
  chmod 755 "$work/$1" "$work/$1/$2"
}

finish() {
  if [ "$failures" -gt 0 ]; then
    say "$failures of $cases cases failed"
    exit 1
  fi
  say "all $cases cases passed"
}
