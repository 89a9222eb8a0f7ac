// A contact shadow: a rectangle on the ground, larger than what throws it by the reach of its soft edge.
#include "frame.glsl"
#include "anchors.glsl"

in vec3 position;
in vec2 size;  // m
in float yaw;
in float strength;
in int anchor;

out vec3 place;
out vec2 at;  // m from the middle, along the rectangle's sides
flat out vec2 half_size;
flat out float depth_of_shadow;

const float LIFT = 0.013;  // m, over floor plates, which are 12 mm high
const float REACH = 0.45;  // m

void main() {
    half_size = 0.5 * scale_of(anchor) * size;
    at = (vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0 - 1.0) * (half_size + REACH);
    vec3 ahead = anchored_direction(anchor, vec3(sin(yaw), 0.0, cos(yaw)));
    ahead = normalize(vec3(ahead.x, 0.0, ahead.z) + vec3(0.0, 0.0, 1e-6));
    vec3 middle = anchored(anchor, position);
    place = vec3(middle.x, LIFT, middle.z) + at.x * vec3(ahead.z, 0.0, -ahead.x) + at.y * ahead;
    depth_of_shadow = strength;
    gl_Position = frame.clip_from_world * vec4(place, 1.0);
}
