// Dear ImGui's triangles: positions in pixels of the framebuffer from its top left corner.
in vec2 position;
in vec2 texture_position;
in vec4 colour;

uniform vec2 size;  // of the framebuffer in pixels

out vec2 uv;
out vec4 tint;

void main() {
    uv = texture_position;
    tint = colour;
    gl_Position = vec4(position.x / size.x * 2.0 - 1.0, 1.0 - position.y / size.y * 2.0, 0.0, 1.0);
}
