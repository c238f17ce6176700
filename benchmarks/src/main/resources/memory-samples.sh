#!/bin/sh
# Writes what the kernel counts for the processes of a function, ten times a second until the file STOP is there: a line
# with the proportional set sizes, in KiB, of the runtime, of tailscaled, of the extension and of the emulator.
#
#   memory-samples.sh NAME-OF-THE-RUNTIME STOP
set -u
runtime_name=$1
stop=$2

pss() {
  while read -r key value _; do
    if [ "$key" = Pss: ]; then
      printf '%s' "$value"
      return
    fi
  done <"$1/smaps_rollup"
}

while [ ! -e "$stop" ]; do
  runtime=0 daemon=0 extension=0 emulator=0
  for process in /proc/[0-9]*; do
    { read -r name <"$process/comm"; } 2>/dev/null || continue
    kilobytes=$({ pss "$process"; } 2>/dev/null)
    case $name in
      "$runtime_name") runtime=$((runtime + ${kilobytes:-0})) ;;
      aws-lambda-rie) emulator=$((emulator + ${kilobytes:-0})) ;;
      tailscaled)
        if tr '\0' ' ' <"$process/cmdline" 2>/dev/null | grep -q -e '--tun='; then
          daemon=$((daemon + ${kilobytes:-0}))
        else
          extension=$((extension + ${kilobytes:-0}))
        fi
        ;;
    esac
  done
  printf '%s %s %s %s\n' "$runtime" "$daemon" "$extension" "$emulator"
  sleep 0.1
done
