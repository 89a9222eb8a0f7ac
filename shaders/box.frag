// Soft light from above, a little from the front left; edges catch some of it, and the ground keeps some off.
#include "frame.glsl"
#include "dither.glsl"

in vec3 place;
in vec2 at;
flat in vec2 half_face;
flat in vec3 normal;
flat in vec4 base;
flat in float shine;
flat in float passing;

out vec4 colour;

const vec3 KEY = vec3(-0.424, 0.742, 0.519);
const float BEVEL = 0.004;                  // m
const float GROUNDED = 0.4, SHADE = 0.28;   // m above the ground up to which sides are darker, and by how much
const float HIGHER = 0.2;                   // how much lighter sides are with every metre above that

void main() {
    float sky = 0.5 + 0.5 * normal.y;
    float depth = 1.0 - frame.zenith.w;
    float light = mix(frame.zenith.w, 1.0 + 0.18 * depth, sky) + 0.65 * depth * max(dot(normal, KEY), 0.0);
    float low = 1.0 - smoothstep(0.0, GROUNDED, place.y);
    float upright = 1.0 - abs(normal.y);
    light *= 1.0 - upright * (SHADE * low * low - HIGHER * depth * (clamp(place.y, 0.0, 2.6) - 1.3));

    vec2 pixel = max(fwidth(at), 1e-6);
    float bevel = min(BEVEL, 0.2 * min(half_face.x, half_face.y));
    vec2 inward = (half_face - abs(at) - bevel) / pixel;
    float edge = clamp(0.5 - min(inward.x, inward.y), 0.0, 1.0) * min(1.0, bevel / max(pixel.x, pixel.y));
    light += 0.3 * edge * sky;

    vec3 lit = base.rgb * mix(light, 1.0, shine);
    lit = mix(lit, frame.spark.rgb, passing);
    colour = vec4(with_fog(lit, place) + dither(), base.a);
}
