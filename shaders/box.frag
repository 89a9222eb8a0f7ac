// A face of a box in soft light, of which its edges catch some.
#include "frame.glsl"
#include "light.glsl"
#include "dither.glsl"

in vec3 place;
in vec2 at;
flat in vec2 half_face;
flat in vec3 normal;
flat in vec4 base;
flat in float shine;
flat in float passing;

out vec4 colour;

const float BEVEL = 0.004;                  // m

void main() {
    float light = light_on(normal, place);

    vec2 pixel = max(fwidth(at), 1e-6);
    float bevel = min(BEVEL, 0.2 * min(half_face.x, half_face.y));
    vec2 inward = (half_face - abs(at) - bevel) / pixel;
    float edge = clamp(0.5 - min(inward.x, inward.y), 0.0, 1.0) * min(1.0, bevel / max(pixel.x, pixel.y));
    light += 0.3 * edge * (0.5 + 0.5 * normal.y);

    vec3 lit = base.rgb * mix(light, 1.0, shine);
    lit = mix(lit, frame.spark.rgb, passing);
    colour = vec4(with_fog(lit, place) + dither(), base.a);
}
