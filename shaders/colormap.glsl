// A diverging colormap of 257 entries whose middle one is an exact zero; see vrcnn/render/colormaps.py.
uniform sampler2D colormap;

// Faint values are lifted, the sign and zero stay: most of a layer's values are far below its range.
const float GAMMA = 0.75;

bool is_finite(float value) {
    return (floatBitsToUint(value) & 0x7f800000u) != 0x7f800000u;
}

// sRGB-encoded colour of a finite value in a layer whose range is -limit to limit.
vec3 map_colour(float value, float limit) {
    float part = limit > 0.0 ? clamp(value / limit, -1.0, 1.0) : 0.0;
    part = sign(part) * pow(abs(part), GAMMA);
    return texture(colormap, vec2(0.5 + 128.0 / 257.0 * part, 0.5)).rgb;
}
