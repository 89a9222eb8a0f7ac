// One triangle that covers the panorama.
out vec2 at;  // 0 to 1 from the lower left

void main() {
    at = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0;
    gl_Position = vec4(at * 2.0 - 1.0, 0.0, 1.0);
}
