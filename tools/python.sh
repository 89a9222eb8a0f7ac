#!/bin/sh
# Prints the Python (3.11 or newer, able to make virtual environments) that the project's own environment is made from.
# PYTHON=... chooses one. As root on Debian or Ubuntu, what is missing is installed.
set -eu

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
makes_environments() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }
version() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])'; }

find_python() {
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if is_new_enough "$candidate"; then
            echo "$candidate"
            return
        fi
    done
}

install() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q >&2 && apt-get install -qy --no-install-recommends "$@" >&2
}

python=$(find_python)
if [ -z "$python" ] && [ -n "${PYTHON:-}" ]; then
    echo "$PYTHON is no Python 3.11 or newer: name one that is, such as make PYTHON=python3.12 run." >&2
    exit 1
fi
if [ -z "$python" ]; then
    # The system's own Python first; where that one is too old, a newer one that it offers beside it.
    for packages in "python3 python3-venv" python3.13-venv python3.12-venv python3.11-venv; do
        # shellcheck disable=SC2086  # two packages are two words
        install $packages || continue
        python=$(find_python)
        [ -z "$python" ] || break
    done
fi
if [ -z "$python" ]; then
    echo "vrcnn needs Python 3.11 or newer, and there is none here: install one (on Debian 12, Ubuntu 24.04 or newer: \
sudo apt-get install python3 python3-venv), or name one with make PYTHON=/path/to/python run." >&2
    exit 1
fi
if ! makes_environments "$python"; then
    package=python$(version "$python")-venv
    if ! install "$package" || ! makes_environments "$python"; then
        echo "$python cannot make virtual environments: install its venv module (on Debian or Ubuntu: \
sudo apt-get install $package) and repeat the command." >&2
        exit 1
    fi
fi
echo "$python"
