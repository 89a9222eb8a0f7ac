"""How what a visitor can do is done without walking: on the command line, and from Python.

A part of the table of abilities; `tests/scene/test_parity.py` holds every command, option and function against the
program. Where there is no such way, the group says why that is in the nature of things.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Elsewhere:
    """`command` is a command of vrcnn with its options, as in "render --at"; `python` a function of vrcnn, or of what
    such a function returns, with its arguments: "render(at=)", "watch().save()"."""

    command: str = ""
    python: str = ""


_SCOPE = Elsewhere("render --detail", "render(detail=)")
_FILES = Elsewhere("render --session", "render(session=)")
_MADE = Elsewhere("featvis --layer --channels")

ELSEWHERE: dict[str, Elsewhere] = {
    "Go to a layer": Elsewhere("render --at", "render(at=)"),
    "Find a layer": Elsewhere("render --at", "render(at=)"),
    "Go to a place": Elsewhere("render --camera", "render(camera=)"),
    "Look around": Elsewhere("render --camera", "render(camera=)"),
    "Turn": Elsewhere("render --camera", "render(camera=)"),
    "Walk": Elsewhere("render --camera", "render(camera=)"),
    "Fly up and down": Elsewhere("render --camera", "render(camera=)"),
    "Next layer": Elsewhere("render --at", "render(at=)"),
    "Layer before": Elsewhere("render --at", "render(at=)"),
    "Model on a table": Elsewhere("render --view", "render(view=)"),
    "Map from above": Elsewhere("render --view", "render(view=)"),
    "Take a picture": Elsewhere("render --image", "render(image=)"),
    "Run a picture": Elsewhere("render --image", "render(image=)"),
    "More pictures": Elsewhere("run --images", "show(images=)"),
    "Bring files": Elsewhere("run --images", "show(images=)"),
    "Paste a picture": Elsewhere("render --image", "render(image=)"),
    "Freeze the camera": Elsewhere("run --camera"),
    "Draw on the picture": Elsewhere("render --occlude"),
    "Choose a tool": Elsewhere("render --occlude"),
    "Move a wall": _FILES,
    "Scale a wall": _FILES,
    "Slide a wall's maps": _FILES,
    "Fold or open": _FILES,
    "Hide": _FILES,
    "Show hidden walls": _FILES,
    "Put back": _FILES,
    "Put all back": Elsewhere("run --no-session", "show(keep=)"),
    "Move the network": _FILES,
    "Put network back": _FILES,
    "Larger tiles": _FILES,
    "Smaller tiles": _FILES,
    "Fold equal blocks": Elsewhere("render --fold", "render(fold=)"),
    "Bring maps back": Elsewhere("render --memory", "render(memory=)"),
    "All of this layer": Elsewhere("inspect --layer", "capture()"),
    "Blocks": _SCOPE,
    "Layers": _SCOPE,
    "All operations": _SCOPE,
    "Next layout": Elsewhere("render --layout", "render(layout=)"),
    "Dark or light": Elsewhere("render --theme", "render(theme=)"),
    "Read a map": Elsewhere("export --channels --format", "capture()"),
    "Next colours": Elsewhere("render --colormap", "render(colormap=)"),
    "Next range": Elsewhere("render --range", "render(range=)"),
    "Next order": Elsewhere("render --order", "render(order=)"),
    "Lift faint values": Elsewhere("render --gamma", "render(gamma=)"),
    "Lower faint values": Elsewhere("render --gamma", "render(gamma=)"),
    "Copy of this map": Elsewhere("export --channels", "capture()"),
    "Choose how values look": Elsewhere("render --colormap --range --gamma --order", "render(colormap=, range=)"),
    "Inspect": Elsewhere("inspect --layer --channel", "capture()"),
    "Step at this pixel": Elsewhere("inspect --layer --channel --pixel"),
    "Trace it back": Elsewhere("inspect --layer --channel --top"),
    "Mark dead maps": Elsewhere("inspect --json"),
    "Channel, pixel, driver": Elsewhere("inspect --layer --channel --pixel"),
    "Read a pixel's values": Elsewhere("inspect --layer --channel --pixel", "capture()"),
    "Attribution": Elsewhere("attribute --method", "attribute(method=)"),
    "Find the attribution": Elsewhere("attribute --method", "attribute(method=)"),
    "Method, class and layer": Elsewhere("attribute --method --class --layer", "attribute(method=, of=, layer=)"),
    "Fade the attribution": Elsewhere("attribute --opacity", "attribute(opacity=)"),
    "Grad-CAM of this layer": Elsewhere("attribute --method --layer", "attribute(layer=)"),
    "Gradients on the walls": Elsewhere("render --walls", "render(walls=)"),
    "Attribution on or off": Elsewhere("render --attribution", "render(attribution=)"),
    "Visualize this map": _MADE,
    "Visualize this wall": Elsewhere("featvis --layer"),
    "Visualize a room": Elsewhere("featvis --layer"),
    "Visualize all": Elsewhere("featvis --all"),
    "Choose how to visualize": Elsewhere("featvis --preset --steps --objective --variants"),
    "Delete features": Elsewhere("featvis --forget"),
    "Photos too": Elsewhere("featvis --best"),
    "Time": Elsewhere("run --checkpoints", "Checkpoints()"),
    "Go to a checkpoint": Elsewhere("render --checkpoints --checkpoint"),
    "Later checkpoint": Elsewhere("render --checkpoints --checkpoint"),
    "Earlier checkpoint": Elsewhere("render --checkpoints --checkpoint"),
    "Drag through time": Elsewhere("render --checkpoints --checkpoint"),
    "Results": Elsewhere("evaluate --json"),
    "Evaluate all pictures": Elsewhere("evaluate"),
    "Pictures of a confusion": Elsewhere("evaluate --json"),
    "Sieve on or off": Elsewhere("render --sieve --twin", "render(sieve=, twin=)"),
    "Choose the sieve": Elsewhere("render --sieve", "render(sieve=)"),
    "Turn the sieve": Elsewhere("render --sieve", "render(sieve=)"),
    "Sieve and its curve": Elsewhere("study measure --full", "measure(full=)"),
    "Answers that flip": Elsewhere("study measure", "measure()"),
    "Pictures of the curve": Elsewhere("study measure --pictures", "measure(pictures=)"),
    "Sort by change": Elsewhere("render --order --sieve", "render(order=, sieve=)"),
    "Save the session": Elsewhere("run --session", "show(session=)"),
    "Open a session": _FILES,
    "Play the tour, pause": Elsewhere("render --tour"),
    "Next stop": Elsewhere("render --tour"),
    "Stop before": Elsewhere("render --tour"),
    "Go to a stop": Elsewhere("render --tour"),
    "Session and tour": Elsewhere("render --tour --session", "render(session=)"),
    "Film around the network": Elsewhere("render --turntable"),
    "Large picture": Elsewhere("render --size --transparent", "render(size=, transparent=)"),
    "Export": Elsewhere("export", "watch().save()"),
    "Export what is chosen": Elsewhere("export --layer --channels", "capture()"),
    "Choose what and how": Elsewhere("export --format --grey --pixels"),
    "Screenshot": Elsewhere("render", "render()"),
    "Picture of 360°": Elsewhere("render --panorama", "render(panorama=)"),
    "Headset on or off": Elsewhere("run --vr", "show(display=)"),
    "Comfort": Elsewhere(),
    "Settings": Elsewhere("run --resolution", "show(resolution=)"),
    "Help": Elsewhere("run --help"),
}
ALONE: dict[str, str] = {
    "Getting about": "a picture is taken from one place: to move needs somebody who does",
    "Hands and pictures": "hands belong to somebody; a command is told its picture",
    "Pictures that come in": "strokes and frames are made as they are seen; a command reads the picture as it is kept",
    "Walls": "undo and redo are of what hands did; a session has what came of it",
    "How the network is shown": "light that moves is not in a picture",
    "Maps and copies of them": "copies hang in rooms; commands write the map itself",
    "A closer look": "a panel hangs where somebody stands; the commands print what is on it",
    "What channels look for": "a command makes what it is told; Ctrl-C stops it, and it goes on from its cache",
    "At the desks": "desks stand in the entrance; their choices are options",
    "The course of a training": "to play is to watch",
    "Results over all pictures": "a shelf is chosen by looking; a command is told its pictures",
    "The sieve": "to turn it in the hand is to watch; a command is told its sieve",
    "What is kept": "stops are set where somebody stands; a tour is a file that can be written by hand",
    "Taking it away": "a panel says what a command is told",
    "The program": "it is about the window and the headset themselves",
}


def elsewhere(words: str) -> Elsewhere:
    """The ways without walking of the ability of this name."""
    return ELSEWHERE.get(words, Elsewhere())
