// Finds the feature map under the pixel and shows its values through the colormap.
//
// Near: texels are sharp squares whose edges are one pixel wide. Further: mip levels. Where a map covers less than a
// few pixels: the maps' means, averaged over the pixel's footprint, so that nothing shimmers when a head moves.
#include "frame.glsl"
#include "colormap.glsl"
#include "faces.glsl"

#ifndef MEANS_ONLY  // for walls that are so far that nothing but the maps' means shows
uniform sampler2DArray maps;
#endif
// The number of the map that stands there; its mean as a share of the colours; the values at their ends. 4096 in a row.
uniform sampler2D places;
uniform vec3 backing;      // the wall between the maps
uniform vec3 vacant;       // a tile without maps

in vec2 cell;
in float fog;
flat in ivec4 wall_tiling;
flat in ivec4 wall_part;
flat in vec4 layer;  // as in grid.vert
#ifdef FACES
flat in float cell_aspect;
#endif

out vec4 colour;

const float FILL = 0.96;         // of a cell's width and height
const float NEVER = -1.5e9;      // a layer completed before this has no maps
const float FADE = 0.2;          // s
const float FOG_ON_MAPS = 0.35;  // maps stay bright further than the rest
const vec2 MEANS_FROM = vec2(0.12, 0.35);  // cells per pixel between which maps give way to their means

#ifdef CHANGES
#include "changes.glsl"
#else
#define with_change(mean, map) (mean)
#endif

#ifdef FACES
#include "features.glsl"

const float PAIRED = 0.016;  // of a cell's width, by which a map and its visualization come closer; scene/tiles.py

bool visualized(int tile) {
    return CELLS == 1 || (tile & 1) == 1;
}
#endif

vec4 place_of(int tile) {
    int row = wall_tiling.w + tile / CELLS;
    return texelFetch(places, ivec2(row & 4095, row >> 12), 0);
}

// Integral from 0 to x of the covered part of a line of cells.
vec2 covered(vec2 x) {
    const float GAP = 0.5 * (1.0 - FILL);
    vec2 sum = floor(x) * FILL + clamp(fract(x) - GAP, 0.0, FILL);
#ifdef PAIRS
    if (wall_tiling.x > 1) {
        float pair = 2.0 * floor(0.5 * x.x), within_pair = x.x - pair;
        sum.x = pair * FILL + clamp(within_pair - GAP - PAIRED, 0.0, FILL)
            + clamp(within_pair - 1.0 - GAP + PAIRED, 0.0, FILL);
    }
#endif
    return sum;
}

// Magenta stripes, for values that are no numbers.
vec3 hatch(vec2 inner, float width) {
    float stripe = abs(fract((inner.x + inner.y) * 8.0) - 0.5) * 2.0;
    float softness = max(width * 16.0, 1e-4);
    float share = mix(smoothstep(0.5 - softness, 0.5 + softness, stripe), 0.5, clamp(softness - 0.5, 0.0, 1.0));
    return mix(vec3(0.25, 0.02, 0.22), vec3(1.0, 0.2, 0.85), share);
}

#ifndef MEANS_ONLY
// The map `number` of the array at `inner` (0 to 1 across it); `right` and `down` are a pixel's sides in the same unit.
// Magnified texels are squares: all of them that is further than half a pixel from an edge has the value of its middle.
vec3 map_at(vec2 inner, int number, vec2 ends, vec2 right, vec2 down) {
    vec2 size = vec2(textureSize(maps, 0).xy);
    vec2 width = sqrt(right * right + down * down);
    vec2 texel = clamp(inner, 0.0, 1.0) * size;
    vec2 corner = floor(texel + 0.5);
    vec2 sharp = corner + clamp((texel - corner) / clamp(width * size, 1e-6, 1.0), -0.5, 0.5);
    float value = textureGrad(maps, vec3(sharp / size, number), right, down).r;
    // A value that is no number must not take its neighbours along.
    if (!is_finite(value)) value = texelFetch(maps, ivec3(min(texel, size - 1.0), number), 0).r;
    return is_finite(value) ? share_colour(share_of(value, ends)) : hatch(inner, max(width.x, width.y));
}
#endif

// A tile whose map looks like `shown` while its layer's maps fade in.
vec3 faded_in(vec3 shown) {
    return mix(vacant, shown, mix(layer.w, 1.0, smoothstep(0.0, FADE, frame.eye.w - layer.z)));
}

#if defined(FACES) && !defined(MEANS_ONLY)
// The tile at `inner`, which shows the map number `map` of its layer, or what that channel looks for.
vec3 tile_at(vec2 inner, int tile, int map, vec2 ends, vec2 right, vec2 down) {
#ifdef PAIRS
    if (wall_tiling.x > 1) inner.x += ((tile & 1) == 1 ? PAIRED : -PAIRED) / FILL;
    if (!visualized(tile)) {
        vec3 shown = map_at(inner, wall_part.z + map - wall_part.x, ends, right, down);
        return layer.z > NEVER ? faded_in(shown) : vacant;
    }
#endif
    return feature_at(inner, feature_of(wall_tiling.w + map), right, down, cell_aspect);
}
#endif

// What is seen of a tile from afar.
vec3 mean_of(int tile) {
    vec4 known = place_of(tile);
#ifdef FACES
    if (visualized(tile)) return with_change(feature_mean(feature_of(wall_tiling.w + int(known.x))), int(known.x));
    return with_change(layer.z > NEVER ? faded_in(share_colour(known.y)) : vacant, int(known.x));
#else
    return with_change(share_colour(known.y), int(known.x));
#endif
}

// What a pixel of `width` cells shows, each cell weighted by how much of it is covered: the colours of the maps' means;
// of the cell `own` as much of `shown` as it is not `far`. So neither maps that are small nor edges between maps shimmer.
vec3 seen_around(vec2 width, ivec2 own, vec3 shown, float far) {
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
            vec3 mean = mean_of(tile);
            sum += weight * (at == own ? mix(shown, mean, far) : mean);
            total += weight;
        }
    }
    return total > 0.0 ? sum / total : shown;
}

void main() {
    vec2 across = dFdx(cell), down = dFdy(cell);
    vec2 width = max(sqrt(across * across + down * down), 1e-6);

    ivec2 at = clamp(ivec2(floor(cell)), ivec2(0), wall_tiling.xy - 1);
    int tile = at.y * wall_tiling.x + at.x;
    bool beyond = tile >= wall_tiling.z;
#ifndef MEANS_ONLY
    vec4 known = place_of(min(tile, wall_tiling.z - 1));
    int map = int(known.x);
    // Of a wall in several arrays each part draws the cells of its own maps, the last one also the empty ones.
    if (beyond ? wall_part.y * CELLS != wall_tiling.z : (map < wall_part.x || map >= wall_part.y)) discard;
#endif

    vec3 wall = mix(backing, frame.horizon.rgb, fog);
    if (beyond || !gl_FrontFacing) {
        colour = vec4(wall, 1.0);
        return;
    }
    vec2 shares = (covered(cell + 0.5 * width) - covered(cell - 0.5 * width)) / width;
    float share = clamp(shares.x * shares.y, 0.0, 1.0);

#ifdef CHANGES
    vec4 framing = vec4(0.0);
#endif
    vec3 shown = vacant;
#ifndef FACES
    if (layer.z > NEVER)
#endif
    {
#ifdef MEANS_ONLY
        shown = seen_around(width, at, shown, 1.0);
#else
        float far = smoothstep(MEANS_FROM.x, MEANS_FROM.y, max(width.x, width.y));
        if (far < 1.0) {
            vec2 inner = (cell - vec2(at) - 0.5) / FILL + 0.5;
#ifdef FACES
            shown = tile_at(inner, tile, map, known.zw, across / FILL, down / FILL);
#else
            shown = map_at(inner, wall_part.z + map - wall_part.x, known.zw, across / FILL, down / FILL);
#endif
        }
        vec2 beside = abs(cell - vec2(at) - 0.5) + 0.5 * width;
        if (max(beside.x, beside.y) > 0.5 || far > 0.0) shown = seen_around(width, at, shown, far);
#ifdef CHANGES
        if (far < 1.0) {
            framing = change_of(map);
            framing.a *= (1.0 - far) * frame_at(abs(cell - vec2(at) - 0.5), width);
        }
#endif
#endif
#ifndef FACES
        shown = faded_in(shown);
#endif
    }
    vec3 seen = mix(wall, mix(shown, frame.horizon.rgb, fog * FOG_ON_MAPS), share);
#ifdef CHANGES
    seen = mix(seen, mix(framing.rgb, frame.horizon.rgb, fog * FOG_ON_MAPS), framing.a);
#endif
    colour = vec4(seen, 1.0);
}
