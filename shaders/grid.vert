// A wall of feature maps, or the part of one that lies in one texture array; four vertices make its rectangle.
#include "frame.glsl"
#include "anchors.glsl"

in vec3 position;
in vec4 orientation;
in vec2 size;     // m
in ivec4 tiling;  // columns, rows, maps in all, row of the first map's statistics
in int anchor;
in float first_row;
in float rows_shown;
in ivec4 part;    // first and last (exclusive) map in this array, layer of the first one, the layer's slot

out vec2 cell;    // across the wall in cells, from the top left
out vec3 place;   // m, in the world
flat out ivec4 wall_tiling;
flat out ivec4 wall_part;

void main() {
    vec2 corner = vec2(gl_VertexID >> 1, gl_VertexID & 1);
    place = anchored(anchor, position + rotated(orientation, vec3((corner - 0.5) * vec2(1.0, -1.0) * size, 0.0)));
    cell = vec2(corner.x * float(tiling.x), first_row + corner.y * rows_shown);
    wall_tiling = tiling;
    wall_part = part;
    gl_Position = frame.clip_from_world * vec4(place, 1.0);
}
