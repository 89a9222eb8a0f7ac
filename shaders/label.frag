// Ink from a signed-distance sheet, four samples a pixel, so that small text keeps its stems.
#include "frame.glsl"

uniform sampler2DArray sheet;  // of one layer
uniform float spread;  // texels from the outline to a value of 0 or 1

in vec3 place;
in vec2 at;
flat in vec4 tint;

out vec4 colour;

float value(vec2 at, float level) {
    return textureLod(sheet, vec3(at, 0.0), level).r;
}

void main() {
    vec2 size = vec2(textureSize(sheet, 0).xy);
    vec2 right = dFdx(at), down = dFdy(at);
    float texels = 0.5 * (length(right * size) + length(down * size));  // a pixel's width in the sheet
    float level = max(0.0, log2(texels) - 1.0);
    vec2 far = 0.375 * right + 0.125 * down, near = 0.125 * right - 0.375 * down;
    vec4 values = vec4(value(at + far, level), value(at - far, level), value(at + near, level), value(at - near, level));
    vec4 distances = (values * 2.0 - 1.0) * (spread / texels);  // pixels, inside positive
    float cover = dot(clamp(distances * 1.6 + 0.5, 0.0, 1.0), vec4(0.25));
    if (cover <= 0.0) discard;

    // Blending happens sRGB-encoded: there, half a cover of light ink on dark gives a quarter of its light.
    float lightness = dot(tint.rgb, vec3(0.299, 0.587, 0.114));
    cover = pow(cover, 1.0 / (1.0 + 0.45 * lightness));
    colour = vec4(with_fog(tint.rgb, place), cover * tint.a);
}
