// A diverging colormap of 2049 entries whose middle one is an exact zero; see vrcnn/render/colormaps.py.
uniform sampler2D colormap;

bool is_finite(float value) {
    return (floatBitsToUint(value) & 0x7f800000u) != 0x7f800000u;
}

// sRGB-encoded colour of a finite value in a layer whose range is -limit to limit.
vec3 map_colour(float value, float limit) {
    float part = limit > 0.0 ? clamp(value / limit, -1.0, 1.0) : 0.0;
    return texture(colormap, vec2(0.5 + 1024.0 / 2049.0 * part, 0.5)).rgb;
}
