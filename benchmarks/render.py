"""What walls of feature maps cost: a million maps against ten thousand, a quad for each map, and other renderers.

Also their upload, their memory, how they shimmer, whether picking is right, and a headset's frame on a graphics card.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from vrcnn.bench import Row, bounded, information, measured_apart, skipped

SIDES = str(Path(__file__).with_name("_render_sides.py"))
PEERS = str(Path(__file__).with_name("_peers.py"))
ONE_THREAD = {"OMP_NUM_THREADS": "1"}
WITHOUT_SCREEN = {**ONE_THREAD, "EGL_PLATFORM": "surfaceless"}  # which vispy does not ask for by itself
MILLION, QUADS, OBJECTS = 1.5, 1 / 20, 1 / 30
UPLOAD, MEMORY, SHIMMER = 2.0, 1.5, 0.6
FRAME = 11.1  # ms, of a headset of 90 Hz
MAPS_OF_PEERS = {"pygfx": 10_000, "vispy": 400}  # vispy needs 20 ms for each
INSTALL = "Other renderers are not installed: pip install -e .[bench]."


def rows(quick: bool = False) -> Iterator[Row]:
    """The figures, each of sides that took turns in one process; `quick` takes fewer turns."""
    yield from corridor_rows(_told("corridors", 1 if quick else 7))
    yield from peer_rows(quick)
    yield from upload_rows(_told("uploads", 3 if quick else 15))
    yield from shimmer_rows(_told("shimmer", 1 if quick else 3))
    yield from picking_rows(_told("picking", 1 if quick else 3))
    yield from headset_rows(_told("headset", 2 if quick else 15))


def corridor_rows(told: dict[str, Any]) -> Iterator[Row]:
    frame, work = told["frame"], told["work"]
    where = f"two eyes of 1024×1024, {told['renderer']}"
    for name, other, goal in (
        ("frame with 1,000,000 maps ÷ with 10,000", "few", MILLION),
        ("frame with 1,000,000 maps ÷ that of a quad per map", "quads", QUADS),
    ):
        note = f"{frame['many'] * 1000:.0f} ms ÷ {frame[other] * 1000:.0f} ms, {where}"
        if told["software"]:
            note += f"; in the processor's time on all cores {work['many'] / work[other]:.3g}"
        yield bounded(name, frame["many"] / frame[other], goal, note=note)


def peer_rows(quick: bool) -> Iterator[Row]:
    for peer, maps in MAPS_OF_PEERS.items():
        name = f"frame with {maps:,} maps ÷ that of {peer} with an object per map"
        if find_spec(peer) is None:
            yield skipped(name, INSTALL)
            continue
        try:
            told = measured_apart(PEERS, WITHOUT_SCREEN, peer, str(maps), "1" if quick else "3")
        except RuntimeError as error:
            yield skipped(name, f"It does not run here: {str(error).splitlines()[-1]}")
            continue
        note = f"{told['ours'] * 1000:.0f} ms ÷ {told['theirs'] * 1000:.0f} ms, maps alone"
        yield bounded(name, told["ours"] / told["theirs"], OBJECTS, note=note)


def upload_rows(told: dict[str, Any]) -> Iterator[Row]:
    upload, memcpy = told["upload"], told["memcpy"]
    yield bounded(
        "all maps of ResNet-50 uploaded ÷ a memcpy of them",
        upload / memcpy,
        UPLOAD,
        note=f"{upload * 1000:.1f} ms ÷ {memcpy * 1000:.1f} ms, {told['bytes'] / 1e6:.0f} MB",
    )
    yield bounded(
        "a slice of that upload ÷ its part of a frame",
        told["middle"] / told["budget"],
        1.0,
        note=f"the middle one of {told['slices']:.0f} a picture; 95 % within {told['slice'] * 1000:.2g} ms",
    )
    yield bounded(
        "graphics memory for the maps of ResNet-50 ÷ their float16 bytes",
        told["allocated"] / told["raw"],
        MEMORY,
        note=f"{told['allocated'] / 1e6:.1f} MB with mip levels and statistics, {told['maps']:,} maps",
    )


def shimmer_rows(told: dict[str, Any]) -> Iterator[Row]:
    note = f"{told['views']} standard views of ResNet-50 in all layouts, the head moved 3 mm"
    for samples, how in ((4, "four samples a pixel"), (0, "one sample a pixel")):
        walls, quads, motion = told[f"walls {samples}"], told[f"quads {samples}"], told["motion"]
        yield bounded(
            f"shimmer of maps 10 m away and more ÷ that of quads, {how}",
            walls["far"] / quads["far"],
            SHIMMER,
            note=f"{walls['far']:.2f} ÷ {quads['far']:.2f} of 255, the motion alone {motion['far']:.2f}; {note}",
        )
        yield information(
            f"change of the whole picture ÷ that of quads, {how}",
            walls["all"] / quads["all"],
            note=f"{walls['all']:.2f} ÷ {quads['all']:.2f} of 255, the motion alone {motion['all']:.2f}",
        )


def picking_rows(told: dict[str, dict[str, int]]) -> Iterator[Row]:
    for layout, counts in told.items():
        edges = counts["differ"] - counts["wrong"]
        yield bounded(
            f"rays that pick another map than an ID buffer, {layout}",
            counts["wrong"],
            0,
            "rays",
            note=f"{edges} differ on edges, of {counts['rays']:,}; {counts['walls']:,} meet a map of ResNet-50",
        )


def headset_rows(told: dict[str, Any]) -> Iterator[Row]:
    for network in ("a million maps", "ResNet-152"):
        name = f"frame of {network}, two eyes of 2160×2160"
        if network not in told:
            yield skipped(name, f"It is for graphics cards, and here {told['renderer']} draws.")
            continue
        frame, limit = told[network], told["bytes"] / told["bandwidth"]
        on = f"{told['maps of ' + network]:,} maps, four samples a pixel, {told['renderer']}"
        yield bounded(name, frame * 1000, FRAME, "ms", on)
        note = f"{told['bytes'] / 1e6:.0f} MB of samples at {told['bandwidth'] / 1e9:.0f} GB/s"
        yield information(f"frame of {network} ÷ the time to move its samples once", frame / limit, note=note)


def _told(what: str, rounds: int) -> dict[str, Any]:
    told: dict[str, Any] = measured_apart(SIDES, ONE_THREAD, what, str(rounds))
    return told
