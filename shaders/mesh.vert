// A vertex of a small shape, of one of its instances.
#include "frame.glsl"
#include "anchors.glsl"

in vec3 corner;        // in the shape's own measure
in float bulge;        // how far it stands out along z, in units of the size across
in vec3 outward;

in vec3 position;
in vec4 orientation;
in vec3 size;          // m, of the shape's own unit along its axes
in vec4 tint;
in float glow;
in int anchor;

out vec3 place;
out vec3 normal;
flat out vec4 base;
flat out float shine;

void main() {
    vec3 extent = scale_of(anchor) * size;
    vec4 turned = anchored_turn(anchor, orientation);
    vec3 local = extent * corner + vec3(0.0, 0.0, bulge * extent.x);
    place = anchored(anchor, position) + rotated(turned, local);
    normal = rotated(turned, bulge == 0.0 ? outward / size : outward);
    base = tint;
    shine = glow;
    gl_Position = frame.clip_from_world * vec4(place, 1.0);
}
