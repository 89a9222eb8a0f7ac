// A small shape in the light that boxes have.
#include "frame.glsl"
#include "light.glsl"
#include "dither.glsl"

in vec3 place;
in vec3 normal;
flat in vec4 base;
flat in float shine;

out vec4 colour;

void main() {
    vec3 lit = base.rgb * mix(light_on(normalize(normal), place), 1.0, shine);
    colour = vec4(with_fog(lit, place) + dither(), base.a);
}
