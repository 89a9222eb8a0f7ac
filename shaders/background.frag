// A sky that darkens towards the zenith; a ground with lines every metre and every ten, lit along the path (x = 0).
#include "frame.glsl"
#include "dither.glsl"

uniform vec3 grid;

in vec3 place;
flat in int is_ground;

out vec4 colour;

const float FINE_WIDTH = 0.008, STRONG_WIDTH = 0.024;  // m
const float POOL = 5.0, POOL_STRENGTH = 0.4;           // m; share of the ground's own light

// How much of the pixel's footprint the lines cover that stand every `period` m: exact for a footprint along the axes,
// so that they fade to their mean without moire. After Quilez, "Filtering procedural textures".
float lines(vec2 at, vec2 footprint, float period, float width) {
    float share = width / period;
    vec2 size = max(footprint / period, 1e-5);
    vec2 last = at / period + 0.5 * (share + size), first = last - size;
    vec2 covered = floor(last) + min(fract(last) / share, 1.0) - floor(first) - min(fract(first) / share, 1.0);
    covered *= share / size;
    return 1.0 - (1.0 - covered.x) * (1.0 - covered.y);
}

vec3 ground_colour() {
    vec2 footprint = fwidth(place.xz);
    float away = distance(place, frame.eye.xyz);
    float across = place.x / POOL;
    vec3 lit = frame.ground.rgb * (1.0 + POOL_STRENGTH * exp(-across * across));
    float fine = lines(place.xz, footprint, 1.0, FINE_WIDTH) * (1.0 - smoothstep(12.0, 45.0, away));
    float strong = lines(place.xz, footprint, 10.0, STRONG_WIDTH);
    return with_fog(mix(lit, grid, max(0.75 * fine, strong)), place);
}

vec3 sky_colour() {
    float height = max(normalize(place).y, 0.0);
    float low = 0.45 * exp(-14.0 * height) + 0.55 * exp(-2.6 * height);
    return mix(frame.zenith.rgb, frame.horizon.rgb, low);
}

void main() {
    colour = vec4((is_ground == 1 ? ground_colour() : sky_colour()) + dither(), 1.0);
}
