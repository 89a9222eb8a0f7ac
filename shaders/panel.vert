// The face of a panel, or the soft shadow around it; four vertices.
#include "frame.glsl"
#include "anchors.glsl"

uniform vec3 position;
uniform vec4 orientation;
uniform vec2 size;    // m
uniform float around; // m beyond the face on all sides
uniform int anchor;

out vec2 across;  // 0 to 1 from the lower left of the face, as its texture's rows count
out vec2 from_middle;  // m

void main() {
    vec2 corner = vec2(gl_VertexID >> 1, gl_VertexID & 1);
    from_middle = (corner - 0.5) * vec2(1.0, -1.0) * (size + 2.0 * around);
    across = 0.5 + from_middle / size;
    gl_Position = frame.clip_from_world * vec4(anchored(anchor, position + rotated(orientation, vec3(from_middle, 0.0))), 1.0);
}
