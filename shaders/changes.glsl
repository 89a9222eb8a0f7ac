// Frames around the tiles that tell how much the sieve before the picture changes their channels.
uniform sampler2D changes;  // of each map the colour of its frame; transparent where nothing is known. 4096 in a row

const float LINE = 0.05;      // of a cell: the width of a frame where it is near
const float OUTSIDE = 0.007;  // of a cell: from its edge to the frame's
const float LEAST = 1.6;      // pixels, as long as a tile has room for them
const float FROM_AFAR = 0.62; // how much of a tile's mean is the frame's colour

vec4 change_of(int map) {
    int row = wall_tiling.w + map;
    return texelFetch(changes, ivec2(row & 4095, row >> 12), 0);
}

// A tile's mean as it is seen from afar.
vec3 with_change(vec3 mean, int map) {
    vec4 change = change_of(map);
    return mix(mean, change.rgb, FROM_AFAR * change.a);
}

// How much of a pixel of `width` cells the frame covers at `beside` from the middle of its cell.
float frame_at(vec2 beside, vec2 width) {
    vec2 line = max(vec2(LINE), min(LEAST * width, vec2(0.2)));
    vec2 outer = clamp((0.5 - OUTSIDE - beside) / width + 0.5, 0.0, 1.0);
    vec2 inner = clamp((0.5 - OUTSIDE - line - beside) / width + 0.5, 0.0, 1.0);
    return outer.x * outer.y - inner.x * inner.y;
}
