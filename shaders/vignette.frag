// A soft ring about the middle of the sight that leaves less of it the stronger it is, and a veil over all of it.
#include "dither.glsl"

in vec2 tangents;

uniform vec3 tint;
uniform float amount;  // 0: no ring, 1: the narrowest one
uniform float veil;    // 0 to 1: how much of everything is covered

out vec4 colour;

const float WIDEST = 1.75, NARROWEST = 0.42;  // tangents of the angle at which the ring begins
const float SOFT = 0.55;                      // of that, over which it closes

void main() {
    float begins = mix(WIDEST, NARROWEST, sqrt(amount));
    float ring = smoothstep(begins, begins * (1.0 + SOFT), length(tangents)) * smoothstep(0.0, 0.15, amount);
    colour = vec4(tint + dither(), max(ring, veil));
}
