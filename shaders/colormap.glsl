// From a value to its colour. The colormaps are rows of one texture of 2049 entries; see vrcnn/render/colormaps.py.
uniform sampler2D colormaps;
uniform int colormap;    // the row of the chosen one
uniform bool diverging;  // whether its middle entry is an exact zero, and the ends are opposite numbers

bool is_finite(float value) {
    return (floatBitsToUint(value) & 0x7f800000u) != 0x7f800000u;
}

// Where a finite value lies between ends.x, 0, and ends.y, 1; of a diverging colormap between -ends.y, -1, and ends.y.
float share_of(float value, vec2 ends) {
    float from = diverging ? 0.0 : ends.x;
    return ends.y > from ? clamp((value - from) / (ends.y - from), diverging ? -1.0 : 0.0, 1.0) : 0.0;
}

// sRGB-encoded colour of such a share.
vec3 share_colour(float share) {
    float root = sign(share) * sqrt(abs(share));
    float place = clamp(diverging ? 0.5 + 0.5 * root : root, 0.0, 1.0);
    return texelFetch(colormaps, ivec2(int(0.5 + 2048.0 * place), colormap), 0).rgb;
}
