// A wall of feature maps, or the part of one that lies in one texture array; four vertices make its rectangle.
#include "frame.glsl"
#include "anchors.glsl"
#include "faces.glsl"

in vec3 position;
in vec4 orientation;
in vec2 size;     // m
in ivec4 tiling;  // columns, rows, cells in all, row of the first place
in int anchor;
in float first_row;
in float rows_shown;
in ivec4 part;    // first and last (exclusive) map in this array, layer of the first one, the layer's slot

uniform bool in_order;  // whether maps stand by their index, so that a part of a wall is some rows of it

// Lower and upper end of the colours, time of completion, first brightness.
layout(std430, binding = 2) readonly buffer Layers { vec4 layers[]; };

out vec2 cell;    // across the wall in cells, from the top left
out float fog;
flat out ivec4 wall_tiling;
flat out ivec4 wall_part;
flat out vec4 layer;
#ifdef FACES
flat out float cell_aspect;  // width divided by height
#endif

void main() {
    vec2 corner = vec2(gl_VertexID >> 1, gl_VertexID & 1);
    float row = first_row + corner.y * rows_shown;
    if (in_order) {
        ivec2 ends = part.xy * CELLS;
        int last = ends.y == tiling.z ? tiling.y : (ends.y + tiling.x - 1) / tiling.x;
        row = clamp(row, float(ends.x / tiling.x), float(last));
    }
    cell = vec2(corner.x * float(tiling.x), row);
    vec2 at = vec2(corner.x - 0.5, 0.5 - (row - first_row) / rows_shown);
    vec3 place = anchored(anchor, position + rotated(orientation, vec3(at * size, 0.0)));
    fog = fog_at(place);
    wall_tiling = tiling;
    wall_part = part;
    layer = layers[part.w];
#ifdef FACES
    cell_aspect = size.x / float(tiling.x) * rows_shown / size.y;
#endif
    gl_Position = frame.clip_from_world * vec4(place, 1.0);
}
