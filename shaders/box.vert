// A box by the three faces that the eye can see: six vertices each, two triangles.
#include "frame.glsl"
#include "anchors.glsl"
#include "wave.glsl"

in vec3 position;
in vec4 orientation;
in vec3 size;  // m
in vec4 tint;
in float glow;
in float on_way;  // 0 at the input, 1 at the output; far below 0 for what stands on no way
in int anchor;

out vec3 place;
out vec2 at;  // on the face, m from its middle
flat out vec2 half_face;
flat out vec3 normal;
flat out vec4 base;
flat out float shine;
flat out float passing;  // the light that travels along the way

void main() {
    float scale = scale_of(anchor);
    vec3 middle = anchored(anchor, position), extent = scale * size;
    vec4 turned = anchored_turn(anchor, orientation);
    vec3 eye = rotated(vec4(-turned.xyz, turned.w), frame.eye.xyz - middle);
    int axis = gl_VertexID / 6, corner = gl_VertexID % 6;
    corner = corner < 3 ? corner : corner - 2;
    int u = (axis + 1) % 3, v = (axis + 2) % 3;
    bool visible = abs(eye[axis]) > 0.5 * extent[axis];

    half_face = 0.5 * vec2(extent[u], extent[v]);
    at = (vec2(corner & 1, corner >> 1) * 2.0 - 1.0) * half_face;
    vec3 local = vec3(0.0);
    local[axis] = 0.5 * extent[axis] * sign(eye[axis]);
    local[u] = at.x;
    local[v] = at.y;
    vec3 outward = vec3(0.0);
    outward[axis] = sign(eye[axis]);

    normal = rotated(turned, outward);
    place = middle + rotated(turned, local);
    base = tint;
    shine = glow;
    passing = wave_at(on_way);
    gl_Position = visible ? frame.clip_from_world * vec4(place, 1.0) : vec4(2.0, 2.0, 2.0, 1.0);
}
