"""Draws Dear ImGui's panels with moderngl into any framebuffer: a window, or a texture that stands in the world.

Every ImguiRenderer owns its own Dear ImGui context; nothing is shared between two of them.
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Iterable
from typing import Any

import moderngl
import numpy as np
from imgui_bundle import imgui

from vrcnn.resources import resource
from vrcnn.ui.events import ButtonEvent, Event, KeyEvent, PointerMoved, Scrolled, TextTyped

# The second pair leaves the right alpha too, so that a panel's texture can be laid over the world behind it.
_USUAL = moderngl.SRC_ALPHA, moderngl.ONE_MINUS_SRC_ALPHA
_OVER = (*_USUAL, moderngl.ONE, moderngl.ONE_MINUS_SRC_ALPHA)
_BUTTONS = {"left": 0, "right": 1, "middle": 2}
_NOWHERE = -3.4e38  # Dear ImGui's mark for "there is no pointer": -FLT_MAX


_KEYS = {
    "LEFT": imgui.Key.left_arrow,
    "RIGHT": imgui.Key.right_arrow,
    "HOME": imgui.Key.home,
    "END": imgui.Key.end,
    "BACKSPACE": imgui.Key.backspace,
    "DELETE": imgui.Key.delete,
    "LEFT_CONTROL": imgui.Key.mod_ctrl,
    "RIGHT_CONTROL": imgui.Key.mod_ctrl,
    "LEFT_SHIFT": imgui.Key.mod_shift,
    "RIGHT_SHIFT": imgui.Key.mod_shift,
    "A": imgui.Key.a,
    "Z": imgui.Key.z,
}  # those with which a line is edited


def load(context: moderngl.Context, name: str) -> moderngl.Program:
    """Compiles shaders/`name`.vert and .frag, which include nothing."""
    texts = [resource("shaders", f"{name}.{stage}").read_text(encoding="utf-8") for stage in ("vert", "frag")]
    vertex, fragment = ("#version 430 core\n" + text for text in texts)
    return context.program(vertex_shader=vertex, fragment_shader=fragment)


class ImguiRenderer:
    """One Dear ImGui context and what draws it. Between `begin` and `end`, imgui calls go to this context."""

    def __init__(self, context: moderngl.Context) -> None:
        self.context = context
        self.gui = imgui.create_context()
        imgui.set_current_context(self.gui)
        self.io = imgui.get_io()
        self.io.set_ini_filename("")
        self.io.backend_flags |= imgui.BackendFlags_.renderer_has_textures
        self.program = load(context, "imgui")
        self.vertices = context.buffer(reserve=1 << 16, dynamic=True)
        self.indices = context.buffer(reserve=1 << 14, dynamic=True)
        self.vertex_array = self._vertex_array()
        self.textures: dict[int, moderngl.Texture] = {}
        self._last = time.perf_counter()
        self._typing = False

    def begin(
        self, size: tuple[int, int], events: Iterable[Event] = (), pointer: bool = True, typing: bool = False
    ) -> None:
        """Starts a frame of `size` pixels. Without `pointer` (it is captured elsewhere) mouse events are left out, and
        keys unless somebody is `typing` into a panel."""
        imgui.set_current_context(self.gui)
        now = time.perf_counter()
        self.io.delta_time = max(now - self._last, 1e-4)
        self._last = now
        self.io.display_size = imgui.ImVec2(*size)
        if not pointer:
            self.io.add_mouse_pos_event(_NOWHERE, _NOWHERE)
        if self._typing and not typing:
            self.io.clear_input_keys()
        self._typing = typing
        for event in events:
            match event:
                case PointerMoved(x, y) if pointer:
                    self.io.add_mouse_pos_event(x, y)
                case ButtonEvent(button, down, x, y) if pointer:
                    self.io.add_mouse_pos_event(x, y)
                    self.io.add_mouse_button_event(_BUTTONS[button], down)
                case Scrolled(across, turned) if pointer:
                    self.io.add_mouse_wheel_event(across, turned)
                case KeyEvent(key, down) if typing and key in _KEYS:
                    self.io.add_key_event(_KEYS[key], down)
                case TextTyped(text) if typing:
                    self.io.add_input_characters_utf8(text)
        imgui.new_frame()

    def end(self, framebuffer: moderngl.Framebuffer) -> None:
        """Ends the frame and draws it over what `framebuffer` holds.

        The bound framebuffer, the enabled tests and the scissor box are as before afterwards; blending is set to the
        usual one (source alpha over the rest), and depth writes do not happen.
        """
        imgui.render()
        data = imgui.get_draw_data()
        self._serve_textures(data.textures)
        width, height = data.display_size.x, data.display_size.y
        if width <= 0 or height <= 0:
            return
        self.program["size"] = (width, height)
        viewport, scissor = framebuffer.viewport, framebuffer.scissor
        with self.context.scope(framebuffer, enable_only=moderngl.BLEND):
            self._blend(_OVER)
            self.context.viewport = (0, 0, int(width), int(height))
            for commands in data.cmd_lists:
                self._draw_list(commands, int(width), int(height))
            self.context.viewport, self.context.scissor = viewport, scissor
            self._blend(_USUAL)

    def close(self) -> None:
        """Gives everything back: the GL objects and the Dear ImGui context."""
        imgui.set_current_context(self.gui)
        for data in imgui.get_platform_io().textures:
            data.set_tex_id(0)
            data.status = imgui.ImTextureStatus.destroyed
        for texture in self.textures.values():
            texture.release()
        self.textures.clear()
        for item in (self.vertex_array, self.vertices, self.indices, self.program):
            item.release()
        imgui.destroy_context(self.gui)

    def _blend(self, factors: Any) -> None:
        self.context.blend_func = factors

    def _draw_list(self, commands: imgui.ImDrawList, width: int, height: int) -> None:
        vertices, indices = commands.vtx_buffer, commands.idx_buffer
        if not indices.size():
            return
        self._upload(vertices.data_address(), vertices.size() * imgui.VERTEX_SIZE, "vertices")
        self._upload(indices.data_address(), indices.size() * imgui.INDEX_SIZE, "indices")
        bound = None
        for command in commands.cmd_buffer:
            left, top, right, bottom = command.clip_rect
            box = max(int(left), 0), max(int(top), 0), min(int(right), width), min(int(bottom), height)
            if box[2] <= box[0] or box[3] <= box[1] or not command.elem_count:
                continue
            texture = command.tex_ref.get_tex_id()
            if texture != bound:
                self.textures[texture].use(0)
                bound = texture
            self.context.scissor = (box[0], height - box[3], box[2] - box[0], box[3] - box[1])
            self.vertex_array.render(moderngl.TRIANGLES, vertices=command.elem_count, first=command.idx_offset)

    def _upload(self, address: int, size: int, name: str) -> None:
        buffer: moderngl.Buffer = getattr(self, name)
        if size > buffer.size:
            self.vertex_array.release()
            buffer.release()
            setattr(self, name, self.context.buffer(reserve=size * 2, dynamic=True))
            self.vertex_array = self._vertex_array()
            buffer = getattr(self, name)
        buffer.orphan()
        buffer.write((ctypes.c_char * size).from_address(address))

    def _vertex_array(self) -> moderngl.VertexArray:
        return self.context.vertex_array(
            self.program,
            [(self.vertices, "2f 2f 4f1", "position", "texture_position", "colour")],
            index_buffer=self.indices,
            index_element_size=imgui.INDEX_SIZE,
        )

    def _serve_textures(self, textures: Iterable[imgui.ImTextureData]) -> None:
        """Makes, updates and frees what Dear ImGui asks for; its font atlas grows while new glyphs appear."""
        status = imgui.ImTextureStatus
        for data in textures:
            if data.status == status.ok:
                continue
            if data.status == status.want_create:
                texture = self.context.texture((data.width, data.height), 4, self._pixels(data).tobytes())
                texture.filter = moderngl.LINEAR, moderngl.LINEAR
                texture.repeat_x = texture.repeat_y = False
                self.textures[texture.glo] = texture
                data.set_tex_id(texture.glo)
                data.status = status.ok
            elif data.status == status.want_updates:
                pixels = self._pixels(data)
                for part in data.updates:
                    block = pixels[part.y : part.y + part.h, part.x : part.x + part.w]
                    self.textures[data.tex_id].write(block.tobytes(), (part.x, part.y, part.w, part.h))
                data.status = status.ok
            elif data.status == status.want_destroy and data.unused_frames > 0:
                self.textures.pop(data.tex_id).release()
                data.set_tex_id(0)
                data.status = status.destroyed

    @staticmethod
    def _pixels(data: imgui.ImTextureData) -> np.ndarray:
        """(H, W, 4) uint8 view of a texture's pixels."""
        return np.asarray(data.get_pixels_array()).reshape(data.height, data.width, 4)
