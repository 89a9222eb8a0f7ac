// A contact shadow: a rectangle on the ground, larger than what throws it by the reach of its soft edge.
#include "frame.glsl"

in vec3 position;
in vec2 size;  // m
in float yaw;
in float strength;

out vec3 place;
out vec2 at;  // m from the middle, along the rectangle's sides
flat out vec2 half_size;
flat out float depth_of_shadow;

const float LIFT = 0.013;  // m, over floor plates, which are 12 mm high
const float REACH = 0.45;  // m

void main() {
    half_size = 0.5 * size;
    at = (vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0 - 1.0) * (half_size + REACH);
    float c = cos(yaw), s = sin(yaw);
    place = position + vec3(c * at.x + s * at.y, LIFT, c * at.y - s * at.x);
    depth_of_shadow = strength;
    gl_Position = frame.clip_from_world * vec4(place, 1.0);
}
