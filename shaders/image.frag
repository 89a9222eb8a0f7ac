// A picture from its cell of the texture array; a calm panel until it is decoded; its back is a panel too.
#include "frame.glsl"

uniform sampler2DArray pictures;
uniform vec3 panel;

layout(std430, binding = 3) readonly buffer Cells { vec4 cells[]; };  // share of the cell in x and y, 1 where decoded

in vec2 across;
in vec3 place;
flat in int number;
flat in float strength;

out vec4 colour;

const float FOG_ON_PICTURES = 0.35;

void main() {
    // Derivatives first: what the buffer holds may be unknown in the neighbours outside the triangle.
    vec2 right = dFdx(across), down = dFdy(across);
    vec4 cell = number < cells.length() ? cells[number] : vec4(0.0);
    vec3 shown = panel;
    if (gl_FrontFacing && cell.z > 0.0) {
        vec4 texel = textureGrad(pictures, vec3(across * cell.xy, number), right * cell.xy, down * cell.xy);
        shown = texel.rgb + panel * (1.0 - texel.a);
    }
    colour = vec4(mix(shown, with_fog(shown, place), FOG_ON_PICTURES), strength);
}
