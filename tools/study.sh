#!/bin/bash
# The whole small study, from data to tour, in ./study: it goes on where it was stopped.
#   tools/study.sh [FOLDER] [OPTION...]      ./study if none is given; options of `vrcnn study train`, for every training:
#   make study ARGS="study-64 --side 64 --train 0 --device cuda"
set -uo pipefail
cd "$(dirname "$0")/.." || exit
folder=study
case ${1:-} in "" | -*) ;; *) folder=$1 && shift ;; esac
more="$*"
device=
case " $more" in *" --device "*) device="--device $(sed 's/.*--device \([^ ]*\).*/\1/' <<<"$more")" ;; esac
vrcnn=.venv/bin/vrcnn
fashion="--data fashion-mnist --seeds 0-2"
parts=()

step() { # what is done, and the command; ends here if that does
    echo
    echo "== $1"
    shift
    "$@"
    local ended=$?
    [ "$ended" = 0 ] && return
    [ "$ended" = 130 ] && echo "Stopped: make study goes on from here." >&2
    exit "$ended"
}

tools/study-data.sh
if [ -e study-data/fashion-mnist/LICENSE ]; then
    parts+=("$fashion --network covid-resnet --modes true,shuffled,true-augmented,half-shuffled,shuffled-smooth,untrained")
    parts+=("$fashion --network covid-densenet --modes true,shuffled,half-shuffled")
else
    echo "Fashion-MNIST is not in study-data, so the study goes without it." >&2
fi
if [ -e study-data/emoji/google/LICENSE ] && [ -e study-data/emoji/twitter/LICENSE ]; then
    parts+=("--data emoji --train 0 --test 0 --seeds 0-2 --network covid-resnet --modes true,shuffled")
else
    echo "The emoji are not in study-data, so the study goes without them." >&2
fi
if [ "${#parts[@]}" = 0 ]; then
    echo "There is nothing to learn from: see above what kept the data away." >&2
    exit 2
fi

parts=("${parts[@]/%/ $more}")
.venv/bin/python tools/study_time.py "$folder" "${parts[@]}" || exit
for part in "${parts[@]}"; do
    # shellcheck disable=SC2086  # a list of words
    step "train: ${part% }" nice -n 5 "$vrcnn" study train --folder "$folder" $part
done
# shellcheck disable=SC2086  # none, or an option and its value
step "measure" nice -n 5 "$vrcnn" study measure --runs "$folder" --full $device
step "report" "$vrcnn" study report --folder "$folder"
step "tour" "$vrcnn" study tour --folder "$folder"
step "check the tour" "$vrcnn" tour check "$folder/tour.json"
