// The face of a panel from its texture, four samples a pixel, so that small type keeps its stems; its back is plain.
// Colours are premultiplied by alpha.
#include "frame.glsl"

uniform sampler2D face;
uniform vec3 panel;
uniform vec2 size;
uniform float around;

in vec2 across;
in vec2 from_middle;

out vec4 colour;

const float SHADE = 0.5;

void main() {
    vec2 right = dFdx(across), down = dFdy(across);
    if (around > 0.0) {
        vec2 beyond = max(abs(from_middle) - 0.5 * size + vec2(around * 0.5), 0.0);
        float near = 1.0 - clamp(length(beyond) / (around * 1.5), 0.0, 1.0);
        colour = vec4(0.0, 0.0, 0.0, SHADE * frame.horizon.w * near * near);
        return;
    }
    vec2 far = 0.375 * right + 0.125 * down, near = 0.125 * right - 0.375 * down;
    vec2 half_right = 0.5 * right, half_down = 0.5 * down;
    vec4 seen = textureGrad(face, across + far, half_right, half_down) + textureGrad(face, across - far, half_right, half_down)
        + textureGrad(face, across + near, half_right, half_down) + textureGrad(face, across - near, half_right, half_down);
    seen *= 0.25;
    if (seen.a < 0.02) discard;
    colour = gl_FrontFacing ? seen : vec4(panel * seen.a, seen.a);
}
