// What a lens never shows, right at the near plane.
uniform vec4 tangents;  // of the eye's left, right, lower and upper edge

in vec2 place;  // tangents to the right and up

void main() {
    vec2 low = tangents.xz, high = tangents.yw;
    gl_Position = vec4((2.0 * place - low - high) / (high - low), -1.0, 1.0);
}
