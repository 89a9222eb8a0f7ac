// A picture on a rectangle; four vertices.
#include "frame.glsl"
#include "anchors.glsl"

in vec3 position;
in vec4 orientation;
in vec2 size;  // m
in float opacity;
in int picture;
in int anchor;

out vec2 across;  // 0 to 1 from the top left
out vec3 place;
flat out int number;
flat out float strength;

void main() {
    across = vec2(gl_VertexID >> 1, gl_VertexID & 1);
    place = anchored(anchor, position + rotated(orientation, vec3((across - 0.5) * vec2(1.0, -1.0) * size, 0.0)));
    number = picture;
    strength = opacity;
    gl_Position = frame.clip_from_world * vec4(place, 1.0);
}
