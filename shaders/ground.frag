// The ground: lines every metre and every ten, soft light along the paths, fog at the horizon.
#include "frame.glsl"
#include "dither.glsl"

uniform vec3 grid;
uniform float paths[8];  // where each lies, x in m
uniform int path_count;

in vec3 place;

out vec4 colour;

const float FINE_WIDTH = 0.008, STRONG_WIDTH = 0.024;  // m
const float FINE_REACH = 45.0;                         // m
const float POOL = 6.0;                                // m

// How much of the pixel's footprint the lines cover that stand every `period` m: exact for a footprint along the axes,
// so that they fade to their mean without moire. After Quilez, "Filtering procedural textures".
float lines(vec2 at, vec2 footprint, float period, float width) {
    float share = width / period;
    vec2 size = footprint / period;
    vec2 last = at / period + 0.5 * (share + size), first = last - size;
    vec2 last_cell = floor(last), first_cell = floor(first);
    vec2 covered = (last_cell - first_cell) * share + min(last - last_cell, share) - min(first - first_cell, share);
    vec2 free = 1.0 - covered / size;
    return 1.0 - free.x * free.y;
}

void main() {
    vec2 footprint = max(fwidth(place.xz), 1e-5);
    float aside = 1e6;
    for (int path = 0; path < path_count; path++) aside = min(aside, abs(place.x - paths[path]));
    float across = aside / POOL;
    float pool = 1.0 / (1.0 + across * across);
    float near = clamp(1.25 - distance(place, frame.eye.xyz) / FINE_REACH, 0.0, 0.75);
    float line = max(near * lines(place.xz, footprint, 1.0, FINE_WIDTH), lines(place.xz, footprint, 10.0, STRONG_WIDTH));
    vec3 lit = mix(frame.ground.rgb * (1.0 + frame.ground.w * pool * pool), grid, line);
    colour = vec4(with_fog(lit, place) + dither(), 1.0);
}
