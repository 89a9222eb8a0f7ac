// Finds the feature map under the pixel and shows its values through the colormap.
//
// Near: texels are sharp squares whose edges are one pixel wide. Further: mip levels. Where a map covers less than a
// few pixels: the maps' means, averaged over the pixel's footprint, so that nothing shimmers when a head moves.
#include "frame.glsl"
#include "colormap.glsl"

uniform sampler2DArray maps;
uniform vec3 backing;  // the wall between the maps
uniform vec3 vacant;   // a tile without maps
uniform bool own_ends;  // whether the colours of each map go from its own minimum to its maximum

layout(std430, binding = 1) readonly buffer Statistics { vec4 statistics[]; };  // minimum, maximum, mean, deviation
// Lower and upper end of the colours, time of completion, first brightness.
layout(std430, binding = 2) readonly buffer Layers { vec4 layers[]; };
layout(std430, binding = 5) readonly buffer Order { int order[]; };  // the map at each place of a wall

in vec2 cell;
in vec3 place;
flat in ivec4 wall_tiling;
flat in ivec4 wall_part;

out vec4 colour;

const float FILL = 0.96;         // of a cell's width and height
const float NEVER = -1.5e9;      // a layer completed before this has no maps
const float FADE = 0.2;          // s
const float FOG_ON_MAPS = 0.35;  // maps stay bright further than the rest
const vec2 MEANS_FROM = vec2(0.2, 0.5);  // cells per pixel between which maps give way to their means

// Integral from 0 to x of the covered part of a line of cells.
vec2 covered(vec2 x) {
    return floor(x) * FILL + clamp(fract(x) - 0.5 * (1.0 - FILL), 0.0, FILL);
}

// Magenta stripes, for values that are no numbers.
vec3 hatch(vec2 inner, float width) {
    float stripe = abs(fract((inner.x + inner.y) * 8.0) - 0.5) * 2.0;
    float softness = max(width * 16.0, 1e-4);
    float share = mix(smoothstep(0.5 - softness, 0.5 + softness, stripe), 0.5, clamp(softness - 0.5, 0.0, 1.0));
    return mix(vec3(0.25, 0.02, 0.22), vec3(1.0, 0.2, 0.85), share);
}

vec3 value_colour(float value, vec2 ends, vec2 inner, float width) {
    return is_finite(value) ? map_colour(value, ends) : hatch(inner, width);
}

// The values at the ends of the colours of the map with these statistics, in a layer with these ends.
vec2 ends_of(vec4 known, vec2 ends) {
    if (!own_ends) return ends;
    float largest = max(abs(known.x), abs(known.y));
    return diverging ? vec2(-largest, largest) : known.xy;
}

// The map of one layer at `inner` (0 to 1 across it); `width` is the pixel's size in the same unit.
vec3 map_at(vec2 inner, int layer, vec2 ends, vec2 right, vec2 down) {
    vec2 size = vec2(textureSize(maps, 0).xy);
    vec2 width = sqrt(right * right + down * down);
    vec2 texels = width * size;
    float blur = max(width.x, width.y);
    if (max(texels.x, texels.y) >= 1.0) {
        float value = textureGrad(maps, vec3(clamp(inner, 0.0, 1.0), layer), right, down).r;
        return value_colour(value, ends, inner, blur);
    }
    // Four texels around the nearest texel corner, weighted by how much of the pixel each covers.
    vec2 corner = floor(inner * size + 0.5);
    vec2 share = clamp((inner * size - corner) / max(texels, 1e-6) + 0.5, 0.0, 1.0);
    ivec2 low = clamp(ivec2(corner) - 1, ivec2(0), ivec2(size) - 1);
    ivec2 high = clamp(ivec2(corner), ivec2(0), ivec2(size) - 1);
    vec3 sum = vec3(0.0);
    for (int index = 0; index < 4; index++) {
        bvec2 far = bvec2(index & 1, index >> 1);
        vec2 weights = mix(1.0 - share, share, far);
        float weight = weights.x * weights.y;
        if (weight > 0.0) {
            ivec2 texel = ivec2(far.x ? high.x : low.x, far.y ? high.y : low.y);
            sum += weight * value_colour(texelFetch(maps, ivec3(texel, layer), 0).r, ends, inner, blur);
        }
    }
    return sum;
}

// The means of the maps under a pixel of `width` cells, each weighted by how much of the pixel it covers.
vec3 means_around(vec2 width, vec2 ends) {
    const int REACH = 4;
    vec2 low = clamp(cell - 0.5 * width, vec2(0.0), vec2(wall_tiling.xy));
    vec2 high = clamp(cell + 0.5 * width, vec2(0.0), vec2(wall_tiling.xy));
    ivec2 first = ivec2(floor(low));
    ivec2 steps = clamp(ivec2(ceil(high)) - first, 1, REACH);
    vec3 sum = vec3(0.0);
    float total = 0.0;
    for (int y = 0; y < steps.y; y++) {
        for (int x = 0; x < steps.x; x++) {
            ivec2 at = first + ivec2(x, y);
            int tile = at.y * wall_tiling.x + at.x;
            if (at.x >= wall_tiling.x || tile >= wall_tiling.z) continue;
            vec2 overlap = max(min(high, vec2(at + 1)) - max(low, vec2(at)), 1e-4);
            float weight = overlap.x * overlap.y;
            vec4 known = statistics[wall_tiling.w + order[wall_tiling.w + tile]];
            sum += weight * value_colour(known.z, ends_of(known, ends), vec2(0.0), 1.0);
            total += weight;
        }
    }
    return total > 0.0 ? sum / total : backing;
}

void main() {
    vec2 across = dFdx(cell), down = dFdy(cell);
    vec2 width = max(sqrt(across * across + down * down), 1e-6);

    ivec2 at = clamp(ivec2(floor(cell)), ivec2(0), wall_tiling.xy - 1);
    int tile = at.y * wall_tiling.x + at.x;
    bool beyond = tile >= wall_tiling.z;
    int map = beyond ? wall_tiling.z - 1 : order[wall_tiling.w + tile];
    // Of a wall in several arrays each part draws the cells of its own maps, the last one also the empty ones.
    if (beyond ? wall_part.y != wall_tiling.z : (map < wall_part.x || map >= wall_part.y)) discard;

    vec3 wall = with_fog(backing, place);
    if (beyond || !gl_FrontFacing) {
        colour = vec4(wall, 1.0);
        return;
    }
    vec2 shares = (covered(cell + 0.5 * width) - covered(cell - 0.5 * width)) / width;
    float share = clamp(shares.x * shares.y, 0.0, 1.0);

    vec4 layer = layers[wall_part.w];
    vec3 shown = vacant;
    if (layer.z > NEVER) {
        float far = smoothstep(MEANS_FROM.x, MEANS_FROM.y, max(width.x, width.y));
        if (far < 1.0) {
            vec2 inner = (cell - vec2(at) - 0.5) / FILL + 0.5;
            vec2 ends = ends_of(statistics[wall_tiling.w + map], layer.xy);
            shown = map_at(inner, wall_part.z + map - wall_part.x, ends, across / FILL, down / FILL);
        }
        if (far > 0.0) {
            vec3 means = means_around(width, layer.xy);
            shown = far < 1.0 ? mix(shown, means, far) : means;
        }
        shown = mix(vacant, shown, mix(layer.w, 1.0, smoothstep(0.0, FADE, frame.eye.w - layer.z)));
    }
    vec3 fogged = mix(shown, with_fog(shown, place), FOG_ON_MAPS);
    colour = vec4(mix(wall, fogged, share), 1.0);
}
