#!/bin/bash
# Builds the rig: a real OpenXR runtime (Debian trixie's Monado), Mesa and Xvfb, unpacked into a cache folder.
#   $VRCNN_XR_RIG  where; by default vrcnn-xr-rig in the user's cache folder
# Nothing of it is installed; of the machine it changes only that the package mmdebstrap is there afterwards.
# A second call does nothing. An interrupted call leaves nothing half-made. Where the rig cannot work on this machine
# it ends with 77, after one sentence on standard error that says how to get it.
set -euo pipefail

rig=${VRCNN_XR_RIG:-${XDG_CACHE_HOME:-$HOME/.cache}/vrcnn-xr-rig}
suite=trixie
packages=(
  base-files                                                              # /lib as a link into /usr
  monado-service libopenxr1-monado                                        # the OpenXR runtime
  mesa-vulkan-drivers libgl1-mesa-dri libglx-mesa0 libegl-mesa0           # lavapipe and llvmpipe
  libgl1 libegl1 xvfb
  libxrandr2 libxinerama1 libxcursor1 libxi6 libxext6 libxxf86vm1 libxrender1 # what GLFW loads
)

unavailable() {
  echo "The OpenXR test rig needs $1." >&2
  exit 77
}

stamp=$(printf '%s\n' "$suite" "${packages[@]}" | sha256sum | cut -d' ' -f1)
built() { [ "$(cat "$rig/stamp" 2>/dev/null)" = "$stamp" ]; }

distribution=$(. /etc/os-release 2>/dev/null && echo "${ID:-}") || true
[ "$distribution" = debian ] || unavailable "Debian 12 or 13 (a container of it will do): run 'make test' there"
[ "$(id -u)" = 0 ] || unavailable "root, for a mount of its own: run 'sudo make test'"
trial=$(mktemp -d)
mkdir "$trial/upper" "$trial/merged"
unshare --mount --propagation private --pid --fork --kill-child --mount-proc \
  mount -t overlay overlay -o "lowerdir=$trial/upper:/usr" "$trial/merged" 2>/dev/null && may_mount=1 || may_mount=0
rm -r "$trial"
[ "$may_mount" = 1 ] ||
  unavailable "the right to mount in a namespace of its own: in a container, start that with --privileged"
if built; then exit 0; fi

mkdir -p "$(dirname "$rig")"
exec 9>"$rig.lock"
flock 9
if built; then exit 0; fi # another call has built it while this one waited

# The mirror that this machine's apt already uses. Without package lists apt cannot tell whose a source is.
mirror() {
  apt-get indextargets --format '$(REPO_URI) $(ORIGIN) $(LABEL)' 'Created-By: Packages' |
    awk '$2 == "Debian" && $3 == "Debian" { print $1; exit }'
}
[ -n "$(mirror)" ] || apt-get update -q >&2
mirror=$(mirror)
[ -n "$mirror" ] || unavailable "a Debian mirror among apt's sources: add one and run 'apt-get update'"
if ! command -v mmdebstrap >/dev/null; then
  apt-get install -qy --no-install-recommends mmdebstrap >&2 ||
    { apt-get update -q && apt-get install -qy --no-install-recommends mmdebstrap; } >&2
fi

echo "Building the OpenXR test rig in $rig (about 150 MB to fetch, once)" >&2
new=$rig.new
trap 'rm -rf --one-file-system "$new"' EXIT
rm -rf --one-file-system "$new"
mmdebstrap --quiet --mode=root --variant=extract --include="${packages[*]}" "$suite" "$new" \
  "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main"
# No maintainer script has run: do what the alternatives would have done.
for library in blas lapack; do
  for found in "$new"/usr/lib/*/"$library/lib$library.so.3"; do
    if [ -e "$found" ]; then ln -sfn "$library/lib$library.so.3" "${found%/*/*}/lib$library.so.3"; fi
  done
done
# Only /usr is ever used.
find "$new" -mindepth 1 -maxdepth 1 ! -name usr -exec rm -rf --one-file-system {} +
rm -rf "$new"/usr/share/{doc,man,locale,info,lintian,bug}
mkdir -p "$new/merged"
echo "$stamp" >"$new/stamp"
rm -rf --one-file-system "$rig"
mv "$new" "$rig"
