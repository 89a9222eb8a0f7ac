// Soft light from above, a little from the front left; edges catch some of it, and the ground keeps some off.
#include "frame.glsl"
#include "dither.glsl"

in vec3 place;
in vec2 at;
flat in vec2 half_face;
flat in vec3 normal;
flat in vec4 base;
flat in float shine;

out vec4 colour;

const vec3 KEY = vec3(-0.424, 0.742, 0.519);
const float BEVEL = 0.004;                  // m
const float GROUNDED = 0.4, SHADE = 0.28;   // m above the ground up to which sides are darker, and by how much

void main() {
    float sky = 0.5 + 0.5 * normal.y;
    float light = mix(0.66, 1.06, sky) + 0.22 * max(dot(normal, KEY), 0.0);
    float low = 1.0 - smoothstep(0.0, GROUNDED, place.y);
    light *= 1.0 - SHADE * low * low * (1.0 - abs(normal.y));

    vec2 pixel = max(fwidth(at), 1e-6);
    float bevel = min(BEVEL, 0.2 * min(half_face.x, half_face.y));
    vec2 inward = (half_face - abs(at) - bevel) / pixel;
    float edge = clamp(0.5 - min(inward.x, inward.y), 0.0, 1.0) * min(1.0, bevel / max(pixel.x, pixel.y));
    light += 0.3 * edge * sky;

    vec3 lit = base.rgb * mix(light, 1.0, shine);
    colour = vec4(with_fog(lit, place) + dither(), base.a);
}
