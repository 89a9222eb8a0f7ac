// A feature map through the colormap: nearest texels where they are magnified, trilinear mip levels elsewhere.
#include "frame.glsl"
#include "colormap.glsl"

uniform sampler2DArray maps;

in vec3 at;
in vec3 place;
flat in vec2 ends;

out vec4 colour;

const float FOG_ON_MAPS = 0.35;

void main() {
    vec3 shown = share_colour(share_of(texture(maps, at).r, ends));
    colour = vec4(mix(shown, with_fog(shown, place), FOG_ON_MAPS), 1.0);
}
