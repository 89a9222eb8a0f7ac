// The ground as a square under the eye (vertices 0 to 5), then the sky as a triangle over the screen (6 to 8).
#include "frame.glsl"

out vec3 place;  // on the ground, m; for the sky the direction from the eye, not normalized
flat out int is_ground;

void main() {
    is_ground = int(gl_VertexID < 6);
    if (gl_VertexID < 6) {
        int corner = gl_VertexID < 3 ? gl_VertexID : gl_VertexID - 2;
        vec2 from_eye = (vec2(corner & 1, corner >> 1) * 2.0 - 1.0) * 0.7 * frame.viewport.w;
        place = vec3(frame.eye.x + from_eye.x, 0.0, frame.eye.z + from_eye.y);
        gl_Position = frame.clip_from_world * vec4(place, 1.0);
    } else {
        int corner = gl_VertexID - 6;
        vec2 at = vec2(corner & 1, corner >> 1) * 4.0 - 1.0;
        mat4 rows = transpose(frame.clip_from_world);
        place = inverse(transpose(mat3(rows[0].xyz, rows[1].xyz, rows[3].xyz))) * vec3(at, 1.0);
        gl_Position = vec4(at, 1.0, 1.0);
    }
}
