// A band that stands out more and more from its start to its arrowhead, in steps with pointed fronts. The wave passes
// over it the same way.
#include "frame.glsl"
#include "wave.glsl"

in vec3 place;
in vec2 across;
in float along;
in float opacity;
in float on_way;
flat in vec4 way;
flat in vec3 base;

out vec4 colour;

const float START = 0.66, END = 1.05;      // of the colour, at both ends
const float SPACING = 0.5;                 // m from one pointed front to the next
const float CHEVRON = 0.42;                // how much darker the way is behind a front than at it

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

    vec3 lit = mix(frame.ground.rgb, base, light);
    lit = mix(lit, frame.spark.rgb, flow * wave_at(on_way));
    colour = vec4(with_fog(clamp(lit, 0.0, 1.0), place), alpha);
}
