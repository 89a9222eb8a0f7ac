#!/bin/bash
# run.sh COMMAND...: runs COMMAND with the rig's /usr (see setup.sh) laid over the machine's own.
# A file that both have is the rig's; every other one, a Python in /usr or git say, stays the machine's. /usr is
# read-only meanwhile, but for /usr/local and /usr/src. Mounts and processes live in namespaces of their own and end
# with COMMAND. Needs root.
set -euo pipefail
export VRCNN_XR_RIG_FOLDER=${VRCNN_XR_RIG:-${XDG_CACHE_HOME:-$HOME/.cache}/vrcnn-xr-rig}
[ -e "$VRCNN_XR_RIG_FOLDER/stamp" ] || { echo "The OpenXR test rig is not built: run ${0%/*}/setup.sh first." >&2; exit 77; }

exec unshare --mount --propagation private --pid --fork --kill-child --mount-proc bash -ec '
  rig=$VRCNN_XR_RIG_FOLDER
  mount -t overlay overlay -o "lowerdir=$rig/usr:/usr" "$rig/merged"
  for kept in local src; do
    if [ -d "/usr/$kept" ]; then mount --rbind "/usr/$kept" "$rig/merged/$kept"; fi
  done
  mount --rbind "$rig/merged" /usr
  mount -t tmpfs tmpfs "$rig/merged"
  ldconfig -X -C "$rig/merged/ld.so.cache"
  if [ -e /etc/ld.so.cache ]; then mount --bind "$rig/merged/ld.so.cache" /etc/ld.so.cache; fi
  export VRCNN_XR_RIG=1
  unset VRCNN_XR_RIG_FOLDER
  exec "$@"' run.sh "$@"
