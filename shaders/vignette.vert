// A triangle over the whole picture; `bounds` is the eye's field of view in tangents: left, down, right, up.
uniform vec4 bounds;

out vec2 tangents;  // of the angles between a pixel's direction and straight ahead

void main() {
    vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0;
    tangents = mix(bounds.xy, bounds.zw, corner);
    gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);
}
