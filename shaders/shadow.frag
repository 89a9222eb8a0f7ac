// A blurred rectangle in two scales, a narrow one for the contact and a wide one for the dusk around it.
#include "frame.glsl"
#include "dither.glsl"

in vec3 place;
in vec2 at;
flat in vec2 half_size;
flat in float depth_of_shadow;

out vec4 colour;

const float NARROW = 0.05, WIDE = 0.17;  // m, standard deviations

// The error function to 5e-4 (Abramowitz and Stegun, 7.1.27).
vec2 error_function(vec2 x) {
    vec2 a = abs(x);
    vec2 t = 1.0 + (0.278393 + (0.230389 + (0.000972 + 0.078108 * a) * a) * a) * a;
    t *= t;
    return sign(x) * (1.0 - 1.0 / (t * t));
}

float blurred(vec2 half_sides, float deviation) {
    float scale = 0.70710678 / deviation;
    vec2 covered = 0.5 * (error_function((at + half_sides) * scale) - error_function((at - half_sides) * scale));
    return covered.x * covered.y;
}

void main() {
    float shade = 0.5 * blurred(max(half_size - NARROW, 0.5 * half_size), NARROW) + 0.5 * blurred(half_size, WIDE);
    float alpha = frame.horizon.w * depth_of_shadow * shade * (1.0 - fog_at(place));
    float ground = dot(frame.ground.rgb, vec3(0.333));  // dithered by a step of what the ground will show
    colour = vec4(0.0, 0.0, 0.0, alpha + step(0.002, alpha) * dither() / max(ground, 0.05));
}
