// A feature map as a rectangle of its own, as most programs draw pictures; benchmarks/_quads.py holds the walls against it.
#include "frame.glsl"
#include "anchors.glsl"

in vec3 position;
in vec4 orientation;
in vec2 size;  // m
in int layer;
in int slot;   // of the layer of the network
in int anchor;

layout(std430, binding = 2) readonly buffer Layers { vec4 layers[]; };  // lower and upper end of the colours, ...

out vec3 at;
out vec3 place;
flat out vec2 ends;

void main() {
    vec2 corner = vec2(gl_VertexID >> 1, gl_VertexID & 1);
    place = anchored(anchor, position + rotated(orientation, vec3((corner - 0.5) * vec2(1.0, -1.0) * size, 0.0)));
    at = vec3(corner, layer);
    ends = layers[slot].xy;
    gl_Position = frame.clip_from_world * vec4(place, 1.0);
}
