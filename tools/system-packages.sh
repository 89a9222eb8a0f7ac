#!/bin/sh
# Sees that the Debian or Ubuntu packages which Python's own packages cannot bring are installed.
#   tools/system-packages.sh run    OpenGL, and what a window needs
#   tools/system-packages.sh test   besides these a screen for the tests, and a hand on its mouse
# As root it installs what is missing; else it says in a sentence what to install, and ends with 0: what needs none of it still works.
set -eu

packages="libegl1 libgl1 libgl1-mesa-dri libglx-mesa0 libx11-6 libxcursor1 libxext6 libxi6 libxinerama1 libxrandr2"
[ "${1:-run}" = run ] || packages="$packages xdotool xvfb"

if ! command -v dpkg-query >/dev/null; then
    echo "This is no Debian or Ubuntu: if a window does not open, install your system's packages of OpenGL and X11 (Mesa, EGL, Xlib)." >&2
    exit 0
fi
missing=
for package in $packages; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ]; then
    echo "Some system packages are missing; install them with: sudo apt-get install$missing" >&2
    exit 0
fi
echo "Installing system packages:$missing"
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
# shellcheck disable=SC2086  # a list of words
apt-get install -qy --no-install-recommends $missing
