// One triangle that covers the window; `span` is the part of the source that shows, in the middle of its `used` part.
uniform vec2 span;
uniform vec2 used;

out vec2 uv;

void main() {
    vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0;
    uv = ((corner - 0.5) * span + 0.5) * used;
    gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);
}
