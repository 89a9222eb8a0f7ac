// A band that brightens from its start to its arrowhead, with faint chevrons and a slow pulse that travel the same way.
#include "frame.glsl"

in vec3 place;
in vec2 across;
in float along;
in float opacity;
flat in vec4 way;
flat in vec3 base;

out vec4 colour;

const float START = 0.42;                  // share of the colour at the start
const float SPACING = 0.5;                 // m between chevrons
const float CHEVRON = 0.30;                // how much darker they are
const float PERIOD = 4.0, PULSE = 0.35;    // s from one pulse to the next; m, its half length
const float BOOST = 0.55;

void main() {
    float flow = way.z;
    float edge = clamp((across.y - abs(across.x)) / max(fwidth(across.x), 1e-6) + 0.5, 0.0, 1.0);
    float alpha = edge * opacity;
    if (alpha < 0.04) discard;

    float light = mix(1.0, mix(START, 1.0, along / way.x), flow);
    float phase = along + abs(across.x);
    float footprint = fwidth(phase) / SPACING;
    float wave = abs(fract(phase / SPACING) - 0.5) * 2.0;  // 0 in the middle of a chevron
    float thickness = min(0.5, 2.0 * way.y / SPACING);
    float chevron = clamp((thickness - wave) / max(2.0 * footprint, 1e-4) + 0.5, 0.0, 1.0);
    light *= 1.0 - flow * CHEVRON * chevron * (1.0 - smoothstep(0.15, 0.5, footprint));

    float head = mix(-4.0 * PULSE, way.x + 4.0 * PULSE, fract(frame.eye.w / PERIOD));
    float near = (along - head) / PULSE;
    vec3 lit = base * light + flow * BOOST * exp(-near * near) * mix(base, vec3(1.0), 0.35);
    colour = vec4(with_fog(min(lit, 1.0), place), alpha);
}
