// The frames that things stand in; see vrcnn/scene/anchors.py. Two vec4 each: place in m and scale; orientation.
#include "rotation.glsl"

layout(std430, binding = 4) readonly buffer Anchors { vec4 anchors[]; };

float scale_of(int anchor) {
    return anchors[2 * anchor].w;
}

// A place, a direction and an orientation in the frame of an anchor, in the world.
vec3 anchored(int anchor, vec3 place) {
    vec4 at = anchors[2 * anchor];
    return at.xyz + rotated(anchors[2 * anchor + 1], at.w * place);
}

vec3 anchored_direction(int anchor, vec3 direction) {
    return rotated(anchors[2 * anchor + 1], direction);
}

vec4 anchored_turn(int anchor, vec4 q) {
    vec4 p = anchors[2 * anchor + 1];
    return vec4(p.w * q.xyz + q.w * p.xyz + cross(p.xyz, q.xyz), p.w * q.w - dot(p.xyz, q.xyz));
}
