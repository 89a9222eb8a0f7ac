"""A second program in the headset: draws nothing, takes the focus, and leaves when its standard input ends."""

import select
import sys
import time

import glfw
import moderngl

from vrcnn.xr.headset import Headset


def main() -> None:
    assert glfw.init()
    glfw.window_hint(glfw.VISIBLE, False)
    glfw.window_hint(glfw.CONTEXT_VERSION_MAJOR, 4)
    glfw.window_hint(glfw.CONTEXT_VERSION_MINOR, 3)
    glfw.window_hint(glfw.OPENGL_PROFILE, glfw.OPENGL_CORE_PROFILE)
    window = glfw.create_window(64, 64, "guest", None, None)
    glfw.make_context_current(window)
    headset = Headset.open(moderngl.create_context(require=430), lambda: glfw.make_context_current(window))
    while not headset.closed and not select.select([sys.stdin], [], [], 0)[0]:
        headset.poll()
        frame = headset.begin()
        if frame is None:
            time.sleep(0.005)
        else:
            headset.end(frame)
    headset.close()
    glfw.terminate()


if __name__ == "__main__":
    main()
