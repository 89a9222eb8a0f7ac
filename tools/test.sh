#!/bin/bash
# Runs the tests: `tools/test.sh all`, or only those on an OpenXR runtime with `tools/test.sh xr`. More words go to pytest.
# How each part ended, and what was skipped, stands once more at the end.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
part=$1
shift
log=$(mktemp)
trap 'rm -f "$log"' EXIT
cannot_set_up=77 # how rig/setup.sh ends where a machine cannot carry the rig; its last line says why
workers=$(nproc 2>/dev/null || echo 1) # each has torch in memory, so few of them
workers=$((workers > 4 ? 4 : workers))
shared=(-n "$workers" --dist worksteal)
summary=()
status=0

run() { # runs a part of the tests and keeps pytest's closing line
    "$@" 2>&1 | tee "$log" || status=1
    summary+=("$(grep -E ' in [0-9.]+s' "$log" | tail -n 1)")
}

if [ "$part" = all ]; then
    run .venv/bin/python -m pytest "${shared[@]}" tests --ignore=tests/xr "$@"
fi

tests/xr/rig/setup.sh 2>&1 | tee "$log"
case $? in
    0) run tests/xr/rig/run.sh .venv/bin/python -m pytest "${shared[@]}" tests/xr "$@" ;;
    "$cannot_set_up") summary=("Skipped: the tests on an OpenXR runtime. $(tail -n 1 "$log")" "${summary[@]}") ;;
    *) status=1 summary=("The OpenXR rig could not be set up: $(tail -n 1 "$log")" "${summary[@]}") ;;
esac

echo
printf '%s\n' "${summary[@]}"
exit $status
