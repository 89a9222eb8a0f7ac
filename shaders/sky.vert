// The sky: a triangle over the whole screen at the far end of the depth range.
#include "frame.glsl"

out vec3 direction;  // from the eye, not normalized

void main() {
    vec2 at = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 4.0 - 1.0;
    mat4 rows = transpose(frame.clip_from_world);
    direction = inverse(transpose(mat3(rows[0].xyz, rows[1].xyz, rows[3].xyz))) * vec3(at, 1.0);
    gl_Position = vec4(at, 1.0, 1.0);
}
