// A band that brightens from its start to its arrowhead, in steps with pointed fronts; a slow pulse travels the same way.
#include "frame.glsl"

in vec3 place;
in vec2 across;
in float along;
in float opacity;
flat in vec4 way;
flat in vec3 base;

out vec4 colour;

const float START = 0.66, END = 1.05;      // of the colour, at both ends
const float SPACING = 0.5;                 // m from one pointed front to the next
const float CHEVRON = 0.42;                // how much darker the way is behind a front than at it
const float PERIOD = 4.0, PULSE = 0.35;    // s from one pulse to the next; m, its half length
const float BOOST = 0.45;

void main() {
    float flow = way.z;
    float edge = clamp((across.y - abs(across.x)) / max(fwidth(across.x), 1e-6) + 0.5, 0.0, 1.0);
    float alpha = edge * opacity;
    if (alpha < 0.04) discard;

    float light = mix(1.0, mix(START, END, along / way.x), flow);
    float phase = (along + 1.2 * abs(across.x)) / SPACING;
    float footprint = fwidth(phase), step_of_way = fract(phase);
    float blur = clamp(1.5 * footprint, 1e-4, 0.5);  // a front is a pixel and a half wide
    float rise = step_of_way * step_of_way * clamp((1.0 - step_of_way) / blur, 0.0, 1.0);
    float wide = smoothstep(1.0, 3.0, way.y / max(fwidth(across.x), 1e-6)) * (1.0 - smoothstep(0.1, 0.35, footprint));
    light *= 1.0 - flow * CHEVRON * mix(0.67, 1.0 - rise, wide);

    float head = mix(-4.0 * PULSE, way.x + 4.0 * PULSE, fract(frame.eye.w / PERIOD));
    float near = (along - head) / PULSE;
    vec3 lit = base * light + flow * BOOST * exp(-near * near) * mix(base, vec3(1.0), 0.35);
    colour = vec4(with_fog(min(lit, 1.0), place), alpha);
}
