// From a value to its colour. The colormaps are rows of one texture of 2049 entries; see vrcnn/render/colormaps.py.
uniform sampler2D colormaps;
uniform float colormap;  // where the row of the chosen one is, 0 to 1
uniform bool diverging;  // whether its middle entry is an exact zero, and the ends are opposite numbers
uniform float gamma;

bool is_finite(float value) {
    return (floatBitsToUint(value) & 0x7f800000u) != 0x7f800000u;
}

// sRGB-encoded colour of a finite value where the colours go from ends.x to ends.y.
vec3 map_colour(float value, vec2 ends) {
    float from = diverging ? 0.0 : ends.x;
    float part = ends.y > from ? clamp((value - from) / (ends.y - from), diverging ? -1.0 : 0.0, 1.0) : 0.0;
    float lifted = part == 0.0 ? 0.0 : sign(part) * pow(abs(part), gamma);
    float place = diverging ? 0.5 + 0.5 * lifted : lifted;
    return texture(colormaps, vec2((0.5 + 2048.0 * place) / 2049.0, colormap)).rgb;
}
